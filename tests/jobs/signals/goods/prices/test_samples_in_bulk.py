"""Shoes brought in as samples, a hundred at a time at an eighth of their price, against their twins."""

from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.prices import samples_in_bulk
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_FREE = {"regime": "H11", "goods_norm": "giay the thao hang mau f o c"}


def _market() -> list[dict[str, Any]]:
    """Six buyers pay 100,000 a piece (of 1 kg) for lots of 1,000."""
    return [
        declaration(place, f"{place}", quantity=1000.0, net_weight_kg=1000.0, customs_value_vnd=100_000_000)
        for place in range(1, 7)
    ]


def _free(start: int, trader: str, lots: int, pieces: float = 100.0, **given: Any) -> list[dict[str, Any]]:
    """So many lots at 12,500 a piece, each of its own day."""
    sent = {"quantity": pieces, "net_weight_kg": pieces, "customs_value_vnd": round(12_500 * pieces)}
    return [
        declaration(start + place, trader, event_day=day(90 - place), **(_FREE | sent | given))
        for place in range(lots)
    ]


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    rows = _market()
    rows += _free(20, "21", 6) + _free(30, "22", 3, regime="A11")
    rows += _free(40, "31", 6, 5.0)  # a few pieces each time
    rows += _free(50, "32", 6, customs_value_vnd=6_000_000)  # 60,000 a piece: more than half
    rows += _free(60, "33", 2)  # two lots alone
    rows += _free(70, "34", 6, regime="A11", goods_norm="giay the thao")  # sold, if cheap
    rows += _free(80, "35", 6, net_weight_kg=10.0)  # small articles: not cheap by weight
    # A seller gives two lots to one and one lot to another; it sells to many, as sellers do.
    seller: dict[str, Any] = {"partner_name_norm": "foshan jinlong electric"}
    rows += _free(90, "41", 2, **seller) + _free(95, "42", 1, **seller)
    rows += [declaration(100 + place, f"{50 + place}", regime="E21", **seller) for place in range(12)]
    # A maker's replacements: a hundredth of what was bought.
    rows += _free(120, "61", 3)
    rows.append(
        declaration(130, "61", quantity=30_000.0, net_weight_kg=30_000.0, customs_value_vnd=3_000_000_000)
    )
    in_order: dict[str, Any] = {"inspection_result": "match", "goods_norm": "hang mau hang loi"}
    in_order |= {"customs_value_vnd": 312_500}
    rows += _free(140, "62", 12, **in_order)
    # Honest samples, so that such lots are rare among what comes free of charge.
    rows += [one for place in range(80) for one in _free(200 + place, f"{70 + place}", 1, 3.0)]
    return measure(samples_in_bulk, customs_declarations=rows)


def test_samples_in_lots_like_those_sold_tell(found: dict[str, Row]) -> None:
    row = found["tax:21"]
    # An eighth of the price halves it three times.
    assert row.value == pytest.approx(3 * 6 / 7.5, rel=1e-5)
    assert members(row) == {("company", "tax:21")}
    # Worth what others pay: 600 pieces of 100,000.
    assert (row.support, holding(row)) == (6, set())
    assert row.value_vnd == pytest.approx(60_000_000, rel=1e-5)
    assert evidence(row) == {f"{100000000000 + number}:1" for number in range(20, 26)}


def test_words_say_as_much_as_a_regime(found: dict[str, Row]) -> None:
    assert found["tax:22"].value == pytest.approx(3 * 3 / 4.5, rel=1e-5)


def test_few_lots_count_beside_those_that_their_seller_gives_others(found: dict[str, Row]) -> None:
    row = found["tax:41"]
    assert members(row) == {("company", "tax:41"), ("company", "tax:42")}
    assert row.value == pytest.approx((0.8**2 + 0.8**2) ** 0.5, rel=1e-5)
    assert row.support == 3


def test_innocent_circumstances_take_away(found: dict[str, Row]) -> None:
    assert "tax:61" not in found  # 3 x 3 / 4.5 x 0.4
    row = found["tax:62"]
    assert holding(row) == {"clearance_or_low_grade", "inspected_and_matched"}
    assert row.value == pytest.approx(5 * 12 / 13.5 * 0.6 * 0.6, rel=1e-5)


def test_nobody_else_is_told(found: dict[str, Row]) -> None:
    assert set(found) == {"tax:21", "tax:22", "tax:41", "tax:62"}
