"""What several pay one account is spread over several others, again and again, by and to the same people.

Source: Altman et al., AMLworld (2023), gather-scatter; FATF, Professional Money Laundering (2018), on
collection accounts.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.ledger import by_account, ledger
from jobs.signals.payments.pattern_rings import stated_reason, strength_of
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.schema import Parameters, Signal
from models.graph.gathering_rounds import Entry, Round, RoundRules, find_rounds, recurring

SIGNAL = Signal(
    id="gathering_rounds",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAY = 86_400


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account that gathers and spreads in at least `rounds_min` rounds.

    `value` (0..1): e / (e + half), where e = (rounds - 1) x (n - 1) and n is the smaller number of sources or
    sinks that recur; times the square roots of the share of the account's money that the rounds move, and of
    the share of its sources and sinks that a round has on average. `support`: payments in the rounds;
    `value_vnd`: what was gathered in them.
    """
    candidates = _candidates(ledger(payments), parameters)

    def collectors(frame: pd.DataFrame) -> pd.DataFrame:
        return describe_collectors(frame, parameters)

    found = candidates.groupBy().applyInPandas(collectors, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _candidates(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """What accounts with enough sources and sinks take from those and pay to these, wages included.

    A source pays at least `repeats_min` times and is paid nothing back; a sink the other way round.
    `turnover_vnd`: all that the account takes and pays, with whomever.
    """
    transfers = rows.where(
        F.col("other").isNotNull()
        & ~F.col("other_context")
        & (F.col("amount_vnd") >= int(parameters["amount_vnd_min"]))
    )
    repeats, branches = int(parameters["repeats_min"]), int(parameters["branches_min"])
    source = (F.col("got") >= repeats) & (F.col("paid") == 0)
    sink = (F.col("paid") >= repeats) & (F.col("got") == 0)
    relations = (
        transfers.groupBy("account_id", "other")
        .agg(
            F.count_if(~F.col("out")).alias("got"),
            F.count_if("out").alias("paid"),
            F.sum("amount_vnd").alias("moved_vnd"),
        )
        .withColumns(
            {
                "sources": F.count_if(source).over(by_account()),
                "sinks": F.count_if(sink).over(by_account()),
                "turnover_vnd": F.sum("moved_vnd").over(by_account()),
            }
        )
        .where((source | sink) & (F.col("sources") >= branches) & (F.col("sinks") >= branches))
    )
    return transfers.join(
        relations.select("account_id", "other", "turnover_vnd"), ["account_id", "other"]
    ).select(
        "account_id",
        "other",
        "other_type",
        "out",
        "at_seconds",
        "amount_vnd",
        "turnover_vnd",
        "salary",
        "reason_stated",
        "payment_key",
        "report_keys",
    )


def describe_collectors(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Accounts whose payments go in rounds, one row each (`FOUND_COLUMNS`)."""
    ordered = frame.sort_values(["account_id", "at_seconds", "payment_key"], ignore_index=True)
    found = (_describe(str(account), rows, parameters) for account, rows in ordered.groupby("account_id"))
    return pd.DataFrame([row for row in found if row is not None], columns=FOUND_COLUMNS)


def round_rules(parameters: Parameters) -> RoundRules:
    """What closes a round: every rule but the days is a parameter by the same name."""
    return RoundRules(
        round_seconds=int(float(parameters["round_days_max"]) * _DAY),
        branches_min=int(parameters["branches_min"]),
        covered_share_min=float(parameters["covered_share_min"]),
        retained_share_max=float(parameters["retained_share_max"]),
        added_share_max=float(parameters["added_share_max"]),
    )


def _describe(account: str, rows: pd.DataFrame, parameters: Parameters) -> dict[str, Any] | None:
    """The account's rounds as one finding; None for too few, by too few who recur, or too weak."""
    entries = [
        Entry(*row)
        for row in rows[["at_seconds", "out", "other", "amount_vnd"]].itertuples(index=False, name=None)
    ]
    rounds = find_rounds(entries, round_rules(parameters))
    least = int(parameters["rounds_min"])
    sources = recurring((found.sources for found in rounds), least)
    sinks = recurring((found.sinks for found in rounds), least)
    recurs = min(len(sources), len(sinks))
    if len(rounds) < least or recurs < int(parameters["branches_min"]):
        return None
    in_rounds = rows.iloc[[n for found in rounds for n in range(found.first, found.last + 1)]]
    share = float(in_rounds["amount_vnd"].sum() / rows["turnover_vnd"].iloc[0])
    strength = strength_of((len(rounds) - 1) * (recurs - 1), 0, float(parameters["strength_for_half"]))
    value = round(strength * share**0.5 * _cover(entries, rounds) ** 0.5, 6)
    if value < float(parameters["report_from"]):
        return None
    mules = [("account", name, "mule") for name in sources]
    beneficiaries = [("account", name, "beneficiary") for name in sinks]
    return found_row(
        subject=account,
        value=value,
        value_vnd=int(in_rounds.loc[~in_rounds["out"], "amount_vnd"].sum()),
        members=[("account", account, "collector"), *mules, *beneficiaries],
        rows=in_rounds,
        explanations=explanations_of(in_rounds, parameters),
        evidence_limit=int(parameters["evidence_limit"]),
    )


def _cover(entries: Sequence[Entry], rounds: Sequence[Round]) -> float:
    """Share of the account's sources that a round has on average, times the same of its sinks."""
    sinks = len({entry.other for entry in entries if entry.out})
    sources = len({entry.other for entry in entries if not entry.out})
    of_sources = np.mean([len(found.sources) for found in rounds]) / sources
    of_sinks = np.mean([len(found.sinks) for found in rounds]) / sinks
    return float(of_sources * of_sinks)


def explanations_of(rows: pd.DataFrame, parameters: Parameters) -> dict[str, bool]:
    """What may explain the payments of the rounds.

    payroll
        Most payments out are wages: clients pay a firm, which pays its staff.
    stated_reason
        Most payments state an everyday reason.
    from_businesses
        Most of the money comes from companies or household businesses: a cooperative or a foreman shares out
        what buyers or clients pay. Who holds an account outside the register is not known to be one.
    small_sums
        Half of the payments in are no larger than what a household spends in a week or two: neighbours buy
        together, friends share the costs of a trip.
    """
    gathered, spread = rows[~rows["out"]], rows[rows["out"]]
    of_businesses = gathered.loc[gathered["other_type"].isin(BUSINESS_HOLDERS), "amount_vnd"].sum()
    return {
        "payroll": bool(spread["salary"].mean() >= float(parameters["wages_share_min"])),
        "stated_reason": stated_reason(rows, parameters),
        "from_businesses": bool(
            of_businesses >= gathered["amount_vnd"].sum() * float(parameters["business_share_min"])
        ),
        "small_sums": bool(gathered["amount_vnd"].median() <= int(parameters["small_vnd"])),
    }
