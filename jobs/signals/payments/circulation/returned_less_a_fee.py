"""Accounts that send each customer's money back within days, less the same small fee each time.

Goods are paid for and stay paid; a refund is whole, and a pooled account returns what it needs. Who returns
the same share to one customer after another sells cash against a card, or a payment that never was one.
Source: FATF, Professional Money Laundering 2018 (accounts that return funds for a fee); Circular
18/2024/TT-NHNN on bank cards (no card payment without goods or services).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.payments.ledger import by_pair, ledger
from jobs.signals.payments.population import FEED, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member, record

SIGNAL = Signal(
    id="returned_less_a_fee",
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
    """One row an account; value = log2 of the times that it returns a payment less its fee.

    A return goes to who paid, within `hold_hours`, and is `returned_least` to `returned_most` of the latest
    such payment. There are `customers_least` of those who paid, and the shares differ by `share_spread` at
    most (standard deviation).
    """
    returns = _returns(payments, parameters)
    found = (
        returns.groupBy("account_id")
        .agg(
            F.count_distinct("other").alias("customers"),
            F.count(F.lit(1)).alias("support"),
            F.round(F.stddev_pop("share"), 6).alias("spread"),
            F.sum("paid_vnd").alias("value_vnd"),
            F.flatten(F.collect_list(F.concat("report_keys", "paid_keys"))).alias("keys"),
            is_true(F.first("holder_type") == "company").alias("company"),
        )
        .where(F.col("customers") >= int(parameters["customers_least"]))
        .where(F.col("spread") <= float(parameters["share_spread"]))
        .select(
            F.col("account_id").alias("subject_id"),
            F.round(F.log2("support"), 6).alias("value"),
            "support",
            "value_vnd",
            F.array(member("account", F.col("account_id"), "collector")).alias("members"),
            bounded(
                F.transform(F.array_distinct("keys"), lambda key: record(FEED, key)),
                int(parameters["evidence_limit"]),
            ).alias("evidence"),
            F.array(explanation("group_treasury", F.col("company"))).alias("explanations"),
        )
        .where(F.col("value") >= float(parameters["report_from"]))
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _returns(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a return: account_id, holder_type, other, share, paid_vnd, report_keys, paid_keys."""
    rows = ledger(payments).where(
        F.col("other").isNotNull()
        & ~F.col("other_context")
        & ~F.col("salary")
        & (F.col("amount_vnd") >= int(parameters["amount_vnd_least"]))
    )
    both_ways = (
        rows.groupBy("account_id", "other")
        .agg(F.bool_or("out").alias("pays"), F.bool_and("out").alias("only_pays"))
        .where(F.col("pays") & ~F.col("only_pays"))
        .select("account_id", "other")
    )
    hold = int(parameters["hold_hours"]) * 3600
    before = by_pair().orderBy("at_seconds").rangeBetween(-hold, 0)
    paid = F.when(~F.col("out"), F.struct("at_seconds", "amount_vnd", "report_keys"))
    low, high = float(parameters["returned_least"]), float(parameters["returned_most"])
    amount = F.col("amount_vnd")
    matching = F.filter(
        "paid", lambda one: (amount >= one["amount_vnd"] * low) & (amount <= one["amount_vnd"] * high)
    )
    latest = F.array_max(matching)
    return (
        rows.join(F.broadcast(both_ways), ["account_id", "other"], "left_semi")
        .withColumn("paid", F.collect_list(paid).over(before))
        .where(F.col("out"))
        .withColumn("latest", latest)
        .where(F.col("latest").isNotNull())
        .select(
            "account_id",
            "holder_type",
            "other",
            (amount / F.col("latest.amount_vnd")).alias("share"),
            F.col("latest.amount_vnd").alias("paid_vnd"),
            "report_keys",
            F.col("latest.report_keys").alias("paid_keys"),
        )
    )
