"""Transfers to persons kept just under the level from which they are reported, and drawn in cash.

The innocent twin splits one invoice over instant transfers, which take just under the same sum at most: it
pays a company, or a seller of land or gold once, and the payee draws no cash.
Source: Law on Anti-Money Laundering 14/2022/QH15, Art. 34; Circular 27/2025/TT-NHNN, Art. 9.
"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.payments.reporting_levels import level_on
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="structured_transfers",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
LAW = "domestic_transfer_reporting_level"
_DAY = 86_400
_PAYMENT = ("at_seconds", "amount_vnd", "day", "payment_key", "report_keys")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account that pays persons just under the level.

    `value` (0..1): the share of its large transfers to persons that stay just under the level, shrunk for
    few of them: n / (n + half). Within `drawn_days` of a transfer its payee draws cash, on average at least
    `drawn_share` of it; a withdrawal may follow several transfers, and then counts for each of them.
    `support`: these transfers and withdrawals; `value_vnd`: the sum of the transfers.
    """
    rows = ledger(payments)
    near = kept(_just_under(_large(rows, parameters), parameters))
    shown = near.unionByName(_withdrawals(rows, near, parameters))

    def description(frame: pd.DataFrame) -> pd.DataFrame:
        found = _describe(frame, parameters)
        return pd.DataFrame([] if found is None else [found], columns=FOUND_COLUMNS)

    found = shown.groupBy("subject_id").applyInPandas(description, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _large(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Domestic transfers to persons, but for wages, of at least `large_share` of the level of their day.

    A household business is a person as well (`to_business`); whom the register does not hold may be one.
    """
    return (
        rows.where(
            F.col("out")
            & F.col("other").isNotNull()
            & ~F.col("other_context")
            & (F.coalesce("other_type", F.lit("individual")) != "company")
            & (F.col("other_country") == "VN")
            & ~F.col("salary")
        )
        .withColumn("level_vnd", level_on(LAW, F.col("day")))
        .where(F.col("amount_vnd") >= F.col("level_vnd") * float(parameters["large_share"]))
        .select(
            F.col("account_id").alias("subject_id"),
            F.col("other").alias("payee"),
            F.coalesce(F.col("other_type") == "household_business", F.lit(False)).alias("to_business"),
            "level_vnd",
            *_PAYMENT,
        )
    )


def _just_under(large: DataFrame, parameters: Parameters) -> DataFrame:
    """Transfers just under the level, of accounts that make enough of them; `large`: of how many large."""
    under = (F.col("amount_vnd") >= F.col("level_vnd") * float(parameters["near_share"])) & (
        F.col("amount_vnd") < F.col("level_vnd")
    )
    payers = (
        large.groupBy("subject_id")
        .agg(F.count(F.lit(1)).alias("large"), F.count_if(under).alias("under"))
        .where(F.col("under") >= int(parameters["transfers_least"]))
        .where(F.col("under") >= F.col("large") * float(parameters["transfers_share"]))
        .drop("under")
    )
    return (
        large.where(under)
        .join(F.broadcast(payers), "subject_id")
        .withColumn("drawn", F.lit(False))
        .drop("level_vnd")
    )


def _withdrawals(rows: DataFrame, near: DataFrame, parameters: Parameters) -> DataFrame:
    """What payees draw in cash within days of a transfer of `near`, in its columns; once for each payer."""
    credits = near.select(
        "subject_id", "payee", "to_business", "large", F.col("at_seconds").alias("credited")
    )
    after = F.col("at_seconds") - F.col("credited")
    return (
        rows.where(F.col("out") & F.col("cash"))
        .withColumnRenamed("account_id", "payee")
        .select("payee", *_PAYMENT)
        .join(F.broadcast(credits), "payee")
        .where(after.between(0, int(float(parameters["drawn_days"]) * _DAY)))
        .drop("credited")
        .dropDuplicates(["subject_id", "payment_key"])
        .withColumn("drawn", F.lit(True))
    )


def _describe(shown: pd.DataFrame, parameters: Parameters) -> dict[str, Any] | None:
    """One payer's finding; None where its payees draw too little, or it is too weak."""
    transfers, withdrawals = shown[~shown["drawn"]], shown[shown["drawn"]]
    number = len(transfers)
    share = number / int(transfers["large"].iloc[0])
    value = round(share * number / (number + float(parameters["transfers_for_half"])), 6)
    paid_vnd = int(transfers["amount_vnd"].sum())
    enough = _drawn_vnd(transfers, withdrawals, parameters) >= paid_vnd * float(parameters["drawn_share"])
    if not enough or value < float(parameters["report_from"]):
        return None
    payer = str(shown["subject_id"].iloc[0])
    return found_row(
        subject=payer,
        value=value,
        value_vnd=paid_vnd,
        members=[
            ("account", payer, "operator"),
            *(("account", str(name), "mule") for name in transfers["payee"].unique()),
        ],
        rows=shown,
        explanations=explanations_of(transfers, parameters),
        evidence_limit=int(parameters["evidence_limit"]),
    )


def _drawn_vnd(transfers: pd.DataFrame, withdrawals: pd.DataFrame, parameters: Parameters) -> int:
    """What payees draw within `drawn_days` of each transfer, at most the transfer itself, in all."""
    drawn = withdrawals[["payee", "at_seconds", "amount_vnd"]]
    both = transfers[["payment_key", "payee", "at_seconds", "amount_vnd"]].merge(
        drawn, on="payee", suffixes=("", "_drawn")
    )
    after = both["at_seconds_drawn"] - both["at_seconds"]
    soon = both[after.between(0, float(parameters["drawn_days"]) * _DAY)].groupby("payment_key")
    return int(np.minimum(soon["amount_vnd_drawn"].sum(), soon["amount_vnd"].first()).sum())


def explanations_of(transfers: pd.DataFrame, parameters: Parameters) -> dict[str, bool]:
    """What may explain the transfers.

    declared_business
        Most of the money goes to registered household businesses, which may draw it to buy with.
    one_purchase
        All of them go to one payee on one day: one purchase, paid in parts.
    """
    to_business = transfers.loc[transfers["to_business"], "amount_vnd"].sum()
    most = transfers["amount_vnd"].sum() * float(parameters["business_share_min"])
    return {
        "declared_business": bool(to_business >= most),
        "one_purchase": transfers["payee"].nunique() == 1 and transfers["day"].nunique() == 1,
    }
