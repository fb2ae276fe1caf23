"""People who are paid from abroad, time and again, sums out of all proportion to what others get from there.

Who pays too much for imports leaves the surplus with the seller, and has it sent to an own account. The
clearest sign is the same account abroad: a company at home pays it, and it pays a private person at home.
Source: FATF/Egmont, Trade-Based Money Laundering: Trends and Developments (2020), over-invoicing.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import FEED, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member, record

SIGNAL = Signal(
    id="returned_from_abroad",
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
    """One row a private account that is paid from abroad on several occasions.

    `value`: decimal logarithm of its sum over the median of the people who are paid from abroad. What comes
    within `occasion_days` of the payment before is one occasion: who comes home, or inherits, is paid once.
    Companies are members where they pay, `payments_min` times or more, the account abroad that pays the
    person as often, and few others pay it (`payee_senders_max`).
    """
    rows = ledger(payments).where(F.col("other").isNotNull() & (F.col("other_country") != "VN"))
    rows = rows.where(~F.col("other_context"))
    business = is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
    credits = rows.where(~F.col("out") & ~business & ~F.col("salary"))
    in_time = Window.partitionBy("account_id").orderBy("at_seconds", "payment_key")
    apart = F.datediff("day", F.lag("day").over(in_time)) > int(parameters["occasion_days"])
    people = (
        credits.withColumn("occasion", (F.coalesce(apart, F.lit(True))).cast("int"))
        .groupBy(F.col("account_id").alias("subject_id"))
        .agg(
            F.sum("amount_vnd").alias("value_vnd"),
            F.count(F.lit(1)).alias("support"),
            F.sum("occasion").alias("occasions"),
            F.count_distinct("other").alias("payers"),
            F.max("amount_vnd").alias("largest_vnd"),
            F.min("amount_vnd").alias("smallest_vnd"),
            F.sort_array(F.flatten(F.collect_list("report_keys"))).alias("keys"),
        )
    )
    usual = people.agg(F.percentile("value_vnd", 0.5).alias("usual_vnd"))
    ratio = F.col("value_vnd") / F.greatest("usual_vnd", F.lit(1.0))
    found = (
        people.crossJoin(F.broadcast(usual))
        .withColumn("value", F.round(F.log10(F.greatest(ratio, F.lit(1.0))), 6))
        .where(
            (F.col("value") >= float(parameters["report_from"]))
            & (F.col("occasions") >= int(parameters["occasions_min"]))
        )
    )
    firms = _firms(rows.where(F.col("out") & business), credits, parameters)
    equal = F.col("smallest_vnd") >= F.col("largest_vnd") * float(parameters["equal_share"])
    told = found.join(firms, on="subject_id", how="left").select(
        "subject_id",
        "value",
        "support",
        "value_vnd",
        F.concat(
            F.array(member("account", F.col("subject_id"), "beneficiary")),
            F.coalesce(
                F.transform("firms", lambda name: member("account", name, "trader")),
                F.array().cast("array<struct<kind: string, id: string, role: string>>"),
            ),
        ).alias("members"),
        bounded(
            F.transform(
                F.array_distinct(F.concat("keys", F.coalesce("firm_keys", F.array().cast("array<string>")))),
                lambda key: record(FEED, key),
            ),
            int(parameters["evidence_limit"]),
        ).alias("evidence"),
        F.array(explanation("pay_from_abroad", (F.col("payers") == 1) & equal)).alias("explanations"),
    )
    return rank_in_population(SIGNAL, told, measured_accounts(accounts), parameters)


def _firms(remitted: DataFrame, credits: DataFrame, parameters: Parameters) -> DataFrame:
    """By person (`subject_id`): `firms` that pay the accounts abroad that pay the person, `firm_keys`."""
    least = int(parameters["payments_min"])
    paid = remitted.groupBy("other", F.col("account_id").alias("firm")).agg(
        F.count(F.lit(1)).alias("times"),
        F.sum("amount_vnd").alias("paid_vnd"),
        F.flatten(F.collect_list("report_keys")).alias("paid_keys"),
    )
    senders = remitted.groupBy("other").agg(F.count_distinct("account_id").alias("senders"))
    back = credits.groupBy("other", F.col("account_id").alias("subject_id")).agg(
        F.count(F.lit(1)).alias("times_back"), F.sum("amount_vnd").alias("back_vnd")
    )
    both = (
        paid.where(F.col("times") >= least)
        .join(back.where(F.col("times_back") >= least), on="other")
        .join(senders.where(F.col("senders") <= int(parameters["payee_senders_max"])), on="other")
        .where(F.col("back_vnd") >= F.col("paid_vnd") * float(parameters["returned_share_min"]))
    )
    return both.groupBy("subject_id").agg(
        F.array_sort(F.collect_set("firm")).alias("firms"),
        F.sort_array(F.flatten(F.collect_list("paid_keys"))).alias("firm_keys"),
    )
