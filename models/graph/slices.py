"""Overlapping slices of time, and patterns that show in more than one of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.graph.runs import Ints


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one slice shows: its number, the account sets (sides or layers), and the payments (positions).

    `matches` are positions in a pairing, where the finder works on pairs (otherwise empty).
    """

    slice_number: int
    sides: tuple[frozenset[int], ...]
    payments: frozenset[int]
    matches: frozenset[int] = frozenset()


def half_window(window_seconds: int) -> int:
    """The step from slice to slice."""
    return (window_seconds + 1) // 2


def time_slices(at: Ints, window_seconds: int) -> Iterator[tuple[int, int, int]]:
    """(number, begin, end) of the slices of `at` (ascending seconds) that hold anything.

    Slice k covers [k h, k h + 2 h) with h half a window, rounded up: every set of payments that spans less
    than half a window lies in one slice, whatever the first time of the batch.
    """
    if len(at) == 0:
        return
    half = half_window(window_seconds)
    numbers = np.unique(np.concatenate([at // half - 1, at // half]))
    begins = np.searchsorted(at, numbers * half, side="left")
    ends = np.searchsorted(at, (numbers + 2) * half, side="left")
    yield from zip(numbers.tolist(), begins.tolist(), ends.tolist(), strict=True)


def distinct_sightings(sightings: list[Sighting]) -> list[Sighting]:
    """The same sets in neighbouring slices become one sighting; a sighting whose sets all lie within those of
    a larger one in the same or a neighbouring slice is left out, since it is the part of it that this slice
    saw.
    """
    runs: dict[tuple[frozenset[int], ...], list[list[Sighting]]] = {}
    for sighting in sorted(sightings, key=lambda s: s.slice_number):
        of_sides = runs.setdefault(sighting.sides, [])
        if of_sides and sighting.slice_number - of_sides[-1][-1].slice_number <= 1:
            of_sides[-1].append(sighting)
        else:
            of_sides.append([sighting])
    everything = [run for of_sides in runs.values() for run in of_sides]
    by_slice_and_account: dict[tuple[int, int], list[list[Sighting]]] = {}
    for run in everything:
        for sighting in run:
            for account in run[0].sides[0]:
                by_slice_and_account.setdefault((sighting.slice_number, account), []).append(run)
    kept = []
    for run in everything:
        account = min(run[0].sides[0])
        numbers = range(run[0].slice_number - 1, run[-1].slice_number + 2)
        near = [other for n in numbers for other in by_slice_and_account.get((n, account), [])]
        if not any(_within(run[0].sides, other[0].sides) for other in near):
            kept.append(
                Sighting(
                    run[0].slice_number,
                    run[0].sides,
                    frozenset().union(*(s.payments for s in run)),
                    frozenset().union(*(s.matches for s in run)),
                )
            )
    return kept


def _within(sides: tuple[frozenset[int], ...], others: tuple[frozenset[int], ...]) -> bool:
    return sides != others and all(side <= other for side, other in zip(sides, others, strict=True))
