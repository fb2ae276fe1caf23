"""Lots below the cut: how many, how likely, and the same every time."""

from collections import Counter
from datetime import date, timedelta

from models.ranking.exploration import draw_exploration
from tests.models.builders import RULES

DAY = date(2026, 3, 31)
IDS = [f"ML-{number}" for number in range(30)]
SOME = RULES.model_copy(update={"weekly_capacity": 20, "exploration_share": 0.1})


def test_two_places_of_twenty_go_to_what_stands_below_eighteen() -> None:
    found = draw_exploration(IDS, SOME, 389, DAY)
    assert found.cut == 18
    assert len(found.drawn) == 2
    assert set(found.drawn) <= set(IDS[18:])
    assert set(found.drawn.values()) == {round(2 / 12, 6)}


def test_the_draw_depends_on_seed_and_date_alone() -> None:
    first = draw_exploration(IDS, SOME, 389, DAY)
    assert draw_exploration(IDS[:18] + IDS[18:][::-1], SOME, 389, DAY) == first
    days = [draw_exploration(IDS, SOME, 389, DAY + timedelta(days=more)) for more in range(5)]
    assert len({tuple(found.drawn) for found in days}) > 1


def test_everything_below_is_drawn_where_little_is_below() -> None:
    assert draw_exploration(IDS[:19], SOME, 389, DAY).drawn == {IDS[18]: 1.0}
    assert draw_exploration(IDS[:5], SOME, 389, DAY).drawn == {}


def test_without_a_share_nothing_is_drawn() -> None:
    none = SOME.model_copy(update={"exploration_share": 0.0})
    assert draw_exploration(IDS, none, 389, DAY) == (20, {})


def test_each_network_is_drawn_as_often_as_its_chance_says() -> None:
    days = 3_000
    times = Counter(
        name
        for number in range(days)
        for name in draw_exploration(IDS, SOME, 389, DAY + timedelta(days=number)).drawn
    )
    assert set(times) == set(IDS[18:])
    # 3,000 draws at 1/6: 500, give or take five deviations of 20.
    assert all(400 < count < 600 for count in times.values())
