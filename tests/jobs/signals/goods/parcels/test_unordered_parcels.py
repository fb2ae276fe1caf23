"""Unordered cash parcels, against a shop with one article, a shop whose goods come back and a lucky sum."""

import math
from typing import Any

import pytest

from jobs.signals.goods.parcels import unordered_parcels
from tests.jobs.signals.goods.frames import Measure, evidence, holding, members, parcel


def _sent(start: int, sender: str, number: int, back: int, **given: Any) -> list[dict[str, Any]]:
    """So many parcels of one sum with ever other goods, of which the first `back` come back."""
    return [
        parcel(
            start + n,
            f"phone:{sender}",
            **(
                {
                    "sender_phone_e164": sender,
                    "cod_amount_vnd": 249_000,
                    "goods_norm": f"hang {n % 4}",
                    "status": "refused" if n < back else "delivered",
                }
                | given
            ),
        )
        for n in range(number)
    ]


def _ordinary(start: int) -> list[dict[str, Any]]:
    """Two hundred parcels of one shop, each with a price of its own; one in twenty comes back."""
    rows = _sent(start, "+84900000099", 200, 10)
    return [row | {"cod_amount_vnd": 100_000 + n} for n, row in enumerate(rows)]


def test_one_sum_from_strangers_half_of_whom_refuse(measure: Measure) -> None:
    rows = _sent(0, "+84900000001", 20, 10) + _ordinary(100)

    [row] = measure(unordered_parcels, parcels=rows).values()

    rate = 20 / 220
    expected = (10 - 20 * rate) / math.sqrt(20 * rate * (1 - rate) + 1)
    assert row.value == pytest.approx(expected, abs=1e-5)
    assert members(row) == {("phone", "+84900000001")}
    assert evidence(row) == {f"ghn:{n}" for n in range(20)}
    assert (row.support, row.value_vnd) == (20, 10 * 249_000)
    assert holding(row) == set()


def test_honest_senders(measure: Measure) -> None:
    rows = _ordinary(100)
    rows += _sent(1000, "+84900000002", 20, 1)  # hardly anything comes back
    rows += _sent(1100, "+84900000003", 11, 8)  # few parcels
    # Less than half of what it collects is one sum.
    rows += _sent(1200, "+84900000004", 20, 10)
    rows += [
        row | {"cod_amount_vnd": 500_000 + n} for n, row in enumerate(_sent(1300, "+84900000004", 21, 0))
    ]
    rows += _sent(1400, "+84900000005", 20, 10, cod_amount_vnd=0)  # paid before
    # One customer who takes nothing.
    rows += _sent(1500, "+84900000006", 20, 10, recipient_phone_e164="+84911111111")

    assert measure(unordered_parcels, parcels=rows) == {}


def test_a_shop_with_one_article_asks_for_one_sum(measure: Measure) -> None:
    rows = _sent(0, "+84900000007", 20, 10, goods_norm="noi chien") + _ordinary(100)
    [row] = measure(unordered_parcels, parcels=rows).values()
    assert holding(row) == {"one_article"}
