"""Rounds of one account: it gathers from several, pays nearly all of it on to several others, begins anew.

A single gather-scatter (Altman et al., AMLworld, 2023) may be chance; that the sums close again and again, by
the same payers to the same payees, is how collection accounts are run (FATF, Professional Money Laundering,
2018). A shop takes and pays all the time, and its sums close at no pause.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Entry(NamedTuple):
    """A payment as its account sees it: seconds since 1970, whether it leaves the account, with whom."""

    at: int
    out: bool
    other: str
    amount_vnd: int


class Round(NamedTuple):
    """Entries `first` to `last` (both included), who paid in and who was paid."""

    first: int
    last: int
    sources: frozenset[str]
    sinks: frozenset[str]


@dataclass(frozen=True)
class RoundRules:
    """What closes a round.

    `round_seconds`: from its first entry to its last, at most. `branches_min`: sources, and sinks, at least,
    and at least `covered_share_min` of all that the account has. Of what was gathered at most
    `retained_share_max` is left at the end, and never was more than `added_share_max` of it paid beyond it.
    """

    round_seconds: int
    branches_min: int
    covered_share_min: float
    retained_share_max: float
    added_share_max: float

    def branches(self, all_of_them: int) -> float:
        """How many sources (or sinks) a round needs where the account has so many."""
        return max(self.branches_min, self.covered_share_min * all_of_them)


def find_rounds(entries: Sequence[Entry], rules: RoundRules) -> list[Round]:
    """Rounds of one account that do not overlap, each from the earliest payment in that opens one.

    Args:
        entries: all that its sources and sinks pay and are paid, in order of time.
        rules: see `RoundRules`.
    """
    sources = rules.branches(len({entry.other for entry in entries if not entry.out}))
    sinks = rules.branches(len({entry.other for entry in entries if entry.out}))
    found: list[Round] = []
    first = 0
    while first < len(entries):
        closed = None if entries[first].out else _closed(entries, first, sources, sinks, rules)
        if closed:
            found.append(closed)
        first = closed.last + 1 if closed else first + 1
    return found


def recurring(groups: Iterable[frozenset[str]], rounds_min: int) -> frozenset[str]:
    """Who stands in at least `rounds_min` of the groups."""
    rounds_of = Counter(name for group in groups for name in group)
    return frozenset(name for name, rounds in rounds_of.items() if rounds >= rounds_min)


def _closed(
    entries: Sequence[Entry], first: int, sources_min: float, sinks_min: float, rules: RoundRules
) -> Round | None:
    """The round that opens at `first`; None where it lasts too long or pays what it has not gathered.

    It closes at the pause only: while one payment out follows another, it is still being spread.
    """
    gathered = spread = 0
    sources: set[str] = set()
    sinks: set[str] = set()
    for last in range(first, len(entries)):
        at, out, other, amount_vnd = entries[last]
        if out:
            spread += amount_vnd
            sinks.add(other)
        else:
            gathered += amount_vnd
            sources.add(other)
        late = at - entries[first].at > rules.round_seconds
        if late or spread > gathered * (1 + rules.added_share_max):
            return None
        pause = out and (last + 1 == len(entries) or not entries[last + 1].out)
        enough = len(sources) >= sources_min and len(sinks) >= sinks_min
        if pause and enough and gathered - spread <= gathered * rules.retained_share_max:
            return Round(first, last, frozenset(sources), frozenset(sinks))
    return None
