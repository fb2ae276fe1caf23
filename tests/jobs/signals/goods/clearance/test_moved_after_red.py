"""Shoes left behind red in 03CC, and then green through 48BD, against bad luck and ordinary moves."""

from typing import Any

import pytest

from jobs.signals.goods.clearance import moved_after_red
from tests.jobs.signals.goods.frames import Measure, at, day, declaration, evidence, holding, members

_SHOES, _PHONES = "64041990", "85171300"


def _line(number: int, trader: str, office: str, before: int, **given: Any) -> dict[str, Any]:
    green = {
        "customs_office": office,
        "channel": "green",
        "hs_code": _SHOES,
        "cleared_at": at(day(before - 1)),
    }
    return declaration(number, trader, event_day=day(before), **green | given)


def _moved(start: int, trader: str, later: str = "gg", **given: Any) -> list[dict[str, Any]]:
    """One line before, one left behind red, and then a line at the new office for each letter of `later`."""
    channels = {"g": "green", "r": "red"}
    return [
        _line(start, trader, "03CC", 200),
        _line(start + 1, trader, "03CC", 150, channel="red", cleared_at=None),
        *[
            _line(start + 2 + place, trader, "48BD", 120 - place, **{"channel": channels[letter]} | given)
            for place, letter in enumerate(later)
        ],
    ]


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


def test_left_behind_red_and_green_elsewhere(measure: Measure) -> None:
    [row] = measure(moved_after_red, customs_declarations=_moved(1, "71")).values()
    # All green, two with two declarations' worth of doubt, and none at the old office since.
    assert row.value == pytest.approx(0.5)
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == _keys(2, 3, 4)
    assert (row.support, row.value_vnd) == (2, 2_000_000)
    assert holding(row) == set()


def test_who_mostly_stays_and_who_is_still_looked_at_counts_for_less(measure: Measure) -> None:
    rows = _moved(1, "71", "gggr")
    rows += [_line(20 + n, "71", "03CC", 100 - n) for n in range(4)]
    [row] = measure(moved_after_red, {"report_from": 0.1}, customs_declarations=rows).values()
    # Three of four green, four with two of doubt, and half of what came since.
    assert row.value == pytest.approx(0.75**2 * 4 / 6 / 2)


def test_traders_who_take_the_same_goods_to_the_same_office_are_one(measure: Measure) -> None:
    rows = _moved(1, "71") + _moved(11, "72") + _moved(21, "73", hs_code=_PHONES)
    rows += [_line(31, "73", "03CC", 151, channel="red", cleared_at=None, hs_code=_PHONES)]
    rows += [_line(41 + n, "74", "03CC", 90) for n in range(3)]  # the office reports clearances
    found = measure(moved_after_red, customs_declarations=rows)
    grouped = {frozenset(identifier for _, identifier in members(row)): row.value for row in found.values()}
    assert grouped == {
        frozenset({"tax:71", "tax:72"}): pytest.approx(1 - 0.5 * 0.5),
        frozenset({"tax:73"}): pytest.approx(0.5),
    }


def test_an_office_that_reports_no_clearances_says_nothing(measure: Measure) -> None:
    rows = _moved(1, "71") + [_line(41 + n, "74", "03CC", 90, cleared_at=None) for n in range(3)]
    assert measure(moved_after_red, customs_declarations=rows) == {}


def test_where_red_ones_often_stay_open_an_open_one_says_nothing(measure: Measure) -> None:
    others = [_line(41 + n, "74", "03CC", 90, channel="red") for n in range(3)]
    rows = _moved(1, "71") + others
    assert measure(moved_after_red, {"channel_least": 4}, customs_declarations=rows)
    rows[-1]["cleared_at"] = None
    assert measure(moved_after_red, {"channel_least": 4}, customs_declarations=rows) == {}
    assert measure(moved_after_red, {"channel_least": 5}, customs_declarations=rows)


@pytest.mark.parametrize(
    "rows",
    [
        [_line(1, "71", "03CC", 150), *_moved(2, "71")[2:]],  # nothing was left behind
        [row | {"cleared_at": at(day(149))} for row in _moved(1, "71")],  # looked at, and cleared
        [row | {"channel": "yellow" if row["channel"] == "red" else "green"} for row in _moved(1, "71")],
        [*_moved(1, "71"), _line(9, "71", "48BD", 210)],  # had these goods there before
        _moved(1, "71", "g"),  # one declaration
        _moved(1, "71", hs_code=_PHONES),  # other goods
        [row | {"customs_office": "03CC"} for row in _moved(1, "71")],  # went on where it was
        [*_moved(1, "71"), _line(9, "71", "03CC", 145, channel="yellow")],  # cleared there after all
        [row | {"event_day": day(10)} if row["cleared_at"] is None else row for row in _moved(1, "71")],
    ],
    ids=[
        "nothing left",
        "cleared",
        "not red",
        "known office",
        "one",
        "other goods",
        "same office",
        "declared anew",
        "may clear yet",
    ],
)
def test_what_is_no_such_move(measure: Measure, rows: list[dict[str, Any]]) -> None:
    assert measure(moved_after_red, customs_declarations=rows) == {}


def test_inspected_and_matched(measure: Measure) -> None:
    rows = _moved(1, "71", inspection_result="match")
    [row] = measure(moved_after_red, customs_declarations=rows).values()
    assert holding(row) == {"inspected_and_matched"}


def test_an_office_that_stood_still(measure: Measure) -> None:
    rows = _moved(1, "71")
    # Four others leave what they had declared about that day as well, of eight declarations.
    rows += [_line(30 + n, str(80 + n), "03CC", 149 + n % 3, cleared_at=None) for n in range(4)]
    rows += [_line(40 + n, str(90 + n), "03CC", 150) for n in range(3)]
    rows += [_line(50 + n, str(90 + n), "03CC", 90) for n in range(9)]  # else it clears
    assert measure(moved_after_red, customs_declarations=rows) == {}
    # Without one of them, it is the trader's own affair.
    [row] = measure(
        moved_after_red, customs_declarations=[r for r in rows if r["trader_id"] != "80"]
    ).values()
    assert members(row) == {("company", "tax:71")}
