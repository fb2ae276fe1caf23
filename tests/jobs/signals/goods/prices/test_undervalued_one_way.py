"""Twenty-two honest hands declare shoes for 95,000 to 105,000 VND a pair; others do by most ways."""

from math import log, sqrt
from typing import Any

import pytest

from jobs.signals.goods.prices import undervalued_one_way
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _lines(start: int, trader: str, prices: list[int], **given: Any) -> list[dict[str, Any]]:
    """Ten pairs each, one line a day."""
    return [
        declaration(
            start + place,
            trader,
            **{"customs_value_vnd": price * 10_000, "event_day": day(5 + place), "officer_code": trader}
            | given,
        )
        for place, price in enumerate(prices)
    ]


def _honest() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for place in range(22):
        rows += _lines(1000 + 10 * place, str(10 + place), [95 + place // 2] * 3)
    return rows


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


_USUAL = [100] * 6
# Half the price on four lines beside six: log 2 in units of 12 % x root(1/4 + 1/6).
_VALUE = log(2) / (0.12 * sqrt(1 / 4 + 1 / 6))


def test_half_the_price_by_one_office(measure: Measure) -> None:
    rows = _honest()
    rows += _lines(1, "71", _USUAL) + _lines(11, "71", [50] * 4, customs_office="02CD")
    rows += _lines(21, "72", [50] * 6) + _lines(31, "72", [50] * 4, customs_office="02CD")  # a cheap importer
    # One lot at half the price, on a single day.
    rows += _lines(41, "73", _USUAL) + _lines(51, "73", [50] * 4, customs_office="02CD", event_day=day(9))
    rows += _lines(61, "74", _USUAL) + _lines(71, "74", [80] * 4, customs_office="02CD")  # a small rebate
    # Dear ones by the usual office, and the others' price by another: nothing is low.
    rows += _lines(81, "75", [200] * 6) + _lines(91, "75", [100] * 4, customs_office="02CD")
    # Other goods pass the other office.
    rows += _lines(101, "76", _USUAL) + _lines(111, "76", [50] * 4, customs_office="02CD", hs_code="42022100")
    rows += _lines(121, "77", _USUAL, regime="E21") + _lines(131, "77", [50] * 4, regime="E21")

    found = measure(undervalued_one_way, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    row = found["tax:71"]
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == _keys(11, 12, 13, 14)
    assert row.support == 4
    assert row.value == pytest.approx(_VALUE, rel=1e-4)
    assert holding(row) == set()


def test_half_the_price_of_one_seller(measure: Measure) -> None:
    rows = _honest()
    usual, other = {"partner_name_norm": "dongguan shoes"}, {"partner_name_norm": "hong kong trading"}
    rows += _lines(1, "71", _USUAL, **usual) + _lines(11, "71", [50] * 4, **other)
    rows += _lines(21, "72", _USUAL, **usual) + _lines(31, "72", [64] * 4, **other)  # sellers differ
    # Beside a seller of dear shoes, another is no more than ordinary.
    rows += _lines(41, "73", [160] * 6, **usual) + _lines(51, "73", [58] * 4, **other)

    found = measure(undervalued_one_way, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert found["tax:71"].value == pytest.approx(0.8 * _VALUE, rel=1e-4)
    assert evidence(found["tax:71"]) == _keys(11, 12, 13, 14)
    assert holding(found["tax:71"]) == {"another_seller"}


def test_one_officer_clears_the_low_lines_of_two(measure: Measure) -> None:
    rows = _honest()
    for start, trader, officer in ((1, "71", "9"), (21, "72", "9"), (41, "73", "8")):
        rows += _lines(start, trader, _USUAL)
        rows += _lines(start + 10, trader, [50] * 4, customs_office="02CD", officer_code=officer)

    found = measure(undervalued_one_way, customs_declarations=rows)

    assert {frozenset(members(row)) for row in found.values()} == {
        frozenset({("company", "tax:71"), ("company", "tax:72")}),
        frozenset({("company", "tax:73")}),
    }
    assert sorted(row.support for row in found.values()) == [4, 8]


@pytest.mark.parametrize(
    ("explained", "given", "kept"),
    [
        ("clearance_or_low_grade", {"goods_norm": "giay the thao co 38-42 thanh ly"}, 0.5),
        ("described_otherwise", {"goods_norm": "giay the thao co 38-42 hang moi de mong khong lot"}, 0.7),
        ("inspected_and_matched", {"inspection_result": "match"}, 0.7),
    ],
)
def test_innocent_ways(measure: Measure, explained: str, given: dict[str, Any], kept: float) -> None:
    rows = _honest() + _lines(1, "71", _USUAL)
    rows += _lines(11, "71", [50] * 4, customs_office="02CD", **given)

    [row] = measure(undervalued_one_way, customs_declarations=rows).values()

    assert holding(row) == {explained}
    assert row.value == pytest.approx(kept * _VALUE, rel=0.02)
