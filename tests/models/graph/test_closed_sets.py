from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.graph.closed_sets import closed_pairs

Pairs = set[tuple[frozenset[int], frozenset[int]]]


def pairs_by_hand(sinks_of: dict[int, frozenset[int]], side_min: int) -> Pairs:
    """Try every set of sources."""
    found = set()
    for size in range(1, len(sinks_of) + 1):
        for sources in combinations(sorted(sinks_of), size):
            sinks = frozenset.intersection(*(sinks_of[source] for source in sources))
            closure = frozenset(source for source in sinks_of if sinks <= sinks_of[source])
            if sinks and closure == frozenset(sources) and min(len(sinks), size) >= side_min:
                found.add((closure, sinks))
    return found


@given(
    st.dictionaries(
        st.integers(0, 20), st.frozensets(st.integers(50, 56), min_size=1), min_size=1, max_size=7
    ),
    st.integers(1, 3),
)
def test_each_maximal_pair_once(sinks_of: dict[int, frozenset[int]], side_min: int) -> None:
    found, cut = closed_pairs(sinks_of, side_min, sets_max=100_000)
    assert not cut
    assert len(set(found)) == len(found)
    assert set(found) == pairs_by_hand(sinks_of, side_min)


@pytest.mark.parametrize("sets_max", [1, 3, 8])
def test_the_bound_cuts_and_says_so(sets_max: int) -> None:
    sinks_of = {source: frozenset(range(6)) - {source} for source in range(6)}
    whole, _ = closed_pairs(sinks_of, 2, sets_max=1_000)
    found, cut = closed_pairs(sinks_of, 2, sets_max=sets_max)
    assert cut
    assert set(found) < set(whole)
