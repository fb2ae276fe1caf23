"""Many pay one account, which soon pays the same money on to many others."""

from collections.abc import Collection, Sequence
from datetime import date

import pandas as pd
from pyspark.sql import DataFrame

from jobs.signals.payments.candidate_transfers import transfers
from jobs.signals.payments.pattern_rings import (
    Ring,
    assemble_patterns,
    by_trade,
    modest_sums,
    stated_reason,
    strength_of,
)
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal
from models.graph.gather_scatter import find_gather_scatters
from models.graph.limits import PatternLimits
from models.graph.pairing import pair_payments
from models.graph.pattern import Pattern
from models.graph.payments import index_payments

SIGNAL = Signal(
    id="gather_scatter",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
ROLES = {"intermediary": "collector", "sink": "beneficiary", "source": "mule"}


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a centre that gathers and scatters (overlapping ones together).

    `value` (0..1): the smaller side n is worth (n - none) / (n - none + half), times the square root of the
    share of the payments between the pairs that are part of it, times how far it gathers first and scatters
    then, in one round or in several (a shop takes and pays all the time).
    """
    candidates = transfers(payments, parameters)

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_patterns(
            frame, search_gather_scatters, lambda ring: judge(ring, parameters), ROLES, parameters
        )

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def search_gather_scatters(table: pd.DataFrame, limits: PatternLimits) -> Sequence[Pattern]:
    """Gather-scatters by pairing what came in with what left (`models.graph.gather_scatter`)."""
    payments = index_payments(table, limits.hub_degree)
    return find_gather_scatters(payments, pair_payments(payments, limits), limits).patterns


def judge(ring: Ring, parameters: Parameters) -> tuple[float, dict[str, bool]]:
    """Value of the ring, and what may explain it.

    savings_club
        Most of those who are paid had paid in before.
    regular_trade
        The pairs pay each other more often outside it than within.
    declared_business
        The centre is a company or household business, which takes and pays by trade (`by_trade`).
    stated_reason
        Most of what is gathered states an everyday reason.
    modest_sums
        A collection: all that the centre gathers is no more than what a family earns in some months.
    """
    best = max(ring.patterns, key=lambda p: (p.size, p.amount_vnd, p.payments))
    size = strength_of(best.size, int(parameters["size_none"]), float(parameters["size_for_half"]))
    centres = ring.accounts("intermediary")
    gathered = ring.rows[ring.rows["creditor"].isin(centres)]
    phases = in_rounds(ring.rows, centres) ** 0.5
    sources, sinks = ring.accounts("source"), ring.accounts("sink")
    return size * ring.conduct_share**0.5 * phases, {
        "savings_club": 2 * len(sources & sinks) > len(sinks),
        "regular_trade": ring.conduct_share < 0.5,
        "declared_business": by_trade(ring.rows, centres, parameters),
        "stated_reason": stated_reason(gathered, parameters),
        "modest_sums": modest_sums(gathered, parameters),
    }


def in_rounds(rows: pd.DataFrame, centres: Collection[str]) -> float:
    """How far the centres gather and scatter in turns, 0 (as in a shuffled order) to 1 (one round each).

    Wald and Wolfowitz: n payments in and m out in random order make 2nm / (n + m) + 1 runs on average; one
    round makes two. Each further round of many payments costs little, taking and paying at random all of it.
    """
    excess, possible = 0.0, 0.0
    for centre in sorted(centres):
        theirs = rows[(rows["creditor"] == centre) | (rows["debtor"] == centre)].sort_values("at_seconds")
        takes = (theirs["creditor"] == centre).to_numpy()
        taken, paid = int(takes.sum()), int((~takes).sum())
        if taken and paid:
            excess += float((takes[1:] != takes[:-1]).sum()) - 1.0
            possible += 2.0 * taken * paid / (taken + paid) - 1.0
    return max(0.0, 1.0 - excess / possible) if possible else 0.0
