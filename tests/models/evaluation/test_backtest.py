"""Weeks of letters: what is found, wasted and missed, by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.backtest import (
    Candidate,
    PastRanking,
    candidates_by_outcomes,
    candidates_by_truth,
    corrected_precision,
    sweep,
)
from models.evaluation.truth import Planted, Ranked
from models.learning.outcomes import Outcome
from tests.models.builders import account
from tests.models.learning.builders import RANKED, label, past

DAY = date(2026, 3, 3)


def ranking(week: int, *candidates: tuple[str, float, str], days: int = 7) -> PastRanking:
    """Candidates as (id, score, what it finds); `?` is not judged, a space finds nothing."""
    found = [
        Candidate(name, score, frozenset(finds.strip()) - {"?"}, finds != "?")
        for name, score, finds in candidates
    ]
    return PastRanking(DAY + timedelta(days=7 * week), days, found)


WEEKS = [
    ranking(0, ("A", 90, "x"), ("B", 80, " "), ("C", 70, "x"), ("D", 60, "?")),
    ranking(1, ("A", 95, "x"), ("E", 85, "y"), ("C", 70, "x"), ("D", 60, "?")),
]


def test_two_a_week() -> None:
    found = sweep(WEEKS, {"x", "y", "z"}, 0, 2)
    # A and B in the first week; A was seen: E and C in the second, and C finds x again.
    assert (found.looked_at, found.found, found.missed) == (4, 2, 1)
    assert (found.wasted, found.again, found.unknown) == (1, 1, 0)
    assert (found.recall, found.precision) == (0.6667, 0.5)


def test_a_least_score_leaves_places_empty() -> None:
    found = sweep(WEEKS, {"x", "y", "z"}, 85, 2)
    assert (found.looked_at, found.found, found.wasted, found.precision) == (2, 2, 0, 1.0)


def test_what_nobody_knows_is_not_wasted() -> None:
    found = sweep(WEEKS, {"x", "y"}, 0, 10)
    assert (found.looked_at, found.unknown, found.wasted) == (5, 1, 1)


def test_capacity_is_that_of_a_week() -> None:
    fortnight = [ranking(0, ("A", 9, "x"), ("B", 8, "y"), ("C", 7, "z"), days=14)]
    assert sweep(fortnight, set("xyz"), 0, 1).looked_at == 2
    nightly = [ranking(0, ("A", 9, "x"), ("B", 8, "y"), days=1)]
    assert sweep(nightly, set("xyz"), 0, 1).looked_at == 1


def test_nothing_ranked_says_nothing() -> None:
    found = sweep([], set(), 0, 5)
    assert (found.recall, found.precision, found.precision_interval) == (None, None, None)


def test_candidates_of_a_world() -> None:
    scheme = Planted("s", "ring", "easy", frozenset(map(account, "AB")), frozenset())
    networks = [Ranked(name, 50.0, (), frozenset(map(account, name)), frozenset()) for name in ("AB", "XY")]
    found = candidates_by_truth(networks, [scheme])
    assert [(item.finds, item.judged) for item in found] == [({"s"}, True), (frozenset(), True)]


def test_candidates_by_what_was_decided_after_them() -> None:
    def outcome(letter: str, day: int, confirmed: bool) -> Outcome:
        return Outcome(f"QD{letter}{day}", RANKED + timedelta(days=day), confirmed, account(letter))

    outcomes = [outcome("A", 0, True), outcome("A", 3, True), outcome("C", 4, False)]
    found = candidates_by_outcomes([past("AB"), past("C"), past("D")], outcomes)
    assert [(item.finds, item.judged) for item in found] == [
        ({"QDA3"}, True),
        (frozenset(), True),
        (frozenset(), False),
    ]


def test_precision_below_the_cut_stands_for_what_was_not_drawn() -> None:
    def ranked(name: str, rank: int, chance: float, confirmed: bool) -> object:
        network = past(name, chance=chance)
        object.__setattr__(network, "rank", rank)
        return label(network, confirmed)

    labels = [
        ranked("A", 1, 1.0, True),
        ranked("B", 2, 1.0, True),
        ranked("C", 30, 0.1, False),
        ranked("D", 40, 0.1, True),
        ranked("E", 50, 1.0, True),  # decided without us: by no known chance
    ]
    found = corrected_precision(labels, {RANKED: 2})  # type: ignore[arg-type]
    assert (found.labels_above, found.precision_above) == (2, 1.0)
    assert (found.labels_drawn, found.precision_below) == (2, 0.5)
    assert found.precision_of_all == pytest.approx(12 / 22, abs=1e-4)
    assert corrected_precision([], {}).precision_of_all is None


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from("ABCDEFGH"), st.integers(0, 100), st.sampled_from(["x", "y", "?", " "])
            ),
            unique_by=lambda item: item[0],
        ),
        max_size=4,
    ),
    st.integers(1, 5),
    st.integers(0, 100),
)
def test_counts_add_up_and_more_capacity_finds_no_less(
    weeks: list[list[tuple[str, int, str]]], capacity: int, threshold: int
) -> None:
    rankings = [
        ranking(number, *sorted(week, key=lambda item: -item[1])) for number, week in enumerate(weeks)
    ]
    found = sweep(rankings, {"x", "y"}, threshold, capacity)
    right = found.looked_at - found.wasted - found.again - found.unknown
    assert right >= found.found
    assert found.found + found.missed == 2
    everything = sweep(rankings, {"x", "y"}, 0, 1000)
    assert everything.looked_at >= found.looked_at
