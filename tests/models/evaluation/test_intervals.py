"""Wilson's interval against published values, and its edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # Newcombe (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_intervals(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == (low, high)


def test_nothing_counted_says_nothing() -> None:
    assert wilson(0, 0) is None


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_interval_holds_the_share_and_stays_within_bounds(of: int, share: float) -> None:
    hits = round(share * of)
    interval = wilson(hits, of)
    assert interval is not None
    assert 0.0 <= interval[0] <= round(hits / of, 4) <= interval[1] <= 1.0
