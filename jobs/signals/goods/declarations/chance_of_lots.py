"""How likely so many exports find an import of their size by chance: what pairs of lots are judged by.

Round quantities agree often and odd ones seldom: that is read from everybody's lots of the goods and from the
importer's own. A trader of few sizes (a container's fill) agrees more easily: its lots are spread about them.
Of two that have one size each, whose every lot agrees by nature, the order of the lots tells.
"""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.stats import binom, poisson

from jobs.signals.schema import Parameters

# How a lot may agree: the same to the piece, or a little less of it and soon.
WAYS = ("same", "less")
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Reach:
    """How much larger and smaller than the export an import may be, and how many days before it.

    Sizes are logarithms of quantities in whole millionths, so that nothing hangs on rounding.
    """

    larger: int
    smaller: int
    days: int
    scale: int


def reaches(parameters: Parameters) -> dict[str, Reach]:
    """The reach of each way."""
    same, less, scale = (round(float(parameters[f"{name}_log"]) * 1e6) for name in ("same", "less", "scale"))
    return {
        way: Reach(larger, same, int(parameters[f"{way}_days"]), scale)
        for way, larger in zip(WAYS, (same, less), strict=True)
    }


@dataclass(frozen=True)
class Lots:
    """Lots of one kind of goods: size and day of each."""

    size: Numbers
    day: Numbers

    def __len__(self) -> int:
        return len(self.size)

    def of(self, chosen: NDArray[np.bool_]) -> "Lots":
        return Lots(self.size[chosen], self.day[chosen])

    def mirrored(self) -> "Lots":
        """Who looks for a larger lot before its own, sees in the mirror a smaller one after it."""
        return Lots(-self.size, -self.day)


def _between(values: Numbers, low: Numbers, high: Numbers) -> Numbers:
    """For each pair of bounds, how many of the sorted values lie in it (both ends included)."""
    return np.searchsorted(values, high, "right") - np.searchsorted(values, low, "left")


def expected_by_chance(own: Lots, everybody: Lots, sent: Lots, reach: Reach) -> float:
    """How many of the lots sent would find, by chance, one of the importer's in time and of their size.

    As likely as others' imports are of that size, or the importer's own other ones, or its own if they were
    spread evenly about it: whichever is most.
    """
    sizes = np.sort(own.size)
    low, high = sent.size - reach.smaller, sent.size + reach.larger
    near = _between(sizes, low, high)
    others = len(everybody) - len(own)
    spread = (reach.larger + reach.smaller) / (2 * reach.scale) / len(own)
    likely = np.maximum.reduce(
        [
            (_between(np.sort(everybody.size), low, high) - near) / max(others, 1),
            (near - 1) / max(len(own) - 1, 1),
            _between(sizes, sent.size - reach.scale, sent.size + reach.scale) * spread,
        ]
    )
    in_time = _between(np.sort(own.day), sent.day - reach.days, sent.day)
    return float(np.sum(-np.expm1(-in_time * likely)))


def chance_of(lots: int, expected: float) -> float:
    """How likely chance alone makes as many lots agree (Poisson)."""
    return float(poisson.sf(lots - 1, expected))


def chance_of_turns(own: Lots, everybody: Lots, sent: Lots, reach: Reach, least: int) -> float | None:
    """How likely two parties of one size each agree in it once and then take turns, one lot each; null where
    they are not such, or take fewer than `least` turns.

    Their sizes agree a single time: as likely as another's lot is of that size. Of all orders in which as
    many lots of both can follow one another, one takes turns.
    """
    turns = len(own)
    if turns < least or len(sent) != turns:
        return None
    low, high = int(own.size.max()) - reach.smaller, int(own.size.min()) + reach.larger
    went, came = np.sort(own.day), np.sort(sent.day)
    one_size = bool(np.all((sent.size >= low) & (sent.size <= high))) and low <= high
    in_time = bool(np.all((came >= went) & (came - went <= reach.days)))
    if not (one_size and in_time and bool(np.all(came[:-1] < went[1:]))):
        return None
    others = len(everybody) - turns
    near = _between(np.sort(everybody.size), np.array([low]), np.array([high]))[0] - turns
    return float((near + 1) / (others + 1) / comb(2 * turns, turns))


def chance_of_pairs(
    pairs: int, brought: Lots, sent: Lots, all_brought: Lots, all_sent: Lots, reach: Reach
) -> float:
    """How likely chance alone pairs as many of the lots brought with one sent each.

    Asked of the side with fewer lots, each of which finds one or none: no more likely than the binomial of
    the same mean (Hoeffding, 1956).
    """
    if len(sent) <= len(brought):
        tries, expected = len(sent), expected_by_chance(brought, all_brought, sent, reach)
    else:
        own, everybody, looking = (side.mirrored() for side in (sent, all_sent, brought))
        tries, expected = len(brought), expected_by_chance(own, everybody, looking, reach)
    return float(binom.sf(pairs - 1, tries, min(expected / tries, 1.0)))


def one_to_one(agreeing: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """As many of the pairs as can stand without any lot in two of them (Hopcroft and Karp, 1973)."""
    lefts, rights = (sorted(set(side)) for side in zip(*agreeing, strict=True))
    row = {key: place for place, key in enumerate(lefts)}
    column = {key: place for place, key in enumerate(rights)}
    rows, columns = [row[left] for left, _ in agreeing], [column[right] for _, right in agreeing]
    may = csr_array((np.ones(len(agreeing), dtype=np.int8), (rows, columns)), shape=(len(lefts), len(rights)))
    may.sort_indices()
    matched = maximum_bipartite_matching(may, perm_type="column")
    return {(lefts[place], rights[found]) for place, found in enumerate(matched) if found >= 0}
