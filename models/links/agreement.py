"""Pairs of parties whose records agree in rare circumstances more than chance would have it.

Two records drawn at random agree in a value that is at least as rare as this one with the *tail* of the
value: the sum of the squared shares of all values that are no more frequent. Parties with several values have
so many chances; where they agree in several circumstances, the product of the chances is held against what a
product of so many chances is (Fisher, 1925). Of all pairs only a given share may be chance (Benjamini and
Hochberg, 1995).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

GRAIN = ":"
Circumstances = Mapping[str, Mapping[str, float]]
"""By circumstance: the values that a party's records name, each with its tail.

`seller` and `seller:goods` are one circumstance at two grains: the rarer agreement counts, and that there
were two to choose from.
"""


def agreeing_pairs(
    parties: Mapping[str, Circumstances], false_share: float, well_known: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Pairs of names, sorted, that agree beyond chance; a share of `false_share` of them may be chance.

    Pairs of two who are `well_known` are judged among themselves, and all others among themselves: where one
    kind is far more often true, a common limit would be too strict for it and too lax for the other.
    """
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for party, circumstances in parties.items():
        for circumstance, values in circumstances.items():
            for value in values:
                users[circumstance, value].add(party)
    pairs = sorted({pair for using in users.values() for pair in combinations(sorted(using), 2)})
    known = parties.keys() & well_known
    among_known = math.comb(len(known), 2)
    agreeing = []
    for both_known, looked_at in ((True, among_known), (False, math.comb(len(parties), 2) - among_known)):
        judged = [pair for pair in pairs if known.issuperset(pair) == both_known]
        chances = np.array([chance_of_agreement(parties[one], parties[other]) for one, other in judged])
        adjusted = adjusted_chances(chances, looked_at)
        agreeing += [pair for pair, chance in zip(judged, adjusted, strict=True) if chance <= false_share]
    return sorted(agreeing)


def adjusted_chances(chances: NDArray[np.float64], looked_at: int) -> NDArray[np.float64]:
    """For each chance, which share of it and all smaller ones is chance (Benjamini and Hochberg, 1995).

    `looked_at`: of how many pairs these are the ones that agreed in anything; all others' chance is 1.
    """
    order = np.argsort(chances, kind="stable")
    shares = chances[order] * max(looked_at, len(chances)) / np.arange(1, len(chances) + 1)
    adjusted = np.empty_like(shares)
    adjusted[order] = np.minimum(np.minimum.accumulate(shares[::-1])[::-1], 1.0)
    return adjusted


def chance_of_agreement(first: Circumstances, second: Circumstances) -> float:
    """How likely the records of two parties that have nothing to do with each other agree so far."""
    agreed: dict[str, list[float]] = defaultdict(list)
    grains = Counter(_matter(name) for name in first.keys() | second.keys())
    for name in sorted(first.keys() & second.keys()):
        if common := first[name].keys() & second[name].keys():
            rarest = min(first[name][value] for value in common)
            agreed[_matter(name)].append(rarest * len(first[name]) * len(second[name]))
    chances = [min(1.0, min(found) * grains[matter]) for matter, found in agreed.items()]
    product = math.prod(chances)
    doubt = -math.log(product)
    return min(1.0, product * sum(doubt**n / math.factorial(n) for n in range(max(len(chances), 1))))


def _matter(circumstance: str) -> str:
    return circumstance.partition(GRAIN)[0]
