"""Accounts through which, in a few days, unusual sums go whole from several payers to several payees."""

from datetime import date

import pandas as pd
from pyspark.sql import DataFrame

from jobs.signals.payments.candidate_transfers import transfers
from jobs.signals.payments.pattern_rings import (
    Ring,
    assemble_patterns,
    by_trade,
    stated_reason,
    together,
)
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal
from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern
from models.graph.payments import index_payments
from models.graph.turnovers import find_turnovers

SIGNAL = Signal(
    id="sudden_turnover",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
# Who paid in or was paid once is a member of this ring, and joins it to no other.
ROLES = {"intermediary": "collector", "sink": "payee", "source": "payer"}
_DAY = 86_400


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a ring of turnovers that overlap (the middle accounts of a stack are one).

    `value` (0..1): a turnover of which chance makes 10^-x is worth x / (x + half); several add up; times the
    square root of the share of the payments between the pairs that are part of it.
    """
    candidates = transfers(payments, parameters)
    days = [float(text) for text in str(parameters["window_days_tried"]).split()]
    shares = [float(text) for text in str(parameters["amount_shares_tried"]).split()]

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        evidence: dict[tuple[int, int, int], float] = {}

        def search(table: pd.DataFrame, limits: PatternLimits) -> list[Pattern]:
            indexed = index_payments(table, limits.hub_degree)
            found = find_turnovers(indexed, limits, [int(day * _DAY) for day in days], shares)
            evidence.update({_name(item.pattern): -item.log10_chance for item in found})
            return [item.pattern for item in found]

        return assemble_patterns(
            frame,
            search,
            lambda ring: judge_turnovers(ring, evidence, parameters),
            ROLES,
            parameters,
            lambda ring: who_paid_once(ring, parameters),
        )

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def who_paid_once(ring: Ring, parameters: Parameters) -> set[str]:
    """Sources, where each of them paid once, many did, and to few who are paid time and again.

    Victims and customers pay a crew that shares the money out. Who gathers money for a crew pays more than
    once, or is one of as many as are paid.
    """
    sources = ring.accounts("source") - ring.accounts("intermediary") - ring.accounts("sink")
    sinks = ring.accounts("sink") - ring.accounts("intermediary")
    paid = ring.rows.loc[ring.rows["debtor"].isin(sources), "debtor"].value_counts()
    taken = ring.rows.loc[ring.rows["creditor"].isin(sinks), "creditor"].value_counts()
    many = len(paid) >= max(int(parameters["sources_least"]), float(parameters["sources_ratio"]) * len(taken))
    again = len(taken) > 0 and (taken > 1).mean() >= float(parameters["repeated_share"])
    return sources if many and again and paid.max() == 1 else set()


def _name(pattern: Pattern) -> tuple[int, int, int]:
    return pattern.anchor, pattern.start, pattern.end


def judge_turnovers(
    ring: Ring, evidence: dict[tuple[int, int, int], float], parameters: Parameters
) -> tuple[float, dict[str, bool]]:
    """Value of the ring, and what may explain it.

    savings_club
        Most of those who are paid had paid in before.
    regular_trade
        The pairs pay each other more often outside it than within.
    declared_business
        All centres are companies or household businesses, which take and pay by trade (`by_trade`).
    small_parts
        Nothing that is gathered is larger than a gift or a household's purchase: guests of a feast,
        neighbours who buy together. Who is defrauded pays little at first, and then much.
    stated_reason
        Most of what is gathered states an everyday reason.
    """
    half = float(parameters["evidence_for_half"])
    strengths = [shown / (shown + half) for shown in (evidence[_name(p)] for p in ring.patterns)]
    centres = ring.accounts("intermediary")
    gathered = ring.rows[ring.rows["creditor"].isin(centres)]
    sources, sinks = ring.accounts("source"), ring.accounts("sink")
    return together(strengths) * ring.conduct_share**0.5, {
        "savings_club": 2 * len(sources & sinks) > len(sinks),
        "regular_trade": ring.conduct_share < 0.5,
        "declared_business": by_trade(ring.rows, centres, parameters),
        "small_parts": bool(gathered["amount_vnd"].max() <= int(parameters["small_vnd"])),
        "stated_reason": stated_reason(gathered, parameters),
    }
