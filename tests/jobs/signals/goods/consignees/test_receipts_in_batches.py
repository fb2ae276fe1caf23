"""Three consignments a day for one phone, again and again, against group orders and sale days."""

from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.consignees import receipts_in_batches
from tests.jobs.signals.goods.frames import (
    Measure,
    day,
    declaration,
    evidence,
    holding,
    members,
    parcel,
)

PHONE, OTHER = "+84980000001", "+84980000002"


def _received(
    start: int, phone: str, days: int, kinds: int = 1, a_day: int = 3, **given: Any
) -> list[dict[str, Any]]:
    """So many declarations a day, each by another courier; of so many kinds of goods in turn."""
    return [
        declaration(
            start + n,
            str(start + n),
            regime="MIC",
            consignee_phone_e164=phone,
            consignee_name_norm=f"nguyen thi {n % 5}",
            hs_code=f"{6101 + n % kinds}1000",
            event_day=day(10 + n // a_day),
            **given,
        )
        for n in range(days * a_day)
    ]


def _members(row: Row) -> set[tuple[str, str, str]]:
    return {(member.kind, member.id, member.role) for member in row.members}


def test_one_kind_of_goods_in_batches(measure: Measure) -> None:
    rows = _received(0, PHONE, 2, consignee_address_norm="so 1 pho hue")
    # Other phones at the same place: the same goods twice, once, and something else.
    rows += _received(20, OTHER, 1, a_day=2, consignee_address_norm="so 1 pho hue")
    rows += _received(25, "+84980000005", 1, a_day=1, consignee_address_norm="so 1 pho hue")
    rows += _received(30, "+84980000003", 1, a_day=1, consignee_address_norm="so 1 pho hue")
    rows[-1]["hs_code"] = "85171300"
    # Who declares in the own name.
    rows += _received(
        40, "+84980000004", 1, a_day=1, consignee_address_norm="so 1 pho hue", trader_key="cccd:4"
    )
    sellers = [{"seller_key": "shopee:1", "phone_e164": PHONE, "settlement_account_id": "VCB:1"}]

    found = measure(receipts_in_batches, customs_declarations=rows, sellers=sellers)

    assert set(found) == {PHONE}
    row = found[PHONE]
    assert row.value == pytest.approx(log2(3) * 4, abs=1e-6)
    assert (row.support, row.value_vnd) == (6, 6_000_000)
    assert _members(row) == {
        ("phone", PHONE, "consignee"),
        ("phone", OTHER, "consignee"),
        ("address", "so 1 pho hue", "consignee"),
        ("seller", "shopee:1", "shop"),
        ("account", "VCB:1", "settlement"),
    }
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (*range(6), 20, 21, 25)}
    assert holding(row) == set()


@pytest.mark.parametrize(
    "rows",
    [
        _received(0, PHONE, 1),  # once
        _received(0, PHONE, 9, a_day=2),  # two a day
        [row | {"regime": "A11"} for row in _received(0, PHONE, 9)],  # a company's own lots
    ],
)
def test_a_sale_day_pairs_and_lorries_are_none(measure: Measure, rows: list[dict[str, Any]]) -> None:
    assert not measure(receipts_in_batches, customs_declarations=rows)


def test_what_people_order_together_now_and_then_is_of_all_kinds(measure: Measure) -> None:
    several = _received(0, PHONE, 3, kinds=9)
    alone = [
        row | {"consignee_phone_e164": OTHER, "consignee_name_norm": "le an"}
        for row in _received(20, "", 2, 6)
    ]
    always = _received(40, "+84980000003", 7, kinds=9)

    found = measure(receipts_in_batches, customs_declarations=[*several, *alone, *always])

    assert {phone: holding(row) for phone, row in found.items()} == {
        PHONE: {"group_order"},
        OTHER: {"own_orders"},
        "+84980000003": set(),
    }
    assert members(found["+84980000003"])


def test_clients_of_a_courier_are_named_once_each(measure: Measure) -> None:
    rows = _received(0, PHONE, 7, kinds=9)
    for n, row in enumerate(rows):
        row["consignee_name_norm"] = f"khach {n}"
    assert not measure(receipts_in_batches, customs_declarations=rows)
    # One kind of goods under names of their own is a lot that was broken up.
    alike = [row | {"hs_code": "61011000"} for row in rows]
    assert set(measure(receipts_in_batches, customs_declarations=alike)) == {PHONE}


def test_parcels_from_abroad_are_receipts_too(measure: Measure) -> None:
    def arrived(start: int, phone: str, **given: Any) -> list[dict[str, Any]]:
        abroad = {"origin_country": "CN", "house_bill_no": "H1", "sender_phone_e164": "+8613800000000"}
        return [
            parcel(start + n, "phone:1", recipient_phone_e164=phone, day=day(10 + n // 3), **abroad | given)
            for n in range(6)
        ]

    rows = _received(0, OTHER, 1, a_day=2)
    parcels = [
        *arrived(0, PHONE),
        # From a shop or a sender at home, or without any paper, it was brought in before.
        *arrived(10, "+84980000003", seller_key="shopee:1"),
        *arrived(20, "+84980000004", sender_phone_e164="+84900000001"),
        *arrived(30, "+84980000005", house_bill_no=None),
        # A parcel whose declaration is there is one receipt.
        *arrived(40, OTHER, declaration_no="100000000000")[:1],
    ]
    found = measure(receipts_in_batches, customs_declarations=rows, parcels=parcels)
    assert set(found) == {PHONE}
    assert (found[PHONE].support, found[PHONE].value) == (6, pytest.approx(log2(3) * 4, abs=1e-6))
    assert {e.key for e in found[PHONE].evidence} == {f"ghn:{n}" for n in range(6)}


def test_where_many_phones_receive_is_nobodys_place(measure: Measure) -> None:
    there = {"consignee_address_norm": "toa nha 1"}
    rows = _received(0, PHONE, 2, **there)
    for n in range(12):
        rows += _received(20 + n, f"+8498000010{n}", 1, a_day=1, **there)
    assert _members(measure(receipts_in_batches, customs_declarations=rows)[PHONE]) == {
        ("phone", PHONE, "consignee")
    }


def test_a_place_of_everybody_names_nobody(measure: Measure) -> None:
    rows = _received(0, PHONE, 2, consignee_address_norm="toa nha 1")
    rows += _received(20, OTHER, 1, a_day=1, consignee_address_norm="toa nha 1")
    hub = [{"kind": "address", "id": "toa nha 1", "users": 90, "hub": True}]

    found = measure(receipts_in_batches, customs_declarations=rows, identifiers=hub)

    assert _members(found[PHONE]) == {("phone", PHONE, "consignee")}


def test_a_cooperative_is_named_for_what_its_members_bring_in(measure: Measure) -> None:
    rows = _received(0, PHONE, 2) + _received(20, OTHER, 2)
    rows = [row | {"consignee_name_norm": "htx thuong mai bien gioi"} for row in rows]
    # One of six lots is somebody's own.
    rows[-1]["consignee_name_norm"] = "nguyen thi 1"
    found = measure(receipts_in_batches, customs_declarations=rows)
    assert {phone: holding(row) for phone, row in found.items()} == {PHONE: {"cooperative"}, OTHER: set()}
