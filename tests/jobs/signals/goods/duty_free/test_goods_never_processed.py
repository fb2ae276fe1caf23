"""Tyres under a regime of processing, beside material, own exports, seldom goods and a canteen."""

from typing import Any

import pytest

from jobs.signals.goods.duty_free import goods_never_processed
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding

_TYRES, _FABRIC, _LAMPS, _WIRE, _MEAT = "40111000", "52083190", "94051100", "85444294", "02023000"


def _imports(
    start: int, count: int, trader: str, regime: str, hs_code: str, **given: Any
) -> list[dict[str, Any]]:
    return [
        declaration(start + n, trader, regime=regime, hs_code=hs_code, event_day=day(60), **given)
        for n in range(count)
    ]


def test_goods_that_nobody_else_brings_in_to_process(measure: Measure) -> None:
    rows = _imports(0, 30, "61", "A11", _TYRES) + _imports(100, 30, "62", "A11", _WIRE)
    rows += _imports(150, 30, "62", "A11", _MEAT)
    rows += _imports(200, 2, "63", "A11", _LAMPS)  # so seldom that nobody can tell
    rows += _imports(300, 60, "64", "E31", _FABRIC) + _imports(400, 60, "65", "E21", _FABRIC)
    rows += _imports(500, 5, "71", "E11", _TYRES) + _imports(510, 5, "71", "E11", _FABRIC)
    rows += _imports(600, 5, "72", "E11", _WIRE)  # and exports wire
    rows += _imports(610, 1, "72", "E42", _WIRE, direction="export")
    rows += _imports(700, 5, "73", "E11", _LAMPS)
    rows += _imports(800, 3, "74", "E11", _MEAT) + _imports(810, 37, "74", "E31", _FABRIC)

    found = measure(
        goods_never_processed, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows
    )

    # 180 of 272 lines are for processing: of 30 lines of the others 20 would be, and none is.
    assert set(found) == {"tax:71", "tax:74"}
    assert evidence(found["tax:71"]) == {f"{100000000500 + n}:1" for n in range(5)}
    assert holding(found["tax:71"]) == set()
    # Of 180 lines for processing 8 are of such goods.
    base = 8 / 180
    value = (5 - 10 * base) / (10 * base * (1 - base) + 1) ** 0.5 * 5 / 7
    assert found["tax:71"].value == pytest.approx(value, rel=1e-3)
    assert holding(found["tax:74"]) == {"few_of_its_lines"}


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(goods_never_processed) == {}
