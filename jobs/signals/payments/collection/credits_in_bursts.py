"""Persons' accounts into which many people pay within hours, more than once, and from which it all goes on.

A fast collection is soon out of reach: what came within an afternoon lies elsewhere the next day. Customers
and relatives pay when it suits them, and what they pay stays or is spent on many things.
Source: Law 14/2022/QH15 Art. 28 and Law 07/2012/QH13 Art. 22 (many small credits in a short time).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import by_account, ledger
from jobs.signals.payments.pattern_rings import stated_reason
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="credits_in_bursts",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_HOUR = 3_600


class Burst(NamedTuple):
    """Credits that come within hours of each other, and to whom most of the money goes on the next day."""

    credits: pd.DataFrame
    handed_on: pd.DataFrame


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account with at least `bursts_least` bursts.

    value (0..1) = n / (n + half) x share x handed: n credits lie in bursts, `share` of all private credits of
    the account; `handed` is 1 for the money of bursts that is handed on, `weight_kept` for the rest.
    """
    candidates = _candidates(ledger(payments), parameters)

    def collectors(frame: pd.DataFrame) -> pd.DataFrame:
        return describe_collectors(frame, parameters)

    found = candidates.groupBy().applyInPandas(collectors, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _candidates(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """All payments between people of the accounts into which enough credits come within the hours."""
    trades = is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
    others = is_true(F.col("other_type").isin(*BUSINESS_HOLDERS)) | F.col("other_context")
    between = rows.where(F.col("other").isNotNull() & ~trades & ~others & ~F.col("salary"))
    seconds = int(float(parameters["burst_hours"]) * _HOUR)
    soon = by_account().orderBy("at_seconds").rangeBetween(0, seconds)
    least = int(parameters["payers_least"])
    return (
        between.withColumn("follow", F.count_if(~F.col("out")).over(soon))
        .withColumn("most", F.max("follow").over(by_account()))
        .where(F.col("most") >= least)
        .select(
            "account_id",
            "other",
            "out",
            "at_seconds",
            "amount_vnd",
            "reason_stated",
            "payment_key",
            "report_keys",
        )
    )


def describe_collectors(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Accounts with enough bursts, one row each (`FOUND_COLUMNS`)."""
    ordered = frame.sort_values(["account_id", "at_seconds", "payment_key"], ignore_index=True)
    found = (_describe(str(account), rows, parameters) for account, rows in ordered.groupby("account_id"))
    return pd.DataFrame([row for row in found if row is not None], columns=FOUND_COLUMNS)


def _describe(account: str, rows: pd.DataFrame, parameters: Parameters) -> dict[str, Any] | None:
    """The account's bursts as one finding; None for too few of them, or too weak."""
    bursts = list(_bursts(rows, parameters))
    if len(bursts) < int(parameters["bursts_least"]):
        return None
    paid_in = pd.concat([burst.credits for burst in bursts])
    handed_on = pd.concat([burst.handed_on for burst in bursts]).drop_duplicates("payment_key")
    passed = sum(burst.credits["amount_vnd"].sum() for burst in bursts if len(burst.handed_on))
    moved = float(passed / paid_in["amount_vnd"].sum())
    kept = float(parameters["weight_kept"])
    volume = len(paid_in) / (len(paid_in) + float(parameters["half_credits"]))
    value = volume * len(paid_in) / (~rows["out"]).sum() * (kept + (1 - kept) * moved)
    if value < float(parameters["report_from"]):
        return None
    beneficiaries = [("account", str(name), "beneficiary") for name in handed_on["other"].unique()]
    return found_row(
        subject=account,
        value=round(float(value), 6),
        value_vnd=int(paid_in["amount_vnd"].sum()),
        members=[("account", account, "collector"), *beneficiaries],
        rows=pd.concat([paid_in, handed_on]),
        explanations={
            "stated_reason": stated_reason(paid_in, parameters),
            "hours_of_trade": len(bursts) >= int(parameters["trading_bursts"]),
        },
        evidence_limit=int(parameters["evidence_limit"]),
    )


def _bursts(rows: pd.DataFrame, parameters: Parameters) -> Iterator[Burst]:
    """Bursts of an account's payments (by time), none in another; each credit opens one if it can."""
    credits = rows[~rows["out"]]
    times = credits["at_seconds"].to_numpy()
    seconds, least = float(parameters["burst_hours"]) * _HOUR, int(parameters["payers_least"])
    first = 0
    while first < len(times):
        last = int(times.searchsorted(times[first] + seconds, side="right"))
        within = credits.iloc[first:last]
        if within["other"].nunique() < least:
            first += 1
            continue
        yield Burst(within, _handed_on(rows, within, parameters))
        first = last


def _handed_on(rows: pd.DataFrame, credits: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The payments by which about all of a burst goes on to one account; none where it does not."""
    start, end = credits["at_seconds"].iloc[0], credits["at_seconds"].iloc[-1]
    until = end + float(parameters["handed_on_hours"]) * _HOUR
    outgoing = rows[rows["out"] & rows["at_seconds"].between(start, until)]
    came = credits["amount_vnd"].sum()
    sums = outgoing.groupby("other")["amount_vnd"].sum()
    about = sums[
        sums.between(came * float(parameters["handed_on_least"]), came * float(parameters["handed_on_most"]))
    ]
    return outgoing[outgoing["other"] == about.idxmax()] if len(about) else outgoing.iloc[:0]
