"""Pairs of parties whose records agree in rare circumstances more than chance would have it.

Two records drawn at random agree in a value that is at least as rare as this one with the *tail* of the
value: the sum of the squared shares of all values that are no more frequent. Parties with several values have
so many chances; where they agree in several circumstances, the product of the chances is held against what a
product of so many chances is (Fisher, 1925). Of all pairs only a given share may be chance (Benjamini and
Hochberg, 1995).
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Circumstances = Mapping[str, Mapping[str, float]]
"""By circumstance: the values that a party's records name, each with its tail."""


def agreeing_pairs(parties: Mapping[str, Circumstances], false_share: float) -> list[tuple[str, str]]:
    """Pairs of names, sorted, that agree beyond chance; a share of `false_share` of them may be chance."""
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for party, circumstances in parties.items():
        for circumstance, values in circumstances.items():
            for value in values:
                users[circumstance, value].add(party)
    pairs = sorted({pair for using in users.values() for pair in combinations(sorted(using), 2)})
    if not pairs:
        return []
    chances = np.array([chance_of_agreement(parties[one], parties[other]) for one, other in pairs])
    adjusted = adjusted_chances(chances, math.comb(len(parties), 2))
    return [pair for pair, chance in zip(pairs, adjusted, strict=True) if chance <= false_share]


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
    agreed = [
        min(1.0, min(first[name][value] for value in common) * len(first[name]) * len(second[name]))
        for name in sorted(first.keys() & second.keys())
        if (common := first[name].keys() & second[name].keys())
    ]
    product = math.prod(agreed)
    doubt = -math.log(product)
    return min(1.0, product * sum(doubt**n / math.factorial(n) for n in range(max(len(agreed), 1))))
