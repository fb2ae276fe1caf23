"""Cash parcels of a sender without a shop that strangers refuse, against a shop and bad luck."""

import math
from typing import Any

import pytest

from jobs.signals.goods.parcels import refused_by_strangers
from tests.jobs.signals.goods.frames import Measure, evidence, holding, members, parcel


def _sent(start: int, sender: str, number: int, back: int, **given: Any) -> list[dict[str, Any]]:
    """So many parcels, each for a sum of its own, of which the first `back` come back."""
    return [
        parcel(
            start + n,
            f"phone:{sender}",
            **(
                {
                    "sender_phone_e164": sender,
                    "cod_account_id": f"{sender}-{n % 3}",
                    "cod_amount_vnd": 100_000 + n,
                    "goods_norm": "qua tang",
                    "status": "refused" if n < back else "delivered",
                }
                | given
            ),
        )
        for n in range(number)
    ]


def _ordinary(start: int) -> list[dict[str, Any]]:
    """Two hundred parcels of one shop; one in twenty comes back."""
    return _sent(start, "+84900000099", 200, 10, seller_key="shopee:1", order_no="1")


def test_strangers_refuse_what_they_did_not_order(measure: Measure) -> None:
    rows = _sent(0, "+84900000001", 24, 18) + _ordinary(100)

    [row] = measure(refused_by_strangers, parcels=rows).values()

    rate = 28 / 224
    expected = (18 - 24 * rate) / math.sqrt(24 * rate * (1 - rate) + 1)
    assert row.value == pytest.approx(expected, abs=1e-5)
    # Three accounts take turns.
    accounts = {("account", f"+84900000001-{n}") for n in range(3)}
    assert members(row) == {("phone", "+84900000001"), *accounts}
    assert evidence(row) == {f"ghn:{n}" for n in range(24)}
    # What the six paid who took theirs.
    assert (row.support, row.value_vnd) == (24, 6 * 100_000 + sum(range(18, 24)))
    assert holding(row) == set()


def test_honest_senders(measure: Measure) -> None:
    rows = _ordinary(100)
    rows += _sent(1000, "+84900000002", 24, 2)  # hardly anything comes back
    rows += _sent(1100, "+84900000003", 11, 9)  # few parcels
    rows += _sent(1200, "+84900000004", 24, 18, seller_key="shopee:4")  # a shop whose goods do not please
    rows += _sent(1300, "+84900000005", 24, 18, order_no="7", platform="shopee")  # ordered on a platform
    many = _sent(1400, "+84900000006", 24, 18)  # ever other articles, each by its name
    rows += [row | {"goods_norm": f"ao so mi {n}"} for n, row in enumerate(many)]
    rows += _sent(1500, "+84900000007", 24, 18, recipient_phone_e164="+84911111111")  # one bad customer
    rows += _sent(1600, "+84900000008", 24, 18, cod_amount_vnd=0)  # paid before
    assert measure(refused_by_strangers, parcels=rows) == {}


def test_many_words_that_name_no_goods_and_order_numbers_of_no_platform_hide_nothing(
    measure: Measure,
) -> None:
    names = ["qua tang", "phu kien", "san pham", "don hang", "hang da dat", "my pham"]
    sent = _sent(0, "+84900000001", 24, 18, order_no="7")
    rows = [row | {"goods_norm": names[n % 6]} for n, row in enumerate(sent)] + _ordinary(100)
    [row] = measure(refused_by_strangers, parcels=rows).values()
    rate = 28 / 224
    assert row.value == pytest.approx((18 - 24 * rate) / math.sqrt(24 * rate * (1 - rate) + 1), abs=1e-5)
    assert holding(row) == set()


def test_who_says_what_is_sent_may_be_a_retailer(measure: Measure) -> None:
    rows = _sent(0, "+84900000001", 24, 18, goods_norm="giay sneaker nam") + _ordinary(100)
    [row] = measure(refused_by_strangers, parcels=rows).values()
    assert holding(row) == {"goods_named"}


def test_regular_customers_are_an_explanation(measure: Measure) -> None:
    rows = _sent(0, "+84900000001", 60, 55) + _ordinary(100) + _sent(2000, "+84900000098", 900, 0)
    rows = [
        row | {"recipient_phone_e164": f"+8491{n // 2:07d}"} if n < 60 else row for n, row in enumerate(rows)
    ]
    [row] = measure(refused_by_strangers, parcels=rows).values()
    assert holding(row) == {"regular_recipients"}
