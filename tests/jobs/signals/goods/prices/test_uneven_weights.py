"""One trader's same goods by two weights a piece: which of them are false, and when nothing is."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.prices import uneven_weights
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_LIGHT = 10.0, 1_000_000
_HEAVY = 20.0, 1_000_000


def _lines(start: int, trader: str, *lots: tuple[float, int | None], **given: Any) -> list[dict[str, Any]]:
    """Ten pieces each of so much weight and value, in the order of time, one line in ten days."""
    return [
        declaration(
            start + place,
            trader,
            net_weight_kg=weight,
            customs_value_vnd=value,
            event_day=day(300 - 10 * place),
            **given,
        )
        for place, (weight, value) in enumerate(lots)
    ]


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


def test_pieces_of_one_price_that_weigh_twice_as_much_are_too_few(measure: Measure) -> None:
    rows = _lines(0, "71", *(_LIGHT, _HEAVY) * 3)
    rows += _lines(100, "72", *((10.0, 1_000_000), (11.0, 1_000_000)) * 3)  # one weight, more or less
    for n in range(3):  # a smaller model, in other words
        rows += _lines(200 + 10 * n, "73", _LIGHT, goods_norm="giay tre em")
        rows += _lines(300 + 10 * n, "73", _HEAVY)
    rows += _lines(400, "74", *(_LIGHT, _HEAVY) * 2)  # two lines may be slips
    rows += _lines(500, "75", *(_LIGHT, _HEAVY) * 3, goods_norm="giay second hand")
    rows += _lines(600, "76", *(_LIGHT, _HEAVY) * 3, direction="export")
    rows += _lines(700, "77", *(_LIGHT, _HEAVY) * 3, regime="G11")

    found = measure(uneven_weights, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    row = found["tax:71"]
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == _keys(1, 3, 5)
    assert row.value == pytest.approx(log2(4))
    assert (row.support, row.value_vnd) == (3, 3_000_000)
    assert holding(row) == set()


def test_lighter_pieces_that_cost_less_as_well_are_understated(measure: Measure) -> None:
    rows = _lines(0, "71", *((20.0, 1_000_000), (10.0, 800_000)) * 3)

    [row] = measure(uneven_weights, customs_declarations=rows).values()

    assert evidence(row) == _keys(1, 3, 5)
    assert row.value_vnd == 2_400_000


def test_goods_of_one_name_are_one_article_whatever_else_is_said_of_them(measure: Measure) -> None:
    """Their state and where they were made change no weight; another brand may."""
    rows = _lines(0, "71", *(_LIGHT, _HEAVY) * 3)
    for line, said in zip(rows, ("moi 100%", "", "model hd9158") * 2, strict=True):
        line["goods_norm"] = f"{line['goods_norm']} {said}".strip()
    for line, origin in zip(rows, ("CN", "VN") * 3, strict=True):
        line["origin_country"] = origin
    rows += _lines(100, "72", *(_LIGHT,) * 3, brand="Nike") + _lines(110, "72", *(_HEAVY,) * 3, brand="Puma")

    [row] = measure(uneven_weights, customs_declarations=rows).values()

    assert row.subject_id == "tax:71"
    assert evidence(row) == _keys(1, 3, 5)


def test_a_little_cheaper_or_without_a_value_is_not_cheaper(measure: Measure) -> None:
    rows = _lines(0, "71", *((20.0, 1_000_000), (10.0, 900_000)) * 3)
    rows += _lines(100, "72", *((20.0, None), (10.0, None)) * 3)

    found = measure(uneven_weights, customs_declarations=rows)

    assert evidence(found["tax:71"]) == _keys(0, 2, 4)
    assert evidence(found["tax:72"]) == _keys(100, 102, 104)


def test_a_weight_that_changed_once_and_for_good(measure: Measure) -> None:
    rows = _lines(0, "71", *(_LIGHT,) * 5, *(_HEAVY,) * 5)

    [row] = measure(uneven_weights, customs_declarations=rows).values()

    assert holding(row) == {"changed_once"}
    assert row.value == pytest.approx(0.7 * log2(6))


def test_what_was_inspected_and_found_in_order_counts_less(measure: Measure) -> None:
    rows = _lines(0, "71", *(_LIGHT, _HEAVY) * 7)
    for number in (1, 3, 5):  # three of the seven heavy ones
        rows[number]["inspection_result"] = "match"

    [row] = measure(uneven_weights, customs_declarations=rows).values()

    assert holding(row) == {"inspected_and_matched"}
    assert row.value == pytest.approx(0.6 * log2(8))


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(uneven_weights) == {}
