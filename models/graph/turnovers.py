"""Turnovers: for a few days unusual sums reach an account from several others, and leave it for several more.

Payment by payment nothing need match: only the sums do, and the crowd of counterparties is unlike the
account's other days. So what chance makes of it is reckoned, and told with each pattern.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import poisson

from models.graph.limits import WHOLE_BP, PatternLimits
from models.graph.pattern import Pattern
from models.graph.payments import Payments
from models.graph.runs import GroupedTimes, Ints, distinct_in_windows

Floats = npt.NDArray[np.float64]


class Turnover(NamedTuple):
    """A pattern (`source`, `intermediary`, `sink`), and log10 of how many such chance makes here."""

    pattern: Pattern
    log10_chance: float


class _Entries(NamedTuple):
    """Payments as their accounts see them, sorted by account and time: shape (entries,)."""

    account: Ints
    at: Ints
    came_in: npt.NDArray[np.bool_]
    other: Ints
    amount: Ints
    position: Ints

    def at_rows(self, rows: Ints) -> "_Entries":
        """The entries at `rows`, in that order."""
        return _Entries(
            self.account[rows],
            self.at[rows],
            self.came_in[rows],
            self.other[rows],
            self.amount[rows],
            self.position[rows],
        )


class _Windows(NamedTuple):
    """Windows over `_Entries` that begin with a credit: shape (windows,); `first` and `last` are included."""

    entries: _Entries
    first: Ints
    last: Ints
    log10_burst: Floats
    gap: Floats


def find_turnovers(
    payments: Payments, limits: PatternLimits, window_seconds: Sequence[int], shares: Sequence[float]
) -> list[Turnover]:
    """Turnovers of accounts that are no hubs, strongest first; those of one account do not overlap.

    Every window of one of the lengths `window_seconds` that begins with a credit is looked at, over the
    payments of at least one of the `shares` of the account's largest: a purchase of the day hides no unusual
    sum. A window counts when it has `branches_min` distinct payers and as many payees, pays out
    later than it takes in, on average, and of what it takes in keeps at most `retained_max_bp` and adds at
    most `added_max_bp`. Chance = windows looked at x the Poisson tail of so many counterparties at the
    account's rate outside the window x the share of windows whose sums match as closely.
    """
    entries = _entries(payments)
    tried = [
        _windows(_large(entries, share), seconds, limits) for share in shares for seconds in window_seconds
    ]
    looked_at = sum(number for number, _ in tried)
    found = [windows for _, windows in tried if len(windows.first)]
    if not found:
        return []
    gaps = np.sort(np.concatenate([windows.gap for windows in found]))
    candidates = []
    for which, windows in enumerate(found):
        match = np.searchsorted(gaps, windows.gap, side="right") / len(gaps)
        chance = np.log10(looked_at) + windows.log10_burst + np.log10(match)
        kept = windows.gap <= np.log(WHOLE_BP / (WHOLE_BP - limits.retained_max_bp))
        candidates += [(chance[n], which, n) for n in np.flatnonzero(kept & (chance < 0)).tolist()]
    return _apart(payments, found, sorted(candidates))


def _entries(payments: Payments) -> _Entries:
    position = np.flatnonzero(~payments.hub[payments.debtor] & ~payments.hub[payments.creditor])
    debtor, creditor = payments.debtor[position], payments.creditor[position]
    account, other = np.concatenate([creditor, debtor]), np.concatenate([debtor, creditor])
    entries = _Entries(
        account,
        np.tile(payments.at[position], 2),
        np.arange(len(account)) < len(position),
        other,
        np.tile(payments.amount[position], 2),
        np.tile(position, 2),
    )
    return entries.at_rows(np.lexsort((entries.position, entries.at, account)))


def _large(entries: _Entries, share: float) -> _Entries:
    """The entries of at least this share of the account's largest payment."""
    largest = np.zeros(int(entries.account.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(largest, entries.account, entries.amount)
    return entries.at_rows(np.flatnonzero(entries.amount >= share * largest[entries.account]))


def _windows(entries: _Entries, seconds: int, limits: PatternLimits) -> tuple[int, _Windows]:
    """How many windows begin with a credit, and those that take and pay enough in the right order."""
    first = np.arange(len(entries.at), dtype=np.int64)
    last = GroupedTimes(entries.account, entries.at).after(entries.account, entries.at + seconds) - 1
    sums = {
        side: _sums(chosen, entries, first, last)
        for side, chosen in (("in", entries.came_in), ("out", ~entries.came_in))
    }
    taken, paid = sums["in"], sums["out"]
    enough = (
        entries.came_in & (taken.branches >= limits.branches_min) & (paid.branches >= limits.branches_min)
    )
    enough &= paid.mean_at > taken.mean_at
    enough &= paid.amount <= taken.amount * (1 + limits.added_max_bp / WHOLE_BP)
    kept = np.flatnonzero(enough)
    everything = int(entries.at.max() - entries.at.min()) + 1 if len(entries.at) else 1
    in_window = (last - first + 1)[kept]
    elsewhere = np.bincount(entries.account)[entries.account[kept]] - in_window
    rate = (elsewhere + 1) * seconds / max(everything - seconds, seconds)
    burst = poisson.logsf((taken.branches + paid.branches)[kept] - 1, rate) / np.log(10)
    gap = np.abs(np.log(paid.amount[kept] / taken.amount[kept]))
    return int(entries.came_in.sum()), _Windows(entries, first[kept], last[kept], burst, gap)


class _Side(NamedTuple):
    branches: Ints
    amount: Floats
    mean_at: Floats


def _sums(chosen: npt.NDArray[np.bool_], entries: _Entries, first: Ints, last: Ints) -> _Side:
    def within(values: npt.NDArray[np.generic]) -> Floats:
        total = np.concatenate([[0.0], np.cumsum(np.where(chosen, values, 0).astype(np.float64))])
        within_windows: Floats = total[last + 1] - total[first]
        return within_windows

    number = within(np.ones(len(chosen)))
    # All entries of the other side count as one value, which is taken off.
    others = distinct_in_windows(first, last, np.where(chosen, entries.other, -1))
    branches = others - (number < last - first + 1)
    low = entries.at.min() if len(entries.at) else 0
    return _Side(branches, within(entries.amount), within(entries.at - low) / np.maximum(number, 1))


def _apart(
    payments: Payments, found: Sequence[_Windows], candidates: Sequence[tuple[float, int, int]]
) -> list[Turnover]:
    taken: dict[int, list[tuple[int, int]]] = {}
    turnovers = []
    for chance, which, number in candidates:
        entries, first, last, _, _ = found[which]
        rows = slice(int(first[number]), int(last[number]) + 1)
        account = int(entries.account[rows][0])
        start, end = int(entries.at[rows][0]), int(entries.at[rows][-1])
        spans = taken.setdefault(account, [])
        if any(start <= until and since <= end for since, until in spans):
            continue
        spans.append((start, end))
        came_in, other = entries.came_in[rows], entries.other[rows]
        turnovers.append(
            Turnover(
                Pattern(
                    kind="turnover",
                    anchor=int(payments.nodes[account]),
                    accounts=(
                        ("source", payments.ids(np.unique(other[came_in]))),
                        ("intermediary", payments.ids(np.array([account]))),
                        ("sink", payments.ids(np.unique(other[~came_in]))),
                    ),
                    payments=payments.row_ids(entries.position[rows]),
                    amount_vnd=int(entries.amount[rows][came_in].sum()),
                    start=start,
                    end=end,
                    size=len(np.unique(other)),
                    hubs=(),
                ),
                float(chance),
            )
        )
    return turnovers
