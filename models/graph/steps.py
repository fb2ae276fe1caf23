"""Steps: one payment followed by another that takes the money on. Chains and cycles are paths of steps."""

from dataclasses import dataclass

import numpy as np

from models.graph.limits import WHOLE_BP, PatternLimits
from models.graph.payments import Payments
from models.graph.runs import Flags, GroupedTimes, Ints, concatenated_ranges, rank_within_runs

ROWS_AT_ONCE = 1_000_000
"""Rows of working memory in one piece of a search; the answer does not depend on it."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The payments that may follow payment p are `follower[start[p]:start[p + 1]]`, in time order.

    `leader` and `leader_start` are the same the other way round. `cut`: bool of shape (payments,), true where
    more than `scanned_max` outgoing payments stood in reach and the later ones were not looked at.
    """

    start: Ints
    follower: Ints
    leader_start: Ints
    leader: Ints
    cut: Flags


def find_steps(payments: Payments, limits: PatternLimits) -> Steps:
    """Every pair of payments p, q where q takes on what p brought.

    The creditor of p is the debtor of q and no hub; q comes from `hold_seconds_min` to `hold_seconds_max`
    seconds after p (a bundle q may begin while the bundle p still arrives, if it ends after it); and of the
    amount of p at most `retained_max_bp` is kept and at most `added_max_bp` is added. Never q back to the
    debtor of p when `cycle_payments_min` is above 2, since nothing uses it then.
    """
    count = len(payments)
    outgoing = np.lexsort((np.arange(count), payments.debtor))
    times = GroupedTimes(payments.debtor[outgoing], payments.at[outgoing])
    first = times.before(payments.creditor, payments.at + limits.hold_seconds_min)
    last = times.after(payments.creditor, payments.until + limits.hold_seconds_max)
    reach = np.where(payments.hub[payments.creditor], 0, np.maximum(last - first, 0))
    cut = reach > limits.scanned_max
    reach = np.minimum(reach, limits.scanned_max)
    kept: list[tuple[Ints, Ints]] = []
    for piece in _pieces(reach):
        p = np.repeat(piece, reach[piece])
        q = outgoing[concatenated_ranges(first[piece], reach[piece])]
        good = _takes_on(payments, p, q, limits)
        kept.append((p[good], q[good]))
    leader = np.concatenate([p for p, _ in kept]) if kept else np.zeros(0, dtype=np.int64)
    follower = np.concatenate([q for _, q in kept]) if kept else np.zeros(0, dtype=np.int64)
    back = np.lexsort((leader, follower))
    return Steps(_starts(leader, count), follower, _starts(follower, count), leader[back], cut)


def _takes_on(payments: Payments, p: Ints, q: Ints, limits: PatternLimits) -> Flags:
    before, after = payments.amount[p], payments.amount[q]
    good: Flags = (
        (q > p)
        & (payments.until[q] >= payments.until[p] + limits.hold_seconds_min)
        & (after * WHOLE_BP >= before * (WHOLE_BP - limits.retained_max_bp))
        & (after * WHOLE_BP <= before * (WHOLE_BP + limits.added_max_bp))
    )
    if limits.cycle_payments_min > 2:
        good &= payments.creditor[q] != payments.debtor[p]
    return good


def _starts(sources: Ints, count: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=count))]).astype(np.int64)


def _pieces(rows: Ints) -> list[Ints]:
    """Positions with any rows, in order, cut so that a piece has about `ROWS_AT_ONCE` rows at most."""
    busy = np.flatnonzero(rows)
    if len(busy) == 0:
        return []
    number = np.cumsum(rows[busy]) // ROWS_AT_ONCE
    return np.split(busy, np.flatnonzero(np.diff(number)) + 1)


def extended(paths: Ints, steps: Steps, paths_max: int) -> tuple[Ints, Ints, Flags]:
    """Every path with every payment that may follow its last one, `paths_max` at most for each first payment.

    `paths` has the shape (paths, length) and holds payment positions; paths with the same first payment stand
    together. Returns the parent of each longer path, shape (m,), the payment added, shape (m,), in the order
    of the parents, then of time, and which paths were not continued in every way, bool of shape (paths,).
    """
    last = paths[:, -1]
    counts = steps.start[last + 1] - steps.start[last]
    earlier = np.cumsum(counts) - counts
    opens = rank_within_runs(paths[:, 0]) == 0
    earlier_of_start = earlier[opens][np.cumsum(opens) - 1]
    allowed = np.clip(paths_max - (earlier - earlier_of_start), 0, counts)
    parent = np.repeat(np.arange(len(paths), dtype=np.int64), allowed)
    added = steps.follower[concatenated_ranges(steps.start[last], allowed)]
    return parent, added, allowed < counts


def start_groups(steps: Steps, limits: PatternLimits) -> list[Ints]:
    """Payments that anything follows, in groups small enough to search together."""
    starts = np.flatnonzero(np.diff(steps.start))
    size = max(1, ROWS_AT_ONCE // limits.paths_max)
    return [starts[i : i + size] for i in range(0, len(starts), size)]
