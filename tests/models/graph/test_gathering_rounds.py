"""The walk over the payments of one account."""

import pytest

from models.graph.gathering_rounds import Entry, Round, RoundRules, find_rounds, recurring

DAY = 86_400
RULES = RoundRules(
    round_seconds=12 * DAY,
    branches_min=3,
    covered_share_min=0.5,
    retained_share_max=0.15,
    added_share_max=0.05,
)
Told = tuple[float, str, int]
"""Day, who, what: taken from them above 0, paid to them below."""
GATHERED: list[Told] = [(0, "a", 100), (0.1, "b", 100), (0.2, "c", 100)]
SPREAD: list[Told] = [(1, "x", -100), (1.1, "y", -100), (1.2, "z", -90)]


def later(told: list[Told], days: float) -> list[Told]:
    return [(day + days, who, what) for day, who, what in told]


def spans(told: list[Told]) -> list[tuple[int, int]]:
    """First and last position of each round."""
    entries = [Entry(round(day * DAY), what < 0, who, abs(what)) for day, who, what in told]
    return [(found.first, found.last) for found in find_rounds(entries, RULES)]


def test_a_round_names_who_took_part() -> None:
    entries = [Entry(round(day * DAY), what < 0, who, abs(what)) for day, who, what in GATHERED + SPREAD]
    assert find_rounds(entries, RULES) == [Round(0, 5, frozenset("abc"), frozenset("xyz"))]


def test_rounds_that_follow_each_other_do_not_overlap() -> None:
    one = GATHERED + SPREAD
    assert spans([*one, *later(one, 2), *later(one, 50)]) == [(0, 5), (6, 11), (12, 17)]


def test_what_comes_in_while_it_is_being_spread_belongs_to_the_round() -> None:
    assert spans([*GATHERED, *SPREAD[:2], (1.15, "d", 10), SPREAD[2]]) == [(0, 6)]


def test_a_round_closes_at_the_pause_only() -> None:
    # 290 of 300 would do, but one more payment out follows.
    assert spans([*GATHERED, *SPREAD, (1.3, "w", -10)]) == [(0, 6)]
    # 316 of 300 is more than a twentieth beyond; from b or c on there are too few.
    assert spans([*GATHERED, *SPREAD, (1.3, "w", -26)]) == []


def test_an_opening_that_pays_what_it_has_not_gathered_is_given_up() -> None:
    before: list[Told] = [(0, "a", 10), (0.5, "x", -50)]
    assert spans(before + later(GATHERED + SPREAD, 1)) == [(2, 7)]


def test_an_opening_that_lasts_too_long_is_given_up_for_the_next_one() -> None:
    # Twelve days after the first payment nothing is spread yet; a, b and c pay again.
    assert spans([(0, "a", 10), *later(GATHERED + SPREAD, 11.5)]) == [(1, 6)]


def test_a_round_may_last_all_of_its_days() -> None:
    assert spans([*GATHERED, *later(SPREAD, 10.8)]) == [(0, 5)]
    assert spans([*GATHERED, *later(SPREAD, 10.9)]) == []


def test_a_payment_out_opens_nothing() -> None:
    assert spans([(-1, "x", -50), *GATHERED, *SPREAD]) == [(1, 6)]


@pytest.mark.parametrize(
    "told",
    [
        pytest.param([], id="nothing"),
        pytest.param(GATHERED, id="nothing spread"),
        pytest.param([*GATHERED, *SPREAD[:2], (1.2, "z", -54)], id="too much kept"),
        pytest.param([(0, "a", 200), *GATHERED[2:], *SPREAD], id="two sources"),
        pytest.param([*GATHERED, (1, "x", -200), (1.2, "z", -90)], id="two sinks"),
        pytest.param(SPREAD + later(GATHERED, 5), id="paid before it was gathered"),
    ],
)
def test_what_is_no_round(told: list[Told]) -> None:
    assert spans(told) == []


@pytest.mark.parametrize(("further", "found"), [("def", [(0, 5)]), ("defg", [])])
def test_a_round_has_half_of_all_sources(further: str, found: list[tuple[int, int]]) -> None:
    others: list[Told] = [(30, name, 100) for name in further]
    assert spans(GATHERED + SPREAD + others) == found


def test_who_recurs() -> None:
    groups = [frozenset("abc"), frozenset("bc"), frozenset("cd")]
    assert recurring(groups, 2) == {"b", "c"}
    assert recurring(groups, 3) == {"c"}
    assert recurring([], 1) == frozenset()
