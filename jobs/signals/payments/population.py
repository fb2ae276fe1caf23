"""Who is measured, against whom, and how findings about a few accounts are set into that population."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.runtime.session import as_fitted
from jobs.signals.payments.ledger import CARRYING_HOLDERS
from jobs.signals.schema import Parameters, Signal, against_peers, as_signal, bounded, record

FEED = "bank_transactions"
FOUND_DDL = """
    subject_id string, value double, support bigint, value_vnd bigint,
    members array<struct<kind: string, id: string, role: string>>,
    evidence array<struct<feed: string, key: string>>,
    explanations array<struct<id: string, holds: boolean>>
"""
FOUND_COLUMNS = ["subject_id", "value", "support", "value_vnd", "members", "evidence", "explanations"]


def found_row(
    *,
    subject: str,
    value: float,
    value_vnd: int,
    members: Collection[tuple[str, str, str]],
    rows: pd.DataFrame,
    explanations: Mapping[str, bool],
    evidence_limit: int,
) -> dict[str, Any]:
    """One finding in the form of `FOUND_DDL`. `rows` has payment_key and report_keys (a list a payment)."""
    keys = sorted({key for report in rows["report_keys"] for key in report})[:evidence_limit]
    return {
        "subject_id": subject,
        "value": round(value, 6),
        "support": rows["payment_key"].nunique(),
        "value_vnd": value_vnd,
        "members": [{"kind": kind, "id": name, "role": role} for kind, name, role in sorted(members)],
        "evidence": [{"feed": FEED, "key": key} for key in keys],
        "explanations": [{"id": name, "holds": bool(holds)} for name, holds in sorted(explanations.items())],
    }


def evidence_of(chosen: Column, parameters: Parameters) -> Column:
    """An aggregate: the reports of the payments for which `chosen` holds, in a fixed order."""
    keys = F.flatten(F.collect_list(F.when(chosen, F.col("report_keys"))))
    records = F.transform(F.array_distinct(keys), lambda key: record(FEED, key))
    return bounded(records, int(parameters["evidence_limit"]))


def no_members() -> Column:
    """An empty list of members."""
    return F.array().cast("array<struct<kind: string, id: string, role: string>>")


def measured_accounts(accounts: DataFrame) -> DataFrame:
    """Accounts that moved money in the window and are not context: `subject_id`, `peer_group`.

    Peers share the holder type and the order of magnitude of their distinct counterparties.
    """
    counterparties = F.coalesce("payers", F.lit(0)) + F.coalesce("payees", F.lit(0))
    carries = is_true(F.col("holder_type").isin(*CARRYING_HOLDERS))
    digits = F.length(counterparties.cast("string")).cast("string")
    return accounts.where(~is_true(F.col("hub")) & ~carries & (counterparties > 0)).select(
        F.col("account_id").alias("subject_id"),
        F.concat_ws(":", F.coalesce("holder_type", F.lit("unregistered")), digits).alias("peer_group"),
    )


def rank_in_population(
    signal: Signal, found: DataFrame, population: DataFrame, parameters: Parameters
) -> DataFrame:
    """Close a signal: everyone measured who shows nothing stands at 0, so that a tail means something.

    `found` has the columns of `FOUND_DDL`. A subject that the population does not hold (an account outside
    the register) is its own peer group 'outside'.
    """
    joined = (
        as_fitted(population.join(found, on="subject_id", how="full"))
        .withColumn("peer_group", F.coalesce("peer_group", F.lit("outside")))
        .withColumn("value", F.coalesce("value", F.lit(0.0)))
    )
    kept = against_peers(joined, float(parameters["report_from"])).where(F.col("members").isNotNull())
    return as_signal(signal, kept)
