"""Several traders' trades at one officer, against one trader's, shared work and an officer for the goods."""

import math
from typing import Any

import pandas as pd
import pytest

from jobs.signals.goods.clearance import steered_declarations
from jobs.signals.goods.clearance.steered_declarations import judge_desks
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

_PARAMETERS = {
    "sought_least": 2.5,
    "most_of_trade": 0.5,
    "highest_rate": 0.97,
    "least_traders": 2,
}


class World:
    """Declarations at one office, numbered as they come."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def declare(self, trader: str, officers: str, **given: Any) -> set[str]:
        first = len(self.rows) + 1
        for officer in officers:
            number = len(self.rows) + 1
            given = {"partner_name_norm": f"partner of {trader}", **given}
            self.rows.append(declaration(number, trader, officer_code=officer, **given))
        return {f"{100000000000 + number}:1" for number in range(first, len(self.rows) + 1)}


def ordinary() -> World:
    """Forty traders whose declarations eight officers share out, and who each have goods of their own."""
    world = World()
    for place in range(40):
        world.declare(str(100 + place), "ABCDEFGH" * 5, hs_code=f"{84000000 + 100 * place}")
    return world


def test_three_traders_with_a_trade_each_that_goes_to_one_officer(measure: Measure) -> None:
    world = ordinary()
    shown: set[str] = set()
    for trader in ("71", "72", "73"):
        steered = world.declare(trader, "AAAAAAAAAB", hs_code=f"95{trader}0000", partner_name_norm="toys ltd")
        shown |= set(sorted(steered)[:9])
        world.declare(trader, "BCDEFGHA" * 4, hs_code=f"94{trader}0000")  # their ordinary trade

    found = measure(steered_declarations, {"report_from": 2.0}, customs_declarations=world.rows)

    [row] = found.values()

    assert members(row) == {("company", f"tax:{trader}") for trader in ("71", "72", "73")}
    assert evidence(row) == shown
    assert row.support == 27
    assert holding(row) == set()


def test_one_trader_alone_may_have_its_officer(measure: Measure) -> None:
    world = ordinary()
    world.declare("71", "AAAAAAAAAB", hs_code="95710000")
    assert measure(steered_declarations, customs_declarations=world.rows) == {}


def test_an_officer_for_these_goods_clears_everybodys(measure: Measure) -> None:
    world = ordinary()
    for trader in ("71", "72", "73"):
        world.declare(trader, "AAAAAAAAAB", hs_code="95030000")
    world.declare("74", "AAAA", hs_code="95030000")

    found = measure(steered_declarations, {"report_from": 0.5}, customs_declarations=world.rows)

    assert {name for row in found.values() for name in holding(row)} == {"officer_for_these_goods"}


def test_the_value_of_two_striking_trades_among_all() -> None:
    """A hundred trades at ten desks, two of them nine in ten at one: each as rare as 2 of 100 are."""
    cells = pd.DataFrame(
        {
            "desk": [f"d{place % 10}" for place in range(100)],
            "hand": [f"h{place}" for place in range(100)],
            "trade": "t",
            "here": [9 if place in (0, 10) else 4 for place in range(100)],
            "in_office": [10 if place in (0, 10) else 40 for place in range(100)],
            "desk_share": 0.1,
        }
    )
    judged = judge_desks(cells, _PARAMETERS)
    assert set(judged["hand"]) == {"h0", "h10"}
    # Two of its ten traders, each by the share of trades that are as striking.
    assert judged["value"].tolist() == pytest.approx([2 * math.log10(101 / 2) - math.log10(45)] * 2, abs=1e-6)
