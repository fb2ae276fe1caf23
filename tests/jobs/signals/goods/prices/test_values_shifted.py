"""Cheap toys beside dear printers in one declaration, against chance and what saves nothing."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.prices import values_shifted
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

_TOY, _PRINTER = "95030099", "84433290"
_RATE = {_TOY: 0.2, _PRINTER: 0.0}


def _line(number: int, place: int, trader: str, code: str, value: int, **given: Any) -> dict[str, Any]:
    """Ten pieces of 1 kg: toys at 20 % duty, printers free of it."""
    declaration_no = f"{100000000000 + number}"
    called = "do choi nhua" if code == _TOY else "may in"
    taxed = {"customs_value_vnd": value, "duty_vnd": round(value * _RATE[code])}
    named = {"line_no": place, "record_key": f"{declaration_no}:{place}", "goods_norm": called}
    return declaration(number, trader, hs_code=code, **(taxed | named | given))


def _both(number: int, trader: str, toys: int, printers: int, **given: Any) -> list[dict[str, Any]]:
    """One declaration of toys and of printers."""
    return [
        _line(number, 1, trader, _TOY, toys, **given),
        _line(number, 2, trader, _PRINTER, printers, **given),
    ]


def _peers() -> list[dict[str, Any]]:
    """Eight importers, who pay a million for ten of either."""
    return [
        row
        for trader in range(8)
        for n in range(2)
        for row in _both(1000 + 10 * trader + n, f"{trader + 1}", 1_000_000, 1_000_000)
    ]


def _again(first: int, trader: str, toys: int, printers: int, **given: Any) -> list[dict[str, Any]]:
    return [row for n in range(3) for row in _both(first + n, trader, toys, printers, **given)]


def test_value_goes_to_the_goods_that_pay_no_duty(measure: Measure) -> None:
    rows = _peers() + _again(0, "71", 500_000, 1_500_000)
    rows += _both(5, "71", 1_000_000, 1_000_000)  # sometimes honest

    [row] = measure(values_shifted, customs_declarations=rows).values()

    assert row.subject_id == "tax:71"
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == {f"{100000000000 + n}:{place}" for n in range(3) for place in (1, 2)}
    assert row.value == pytest.approx(log2(4))
    assert (row.support, row.value_vnd) == (6, 1_500_000)
    assert holding(row) == set()


@pytest.mark.parametrize(
    ("toys", "printers"),
    [
        (1_500_000, 500_000),  # to the goods that pay more
        (500_000, 1_000_000),  # toys are cheap, and nothing makes up for it
        (500_000, 1_200_000),  # ... or too little
        (900_000, 1_100_000),  # within the usual
    ],
)
def test_what_is_no_shift(measure: Measure, toys: int, printers: int) -> None:
    assert measure(values_shifted, customs_declarations=_peers() + _again(0, "71", toys, printers)) == {}


def test_twice_is_chance_and_so_is_one_time_in_three(measure: Measure) -> None:
    twice = _again(0, "71", 500_000, 1_500_000)[:4]
    seldom = _again(10, "72", 500_000, 1_500_000)
    seldom += [row for n in range(4) for row in _both(20 + n, "72", 1_000_000, 1_000_000)]

    assert measure(values_shifted, customs_declarations=_peers() + twice + seldom) == {}


def test_to_and_fro_is_how_its_prices_are(measure: Measure) -> None:
    rows = _peers() + _again(0, "71", 500_000, 1_500_000) + _both(5, "71", 1_500_000, 500_000)

    assert measure(values_shifted, customs_declarations=rows) == {}
    assert len(measure(values_shifted, {"back_most": 0.5}, customs_declarations=rows)) == 1


def test_goods_of_one_duty_save_nothing(measure: Measure) -> None:
    rows = _peers() + _again(0, "71", 500_000, 1_500_000)
    for row in rows:
        row["duty_vnd"] = 0

    assert measure(values_shifted, customs_declarations=rows) == {}


def test_inspected_and_found_in_order(measure: Measure) -> None:
    rows = _peers() + _again(0, "71", 500_000, 1_500_000, inspection_result="match")

    [row] = measure(
        values_shifted, {"join_from": 1.0, "report_from": 1.0}, customs_declarations=rows
    ).values()

    assert row.value == pytest.approx(log2(4) * 0.7)
    assert holding(row) == {"inspected_and_matched"}
