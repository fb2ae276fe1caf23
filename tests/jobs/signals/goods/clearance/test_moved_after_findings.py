"""Shirts found out in 03CC, and then green through 29CC, against bad luck and ordinary moves."""

from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.clearance import moved_after_findings
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_SHIRTS, _PHONES, _BAGS = "61091010", "85171300", "42022200"


def _line(number: int, trader: str, office: str, before: int, **given: Any) -> dict[str, Any]:
    usual = {"customs_office": office, "hs_code": _SHIRTS, "partner_name_norm": f"seller of {trader}"}
    return declaration(number, trader, event_day=day(before), **usual | given)


def _moved(start: int, trader: str, later: str = "ggg", **given: Any) -> list[dict[str, Any]]:
    """One line before, one found out, and then a line at the new office for each letter of `later`."""
    channels = {"g": "green", "r": "red"}
    found_out = {"channel": "red", "inspection_result": "violation"}
    return [
        _line(start, trader, "03CC", 200, **given),
        _line(start + 1, trader, "03CC", 150, **given | found_out),
        *[
            _line(start + 2 + place, trader, "29CC", 120 - place, **{"channel": channels[letter]} | given)
            for place, letter in enumerate(later)
        ],
    ]


def _through(start: int, trader: str, goods: str, seller: str) -> list[dict[str, Any]]:
    """Found out in 03CC, and three declarations green in 18A3."""
    given = {"hs_code": goods, "partner_name_norm": seller}
    return [
        row | ({"customs_office": "18A3"} if row["customs_office"] == "29CC" else {})
        for row in _moved(start, trader, **given)
    ]


# Two who take the same goods to one office, and one who takes other goods of a seller of theirs there.
_TOGETHER = [
    *_through(40, "73", _BAGS, "yiwu one"),
    *_through(50, "74", _BAGS, "yiwu two"),
    *_through(60, "75", _PHONES, "yiwu two"),
]
_INNOCENT = [
    *[row | {"inspection_result": "match"} for row in _moved(100, "81")],  # looked at, and in order
    *_moved(120, "82"),
    _line(130, "82", "29CC", 210),  # had these goods there before
    *_moved(140, "83", "gg"),  # two may be one lot
    *_moved(160, "84", "rrr"),  # looked at as before
    *_moved(180, "85", hs_code=_PHONES)[:2],
    *_moved(180, "85")[2:],  # other goods
    *_moved(200, "86", partner_name_norm="maker a")[:2],
    *_moved(200, "86", partner_name_norm="maker b")[2:],  # of another seller
    *[row | {"customs_office": "03CC"} for row in _moved(220, "87")],  # went on where it was
    *_moved(240, "88"),
    _line(250, "88", "29CC", 100, channel="red", inspection_result="mismatch"),  # found out there too
    *[row | {"regime": "E21"} for row in _moved(260, "89")],
    *_moved(280, "90"),
    *[_line(290 + n, "90", "03CC", 110 - n) for n in range(6)],  # most of them stay
]


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    rows = _moved(1, "71") + _moved(20, "72", "gggr") + _TOGETHER + _INNOCENT
    rows += [_line(30 + n, "72", "03CC", 100 - n) for n in range(2)]
    rows += _moved(300, "76", "gggg", inspection_result="match", hs_code=_BAGS)
    return measure(moved_after_findings, customs_declarations=rows)


def test_found_out_and_green_elsewhere(found: dict[str, Row]) -> None:
    row = found["tax:71"]
    # All green, three with two declarations' worth of doubt, and none at the old office since.
    assert row.value == pytest.approx(3 / 5)
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == {f"{100000000000 + number}:1" for number in (2, 3, 4, 5)}
    assert (row.support, row.value_vnd) == (3, 3_000_000)
    assert holding(row) == set()


def test_who_mostly_stays_and_who_is_still_looked_at_counts_for_less(found: dict[str, Row]) -> None:
    # Three of four green, four with two of doubt, and two thirds of what came since: under what is told.
    assert 0.75**2 * 4 / 6 * 4 / 6 < 0.3
    assert "tax:72" not in found


def test_traders_who_take_the_same_goods_or_those_of_one_seller_to_one_office_are_one(
    found: dict[str, Row],
) -> None:
    row = found["tax:75"]
    assert {identifier for _, identifier in members(row)} == {"tax:73", "tax:74", "tax:75"}
    assert row.value == pytest.approx(1 - 0.4**3)


def test_inspected_and_matched(found: dict[str, Row]) -> None:
    assert holding(found["tax:76"]) == {"inspected_and_matched"}


def test_nobody_else_is_told(found: dict[str, Row]) -> None:
    assert set(found) == {"tax:71", "tax:75", "tax:76"}
