"""Private accounts that each collect from many strangers, once each, and sweep it to the same account.

One account that collects may be anybody's. Several that fill one between them, each with payers of its own,
are its collectors: takings split over relatives, stakes of a betting ring, sales told as gifts. So are
several that the same people pay in turn, and whose main payee is one person: tolls, instalments, payouts.
Staff of a shop do so as well, side by side and for goods, and hand in to a business; they do not call it
gifts and loans.
Source: FATF, Professional Money Laundering 2018 (networks of money mules with one controller).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true, remark_tells
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import by_account, ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, no_members, rank_in_population
from jobs.signals.payments.private_remarks import says_pretext
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="collectors_for_one",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account that is swept to.

    value = log2 of its collectors x root of their share of its income.
    """
    parties = ledger(payments).where(F.col("other").isNotNull() & ~F.col("other_context"))
    payers = _payers(parties.where(~F.col("out")))
    shared = _sharing_payers(payers, parties, parameters)
    alone = _collectors(_paying(payers, parameters), parameters)
    collectors = (
        alone.join(F.broadcast(shared.select("account_id")), "account_id", "left_anti")
        .withColumn("receiver", F.lit(None).cast("string"))
        .unionByName(shared)
    )
    # Few rows, for the receivers and for what shows them.
    swept = kept(_swept(parties, collectors, parameters))
    income = parties.where(~F.col("out")).groupBy(F.col("account_id").alias("subject_id"))
    receivers = (
        swept.groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("collectors"),
            F.sum("swept_vnd").alias("value_vnd"),
            F.sort_array(F.collect_list("account_id")).alias("collector_ids"),
            F.sum("credits").alias("credits"),
            F.sum("for_goods").alias("for_goods"),
            F.sum("stated").alias("stated"),
            F.sum("sweeps").alias("sweeps"),
            F.sum("pretended").alias("pretended"),
            F.avg(F.col("last") - F.col("first")).alias("at_work"),
            (F.max("last") - F.min("first")).alias("whole_time"),
            is_true(F.first("to_business")).alias("to_business"),
            F.first("abroad").alias("abroad"),
        )
        .join(income.agg(F.sum("amount_vnd").alias("income_vnd")), "subject_id")
        .withColumn("depends", F.round(F.col("value_vnd") / F.col("income_vnd"), 6))
        .where(F.col("depends") >= float(parameters["depends_share"]))
        .where(F.col("collectors") >= int(parameters["collectors_least"]))
        .withColumn("value", F.round(F.log2("collectors") * F.sqrt("depends"), 6))
        .where(F.col("value") >= float(parameters["report_from"]))
    )
    found = _described(receivers, _shown(parties, swept, parameters), parameters)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _payers(credits: DataFrame) -> DataFrame:
    """Who pays an account (`other`), one row each: credits, paid_vnd, for_goods, stated, first, last."""
    return (
        credits.where(~F.col("salary"))
        .groupBy("account_id", "other")
        .agg(
            F.count(F.lit(1)).alias("credits"),
            F.sum("amount_vnd").alias("paid_vnd"),
            F.count_if(remark_tells("order")).alias("for_goods"),
            F.count_if("reason_stated").alias("stated"),
            F.min("at_seconds").alias("first"),
            F.max("at_seconds").alias("last"),
            F.first("holder_type").alias("holder_type"),
        )
    )


def _paying(payers: DataFrame, parameters: Parameters) -> DataFrame:
    """`payers` of accounts that many pay, without those who pay far more (`most_vnd`) than the others do.

    They are no customers.
    """
    usual = F.percentile("paid_vnd", 0.5).over(by_account())
    return (
        payers.withColumn("payers", F.count(F.lit(1)).over(by_account()))
        .where(F.col("payers") >= int(parameters["payers_least"]))
        .withColumn("most_vnd", usual * float(parameters["large_times"]))
        .where(F.col("paid_vnd") <= F.col("most_vnd"))
    )


def _collectors(paying: DataFrame, parameters: Parameters) -> DataFrame:
    """Private accounts that many pay, hardly any of them again."""
    return (
        paying.where(~is_true(F.col("holder_type") == "company"))
        .groupBy("account_id")
        .agg(
            F.count(F.lit(1)).alias("payers"),
            *[F.sum(name).alias(name) for name in ("credits", "for_goods", "stated")],
            F.sum("paid_vnd").alias("collected_vnd"),
            F.first("most_vnd").alias("most_vnd"),
            F.min("first").alias("first"),
            F.max("last").alias("last"),
        )
        .where(F.col("payers") >= int(parameters["payers_least"]))
        .where(F.col("credits") <= F.col("payers") * float(parameters["credits_each_most"]))
    )


def _sharing_payers(payers: DataFrame, parties: DataFrame, parameters: Parameters) -> DataFrame:
    """Private accounts that the same people pay, and that pay most of it to the same person (`receiver`).

    Strangers each have payers of their own. Where `common_least` pay several accounts whose main payee is one
    person, and bring `common_share` of what these collect, they are told in turn which account to pay.
    """
    private = ~is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
    out_vnd = F.sum("paid_on_vnd").over(by_account())
    main = (
        parties.where(F.col("out") & private & ~is_true(F.col("other_type").isin(*BUSINESS_HOLDERS)))
        .groupBy("account_id", F.col("other").alias("receiver"))
        .agg(F.sum("amount_vnd").alias("paid_on_vnd"), F.count(F.lit(1)).alias("times"))
        .withColumn("out_vnd", out_vnd)
        .where(F.col("times") >= int(parameters["sweeps_least"]))
        .where(F.col("paid_on_vnd") > F.col("out_vnd") * float(parameters["main_share"]))
        .select("account_id", "receiver")
    )
    common = F.col("accounts") >= int(parameters["collectors_least"])
    of_receiver = Window.partitionBy("receiver")
    return (
        payers.join(main, "account_id")
        .where(F.col("other") != F.col("receiver"))
        .withColumn("accounts", F.count(F.lit(1)).over(Window.partitionBy("receiver", "other")))
        .groupBy("account_id", "receiver")
        .agg(
            F.count(F.lit(1)).alias("payers"),
            *[F.sum(name).alias(name) for name in ("credits", "for_goods", "stated")],
            F.sum("paid_vnd").alias("collected_vnd"),
            F.max("paid_vnd").cast("double").alias("most_vnd"),
            F.min("first").alias("first"),
            F.max("last").alias("last"),
            F.collect_list(F.when(common, F.col("other"))).alias("common"),
            F.sum(F.when(common, F.col("paid_vnd"))).alias("common_vnd"),
        )
        .where(F.col("common_vnd") > 0)
        .withColumn("of_all", F.size(F.array_distinct(F.flatten(F.collect_list("common").over(of_receiver)))))
        .withColumn("share", F.sum("common_vnd").over(of_receiver) / F.sum("collected_vnd").over(of_receiver))
        .where(F.col("of_all") >= int(parameters["common_least"]))
        .where(F.round("share", 6) >= float(parameters["common_share"]))
        .drop("common", "common_vnd", "of_all", "share")
    )


def _swept(parties: DataFrame, collectors: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a collector and an account that it sweeps to, as several collectors do.

    Those who share payers pay on as they like: who pays and whom they pay tells enough.
    """
    by_receiver = Window.partitionBy("subject_id")
    told_in_turn = F.col("receiver").isNotNull()
    return (
        parties.where("out")
        .groupBy("account_id", F.col("other").alias("subject_id"))
        .agg(
            F.sum("amount_vnd").alias("swept_vnd"),
            F.count(F.lit(1)).alias("sweeps"),
            F.count_if(says_pretext(F.col("remittance_norm"))).alias("pretended"),
            F.max(is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))).alias("to_business"),
            F.max(F.col("other_country") != "VN").alias("abroad"),
        )
        .join(F.broadcast(collectors), "account_id")
        .where(F.col("swept_vnd") >= F.col("collected_vnd") * float(parameters["swept_each"]))
        .where(F.col("receiver").isNull() | (F.col("receiver") == F.col("subject_id")))
        .where(told_in_turn | (F.col("sweeps") <= F.col("credits") * float(parameters["sweeps_most"])))
        .withColumn("beside", F.count(F.lit(1)).over(by_receiver))
        .where(F.col("beside") >= int(parameters["collectors_least"]))
        .withColumn("in_all", F.sum("swept_vnd").over(by_account()) / F.col("collected_vnd"))
        .where(
            told_in_turn
            | F.col("in_all").between(float(parameters["swept_least"]), float(parameters["swept_most"]))
        )
    )


def _shown(parties: DataFrame, swept: DataFrame, parameters: Parameters) -> DataFrame:
    """subject_id, support, evidence: what customers paid its collectors, and their sweeps."""
    by_customer = Window.partitionBy("subject_id", "account_id", "other", "out")
    from_customer = ~F.col("salary") & (F.col("paid_vnd") <= F.col("most_vnd"))
    return (
        parties.join(F.broadcast(swept.select("account_id", "subject_id", "most_vnd")), "account_id")
        .withColumn("paid_vnd", F.sum(F.when(~F.col("salary"), F.col("amount_vnd"))).over(by_customer))
        .where(F.when(F.col("out"), F.col("other") == F.col("subject_id")).otherwise(from_customer))
        .groupBy("subject_id")
        .agg(F.count(F.lit(1)).alias("support"), evidence_of(F.lit(True), parameters).alias("evidence"))
    )


def _described(receivers: DataFrame, shown: DataFrame, parameters: Parameters) -> DataFrame:
    # Who hands in takings has no reason to call them gifts and loans.
    pretended = F.col("pretended") >= F.col("sweeps") * float(parameters["pretended_share"])
    innocent: dict[str, Column] = {
        "declared_business": F.col("to_business") & ~pretended,
        "shop_staff": (F.col("for_goods") >= F.col("credits") * float(parameters["goods_share"]))
        & (F.col("at_work") >= F.col("whole_time") * float(parameters["overlap_share"])),
        "stated_reason": F.col("stated") >= F.col("credits") * float(parameters["stated_share"]),
    }
    receiver = F.when(
        ~is_true(F.col("abroad")), F.array(member("account", F.col("subject_id"), "beneficiary"))
    ).otherwise(no_members())
    return receivers.join(shown, "subject_id").select(
        "subject_id",
        "value",
        "support",
        "value_vnd",
        F.concat(
            receiver, F.transform("collector_ids", lambda name: member("account", name, "collector"))
        ).alias("members"),
        "evidence",
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
    )
