"""Twenty-two sellers, each with its own buyer, ask between 95,000 and 105,000 VND a pair (and a kilogram)."""

from math import log, sqrt
from typing import Any

import pytest

from jobs.signals.goods.prices import undervalued_from_one_seller
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members


def _bought(start: int, trader: str, seller: str, prices: list[int], **given: Any) -> list[dict[str, Any]]:
    return [
        declaration(
            start + place,
            trader,
            **{"partner_name_norm": seller, "customs_value_vnd": price * 10_000} | given,
        )
        for place, price in enumerate(prices)
    ]


def _market() -> list[dict[str, Any]]:
    return [
        row
        for place in range(22)
        for row in _bought(
            1000 + 10 * place, str(10 + place), f"market {10 + place} co ltd", [95 + place // 2] * 3
        )
    ]


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


def test_guilty_and_innocent_buyers(measure: Measure) -> None:
    rows = _market()
    # Two lines each are too few to look at anybody alone; the bank forms of the seller's name differ.
    rows += _bought(1, "71", "shenzhen blue co ltd", [40] * 2)
    rows += _bought(11, "72", "shenzhen blue company limited", [40] * 2)
    rows += _bought(21, "73", "shenzhen blue", [40] * 2)
    rows += _bought(31, "74", "alone ltd", [40] * 6)
    rows += _bought(41, "75", "mostly alone ltd", [45] * 6)
    rows += _bought(51, "76", "mostly alone ltd", [45])
    for start, trader in ((61, "77"), (71, "78")):
        rows += _bought(start, trader, "worn ltd", [40] * 3, goods_norm="giay da qua su dung")
    for start, trader, name in ((81, "79", "dung quat"), (91, "80", "hai duong")):
        rows += _bought(start, trader, "mother ltd", [40] * 6, trader_name_norm=f"cong ty hoa phat {name}")
    for start, trader in ((101, "81"), (111, "82")):
        rows += _bought(start, trader, "wholesale ltd", [40] * 3)
    rows += _bought(121, "83", "wholesale ltd", [100] * 20)
    for start, trader in ((151, "84"), (161, "85")):
        rows += _bought(start, trader, "inspected ltd", [40] * 3, inspection_result="match")

    found = measure(undervalued_from_one_seller, {"report_from": 1.5}, customs_declarations=rows)

    # Votes of 28 sellers of goods so called, sorted: five at 40 or 45, one near 81, two each of 95 to 98: the
    # fourteenth is 98, the next 99. Scale 0.15 at least; distance = root(gap / 0.15 x gap / 0.35).
    gap = (log(98) + log(99)) / 2 - log(40)
    distance = sqrt(gap / 0.15 * gap / 0.35)
    # Nobody else calls worn ones so: with them, 29 sellers under that code, the fifteenth of them at 98.
    gap = log(98 / 40)
    of_worn = sqrt(gap / 0.15 * gap / 0.35)
    assert set(found) == {"tax:71", "tax:77", "tax:79", "tax:81", "tax:84"}
    ring = found["tax:71"]
    assert members(ring) == {("company", f"tax:{trader}") for trader in (71, 72, 73)}
    assert evidence(ring) == _keys(1, 2, 11, 12, 21, 22)
    assert ring.value == pytest.approx(distance * 4 / 5.5, rel=1e-3)  # the strongest of three does not count
    assert (ring.support, ring.value_vnd) == (6, pytest.approx(6 * 985_000, rel=1e-3))
    assert holding(ring) == set()
    assert holding(found["tax:77"]) == {"clearance_or_low_grade"}
    assert found["tax:77"].value == pytest.approx(0.6 * of_worn * 3 / 4.5, rel=1e-3)
    assert holding(found["tax:79"]) == {"one_open_group"}
    assert found["tax:79"].value == pytest.approx(0.5 * distance * 6 / 7.5, rel=1e-3)
    assert holding(found["tax:81"]) == {"partner_mostly_ordinary"}
    assert members(found["tax:81"]) == {("company", "tax:81"), ("company", "tax:82")}
    assert found["tax:81"].value == pytest.approx(0.7 * distance * 3 / 4.5, rel=1e-3)
    assert holding(found["tax:84"]) == {"inspected_and_matched"}


def test_large_lots_may_earn_a_discount(measure: Measure) -> None:
    rows = _market()
    for start, trader in ((1, "71"), (11, "72")):
        lots = {"quantity": 100.0, "net_weight_kg": 100.0, "customs_value_vnd": 4_000_000}
        rows += _bought(start, trader, "bulk ltd", [40] * 6, **lots)

    (row,) = measure(undervalued_from_one_seller, {"report_from": 0.5}, customs_declarations=rows).values()

    assert holding(row) == {"bulk_purchase"}


def test_a_cheap_seller_among_sellers_who_differ_is_ordinary(measure: Measure) -> None:
    rows = [
        row
        for place in range(22)
        for row in _bought(
            1000 + 10 * place, str(10 + place), f"market {10 + place} co ltd", [40 + 6 * place] * 3
        )
    ]
    for start, trader in ((1, "71"), (11, "72")):
        rows += _bought(start, trader, "cheap ltd", [60] * 6)
    assert measure(undervalued_from_one_seller, customs_declarations=rows) == {}


def test_branches_are_one_buyer_and_each_seller_a_finding(measure: Measure) -> None:
    rows = _market()
    for branch in (1, 2):
        company = {"trader_key": f"tax:0312345678-00{branch}"}
        rows += _bought(10 * branch, "90", "to branches ltd", [40] * 4, **company)
    # The second seller's goods are dear in honest lines as well: low ones hide among them.
    for start, trader, seller in ((31, "71", "one ltd"), (51, "72", "one ltd"), (71, "72", "two ltd")):
        rows += _bought(start, trader, seller, [40] * 6)
    rows += _bought(91, "73", "two ltd", [40, 100, 40, 100, 40, 100, 40, 100])

    found = measure(undervalued_from_one_seller, customs_declarations=rows)

    # One buyer in both makes no ring of all three: it may buy low from both without them.
    one, two = found["tax:71"], found["tax:72"]
    assert len(found) == 2
    assert members(one) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(one) == _keys(*range(31, 37), *range(51, 57))
    assert members(two) == {("company", "tax:72"), ("company", "tax:73")}
    assert evidence(two) == _keys(*range(71, 77), 91, 93, 95, 97)


def test_two_sellers_of_the_same_buyers_are_one_finding(measure: Measure) -> None:
    rows = _market()
    for place, seller in enumerate(("one ltd", "two ltd")):
        for start, trader in ((1, "71"), (21, "72"), (41, "73")):
            rows += _bought(100 * place + start, trader, seller, [40] * 4)
        rows += _bought(100 * place + 61, "74", seller, [65] * 4)  # low as well, but far less so

    found = measure(undervalued_from_one_seller, customs_declarations=rows)

    (row,) = found.values()
    assert members(row) == {("company", f"tax:{trader}") for trader in (71, 72, 73)}


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(undervalued_from_one_seller) == {}
