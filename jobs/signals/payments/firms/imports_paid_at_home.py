"""Firms that pay a private person at home under the numbers of import declarations.

Who sold the goods is abroad, and is paid through a bank there. A person who is paid for several declarations
stands in for the seller: the payee changed, or the price is settled past the banks. A customs agent or an
employee who laid out duties and fees gets a small part of what the goods cost; who moves the goods of others
pays nothing abroad, and drivers here. Who buys here what many people bring in, as a border market's
cooperative does, pays each of them for declarations of their own.
Source: FATF/Egmont Group risk indicators for trade-based money laundering, 2021 (payments to unrelated third
parties, late changes of payment arrangements).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true, remark_tells
from jobs.signals.joins.trade import digits
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="imports_paid_at_home",
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
    """One row an account of a firm, with the person whom it pays for most declarations.

    `value`: log2 of one more than these declarations. `support` and `value_vnd`: the payments to the person.
    """
    named = (
        ledger(payments)
        .where(F.col("out") & F.col("holder_type").isin(*BUSINESS_HOLDERS) & ~is_true(F.col("salary")))
        .withColumn("number", digits("declaration_no"))
        .where(F.col("number").isNotNull() & ~F.col("other_context"))
        .withColumnRenamed("account_id", "subject_id")
    )
    abroad = F.col("other_country") != "VN"
    usual = named.where(abroad).groupBy("subject_id").agg(F.avg("amount_vnd").alias("usual_vnd"))
    first = Window.partitionBy("subject_id").orderBy(F.desc("value"), F.desc("value_vnd"), "other")
    found = (
        named.where(~abroad & (F.col("other_type") == "individual"))
        .groupBy("subject_id", "other")
        .agg(
            F.round(F.log2(F.count_distinct("number") + 1.0), 6).alias("value"),
            F.count(F.lit(1)).alias("support"),
            F.sum("amount_vnd").alias("value_vnd"),
            F.avg("amount_vnd").alias("average_vnd"),
            F.avg(remark_tells("laid_out").cast("int")).alias("laid_out"),
            F.collect_set("number").alias("numbers"),
            evidence_of(F.lit(True), parameters).alias("evidence"),
        )
        .withColumns(_many_paid())
        .where(F.col("value") >= float(parameters["report_from"]))
        .withColumn("place", F.row_number().over(first))
        .where(F.col("place") == 1)
        .join(usual, "subject_id", "left")
    )
    small = F.col("average_vnd") < F.col("usual_vnd") * float(parameters["cost_share_max"])
    carriage = F.col("usual_vnd").isNull() & (F.col("laid_out") >= float(parameters["carriage_share"]))
    many = (F.col("paid") >= int(parameters["many_paid"])) & F.col("each_their_own")
    shown = found.select(
        "subject_id",
        "value",
        "support",
        "value_vnd",
        F.array(
            member("account", F.col("subject_id"), "operator"),
            member("account", F.col("other"), "beneficiary"),
        ).alias("members"),
        "evidence",
        F.array(
            explanation("clearance_costs", is_true(small | carriage)), explanation("bought_of_many", many)
        ).alias("explanations"),
    )
    return rank_in_population(SIGNAL, shown, measured_accounts(accounts), parameters)


def _many_paid() -> dict[str, Column]:
    """paid (persons whom the firm pays for declarations), each_their_own (none is paid for twice)."""
    firm = Window.partitionBy("subject_id")
    numbers = F.flatten(F.collect_list("numbers").over(firm))
    return {
        "paid": F.count(F.lit(1)).over(firm),
        "each_their_own": F.size(numbers) == F.size(F.array_distinct(numbers)),
    }
