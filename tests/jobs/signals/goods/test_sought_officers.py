"""Several traders at one officer, and the priority traders and the small office that look like them."""

from typing import Any

import pandas as pd
import pytest

from jobs.signals.goods import sought_officers
from jobs.signals.goods.sought_officers import judge_desk
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

NAMES = {"g": "green", "y": "yellow", "r": "red"}


class World:
    """Declarations, numbered as they come."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def declare(self, trader: str, officer: str, channels: str, office: str = "02CI") -> range:
        first = len(self.rows) + 1
        for letter in channels:
            self.rows.append(
                declaration(
                    len(self.rows) + 1,
                    trader,
                    customs_office=office,
                    officer_code=officer,
                    channel=NAMES[letter],
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
    assert row.value > 5


def test_who_is_green_at_every_desk_or_has_one_alone_is_explained(measure: Measure) -> None:
    world = ordinary()
    for trader in ("71", "72", "73"):
        world.declare(trader, "A", "gggggggg")
        world.declare(trader, "A", "gg", office="01E1")
    for trader in ("81", "82", "83"):
        world.declare(trader, "B", "gggggggg")
    found = measure(sought_officers, customs_declarations=world.rows)
    assert len(found) == 2
    assert all(holding(row) == {"priority_trader"} for row in found.values())


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


def test_the_tails_of_a_desk_by_hand() -> None:
    cell = {"desk": "02CI/A", "here": 4, "green": 4, "in_office": 4, "desk_share": 0.1, "green_rate": 0.5}
    still = cell | {"here": 1, "green": 0, "in_office": 9}
    cells = pd.DataFrame([cell | {"hand": "a"}, cell | {"hand": "b"}, still | {"hand": "c"}])
    parameters = {"highest_rate": 0.97, "sought_least": 1.0, "favoured_least": 0.3, "least_traders": 2}
    judged = judge_desk(cells, parameters)
    # Four of four at a tenth and at a half, twice: 2 x (4 + 4 log10 2); three ways to choose two of three.
    assert judged["value"].tolist() == pytest.approx([2 * (4 + 4 * 0.30103) - 0.477121] * 2, abs=1e-4)
    assert set(judged["hand"]) == {"a", "b"}
