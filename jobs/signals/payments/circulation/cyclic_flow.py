"""Money that comes back to where it started, through other people's accounts."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from pyspark.sql import DataFrame

from jobs.signals.payments.candidate_transfers import says_kept_private, transfers
from jobs.signals.payments.pattern_rings import (
    Ring,
    assemble_patterns,
    kept_among_people,
    modest_sums,
    of_one_sum,
    stated_reason,
    strength_of,
    together,
)
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal
from models.graph.cycles import find_cycles
from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern
from models.graph.payments import index_payments, with_bundles
from models.graph.steps import find_steps

SIGNAL = Signal(
    id="cyclic_flow",
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
    """One row a ring of cycles that overlap.

    `value` (0..1): cycles without a common payment add up (1 - product of what each leaves open; a cycle of n
    payments is worth (n - none) / (n - none + half)), times the square root of the share of the payments
    between its pairs that are part of it.
    """
    candidates = transfers(
        payments.withColumn("says_kept_private", says_kept_private()), parameters, "says_kept_private"
    )

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_patterns(
            frame,
            search_cycles,
            lambda ring: judge(ring, parameters),
            {"intermediary": "mule"},
            parameters,
        )

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def search_cycles(table: pd.DataFrame, limits: PatternLimits) -> Sequence[Pattern]:
    """Temporal cycles with conserved amounts (`models.graph.cycles`)."""
    payments = with_bundles(index_payments(table, limits.hub_degree), limits.bundle_gap_seconds)
    return find_cycles(payments, find_steps(payments, limits), limits).patterns


def judge(ring: Ring, parameters: Parameters) -> tuple[float, dict[str, bool]]:
    """As `judge_cycles`; `modest_sums`: nobody gets more of it than a household earns in a month;
    `kept_among_people`: relatives pass on a loan, or what a child's school costs."""
    value, explanations = judge_cycles(ring, parameters)
    return value, explanations | {
        "modest_sums": modest_sums(ring.rows, parameters),
        "kept_among_people": kept_among_people(ring.rows, parameters),
    }


def judge_cycles(ring: Ring, parameters: Parameters) -> tuple[float, dict[str, bool]]:
    """Value of the ring, and what may explain it.

    savings_club
        Every payment of the ring has one amount, and days lie between one payment and the next; or
        `of_one_sum`.
    regular_trade
        Its pairs pay each other more often outside the cycles than within.
    returned_payment
        A single payment that came back unchanged.
    group_treasury
        Most remarks state transfers within a group, or another everyday reason.
    """
    taken: set[int] = set()
    strengths = []
    for pattern in sorted(ring.patterns, key=lambda p: (-p.size, p.start, p.payments)):
        if taken.isdisjoint(pattern.payments):
            taken.update(pattern.payments)
            strengths.append(
                strength_of(pattern.size, int(parameters["size_none"]), float(parameters["size_for_half"]))
            )
    one_amount = ring.rows["amount_vnd"].nunique() == 1
    lasted = ring.rows["at_seconds"].max() - ring.rows["at_seconds"].min()
    slow = lasted >= (len(ring.rows) - 1) * float(parameters["club_days"]) * _DAY
    value = together(strengths) * ring.conduct_share**0.5
    return value, {
        "savings_club": bool(one_amount and slow) or of_one_sum(ring.rows, parameters),
        "regular_trade": ring.conduct_share < 0.5,
        "returned_payment": bool(one_amount) and len(ring.rows) == 2,
        "group_treasury": stated_reason(ring.rows, parameters),
    }
