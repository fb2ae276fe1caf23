"""Goods that come to a shop as luggage, against families, a removal and a charity."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.parcels import belongings_by_the_dozen
from tests.jobs.signals.goods.frames import Measure, day, evidence, holding, members, parcel

_PHONE = "+84980000001"


def _sent(start: int, count: int, phone: str = _PHONE, **given: Any) -> list[dict[str, Any]]:
    """Twenty pieces in each parcel, from three phones in turn, one a week."""
    return [
        parcel(
            start + n,
            "",
            **{
                "seller_key": None,
                "sender_phone_e164": f"+8490000000{n % 3}",
                "recipient_phone_e164": phone,
                "goods_norm": ("hanh ly", "do ca nhan", "qua")[n % 3],
                "quantity": 20,
                "day": day(5 + 7 * n),
            }
            | given,
        )
        for n in range(count)
    ]


def test_goods_of_a_shop_come_as_luggage(measure: Measure) -> None:
    shop = {
        "seller_key": "shopee:1",
        "record_key": "shopee:1",
        "phone_e164": _PHONE,
        "settlement_account_id": "VCB:1",
    }

    rows = measure(belongings_by_the_dozen, parcels=_sent(0, 6), sellers=[shop])

    row = rows[_PHONE]
    assert row.value == pytest.approx(log2(6), abs=1e-6)
    assert members(row) == {
        ("phone", _PHONE),
        *(("phone", f"+8490000000{n}") for n in range(3)),
        ("seller", "shopee:1"),
        ("account", "VCB:1"),
    }
    assert len(evidence(row)) == 7
    assert (row.support, holding(row)) == (6, set())


@pytest.mark.parametrize(
    ("count", "given"),
    [
        (4, {}),
        (6, {"quantity": 7}),
        (6, {"quantity": None}),
        (6, {"sender_phone_e164": "+84900000000"}),
        (6, {"goods_norm": "gio qua tet"}),
        (6, {"phone": None}),
    ],
    ids=["a few", "presents", "unknown", "one sender", "gift baskets", "no phone"],
)
def test_families_and_gift_shops_are_none(measure: Measure, count: int, given: dict[str, Any]) -> None:
    assert not measure(belongings_by_the_dozen, parcels=_sent(0, count, **given))


def test_a_removal_and_a_charity_are_explained(measure: Measure) -> None:
    removal = _sent(0, 6, "+84980000002", day=day(9))
    charity = _sent(10, 6, "+84980000003", recipient_name_norm="mai am hoa sen")

    rows = measure(belongings_by_the_dozen, parcels=[*removal, *charity])

    assert {phone: holding(row) for phone, row in rows.items()} == {
        "+84980000002": {"moves_house"},
        "+84980000003": {"charity"},
    }
