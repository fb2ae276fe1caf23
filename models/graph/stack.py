"""Stacks: money that several sources push through one or more layers of accounts to several sinks."""

import networkx as nx
import numpy as np

from models.graph.components import connected_components
from models.graph.gather_scatter import passed_matches
from models.graph.limits import PatternLimits
from models.graph.pairing import Pairing
from models.graph.pattern import Pattern, PatternSearch, in_order
from models.graph.payments import Payments
from models.graph.runs import Flags, Ints
from models.graph.slices import Sighting, distinct_sightings, half_window, time_slices


def find_stacks(payments: Payments, pairing: Pairing, limits: PatternLimits) -> PatternSearch:
    """Two or more layers of payments that carry the same money.

    It is built from the matches of `pair_payments` for payments that were paid on whole: each is money that
    went source -> intermediary -> sink in time, with the amount conserved. Within a slice of time (see
    `time_slices`) matches go whose source or sink deals with fewer than `layer_accounts_min` intermediaries,
    or whose intermediary has fewer sources or sinks than that, until all have enough; what hangs together
    then is a stack. Layers need not be complete. An intermediary may be the sink or source of another one:
    then the stack has more than two layers. Hubs play no role.

    Reported when the accounts that only send and those that only receive are at most `layer_accounts_max`
    each, and the intermediaries as many for each layer. Roles: `source` (never an intermediary),
    `intermediary`, `sink` (never an intermediary). `amount_vnd` is the money that comes in from outside the
    intermediaries (when there is no outside, all that was matched). `size` counts the layers of payments on
    the longest way.
    """
    match = passed_matches(payments, pairing)
    ends_are_hubs = payments.hub[payments.debtor[pairing.incoming[match]]]
    ends_are_hubs = ends_are_hubs | payments.hub[payments.creditor[pairing.outgoing[match]]]
    match = np.sort(match[~ends_are_hubs])
    match = match[np.argsort(pairing.incoming[match], kind="stable")]
    half = half_window(limits.window_seconds)
    sightings: list[Sighting] = []
    for number, begin, end in time_slices(payments.at[pairing.incoming[match]], limits.window_seconds):
        part = match[begin:end]
        part = part[payments.at[pairing.outgoing[part]] < (number + 2) * half]
        part = part[_layered(payments, pairing, part, limits.layer_accounts_min)]
        sightings += [
            _sighting(payments, pairing, group, number) for group in _groups(pairing, payments, part)
        ]
    found = [_pattern(payments, pairing, sighting) for sighting in distinct_sightings(sightings)]
    workable = [pattern for pattern in found if _is_small(pattern, limits.layer_accounts_max)]
    return PatternSearch(in_order(workable), payments.hub_ids(), ())


def _ends(payments: Payments, pairing: Pairing, match: Ints) -> tuple[Ints, Ints, Ints]:
    return (
        payments.debtor[pairing.incoming[match]],
        pairing.account[match],
        payments.creditor[pairing.outgoing[match]],
    )


def _layered(payments: Payments, pairing: Pairing, match: Ints, side_min: int) -> Flags:
    """Matches left when every source, intermediary and sink has `side_min` neighbours on its sides."""
    kept = np.ones(len(match), dtype=bool)
    size = len(payments.nodes)
    while kept.any():
        source, middle, sink = _ends(payments, pairing, match[kept])
        enough = np.ones(len(source), dtype=bool)
        for node, other in ((source, middle), (middle, source), (middle, sink), (sink, middle)):
            pairs = np.unique(node * size + other)
            enough &= np.bincount(pairs // size, minlength=size)[node] >= side_min
        if enough.all():
            break
        kept[np.flatnonzero(kept)[~enough]] = False
    return kept


def _groups(pairing: Pairing, payments: Payments, match: Ints) -> list[Ints]:
    if len(match) == 0:
        return []
    source, middle, sink = _ends(payments, pairing, match)
    nodes, names = connected_components(np.concatenate([source, sink]), np.concatenate([middle, middle]))
    name = names[np.searchsorted(nodes, middle)]
    order = np.argsort(name, kind="stable")
    return np.split(match[order], np.flatnonzero(np.diff(name[order])) + 1)


def _sighting(payments: Payments, pairing: Pairing, match: Ints, number: int) -> Sighting:
    source, middle, sink = (frozenset(nodes.tolist()) for nodes in _ends(payments, pairing, match))
    rows = frozenset(pairing.incoming[match].tolist()) | frozenset(pairing.outgoing[match].tolist())
    return Sighting(number, (middle, source, sink), rows, frozenset(match.tolist()))


def _pattern(payments: Payments, pairing: Pairing, sighting: Sighting) -> Pattern:
    middles, sources, sinks = sighting.sides
    rows = np.array(sorted(sighting.payments), dtype=np.int64)
    match = np.array(sorted(sighting.matches), dtype=np.int64)
    source, middle, sink = _ends(payments, pairing, match)
    enters = ~np.isin(source, np.array(sorted(middles), dtype=np.int64))
    amounts = pairing.amount[match]
    flow = nx.DiGraph()
    flow.add_edges_from(zip(source.tolist(), middle.tolist(), strict=True))
    flow.add_edges_from(zip(middle.tolist(), sink.tolist(), strict=True))
    layers = nx.dag_longest_path_length(nx.condensation(flow))
    roles = (("source", sources - middles), ("intermediary", middles), ("sink", sinks - middles))
    return Pattern(
        kind="stack",
        anchor=int(payments.nodes[min(middles)]),
        accounts=tuple(
            (role, payments.ids(np.array(sorted(nodes), dtype=np.int64))) for role, nodes in roles
        ),
        payments=payments.row_ids(rows),
        amount_vnd=int(amounts[enters].sum() if enters.any() else amounts.sum()),
        start=int(payments.at[rows[0]]),
        end=int(payments.at[rows[-1]]),
        size=max(2, layers),
        hubs=(),
    )


def _is_small(pattern: Pattern, side_max: int) -> bool:
    outside = max(len(pattern.role("source")), len(pattern.role("sink")))
    return outside <= side_max and len(pattern.role("intermediary")) <= side_max * (pattern.size - 1)
