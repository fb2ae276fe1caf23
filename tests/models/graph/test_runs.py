import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.graph.runs import (
    GroupedTimes,
    concatenated_ranges,
    distinct_in_windows,
    merged_windows,
    rank_within_runs,
)


def ints(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_ranges_stand_one_after_the_other() -> None:
    assert concatenated_ranges(ints([5, 0, 9]), ints([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert concatenated_ranges(ints([]), ints([])).tolist() == []


def test_rank_starts_again_in_each_run() -> None:
    assert rank_within_runs(ints([4, 4, 4, 1, 7, 7])).tolist() == [0, 1, 2, 0, 0, 1]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-20, 20)), max_size=30), st.integers(0, 9))
def test_grouped_search_is_a_search_in_each_group(entries: list[tuple[int, int]], reach: int) -> None:
    entries = sorted(entries)
    groups, at = ints([g for g, _ in entries]), ints([t for _, t in entries])
    times = GroupedTimes(groups, at)
    before, after = times.before(groups, at - reach), times.after(groups, at + reach)
    for i, (group, time) in enumerate(entries):
        inside = [k for k, (g, t) in enumerate(entries) if g == group and abs(t - time) <= reach]
        assert (before[i], after[i]) == (inside[0], inside[-1] + 1)


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=25),
    st.lists(st.tuples(st.integers(0, 24), st.integers(-1, 6)), min_size=1, max_size=20),
)
def test_distinct_values_in_sliding_windows(values: list[int], raw: list[tuple[int, int]]) -> None:
    firsts = sorted(min(first, len(values) - 1) for first, _ in raw)
    lasts = np.maximum.accumulate(
        [min(f + length, len(values) - 1) for f, (_, length) in zip(firsts, raw, strict=True)]
    )
    counted = distinct_in_windows(ints(firsts), ints(list(lasts)), ints(values))
    expected = [len(set(values[f : last + 1])) for f, last in zip(firsts, lasts, strict=True)]
    assert counted.tolist() == expected


def test_windows_that_share_a_position_become_one() -> None:
    first, last, number = merged_windows(ints([0, 1, 4, 5, 9]), ints([1, 3, 5, 7, 9]))
    assert first.tolist() == [0, 4, 9]
    assert last.tolist() == [3, 7, 9]
    assert number.tolist() == [0, 0, 1, 1, 2]


def test_no_windows_merge_to_none() -> None:
    first, last, number = merged_windows(ints([]), ints([]))
    assert len(first) == len(last) == len(number) == 0
