"""Several traders at one officer, and the priority traders and the small office that look like them."""

import math
from typing import Any

import pandas as pd
import pytest

from jobs.signals.goods.clearance import sought_officers
from jobs.signals.goods.clearance.sought_officers import judge_desks
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

NAMES = {"g": "green", "y": "yellow", "r": "red"}


class World:
    """Declarations, numbered as they come."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def declare(self, trader: str, officer: str, channels: str, office: str = "02CI") -> range:
        """One declaration a letter; a capital one is yellow that the officer lowered to green."""
        first = len(self.rows) + 1
        for letter in channels:
            self.rows.append(
                declaration(
                    len(self.rows) + 1,
                    trader,
                    customs_office=office,
                    officer_code=officer,
                    channel=NAMES[letter.lower()],
                    channel_history="yellow>green" if letter == "G" else None,
                )
            )
        return range(first, len(self.rows) + 1)


def ordinary() -> World:
    """Twelve traders at four officers of one office, two of three declarations green."""
    world = World()
    for place in range(12):
        for officer in ("A", "B", "C", "D"):
            world.declare(str(10 + place), officer, "gyg")
    return world


def test_three_traders_who_seek_one_officer_and_are_green_there(measure: Measure) -> None:
    world = ordinary()
    shown: set[int] = set()
    for trader in ("71", "72", "73"):
        shown |= set(world.declare(trader, "A", "gggggggg"))
        world.declare(trader, "B", "rygy")
    found = measure(sought_officers, customs_declarations=world.rows)
    (row,) = found.values()
    assert members(row) == {("company", f"tax:{trader}") for trader in ("71", "72", "73")}
    assert evidence(row) == {f"{100000000000 + number}:1" for number in shown}
    assert holding(row) == set()
    assert row.value > 4.5


def test_who_is_green_at_every_desk_or_has_one_alone_is_explained(measure: Measure) -> None:
    world = ordinary()
    for trader in ("71", "72", "73"):
        world.declare(trader, "A", "gggggggg")
        world.declare(trader, "A", "gg", office="01E1")
    for trader in ("81", "82", "83"):
        world.declare(trader, "B", "gggggggg")
    found = measure(sought_officers, {"report_from": 0.5}, customs_declarations=world.rows)
    assert len(found) == 2
    assert all(holding(row) == {"priority_trader"} for row in found.values())


def test_lowered_channels_say_who_gave_the_green(measure: Measure) -> None:
    own_officer = ordinary()
    for place in range(6):  # channels are lowered here and there
        own_officer.declare(str(10 + place), "C", "G")
    collusive = World()
    collusive.rows += own_officer.rows
    for trader in ("71", "72", "73"):
        own_officer.declare(trader, "A", "gggggggg")
        collusive.declare(trader, "A", "gGgGGgGg")
        for world in (own_officer, collusive):
            world.declare(trader, "B", "rygy")

    [served] = measure(sought_officers, customs_declarations=own_officer.rows).values()
    [lowered] = measure(sought_officers, customs_declarations=collusive.rows).values()

    assert holding(served) == {"channels_of_the_system"}
    assert holding(lowered) == set()
    assert members(served) == members(lowered)
    assert lowered.value > served.value


def test_two_lowered_channels_tell_where_hardly_any_are_lowered(measure: Measure) -> None:
    def held(second: str) -> set[str]:
        world = ordinary()
        world.declare("10", "C", "G")  # one of 150, elsewhere
        world.declare("71", "A", "gggGgg")
        world.declare("72", "A", second)
        for trader in ("71", "72"):
            world.declare(trader, "B", "rygy")
        [row] = measure(sought_officers, {"report_from": 0.5}, customs_declarations=world.rows).values()
        return holding(row)

    assert held("ggGggg") == set()
    # Once it happens to everybody.
    assert held("gggggg") == {"channels_of_the_system"}


def test_lowered_channels_tell_against_who_has_one_officer_alone(measure: Measure) -> None:
    world = ordinary()
    for trader in ("81", "82", "83"):
        world.declare(trader, "B", "gGgGGgGg")
    [row] = measure(sought_officers, customs_declarations=world.rows).values()
    assert holding(row) == set()


def test_an_office_with_one_officer_seeks_nobody(measure: Measure) -> None:
    world = ordinary()
    for trader in range(20, 26):
        world.declare(str(trader), "only", "ggggg", office="47NB")
        world.declare(str(trader), "A", "ryry")
    found = measure(sought_officers, customs_declarations=world.rows)
    assert all("tax:20" not in {key for _, key in members(row)} for row in found.values())


def test_one_trader_alone_is_left_to_another_signal(measure: Measure) -> None:
    world = ordinary()
    world.declare("71", "A", "g" * 12)
    world.declare("71", "B", "ry")
    assert measure(sought_officers, customs_declarations=world.rows) == {}


PARAMETERS = {
    "highest_rate": 0.97,
    "prior_elsewhere": 3,
    "sought_least": 1.0,
    "favoured_least": 0.3,
    "least_traders": 2,
}


def cell(hand: str, desk: str = "02CI/A", **figures: float) -> dict[str, Any]:
    """Four of four declarations here, where others have a tenth, all green, where others have half."""
    usual = {"here": 4, "green": 4, "in_office": 4, "desk_share": 0.1, "green_rate": 0.5}
    still = {"elsewhere": 0, "green_elsewhere": 0, "lowered": 0, "lowered_rate": 0.1}
    return {"desk": desk, "hand": hand} | still | usual | figures


def test_the_tails_of_a_desk_by_hand() -> None:
    still = [cell(f"c{n}", f"02CI/{n}", here=1, green=0, in_office=9) for n in range(197)]
    cells = pd.DataFrame([cell("a"), cell("b"), cell("c", here=1, green=0, in_office=9), *still])
    judged = judge_desks(cells, PARAMETERS)
    # 2 of 200 go to one desk as much, green four times at a half; three ways to choose two of three.
    rare = -math.log10(2 / 201)
    assert judged["value"].tolist() == pytest.approx([2 * (rare + 4 * 0.30103) - 0.477121] * 2, abs=1e-4)
    assert set(judged["hand"]) == {"a", "b"}


def test_where_many_have_an_officer_of_their_own_going_there_says_little() -> None:
    own_officers = [cell(f"{desk}{n}", f"02CI/{desk}", green=2) for desk in range(20) for n in range(3)]
    judged = judge_desks(pd.DataFrame([cell("a"), cell("b"), *own_officers]), PARAMETERS)
    assert judged["value"].tolist() == pytest.approx([2 * (-math.log10(62 / 63) + 4 * 0.30103)] * 2, abs=1e-4)


def test_who_is_green_elsewhere_is_held_against_that() -> None:
    others = [cell(f"c{n}", f"02CI/{n}", here=1, green=0, in_office=9) for n in range(198)]
    green = {"elsewhere": 27, "green_elsewhere": 27}
    cells = pd.DataFrame([cell("a", **green), cell("b", **green), *others])
    # Green 28.5 of 30 times: four times more are no surprise.
    assert judge_desks(cells, PARAMETERS).empty


def test_lowered_channels_count_where_they_are_rarer_than_green() -> None:
    still = [cell(f"c{n}", f"02CI/{n}", here=1, green=0, in_office=9) for n in range(198)]
    cells = pd.DataFrame([cell("a", lowered=4), cell("b", lowered=4), *still])
    # Lowered four times at a tenth, instead of green four times at a half.
    rare = -math.log10(2 / 201)
    assert judge_desks(cells, PARAMETERS)["value"].tolist() == pytest.approx([2 * (rare + 4)] * 2, abs=1e-4)
