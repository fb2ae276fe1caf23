"""Parcels too light for their goods, to the same few; against samples, bulk buyers and an office."""

from typing import Any

import pytest

from jobs.signals.goods.parcels import light_parcels_to_few
from tests.jobs.signals.goods.frames import Measure, Rows, evidence, holding, members, parcel


def _usual() -> Rows:
    """Two hundred pairs of shoes of twenty shops, each 1 kg and 400,000 VND, to a recipient each."""
    return [
        parcel(
            1000 + n,
            f"shopee:{100 + n % 20}",
            goods_norm="giay the thao",
            weight_kg=1.0,
            declared_value_vnd=400_000,
        )
        for n in range(200)
    ]


def _sent(first: int, count: int, shop: str, recipients: int, **given: Any) -> Rows:
    """Light pairs of shoes at their full price, to so many recipients in turn."""
    return [
        parcel(
            first + n,
            shop,
            **{
                "goods_norm": "giay the thao",
                "weight_kg": 0.4,
                "declared_value_vnd": 400_000,
                "recipient_phone_e164": f"+8498{first:05d}{n % recipients:02d}",
                "recipient_address_norm": f"{first} ngo {n % recipients}",
                **given,
            },
        )
        for n in range(count)
    ]


def test_light_parcels_at_full_price_for_those_who_come_back(measure: Measure) -> None:
    forged = _sent(0, 10, "shopee:1", 4)
    # Two real parcels beside them.
    real = _sent(20, 2, "shopee:1", 2, weight_kg=0.9)

    found = measure(light_parcels_to_few, parcels=[*_usual(), *forged, *real])

    assert set(found) == {"shopee:1"}
    row = found["shopee:1"]
    assert members(row) == {("seller", "shopee:1")}
    assert evidence(row) == {f"ghn:{n}" for n in range(10)}
    # Ten of twelve are light, twelve parcels go to six recipients, ten parcels are half of the volume.
    assert row.value == pytest.approx(10 / 12 * (1 - 6 / 12) * 10 / 20, rel=1e-4)
    assert (row.support, row.value_vnd) == (10, 4_000_000)
    assert holding(row) == set()


@pytest.mark.parametrize(
    "innocent",
    [
        {"declared_value_vnd": 40_000},  # samples
        {"weight_kg": 0.9},  # who buys in bulk gets what weighs
        {"recipients": 10},  # a light make, to everybody
        {"goods_norm": "bong den led"},  # nobody else says what such goods weigh
        {"weight_kg": None},
        {"count": 7},
    ],
)
def test_what_is_light_or_comes_back_alone(measure: Measure, innocent: dict[str, Any]) -> None:
    given: dict[str, Any] = {"count": 12, "recipients": 4, **innocent}
    rows = _sent(0, given.pop("count"), "shopee:1", given.pop("recipients"), **given)

    assert not measure(light_parcels_to_few, parcels=[*_usual(), *rows])


def test_what_is_paid_at_the_door_is_the_price(measure: Measure) -> None:
    rows = _sent(0, 12, "shopee:1", 4, declared_value_vnd=None, cod_amount_vnd=800_000, quantity=2)

    (row,) = measure(light_parcels_to_few, parcels=[*_usual(), *rows]).values()

    # A piece costs what it costs elsewhere; the parcels hold two.
    assert (row.support, row.value_vnd) == (12, 12 * 800_000)


def test_an_office_orders_together(measure: Measure) -> None:
    rows = _sent(0, 12, "shopee:1", 4, recipient_address_norm="toa nha van phong")

    (row,) = measure(light_parcels_to_few, parcels=[*_usual(), *rows]).values()

    assert holding(row) == {"one_place"}
