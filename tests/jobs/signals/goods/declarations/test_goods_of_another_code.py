"""Whole motorcycles under the code of their parts; true parts, a bargain and goods that save nothing."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.declarations import goods_of_another_code
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

_MOTORCYCLE, _PART = "87114090", "87149199"
_MAKER = "honest motors"


def _line(number: int, trader: str, code: str, kilograms: float, **given: Any) -> dict[str, Any]:
    """One piece at 100,000 VND a kilogram, taxed at 40 % as a motorcycle and at 10 % as a part."""
    value = round(kilograms * 100_000)
    rate = 0.4 if code == _MOTORCYCLE else 0.1
    measured = {
        "quantity": 1.0,
        "unit": "PCE",
        "net_weight_kg": kilograms,
        "customs_value_vnd": value,
        "duty_vnd": round(value * rate),
        "partner_name_norm": f"seller {trader}",
    }
    return declaration(number, trader, hs_code=code, **(measured | given))


def _trade() -> list[dict[str, Any]]:
    """Four importers of motorcycles of about 100 kg, of one maker, and four of parts of about 1 kg."""
    motorcycles = [
        _line(1000 + n, f"1{n}", _MOTORCYCLE, 98.0 + n, partner_name_norm=_MAKER) for n in range(4)
    ]
    parts = [_line(1100 + n, f"2{n}", _PART, 0.98 + n / 100) for n in range(4)]
    return motorcycles + parts


def _whole(first: int, trader: str, **given: Any) -> list[dict[str, Any]]:
    """Three motorcycles of the maker's under the code of parts."""
    sold = {"partner_name_norm": _MAKER} | given
    return [_line(first + n, trader, _PART, 99.0 + n, **sold) for n in range(3)]


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


def test_whole_goods_under_the_code_of_their_parts(measure: Measure) -> None:
    rows = _trade() + _whole(0, "71")
    rows.append(_line(3, "71", _PART, 1.0))  # true parts beside them
    rows += [_line(10 + n, "72", _PART, 1.0, partner_name_norm=_MAKER) for n in range(3)]

    [row] = measure(goods_of_another_code, customs_declarations=rows).values()

    assert row.subject_id == "tax:71"
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == _keys(0, 1, 2)
    assert row.value == pytest.approx(log2(4))
    assert (row.support, row.value_vnd) == (3, 30_000_000)
    assert holding(row) == set()


def test_the_other_code_has_to_lie_at_hand(measure: Measure) -> None:
    """A seller of nothing else says nothing; a motorcycle that the hand itself declares does."""
    elsewhere = _trade() + _whole(0, "71", partner_name_norm="seller 71")
    own = [_line(9, "71", _MOTORCYCLE, 100.0)]

    assert measure(goods_of_another_code, customs_declarations=elsewhere) == {}
    assert set(measure(goods_of_another_code, customs_declarations=elsewhere + own)) == {"tax:71"}


def test_what_saves_no_duty_or_is_only_cheap_is_none(measure: Measure) -> None:
    dear_parts = [row | {"duty_vnd": round(row["customs_value_vnd"] * 0.38)} for row in _trade()]
    cheap = [_line(n, "72", _PART, 1.0, customs_value_vnd=20_000, duty_vnd=2_000) for n in range(3)]

    assert measure(goods_of_another_code, customs_declarations=dear_parts + _whole(0, "71")) == {}
    assert measure(goods_of_another_code, customs_declarations=_trade() + cheap) == {}


def test_goods_that_are_like_neither_code_are_something_else(measure: Measure) -> None:
    """A part of 20 kg is no part of 1 kg, nor a motorcycle."""
    heavy = [_line(n, "71", _PART, 20.0, partner_name_norm=_MAKER) for n in range(3)]

    assert measure(goods_of_another_code, customs_declarations=_trade() + heavy) == {}


def test_one_line_may_be_a_slip_and_pieces_are_not_tonnes(measure: Measure) -> None:
    once = _whole(0, "71")[:1]
    tonnes = _whole(10, "72", unit="TNE")

    assert measure(goods_of_another_code, customs_declarations=_trade() + once + tonnes) == {}


def test_inspected_and_found_in_order(measure: Measure) -> None:
    rows = _trade() + _whole(0, "71", inspection_result="match")

    [row] = measure(
        goods_of_another_code, {"report_from": 1.0, "join_from": 1.0}, customs_declarations=rows
    ).values()

    assert row.value == pytest.approx(log2(4) * 0.6)
    assert holding(row) == {"inspected_and_matched"}


@pytest.mark.parametrize("missing", [{"net_weight_kg": None}, {"quantity": 0.0}, {"unit": None}])
def test_what_cannot_be_weighed_is_not_compared(measure: Measure, missing: dict[str, Any]) -> None:
    assert measure(goods_of_another_code, customs_declarations=_trade() + _whole(0, "71", **missing)) == {}
