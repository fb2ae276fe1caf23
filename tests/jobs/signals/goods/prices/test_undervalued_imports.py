"""Twenty-two honest hands declare shoes between 95,000 and 105,000 VND a pair (and a kilogram)."""

from math import log, sqrt
from typing import Any

import pytest

from jobs.signals.goods.prices import undervalued_imports
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _lines(start: int, trader: str, prices: list[int], **given: Any) -> list[dict[str, Any]]:
    return [
        declaration(
            start + place, trader, customs_value_vnd=price * 10_000, event_day=day(5 + place), **given
        )
        for place, price in enumerate(prices)
    ]


def _value(gap: float) -> float:
    """Scale 0.15 at least; distance = root(gap / 0.15 x gap / 0.35); six lines of caution 1.5."""
    return sqrt(gap / 0.15 * gap / 0.35) * 6 / 7.5


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


def test_guilty_and_innocent_importers(measure: Measure) -> None:
    rows: list[dict[str, Any]] = []
    for place in range(22):
        rows += _lines(1000 + 10 * place, str(10 + place), [95 + place // 2] * 3)
    receiver = {"consignee_phone_e164": "+84911222333", "consignee_name_norm": "le van c"}
    rows += _lines(1, "71", [40] * 6, **receiver)
    rows += _lines(21, "72", [40] * 6, **receiver)
    rows += _lines(41, "73", [90] * 4)  # a small rebate
    rows += _lines(61, "74", [40] * 6, goods_norm="giay da qua su dung")  # said to be used goods
    rows += _lines(81, "75", [40] * 2)  # two lines are not enough
    rows += _lines(101, "76", [100, 30, 99, 30, 101, 30, 98, 30])  # low lines among honest ones
    rows += _lines(121, "77", [40] * 6, hs_code="99999999")  # nobody to compare with
    rows += _lines(141, "78", [40] * 6, regime="E21")  # processing goods carry no sale price

    found = measure(undervalued_imports, customs_declarations=rows)

    assert {"tax:73", "tax:75", "tax:77", "tax:78"}.isdisjoint(found)
    shells = found["tax:72"]
    assert "tax:71" not in found  # one scheme, one detection
    assert members(shells) == {("company", "tax:71"), ("company", "tax:72"), ("phone", "+84911222333")}
    assert evidence(shells) == _keys(*range(1, 7), *range(21, 27))
    assert shells.support == 12
    assert holding(shells) == set()
    # Votes of 27 hands with goods of that name, sorted: three at 40 (71, 72, 75), 55 (76), 90, two each of 95
    # to 98, of 99: the middle is the fourteenth (99).
    assert shells.value == pytest.approx(_value(log(99 / 40)), rel=1e-3)
    assert shells.value_vnd == pytest.approx(12 * 990_000, rel=1e-3)
    assert holding(found["tax:74"]) == {"clearance_or_low_grade"}
    # Nobody else calls them so: with its own, votes of 28 hands under that code, the middle of them 98.5.
    assert found["tax:74"].value == pytest.approx(0.6 * _value(log(98.5 / 40)), rel=1e-3)
    assert evidence(found["tax:76"]) == _keys(102, 104, 106, 108)
    assert members(found["tax:76"]) == {("company", "tax:76")}


def test_presents_of_private_persons_are_no_goods_with_a_price(measure: Measure) -> None:
    def by_person(name: str, start: int, prices: list[int], **given: Any) -> list[dict[str, Any]]:
        return _lines(start, name, prices, trader_key=f"cccd:{name}", **given)

    rows: list[dict[str, Any]] = []
    for n in range(12):
        rows += _lines(1000 + 10 * n, str(10 + n), [95 + n] * 3)
        rows += by_person(str(30 + n), 2000 + 10 * n, [95 + n] * 3)
    present = {"goods_norm": "qua tang my pham banh keo"}
    rows += by_person("71", 1, [40] * 6, **present)
    rows += by_person("72", 21, [40] * 6)
    rows += _lines(41, "73", [40] * 6, **present)
    # Fruit sounds alike without its marks.
    rows += by_person("74", 61, [40] * 6, goods_norm="qua tao")
    found = measure(undervalued_imports, customs_declarations=rows)
    assert {member for row in found.values() for member in members(row)} == {
        ("person", "cccd:72"),
        ("company", "tax:73"),
        ("person", "cccd:74"),
    }


def test_goods_are_compared_with_what_others_call_so(measure: Measure) -> None:
    """One code holds loudspeakers at 100 and earphones at 40, of eight hands each."""
    speakers, earphones = ({"goods_norm": f"{name} hieu jbl"} for name in ("loa keo", "tai nghe"))
    rows: list[dict[str, Any]] = []
    for place in range(8):
        rows += _lines(1000 + 10 * place, str(10 + place), [98 + place // 2] * 3, **speakers)
        rows += _lines(2000 + 10 * place, str(30 + place), [39 + place % 3] * 3, **earphones)
    rows += _lines(1, "71", [40] * 6, goods_norm="loa keo model x1")

    found = measure(undervalued_imports, customs_declarations=rows)

    assert set(found) == {"tax:71"}


def test_single_pieces_that_persons_order_make_no_lot_a_bulk_purchase(measure: Measure) -> None:
    """Twenty persons order one pair each for 150; companies import a thousand times as much for 100.

    Beside single pairs, 45 would be what a lot of that size costs.
    """
    rows: list[dict[str, Any]] = []
    for place in range(20):
        one = {"trader_key": f"cccd:{10 + place}", "quantity": 1.0, "net_weight_kg": 1.0}
        rows += [
            declaration(3000 + 10 * place + n, "1", customs_value_vnd=150_000, **one, event_day=day(5 + n))
            for n in range(3)
        ]
    for place in range(8):
        rows += _lots(1000 + 10 * place, str(10 + place), 98 + place // 2)
    rows += _lots(1, "71", 45)
    rows += _lots(21, "72", 95)

    found = measure(undervalued_imports, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert holding(found["tax:71"]) == set()
    # Votes of the ten companies alone, sorted: 45, 95, two each of 98 to 101: the middle is 99.
    assert found["tax:71"].value == pytest.approx(_value(log(99 / 45)), rel=1e-3)


def _lots(start: int, trader: str, price: int, **given: Any) -> list[dict[str, Any]]:
    """Six lots of a thousand pairs, of a kilogram each."""
    lot = {"quantity": 1000.0, "net_weight_kg": 1000.0, **given}
    return _lines(start, trader, [price * 100] * 6, **lot)


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(undervalued_imports) == {}


def test_one_kind_of_goods_among_others(measure: Measure) -> None:
    bags = {"hs_code": "42022100", "goods_norm": "tui xach da"}
    rows: list[dict[str, Any]] = []
    for place in range(22):
        rows += _lines(1000 + 10 * place, str(10 + place), [95 + place // 2] * 3)
        rows += _lines(2000 + 10 * place, str(10 + place), [95 + place // 2] * 3, **bags)
    rows += _lines(1, "71", [100] * 20) + _lines(31, "71", [40] * 4, **bags)
    rows += _lines(51, "72", [100] * 20) + _lines(81, "72", [40] * 2, **bags)  # two lines are not enough

    found = measure(undervalued_imports, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert evidence(found["tax:71"]) == _keys(31, 32, 33, 34)
    # 85 % of what these four lines alone would weigh.
    assert found["tax:71"].value == pytest.approx(0.85 * _value(log(2.5)) * 7.5 / 6 * 4 / 5.5, rel=0.03)


def test_samples_and_plain_makes(measure: Measure) -> None:
    """Honest companies import lots of a thousand pairs for 98 to 101; others pay 40."""
    rows: list[dict[str, Any]] = []
    for place in range(16):
        rows += _lots(1000 + 10 * place, str(10 + place), 98 + place // 4)
    # A twenty-fifth of their lots, at a quarter of the price: a small lot would cost more, not less.
    few = {"quantity": 40.0, "net_weight_kg": 40.0}
    rows += _lines(1, "71", [100] * 6, **few)
    rows += _lots(21, "72", 40, goods_norm="giay the thao co 38-42 hang moi de mong khong lot")
    rows += _lots(41, "73", 40)

    found = measure(undervalued_imports, {"report_from": 0.5}, customs_declarations=rows)

    assert {name: holding(row) for name, row in found.items()} == {
        "tax:71": {"few_pieces"},
        "tax:72": {"described_otherwise"},
        "tax:73": set(),
    }
    assert found["tax:72"].value == pytest.approx(0.7 * found["tax:73"].value, rel=1e-4)
