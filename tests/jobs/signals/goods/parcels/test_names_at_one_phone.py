"""Eight people with eight given names receive at one phone, and the offices and towers that look like it."""

from math import sqrt
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.parcels import names_at_one_phone
from tests.jobs.signals.goods.frames import Measure, day, evidence, holding, members, parcel

NAMES = ("an", "binh", "chi", "dung", "giang", "hoa", "khanh", "lan")
PHONE = "+84980000001"


def _named(
    start: int, sender: str, phone: str = PHONE, *, days: int = 8, **given: Any
) -> list[dict[str, Any]]:
    """A parcel for each name, on so many days."""
    return [
        parcel(
            start + n,
            sender,
            recipient_phone_e164=phone,
            recipient_name_norm=f"nguyen thi {name}",
            day=day(10 + n % days),
            **given,
        )
        for n, name in enumerate(NAMES)
    ]


def _roles(row: Row) -> set[tuple[str, str, str]]:
    return {(member.kind, member.id, member.role) for member in row.members}


def test_one_sender_writes_many_names_for_one_phone(measure: Measure) -> None:
    parcels = _named(0, "shopee:1", recipient_address_norm="kho 1 lang son", cod_account_id="VCB:1")
    # Another person of a name that was there, at an address of its own; and something of another shop.
    parcels.append(
        parcel(
            8,
            "shopee:1",
            recipient_phone_e164=PHONE,
            recipient_name_norm="tran van lan",
            recipient_address_norm="nha 2 ha noi",
            cod_account_id="VCB:2",
        )
    )
    parcels.append(parcel(9, "shopee:2", recipient_phone_e164=PHONE, recipient_name_norm="nguyen thi an"))
    sellers = [
        {"seller_key": "shopee:own", "phone_e164": PHONE, "settlement_account_id": "VCB:own"},
        {
            "seller_key": "shopee:there",
            "pickup_address_norm": "kho 1 lang son",
            "settlement_account_id": "VCB:there",
        },
        {"seller_key": "shopee:once", "pickup_address_norm": "nha 2 ha noi"},
        {"seller_key": "shopee:elsewhere", "phone_e164": "+84980000099"},
    ]

    found = measure(names_at_one_phone, parcels=parcels, sellers=sellers)

    assert set(found) == {PHONE}
    row = found[PHONE]
    # Eight given names; nine of the ten parcels.
    assert row.value == pytest.approx(3 * sqrt(0.9), abs=1e-6)
    assert (row.support, row.value_vnd) == (9, 9 * 200_000)
    assert evidence(row) == {f"ghn:{n}" for n in range(9)}
    assert _roles(row) == {
        ("phone", PHONE, "consignee"),
        ("seller", "shopee:1", "sender"),
        ("account", "VCB:1", "sender"),
        ("seller", "shopee:own", "sender"),
        ("account", "VCB:own", "sender"),
        ("seller", "shopee:there", "sender"),
        ("account", "VCB:there", "sender"),
    }
    assert holding(row) == set()


def test_the_few_shops_that_send_from_where_the_phone_receives_stand_behind_it(measure: Measure) -> None:
    shared = "+84980000002"
    parcels = _named(0, "shopee:1", recipient_address_norm="kho 1 lang son")
    parcels += _named(10, "shopee:1", shared, recipient_address_norm="toa 2 ha noi")
    # Doors that the phone had beside it, each for less than half of what it receives.
    for row in parcels[:3]:
        row["recipient_address_norm"] = "nha 3 ha noi"
    senders = {"kho 1 lang son": range(20, 23), "toa 2 ha noi": range(30, 34), "nha 3 ha noi": [40]}
    parcels += [
        parcel(n, f"lazada:{n}", sender_address_norm=place, cod_account_id=f"VCB:{n}")
        for place, numbers in senders.items()
        for n in numbers
    ]

    found = measure(names_at_one_phone, parcels=parcels)

    assert _roles(found[PHONE]) == {
        ("phone", PHONE, "consignee"),
        ("seller", "shopee:1", "sender"),
        *(("seller", f"lazada:{n}", "shop") for n in (20, 21, 22)),
        *(("account", f"VCB:{n}", "collector") for n in (20, 21, 22)),
    }
    # Four shops share a building.
    assert _roles(found[shared]) == {("phone", shared, "consignee"), ("seller", "shopee:1", "sender")}


@pytest.mark.parametrize(("days", "value"), [(1, None), (3, None), (4, 3.0)])
def test_what_a_class_orders_within_three_days_is_nothing(
    measure: Measure, days: int, value: float | None
) -> None:
    found = measure(names_at_one_phone, parcels=_named(0, "shopee:1", days=days))
    assert (found[PHONE].value if found else None) == value


def test_a_reception_takes_in_what_many_send(measure: Measure) -> None:
    """Five other shops send twice each; at the other phone, four shops."""
    desk, shared = "+84980000002", "+84980000003"
    parcels = _named(0, "shopee:1", desk) + _named(10, "shopee:1", shared)
    parcels += [
        parcel(
            start + n,
            f"shopee:{2 + n // 2}",
            recipient_phone_e164=phone,
            recipient_name_norm="nguyen thi an",
        )
        for start, phone, sent in ((20, desk, 10), (40, shared, 8))
        for n in range(sent)
    ]

    found = measure(names_at_one_phone, parcels=parcels)

    assert found[desk].value == pytest.approx(3 * sqrt(8 / 18), abs=1e-6)
    assert holding(found[desk]) == {"reception_or_parcel_point"}
    # Half of it comes from the one shop.
    assert found[shared].value == pytest.approx(3 * sqrt(0.5), abs=1e-6)
    assert holding(found[shared]) == set()


def test_a_tower_has_a_flat_for_each_name(measure: Measure) -> None:
    tower, village, house = (f"+8498000000{n}" for n in (2, 3, 4))
    streets = ("hue", "bach mai", "lo duc", "hang bai", "ba trieu", "quang trung", "ngo quyen", "trang thi")
    parcels = _named(0, "shopee:1", tower) + _named(10, "shopee:1", village) + _named(20, "shopee:1", house)
    for n, street in enumerate(streets):
        parcels[n]["recipient_address_norm"] = f"can {100 + n} toa s2 ocean park gia lam ha noi"
        parcels[8 + n]["recipient_address_norm"] = f"so {n} {street} hoan kiem ha noi"
        parcels[16 + n]["recipient_address_norm"] = "so 5 ngo 7 hoan kiem ha noi"

    found = measure(names_at_one_phone, parcels=parcels)

    assert {phone: row.value for phone, row in found.items()} == {tower: 3.0, village: 3.0, house: 3.0}
    assert holding(found[tower]) == {"desk_of_a_tower"}
    assert holding(found[village]) == set()
    assert holding(found[house]) == set()


def test_phones_of_one_sender_at_one_place_are_one_receiver(measure: Measure) -> None:
    """Two meet in one house, a third with the second in another, a fourth elsewhere; another sender's."""
    second, third, elsewhere, anothers = (f"+8498000000{n}" for n in (2, 3, 4, 5))
    parcels = _named(0, "shopee:1", recipient_address_norm="nha 1")
    parcels += _named(10, "shopee:1", second, recipient_address_norm="nha 1")[:6]
    parcels[8]["recipient_address_norm"] = "nha 2"
    parcels += _named(20, "shopee:1", third, recipient_address_norm="nha 2")[:5]
    parcels += _named(30, "shopee:1", elsewhere, recipient_address_norm="nha 3")
    parcels += _named(40, "shopee:9", anothers, recipient_address_norm="nha 1")
    sellers = [{"seller_key": "shopee:own", "phone_e164": third}]

    found = measure(names_at_one_phone, parcels=parcels, sellers=sellers)

    assert {phone: row.support for phone, row in found.items()} == {PHONE: 19, elsewhere: 8, anothers: 8}
    row = found[PHONE]
    assert (row.value, row.value_vnd) == (pytest.approx(3.0), 19 * 200_000)
    assert members(row) == {
        *(("phone", phone) for phone in (PHONE, second, third)),
        ("seller", "shopee:1"),
        ("seller", "shopee:own"),
    }
    assert len(evidence(row)) == 19


def test_a_place_of_everybody_makes_no_receiver(measure: Measure) -> None:
    hub = {"kind": "address", "id": "toa 1", "users": 400, "hub": True, "hub_reason": "many users"}
    parcels = _named(0, "shopee:1", recipient_address_norm="toa 1")
    parcels += _named(10, "shopee:1", "+84980000002", recipient_address_norm="toa 1")
    found = measure(names_at_one_phone, parcels=parcels, identifiers=[hub])
    assert set(found) == {PHONE, "+84980000002"}


def test_a_phone_of_everybody_is_left_out(measure: Measure) -> None:
    hub = {"kind": "phone", "id": PHONE, "users": 400, "hub": True, "hub_reason": "many users"}
    assert measure(names_at_one_phone, parcels=_named(0, "shopee:1"), identifiers=[hub]) == {}


def _from_one_place() -> list[dict[str, Any]]:
    """Each parcel under a phone of its own."""
    parcels = _named(0, "phone:+8491", sender_address_norm="kho 9 tan thanh", cod_account_id="VCB:9")
    for n, row in enumerate(parcels):
        row["sender_key"] = f"phone:+8491000000{n}"
        row["sender_phone_e164"] = f"+8491000000{n}"
    return parcels


def test_the_phones_of_one_sending_place_are_one_sender(measure: Measure) -> None:
    row = measure(names_at_one_phone, parcels=_from_one_place())[PHONE]
    assert row.value == pytest.approx(3.0)
    assert row.support == 8
    # No sending phone stands on a fifth of the parcels.
    assert members(row) == {("phone", PHONE), ("account", "VCB:9")}


def test_a_sending_place_of_everybody_names_no_sender(measure: Measure) -> None:
    hub = {"kind": "address", "id": "kho 9 tan thanh", "users": 400, "hub": True, "hub_reason": "many users"}
    assert measure(names_at_one_phone, parcels=_from_one_place(), identifiers=[hub]) == {}
