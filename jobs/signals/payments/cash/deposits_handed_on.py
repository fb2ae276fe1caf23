"""Deposits that many strangers pay a private person, who hands them to another, who draws them in cash.

Who sells takes deposits on the own account and buys the goods from them. Where nothing is to be delivered the
deposits go to a borrowed account, from there to somebody who has no part in any sale, and become cash. A shop
that carriers or platforms settle delivers; rent and a feast are paid ahead as well, and say so.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="deposits_handed_on",
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
    """One row a private account that takes deposits, with the private payee who draws them.

    `value`: log2 of the people who pay. `support`: what they pay, what is handed on, and what is drawn;
    `value_vnd`: what they pay.
    """
    rows = ledger(payments).withColumnRenamed("account_id", "subject_id")
    business = is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))
    other = F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary")
    rows = (
        rows.where(~is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS)))
        .withColumn("credit", ~F.col("out") & other)
        .withColumn("says", is_true(F.col("remittance_norm").rlike(str(parameters["deposit_words"]))))
        .withColumn("handed", F.col("out") & other & ~business)
    )
    takers = kept(_takers(rows, parameters))
    pairs = kept(_pairs(rows, takers, parameters))
    taken = rows.join(F.broadcast(pairs), "subject_id").where(
        F.col("credit") | (F.col("handed") & (F.col("other") == F.col("payee")))
    )
    drawn = (
        rows.where(F.col("out") & F.col("cash"))
        .withColumnRenamed("subject_id", "payee")
        .join(F.broadcast(pairs), "payee")
    )
    columns = [
        "subject_id",
        "payee",
        "payers",
        "taken_vnd",
        "settled",
        "credit",
        "reason_stated",
        "report_keys",
    ]
    stated = F.count_if(F.col("credit") & F.col("reason_stated")) * 2 > F.count_if("credit")
    found = (
        taken.select(columns)
        .unionByName(drawn.select(columns))
        .groupBy("subject_id")
        .agg(
            F.round(F.log2(F.max("payers")), 6).alias("value"),
            F.count(F.lit(1)).alias("support"),
            F.max("taken_vnd").alias("value_vnd"),
            F.array(
                member("account", F.col("subject_id"), "collector"),
                member("account", F.max("payee"), "beneficiary"),
            ).alias("members"),
            evidence_of(F.lit(True), parameters).alias("evidence"),
            F.array(
                explanation("settled_shop", F.max("settled") >= int(parameters["settlements_least"])),
                explanation("stated_reason", stated),
            ).alias("explanations"),
        )
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _takers(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """subject_id, payers, taken_vnd, settled: where most credits are deposits of people who pay once."""
    settled = ~F.col("out") & F.col("channel").isin(*str(parameters["settling_channels"]).split())
    credits = F.count_if("credit")
    return (
        rows.groupBy("subject_id")
        .agg(
            credits.alias("credits"),
            F.count_if(F.col("credit") & F.col("says")).alias("deposits"),
            F.count_distinct(F.when(F.col("credit"), F.col("other"))).alias("payers"),
            F.sum(F.when(F.col("credit"), F.col("amount_vnd"))).alias("taken_vnd"),
            F.count_if(settled).alias("settled"),
        )
        .where(F.col("payers") >= int(parameters["payers_least"]))
        .where(F.col("deposits") >= F.col("credits") * float(parameters["deposit_share"]))
        .where(F.col("credits") <= F.col("payers") * float(parameters["credits_each"]))
        .select("subject_id", "payers", "taken_vnd", "settled")
    )


def _pairs(rows: DataFrame, takers: DataFrame, parameters: Parameters) -> DataFrame:
    """The takers with the private `payee` who gets a good part, has little else, and draws it."""
    first = Window.partitionBy("subject_id").orderBy(F.desc("paid_vnd"), "payee")
    main = (
        rows.where("handed")
        .join(F.broadcast(takers), "subject_id")
        .groupBy("subject_id", "payers", "taken_vnd", "settled", F.col("other").alias("payee"))
        .agg(F.sum("amount_vnd").alias("paid_vnd"), F.count(F.lit(1)).alias("times"))
        .withColumn("place", F.row_number().over(first))
        .where(F.col("place") == 1)
        .where(F.col("times") >= int(parameters["payments_least"]))
        .where(F.col("paid_vnd") >= F.col("taken_vnd") * float(parameters["share_least"]))
    )
    purses = (
        rows.withColumnRenamed("subject_id", "payee")
        .join(F.broadcast(main.select("payee").distinct()), "payee")
        .groupBy("payee")
        .agg(
            F.sum(F.when(F.col("credit"), F.col("amount_vnd"))).alias("got_vnd"),
            F.sum(F.when(F.col("out") & F.col("cash"), F.col("amount_vnd"))).alias("drawn_vnd"),
        )
    )
    return (
        main.join(purses, "payee")
        .where(F.col("paid_vnd") >= F.col("got_vnd") * float(parameters["payee_share"]))
        .where(F.col("drawn_vnd") >= F.col("paid_vnd") * float(parameters["drawn_least"]))
        .select("subject_id", "payee", "payers", "taken_vnd", "settled")
    )
