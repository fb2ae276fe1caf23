"""Scatter-gather: one source, many intermediaries, one sink."""

import numpy as np

from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern, PatternSearch, in_order
from models.graph.payments import Payments
from models.graph.runs import GroupedTimes, Ints, distinct_in_windows, merged_windows, rank_within_runs
from models.graph.steps import Steps


def find_scatter_gathers(payments: Payments, steps: Steps, limits: PatternLimits) -> PatternSearch:
    """Pairs of accounts with at least `branches_min` distinct intermediaries between them.

    Each branch is a step (see `find_steps`): the source pays an intermediary, which pays the sink in time and
    with the amount conserved. None of the three is a hub, and source and sink differ. A window of
    `window_seconds` is laid over the first payments of the branches; qualifying windows that share a branch
    are one pattern, and `size` is the largest number of distinct intermediaries in one window.

    Roles: `source`, `intermediary`, `sink`. `amount_vnd` is the smaller of what the intermediaries received
    and paid, each row counted once. `truncated` names accounts where `scanned_max` cut the view, and
    sources with more than `patterns_max` (the widest are told, then the earliest).
    """
    firsts = np.repeat(np.arange(len(payments), dtype=np.int64), np.diff(steps.start))
    source, sink = payments.debtor[firsts], payments.creditor[steps.follower]
    usable = ~payments.hub[source] & ~payments.hub[sink] & (source != sink)
    firsts, seconds = firsts[usable], steps.follower[usable]
    _, group = np.unique(np.column_stack([source[usable], sink[usable]]), axis=0, return_inverse=True)
    order = np.lexsort((seconds, firsts, group))
    firsts, seconds, group = firsts[order], seconds[order], group[order].astype(np.int64)
    middle, at = payments.creditor[firsts], payments.at[firsts]
    first = np.arange(len(firsts), dtype=np.int64)
    last = GroupedTimes(group, at).after(group, at + limits.window_seconds) - 1
    branches = distinct_in_windows(first, last, middle)
    enough = np.flatnonzero(branches >= limits.branches_min)
    opens, closes, pattern_of = merged_windows(first[enough], last[enough])
    peak = np.zeros(len(opens), dtype=np.int64)
    np.maximum.at(peak, pattern_of, branches[enough])
    anchor = payments.debtor[firsts[opens]]
    widest = np.lexsort((opens, -peak, anchor))
    kept = rank_within_runs(anchor[widest]) < limits.patterns_max
    found = [
        _pattern(payments, firsts[begin : finish + 1], seconds[begin : finish + 1], size)
        for begin, finish, size in np.column_stack([opens, closes, peak])[widest[kept]].tolist()
    ]
    cut = np.unique(np.concatenate([payments.creditor[steps.cut], anchor[widest[~kept]]]))
    return PatternSearch(in_order(found), payments.hub_ids(), payments.ids(cut))


def _pattern(payments: Payments, firsts: Ints, seconds: Ints, size: int) -> Pattern:
    rows = np.unique(np.concatenate([firsts, seconds]))
    roles = (
        ("source", payments.debtor[firsts[:1]]),
        ("intermediary", np.unique(payments.creditor[firsts])),
        ("sink", payments.creditor[seconds[:1]]),
    )
    return Pattern(
        kind="scatter_gather",
        anchor=int(payments.nodes[payments.debtor[firsts[0]]]),
        accounts=tuple((role, payments.ids(nodes)) for role, nodes in roles),
        payments=payments.row_ids(rows),
        amount_vnd=int(min(_once(payments, firsts), _once(payments, seconds))),
        start=int(payments.at[rows[0]]),
        end=int(payments.until[rows].max()),
        size=size,
        hubs=(),
    )


def _once(payments: Payments, positions: Ints) -> int:
    """Sum of the amounts at `positions`, where a bundle and its own pieces are not both counted."""
    position = np.unique(positions)
    pieces = payments.row_from[position + 1] - payments.row_from[position]
    total, seen = 0, set[int]()
    for at in position[np.argsort(-pieces, kind="stable")].tolist():
        rows = payments.rows[payments.row_from[at] : payments.row_from[at + 1]].tolist()
        if seen.isdisjoint(rows):
            seen.update(rows)
            total += int(payments.amount[at])
    return total
