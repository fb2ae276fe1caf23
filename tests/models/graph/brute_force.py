"""Slow and plain: every path of payments that carry the same money, tried one by one."""

from dataclasses import dataclass
from itertools import pairwise

from models.graph.limits import PatternLimits
from tests.models.graph.cases import Row, hubs_of
from tests.models.graph.test_payments import bundles_by_hand


@dataclass(frozen=True)
class Hop:
    """A payment, or a bundle of several, with its row ids."""

    debtor: int
    creditor: int
    at: int
    until: int
    amount: int
    rows: tuple[int, ...]

    @property
    def order(self) -> tuple[int, int, bool, int]:
        return (self.at, self.until, len(self.rows) > 1, self.rows[0])


def hops(rows: list[Row], gap: int = 0) -> list[Hop]:
    single = [Hop(d, c, at, at, amount, (i,)) for i, (d, c, at, amount) in enumerate(rows)]
    if gap == 0:
        return single
    return single + [Hop(*bundle) for bundle in bundles_by_hand(rows, gap)]


def follows(p: Hop, q: Hop, limits: PatternLimits) -> bool:
    """Whether q takes on what p brought."""
    shortest, longest = limits.hold_seconds_min, limits.hold_seconds_max
    return (
        p.creditor == q.debtor
        and p.order < q.order
        and p.at + shortest <= q.at <= p.until + longest
        and p.until + shortest <= q.until
        and p.amount * (10_000 - limits.retained_max_bp) <= q.amount * 10_000
        and q.amount * 10_000 <= p.amount * (10_000 + limits.added_max_bp)
    )


def chains(rows: list[Row], limits: PatternLimits) -> set[tuple[Hop, ...]]:
    """All maximal chains, before those that bundles contain are dropped."""
    hubs = hubs_of(rows, limits.hub_degree)
    every = hops(rows, limits.bundle_gap_seconds)

    def valid(path: tuple[Hop, ...]) -> bool:
        accounts = [path[0].debtor, *(hop.creditor for hop in path)]
        return (
            len(path) <= limits.chain_payments_max
            and len(set(accounts)) == len(accounts)
            and hubs.isdisjoint(accounts[1:-1])
            and path[-1].until - path[0].at <= limits.window_seconds
            and all(follows(p, q, limits) for p, q in pairwise(path))
        )

    layer = {(hop,) for hop in every}
    found: set[tuple[Hop, ...]] = set()
    while layer:
        longer = {path: [(*path, hop) for hop in every if valid((*path, hop))] for path in layer}
        for path, extensions in longer.items():
            if not extensions and not any(valid((hop, *path)) for hop in every):
                found.add(path)
        layer = {path for extensions in longer.values() for path in extensions}
    return {path for path in found if len(path) >= limits.chain_payments_min}


def cycles(rows: list[Row], limits: PatternLimits) -> set[tuple[Hop, ...]]:
    """All cycles, before those that bundles contain are dropped."""
    hubs = hubs_of(rows, limits.hub_degree)
    every = [
        hop for hop in hops(rows, limits.bundle_gap_seconds) if hubs.isdisjoint((hop.debtor, hop.creditor))
    ]
    found: set[tuple[Hop, ...]] = set()

    def walk(path: tuple[Hop, ...]) -> None:
        if path[-1].until - path[0].at > limits.window_seconds or len(path) > limits.cycle_payments_max:
            return
        if path[-1].creditor == path[0].debtor:
            if len(path) >= limits.cycle_payments_min:
                found.add(path)
            return
        if path[-1].creditor in [hop.debtor for hop in path]:
            return
        for hop in every:
            if follows(path[-1], hop, limits):
                walk((*path, hop))

    for hop in every:
        walk((hop,))
    return found


def row_sets(paths: set[tuple[Hop, ...]]) -> set[frozenset[int]]:
    """Row ids of each path, without those that lie within another's."""
    sets = {frozenset(row for hop in path for row in hop.rows) for path in paths}
    return {rows for rows in sets if not any(rows < other for other in sets)}
