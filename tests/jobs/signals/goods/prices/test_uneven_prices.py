"""One trader's same goods at two prices, against a new price list, sets, used goods and inspected lines."""

from math import exp, log2
from typing import Any

import pytest

from jobs.signals.goods.prices import uneven_prices
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _lines(start: int, trader: str, *values: int, **given: Any) -> list[dict[str, Any]]:
    """Ten pieces each, in the order of time, one line in ten days."""
    return [
        declaration(start + place, trader, customs_value_vnd=value, event_day=day(300 - 10 * place), **given)
        for place, value in enumerate(values)
    ]


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


# Now and then, at half the price.
_TO_AND_FRO = (1_000_000, 500_000) * 4
_ONCE = (1_000_000,) * 5 + (500_000,) * 5


def test_lots_at_half_the_price_among_others(measure: Measure) -> None:
    rows = _lines(0, "71", *_TO_AND_FRO)
    rows += _lines(100, "72", *(1_000_000, 1_050_000) * 4)  # one price, more or less
    for n in range(4):  # a pair, and sets of two under other words
        rows += _lines(200 + 10 * n, "73", 1_000_000)
        rows += _lines(300 + 10 * n, "73", 2_000_000, goods_norm="bo hai doi giay the thao")
    rows += _lines(400, "74", *(1_000_000, 500_000) * 3)  # three lines may be slips
    rows += _lines(500, "75", *_TO_AND_FRO, goods_norm="giay da qua su dung")
    rows += _lines(600, "76", *_TO_AND_FRO, regime="E21")  # processing goods carry no sale price
    rows += _lines(700, "77", *_TO_AND_FRO, direction="export")

    found = measure(uneven_prices, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    row = found["tax:71"]
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == _keys(1, 3, 5, 7)
    assert row.support == 4
    assert row.value == pytest.approx(log2(5))
    # At the higher price: the log of the gap stands in ten-thousandths.
    assert row.value_vnd == 4 * round(500_000 * exp(0.6931))
    assert holding(row) == set()
    # Traders with a price, one of whom stands out.
    assert (row.peers, row.typical, row.tail) == (4, 0.0, 0.25)


@pytest.mark.parametrize("values", [_ONCE, _ONCE[::-1]], ids=["down", "up"])
def test_a_price_that_changed_once_and_for_good(measure: Measure, values: tuple[int, ...]) -> None:
    rows = _lines(0, "71", *values)

    [row] = measure(uneven_prices, customs_declarations=rows).values()

    assert holding(row) == {"changed_once"}
    assert row.value == pytest.approx(0.7 * log2(6))


def test_what_was_inspected_and_found_in_order_counts_less(measure: Measure) -> None:
    rows = _lines(0, "71", *_TO_AND_FRO)
    for number in (1, 3):  # two of the four low ones
        rows[number]["inspection_result"] = "match"

    assert measure(uneven_prices, customs_declarations=rows) == {}
    [row] = measure(uneven_prices, {"join_from": 1, "report_from": 1}, customs_declarations=rows).values()
    assert holding(row) == {"inspected_and_matched"}
    assert row.value == pytest.approx(0.6 * log2(5))


def test_dear_lines_that_were_inspected_say_nothing_of_the_cheap_ones(measure: Measure) -> None:
    rows = _lines(0, "71", *_TO_AND_FRO)
    for line in rows[::2]:
        line["inspection_result"] = "match"

    [row] = measure(uneven_prices, customs_declarations=rows).values()

    assert holding(row) == set()


def test_importers_with_one_receiver_are_one_detection(measure: Measure) -> None:
    receiver = {"consignee_phone_e164": "+84911222333"}
    rows = _lines(0, "71", *_TO_AND_FRO, **receiver) + _lines(100, "72", *_ONCE, **receiver)
    for trader in range(10, 40):
        rows += _lines(1000 + 10 * trader, str(trader), 1_000_000)

    [row] = measure(uneven_prices, customs_declarations=rows).values()

    assert members(row) == {("company", "tax:71"), ("company", "tax:72"), ("phone", "+84911222333")}
    assert evidence(row) == _keys(1, 3, 5, 7, *range(105, 110))


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(uneven_prices) == {}


def test_larger_lots_may_have_earned_a_discount(measure: Measure) -> None:
    rows = _lines(0, "71", *_TO_AND_FRO)
    for row in rows[1::2]:  # thirty pieces at half the price of ten
        row |= {"quantity": 30.0, "customs_value_vnd": 1_500_000}

    [found] = measure(uneven_prices, customs_declarations=rows).values()

    assert holding(found) == {"larger_lots"}
    assert found.value == pytest.approx(0.75 * log2(5))


def test_goods_of_one_name_and_origin_have_one_price(measure: Measure) -> None:
    """That they are new says nothing; where they were made does."""
    rows = _lines(0, "71", *_TO_AND_FRO)
    for line in rows[::3]:
        line["goods_norm"] += " moi 100%"
    rows += _lines(100, "72", *(1_000_000,) * 4, origin_country="JP")
    rows += _lines(110, "72", *(500_000,) * 4, origin_country="CN")

    [row] = measure(uneven_prices, customs_declarations=rows).values()

    assert row.subject_id == "tax:71"
    assert evidence(row) == _keys(1, 3, 5, 7)
