"""Bipartite sets: a few sources that all pay the same few sinks."""

import numpy as np

from models.graph.closed_sets import closed_pairs
from models.graph.components import connected_components
from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern, PatternSearch, in_order
from models.graph.payments import Payments
from models.graph.runs import Flags, Ints
from models.graph.slices import Sighting, distinct_sightings, time_slices


def find_bipartites(payments: Payments, limits: PatternLimits) -> PatternSearch:
    """Maximal sets in which every source paid every sink within a slice of time.

    Slices are two halves of `window_seconds` and overlap by one (see `time_slices`); what shows in several of
    them is one pattern. Both sides have `layer_accounts_min` to `layer_accounts_max` accounts, none of them a
    hub; a set that is maximal but larger is ordinary trade and not reported. Sets may overlap: almost
    complete ones show as several. `truncated` names the smallest source of every component where `sets_max`
    cut the search short.

    Roles: `source`, `sink` (an account may be both). `amount_vnd` is the sum of the payments between them.
    """
    sightings: list[Sighting] = []
    capped: set[int] = set()
    usable = np.flatnonzero(~payments.hub[payments.debtor] & ~payments.hub[payments.creditor])
    for number, begin, end in time_slices(payments.at[usable], limits.window_seconds):
        positions = usable[begin:end]
        for rows in _dense_components(payments, positions, limits.layer_accounts_min):
            seen, cut = _sightings(payments, rows, number, limits)
            sightings += seen
            if cut:
                capped.add(int(payments.nodes[payments.debtor[rows].min()]))
    found = [_pattern(payments, sighting) for sighting in distinct_sightings(sightings)]
    return PatternSearch(in_order(found), payments.hub_ids(), tuple(sorted(capped)))


def dense_edges(left: Ints, right: Ints, left_min: int, right_min: int) -> Flags:
    """Edges (distinct pairs) left when every left node has `left_min` edges, every right node `right_min`.

    This is the (alpha, beta)-core: nodes with too few edges go, until none is left that has too few.
    """
    kept = np.ones(len(left), dtype=bool)
    if len(left) == 0:
        return kept
    while True:
        left_edges, right_edges = np.bincount(left[kept]), np.bincount(right[kept])
        good = kept.copy()
        good[kept] = (left_edges[left[kept]] >= left_min) & (right_edges[right[kept]] >= right_min)
        if good.sum() == kept.sum():
            return kept
        kept = good
        if not kept.any():
            return kept


def _dense_components(payments: Payments, positions: Ints, side_min: int) -> list[Ints]:
    """Positions of the payments in each component of the dense core, component by component."""
    size = len(payments.nodes)
    edges, edge_of = np.unique(
        payments.debtor[positions] * size + payments.creditor[positions], return_inverse=True
    )
    kept = dense_edges(edges // size, edges % size, side_min, side_min)
    core = positions[kept[edge_of]]
    if len(core) == 0:
        return []
    nodes, names = connected_components(payments.debtor[core], payments.creditor[core] + size)
    name = names[np.searchsorted(nodes, payments.debtor[core])]
    order = np.argsort(name, kind="stable")
    return np.split(core[order], np.flatnonzero(np.diff(name[order])) + 1)


def _sightings(
    payments: Payments, rows: Ints, number: int, limits: PatternLimits
) -> tuple[list[Sighting], bool]:
    between: dict[int, dict[int, list[int]]] = {}
    for row, debtor, creditor in zip(
        rows.tolist(), payments.debtor[rows].tolist(), payments.creditor[rows].tolist(), strict=True
    ):
        between.setdefault(debtor, {}).setdefault(creditor, []).append(row)
    pairs, cut = closed_pairs(
        {source: frozenset(sinks) for source, sinks in between.items()},
        limits.layer_accounts_min,
        limits.sets_max,
    )
    sightings = [
        Sighting(
            number,
            (sources, sinks),
            frozenset(row for source in sources for sink in sinks for row in between[source][sink]),
        )
        for sources, sinks in pairs
        if max(len(sources), len(sinks)) <= limits.layer_accounts_max
    ]
    return sightings, cut


def _pattern(payments: Payments, sighting: Sighting) -> Pattern:
    rows = np.array(sorted(sighting.payments), dtype=np.int64)
    sources, sinks = (payments.ids(np.array(sorted(side), dtype=np.int64)) for side in sighting.sides)
    return Pattern(
        kind="bipartite",
        anchor=sources[0],
        accounts=(("source", sources), ("sink", sinks)),
        payments=payments.row_ids(rows),
        amount_vnd=int(payments.amount[rows].sum()),
        start=int(payments.at[rows[0]]),
        end=int(payments.at[rows[-1]]),
        size=len(sources) + len(sinks),
        hubs=(),
    )
