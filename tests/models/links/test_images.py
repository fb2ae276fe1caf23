"""Copies of one picture by their hashes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.links.images import near_pairs, picture_groups

hashes_near_each_other = st.lists(
    st.tuples(st.sampled_from([0, 0x0F0F0F0F0F0F0F0F, 2**64 - 1]), st.sets(st.integers(0, 63), max_size=7)),
    max_size=25,
).map(lambda seeds: [base ^ sum(1 << bit for bit in bits) for base, bits in seeds])


@given(hashes_near_each_other, st.integers(0, 6))
@settings(max_examples=150, deadline=None)
def test_blocking_finds_every_near_pair(values: list[int], distance: int) -> None:
    """Brute force over all pairs is the oracle."""
    distinct = np.unique(np.array(values, dtype=np.uint64))
    left, right = near_pairs(distinct, distance, bucket_max=1000) if len(distinct) else ([], [])
    found = set(zip(list(left), list(right), strict=True))
    numbers = [int(value) for value in distinct]
    wanted = {
        (i, j)
        for i in range(len(numbers))
        for j in range(i + 1, len(numbers))
        if (numbers[i] ^ numbers[j]).bit_count() <= distance
    }
    assert found == wanted


def test_copies_share_the_smallest_hash_and_others_stay_alone() -> None:
    values = np.array([0xFF00, 0xFF01, 0xFF03, 0xABCDEF0123456789, 0xFF00], dtype=np.uint64)
    assert picture_groups(values, 1, 100).tolist() == [0xFF00, 0xFF00, 0xFF00, 0xABCDEF0123456789, 0xFF00]


def test_no_hashes_no_groups() -> None:
    assert picture_groups(np.array([], dtype=np.uint64), 4, 100).tolist() == []


@pytest.mark.parametrize(("bucket_max", "groups"), [(4, 1), (3, 4)])
def test_a_crowded_bucket_is_passed_over(bucket_max: int, groups: int) -> None:
    """Four hashes that agree on every band but the lowest, two bits apart from each other."""
    values = np.array([1, 2, 4, 8], dtype=np.uint64) + np.uint64(1 << 60)
    assert len(set(picture_groups(values, 2, bucket_max).tolist())) == groups
