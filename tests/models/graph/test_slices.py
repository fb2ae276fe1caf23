import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.graph.slices import Sighting, distinct_sightings, time_slices


def seen(number: int, first: set[int], second: set[int], *rows: int) -> Sighting:
    return Sighting(number, (frozenset(first), frozenset(second)), frozenset(rows))


@given(st.lists(st.integers(-50, 50), max_size=20), st.integers(1, 15))
def test_short_spans_lie_in_one_slice(times: list[int], window: int) -> None:
    at = np.array(sorted(times), dtype=np.int64)
    half = (window + 1) // 2
    slices = list(time_slices(at, window))
    for number, begin, end in slices:
        assert begin < end
        inside = [t for t in at.tolist() if number * half <= t < (number + 2) * half]
        assert at[begin:end].tolist() == inside
    for i in range(len(at)):
        last = int(np.searchsorted(at, at[i] + half, side="left"))
        assert any(begin <= i and last <= end for _, begin, end in slices)


def test_the_same_sets_in_neighbouring_slices_are_one() -> None:
    found = distinct_sightings([seen(4, {1, 2}, {8}, 10, 11), seen(3, {1, 2}, {8}, 9, 10)])
    assert found == [seen(3, {1, 2}, {8}, 9, 10, 11)]


def test_the_same_sets_far_apart_are_two() -> None:
    far = [seen(3, {1, 2}, {8}, 9), seen(5, {1, 2}, {8}, 12)]
    assert distinct_sightings(far) == far


def test_a_part_of_a_larger_sighting_is_left_out_only_near_it() -> None:
    larger = seen(4, {1, 2, 3}, {8, 9}, 20, 21)
    assert distinct_sightings([seen(3, {1, 3}, {8}, 20), larger]) == [larger]
    assert len(distinct_sightings([seen(2, {1, 3}, {8}, 15), larger])) == 2
    assert len(distinct_sightings([seen(3, {1, 4}, {8}, 20), larger])) == 2
