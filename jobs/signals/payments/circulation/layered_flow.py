"""Layers: several accounts that all pay the same several others, or push money through a layer of them."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from pyspark.sql import DataFrame

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.candidate_transfers import says_goods, transfers
from jobs.signals.payments.pattern_rings import (
    Ring,
    assemble_patterns,
    equal_rounds,
    of_one_sum,
    small_sources,
    stated_reason,
    strength_of,
)
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal
from models.graph.bipartite import find_bipartites
from models.graph.limits import PatternLimits
from models.graph.pairing import pair_payments
from models.graph.pattern import Pattern
from models.graph.payments import index_payments
from models.graph.stack import find_stacks

SIGNAL = Signal(
    id="layered_flow",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
ROLES = {"intermediary": "mule", "sink": "beneficiary", "source": "operator"}


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a set of layers (bipartite sets and stacks that overlap are one).

    `value` (0..1): e distinct pairs that paid are worth (e - none) / (e - none + half), times the square root
    of the share of the payments between the pairs that are part of it. Members are all but `small_sources`.
    """
    candidates = transfers(payments.withColumn("says_goods", says_goods()), parameters, "says_goods")

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_patterns(
            frame,
            search_layers,
            lambda ring: judge(ring, parameters),
            ROLES,
            parameters,
            lambda ring: small_sources(ring, int(parameters["small_vnd"])),
        )

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def search_layers(table: pd.DataFrame, limits: PatternLimits) -> Sequence[Pattern]:
    """Bipartite sets and stacks (`models.graph`)."""
    payments = index_payments(table, limits.hub_degree)
    stacks = find_stacks(payments, pair_payments(payments, limits), limits).patterns
    return [*stacks, *find_bipartites(payments, limits).patterns]


def judge(ring: Ring, parameters: Parameters) -> tuple[float, dict[str, bool]]:
    """Value of the ring, and what may explain it.

    regular_trade
        The pairs pay each other more often outside it than within, or a bipartite set lasts more than twice
        the window: the same shops buy from the same wholesalers week after week. (Money that is pushed
        through a layer, a stack, may well repeat.)
    declared_business
        All that are paid are companies or household businesses: shops and their wholesalers.
    goods_all_along
        Nearly all remarks that say anything name goods, and several do: wholesalers, agents and shops. Who
        lies of goods lies of loans, gifts and fees as well.
    savings_club, stated_reason
        `equal_rounds` or `of_one_sum`; most remarks state an everyday reason.
    """
    pairs = len(ring.rows[["debtor", "creditor"]].drop_duplicates())
    size = strength_of(pairs, int(parameters["size_none"]), float(parameters["size_for_half"]))
    share = ring.conduct_share
    if not any(pattern.kind == "stack" for pattern in ring.patterns):
        lasted = max(pattern.end - pattern.start for pattern in ring.patterns)
        share *= min(1.0, int(parameters["window_seconds"]) / max(lasted, 1))
    said = ring.rows["says_goods"].dropna().astype(bool)
    of_goods = len(said) >= int(parameters["said_least"]) and said.mean() >= float(parameters["goods_share"])
    return size * share**0.5, {
        "regular_trade": share < 0.5,
        "declared_business": bool(ring.rows["creditor_type"].isin(BUSINESS_HOLDERS).all()),
        "goods_all_along": of_goods,
        "savings_club": equal_rounds(ring.rows, parameters) or of_one_sum(ring.rows, parameters),
        "stated_reason": stated_reason(ring.rows, parameters),
    }
