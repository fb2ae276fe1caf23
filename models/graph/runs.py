"""Ranges of positions, and sliding windows over them, for many groups at once."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def concatenated_ranges(starts: Ints, counts: Ints) -> Ints:
    """[s, s + 1, .., s + c - 1] for every (s, c), one after the other: shape (sum of counts,)."""
    total = int(counts.sum())
    if total == 0:
        return np.zeros(0, dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.repeat(starts - offsets, counts) + np.arange(total, dtype=np.int64)


def rank_within_runs(groups: Ints) -> Ints:
    """0, 1, 2, .. within each run of equal values of `groups` (equal values stand together)."""
    opens = np.ones(len(groups), dtype=bool)
    opens[1:] = groups[1:] != groups[:-1]
    first = np.flatnonzero(opens)
    counts = np.diff(np.append(first, len(groups)))
    return np.arange(len(groups), dtype=np.int64) - np.repeat(first, counts)


class GroupedTimes:
    """Times of many groups in one sorted array, to search all of them at once.

    `groups` (0 or more) and `at` are int64 of shape (n,), sorted by (group, at).
    Raises ValueError when groups times the span of time do not fit 64 bits.
    """

    def __init__(self, groups: Ints, at: Ints) -> None:
        self._low = int(at.min()) if len(at) else 0
        # Two seconds to spare: a search before the first or after the last entry stays in its group.
        self._span = (int(at.max()) - self._low if len(at) else 0) + 3
        if len(groups) and (int(groups.max()) + 1) * self._span >= 2**63:
            raise ValueError("groups times seconds do not fit 64 bits: is `at` in seconds?")
        self._keys = groups * self._span + (at - self._low + 1)

    def before(self, groups: Ints, at: Ints) -> Ints:
        """For each (group, time): position of the first entry of the group at or after that time."""
        return np.searchsorted(self._keys, self._key(groups, at), side="left").astype(np.int64)

    def after(self, groups: Ints, at: Ints) -> Ints:
        """For each (group, time): one past the last entry of the group at or before that time."""
        return np.searchsorted(self._keys, self._key(groups, at), side="right").astype(np.int64)

    def _key(self, groups: Ints, at: Ints) -> Ints:
        key: Ints = groups * self._span + np.clip(at - self._low + 1, 0, self._span - 1)
        return key


def distinct_in_windows(first: Ints, last: Ints, values: Ints) -> Ints:
    """Distinct `values` in each window [first[i], last[i]] (both ends included), shape (windows,).

    `first` and `last` never decrease from one window to the next. A window with last < first is empty. Each
    position adds one to just those windows that hold it and not the earlier position with the same value, and
    these windows stand together: so one pass of differences does it, whatever the length of the windows.
    """
    windows = len(first)
    order = np.argsort(values, kind="stable")
    previous = np.full(len(values), -1, dtype=np.int64)
    repeats = values[order][1:] == values[order][:-1]
    previous[order[1:][repeats]] = order[:-1][repeats]
    position = np.arange(len(values), dtype=np.int64)
    opens = np.maximum(
        np.searchsorted(last, position, side="left"), np.searchsorted(first, previous, side="right")
    )
    closes = np.searchsorted(first, position, side="right")
    counts = closes > opens
    change = np.bincount(opens[counts], minlength=windows + 1) - np.bincount(
        closes[counts], minlength=windows + 1
    )
    return np.cumsum(change)[:windows].astype(np.int64)


def merged_windows(first: Ints, last: Ints) -> tuple[Ints, Ints, Ints]:
    """Join windows that share a position: (first, last, number of the joined window for each window).

    `first` and `last` are as in `distinct_in_windows`, without empty windows.
    """
    opens = np.ones(len(first), dtype=bool)
    opens[1:] = first[1:] > last[:-1]
    closes = np.ones(len(first), dtype=bool)
    closes[:-1] = opens[1:]
    return first[opens], last[closes], (np.cumsum(opens) - 1).astype(np.int64)
