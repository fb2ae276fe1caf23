"""Firms that pay a few private persons at home beside what they pay abroad, again and again, and large sums.

Who declares a part of the price has to settle the rest where customs does not look: through people who
pass it on. Wages, what an everyday reason is given for, and the firm's own money are no such payments;
what is settled beside consignments is of their order, while bills of a household that sells to the firm run
from next to nothing to much; and where many of those who trade abroad pay persons at home, it is trade.
Source: Guangzhou Customs (payment compared with declaration); FATF/Egmont Group risk indicators for
trade-based money laundering, 2021 (payments to unrelated third parties).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true, remark_tells
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="paid_beside_imports",
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
    """One row an account of a firm that pays abroad.

    `value`: what it pays private persons at home, but for the largest sum (a dividend, a purchase), as a
    share of what it pays abroad. `support` and `value_vnd`: the payments to them.
    """
    rows = (
        ledger(payments)
        .where(F.col("holder_type").isin(*BUSINESS_HOLDERS) & ~F.col("other_context"))
        .withColumnRenamed("account_id", "subject_id")
    )
    abroad = F.col("out") & (F.col("other_country") != "VN")
    private = (F.col("other_type") == "individual") & (F.col("other_country") == "VN")
    beside = F.col("out") & private & ~is_true(F.col("salary")) & ~is_true(F.col("reason_stated"))
    paid_abroad = (
        rows.where(abroad)
        .groupBy("subject_id")
        .agg(F.sum("amount_vnd").alias("abroad_vnd"), F.count(F.lit(1)).alias("abroad_times"))
        .withColumn("trade_abroad", _of_all(F.col("abroad_times") >= int(parameters["abroad_least"])))
    )
    found = (
        rows.where(private)
        .groupBy("subject_id", "other")
        .agg(
            F.count_if(beside).alias("payments"),
            F.sum(F.when(beside, F.col("amount_vnd"))).alias("paid_vnd"),
            F.max(F.when(beside, F.col("amount_vnd"))).alias("largest_vnd"),
            F.min(F.when(beside, F.col("amount_vnd"))).alias("smallest_vnd"),
            F.count_if(beside & remark_tells("laid_out")).alias("laid_out"),
            F.sum(F.when(~F.col("out"), F.col("amount_vnd"))).alias("received_vnd"),
            evidence_of(beside, parameters).alias("evidence"),
        )
        .where(F.col("payments") > 0)
        .groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("persons"),
            F.sum("payments").alias("support"),
            F.sum("paid_vnd").alias("value_vnd"),
            F.max("largest_vnd").alias("largest_vnd"),
            F.min("smallest_vnd").alias("smallest_vnd"),
            F.sum("laid_out").alias("laid_out"),
            F.sum("received_vnd").alias("received_vnd"),
            F.collect_list(member("account", F.col("other"), "beneficiary")).alias("paid"),
            F.flatten(F.collect_list("evidence")).alias("evidence"),
        )
        .join(paid_abroad, "subject_id")
        .withColumn("value", F.round((F.col("value_vnd") - F.col("largest_vnd")) / F.col("abroad_vnd"), 6))
        .where(
            (F.col("support") >= int(parameters["payments_least"]))
            & (F.col("persons") <= int(parameters["persons_most"]))
            & (F.col("support") >= F.col("persons") * float(parameters["payments_each"]))
            & (F.col("value") >= float(parameters["report_from"]))
        )
        .withColumn("found", _of_all(F.lit(True)))
    )
    returned = F.col("received_vnd") >= F.col("value_vnd") * float(parameters["loan_share"])
    costs = F.col("laid_out") >= F.col("support") * float(parameters["laid_out_share"])
    small = F.col("value_vnd") < F.col("support") * int(parameters["each_vnd_least"])
    uneven = F.col("largest_vnd") >= F.col("smallest_vnd") * float(parameters["uneven_factor"])
    everyday = F.col("found") >= F.col("trade_abroad") * float(parameters["everyday_share"])
    everyday &= F.col("found") >= int(parameters["everyday_least"])
    shown = found.select(
        "subject_id",
        "value",
        "support",
        "value_vnd",
        F.array_append(F.array_sort("paid"), member("account", F.col("subject_id"), "operator")).alias(
            "members"
        ),
        F.slice(F.array_sort("evidence"), 1, int(parameters["evidence_limit"])).alias("evidence"),
        F.array(
            explanation("small_sums", small),
            explanation("costs_laid_out", costs),
            explanation("loan_repaid", is_true(returned)),
            explanation("uneven_sums", uneven),
            explanation("everyday_here", everyday),
        ).alias("explanations"),
    )
    return rank_in_population(SIGNAL, shown, measured_accounts(accounts), parameters)


def _of_all(condition: Column) -> Column:
    """How many rows of the whole table fulfil the condition, beside each."""
    return F.count_if(condition).over(Window.partitionBy(F.lit(0)))
