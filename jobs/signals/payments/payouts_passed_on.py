"""Takings of marketplaces and carriers that several people are paid, and pass on to one account each time.

Whoever sells under borrowed names has each payout go to one of several straw accounts and from there, within
days, to himself. A supplier of shops is paid for goods, by whoever buys them, and not after every payout.
Source: derived here; Vietnam Customs dispatch 3923/2021 for settlement through the accounts of others.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.payments.funnels import funnel_shown, passed_on
from jobs.signals.payments.ledger import CARRYING_HOLDERS
from jobs.signals.payments.population import measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="payouts_passed_on",
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
    """One row an account that the takings are passed on to.

    A payment passes takings on when they came within `hold_hours` before, it is no more than all of them, and
    at least `part_least` of the largest. Who passes on counts when this is most of what it pays the account
    and a good share of its takings; staff whom the account pays wages do not. `value`: log2 of those who pass
    on, times their share of all who pay the account.
    """
    receivers = (
        _pairs(payments, parameters)
        .groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("straws"),
            F.sum("passages").alias("support"),
            F.sum("passed_vnd").alias("value_vnd"),
            F.sort_array(F.collect_list("account_id")).alias("straw_ids"),
            F.sum("ordered").alias("ordered"),
            F.first("to_business").alias("to_business"),
            F.flatten(F.collect_list("keys")).alias("keys"),
        )
        .where(F.col("straws") >= int(parameters["straws_least"]))
    )
    known = accounts.select(F.col("account_id").alias("subject_id"), "payers")
    value = F.log2("straws") * F.col("straws") / F.greatest("straws", F.coalesce("payers", F.lit(0)))
    found = (
        known.join(F.broadcast(receivers), "subject_id", "right")
        .withColumn("value", F.round(value, 6))
        .where(F.col("value") >= float(parameters["report_from"]))
        .select(
            "subject_id",
            "value",
            "support",
            "value_vnd",
            *funnel_shown("straw_ids", parameters),
            F.array(
                explanation("declared_business", F.col("to_business")),
                explanation(
                    "ordered_goods",
                    F.col("ordered") >= F.col("support") * float(parameters["ordered_share"]),
                ),
            ).alias("explanations"),
        )
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _pairs(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account that passes takings on and who gets them (`funnels.passed_on`)."""
    takings = ~F.col("out") & is_true(F.col("other_type").isin(*CARRYING_HOLDERS))
    part, whole = float(parameters["part_least"]), float(parameters["whole_most"])
    of_takings = F.col("amount_vnd").between(F.col("largest_vnd") * part, F.col("recent_vnd") * whole)
    return passed_on(payments, takings, of_takings, parameters).where(
        (F.col("passages") >= 1)
        & (F.col("passed_vnd") >= F.col("paid_vnd") * float(parameters["passed_share"]))
        & (F.col("passed_vnd") >= F.col("all_in_vnd") * float(parameters["takings_share"]))
    )
