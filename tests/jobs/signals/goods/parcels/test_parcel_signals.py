from datetime import timedelta
from math import sqrt
from typing import Any

import pytest

from jobs.signals.goods.parcels import border_pickups, impossible_parcels
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members, parcel

_PROVINCES = ["79", "48", "01", "92", "31", "38"]


def _from_border(start: int, sender: str, **given: Any) -> list[dict[str, Any]]:
    return [
        parcel(
            start + place,
            sender,
            origin_country="CN",
            sender_province_code="20",
            recipient_province_code=_PROVINCES[place % 6],
            **given,
        )
        for place in range(24)
    ]


def test_foreign_goods_from_the_border(measure: Measure) -> None:
    smuggler = {"sender_phone_e164": "+84912000001", "cod_account_id": "VCB:1"}
    parcels = _from_border(0, "phone:+84912000001", **smuggler)
    # A declared importer in the same province.
    parcels += _from_border(100, "phone:+84912000002", sender_phone_e164="+84912000002", operator_id="op:2")
    # A shop there that sells goods of the country, and one far from any border.
    parcels += _from_border(200, "shopee:3")
    parcels += [parcel(300 + n, "shopee:4", origin_country="CN") for n in range(24)]
    for row in parcels:
        if row["seller_key"] == "shopee:3":
            row["origin_country"] = "VN"
    imports = [declaration(1, "72", customs_value_vnd=50_000_000)]
    operators = [{"kind": "company", "id": "tax:72", "operator_id": "op:2", "degree": 2}]

    found = measure(
        border_pickups,
        {"report_from": 0.1},
        parcels=parcels,
        customs_declarations=imports,
        operators=operators,
    )

    assert set(found) == {"+84912000001", "+84912000002"}
    row = found["+84912000001"]
    assert members(row) == {("phone", "+84912000001"), ("account", "VCB:1")}
    assert row.support == 24
    assert evidence(row) == {f"ghn:{n}" for n in range(24)}
    assert row.value_vnd == 24 * 200_000
    assert row.value == pytest.approx(24 / 36 * sqrt(6 / 8), rel=1e-4)  # all foreign, border, off platform
    assert holding(found["+84912000002"]) == {"declared_importer"}
    assert found["+84912000002"].value == pytest.approx(0.2 * row.value, rel=1e-4)


def test_goods_of_a_neighbours_home_market_are_foreign_whatever_origin_is_given(measure: Measure) -> None:
    smuggler = {"sender_phone_e164": "+84912000001"}
    parcels = _from_border(0, "phone:+84912000001", goods_norm="my pham noi dia trung", **smuggler)
    # Imported goods that bear their label, and sweets from Thailand that any grocer sells.
    parcels += _from_border(100, "shopee:2", goods_norm="do choi co tem nhap khau")
    parcels += _from_border(200, "shopee:3", goods_norm="banh keo thai lan")
    # A handbag is no hand-carried good, and what is on display is not Chinese.
    parcels += _from_border(300, "shopee:4", goods_norm="tui xach tay nu da")
    parcels += _from_border(400, "shopee:5", goods_norm="hang trung bay")
    for row in parcels:
        row["origin_country"] = "VN"

    found = measure(border_pickups, parcels=parcels)

    assert set(found) == {"+84912000001"}
    assert found["+84912000001"].value == pytest.approx(24 / 36 * sqrt(6 / 8), rel=1e-4)


def test_parcels_that_cannot_have_travelled(measure: Measure) -> None:
    parcels = []
    for n in range(20):
        sent = parcel(n, "shopee:1", recipient_phone_e164=f"+8498000000{n % 2}", day=day(20 + n % 5))
        # From Hà Nội to Hồ Chí Minh City in half an hour.
        sent["delivered_at"] = sent["picked_up_at"] + timedelta(minutes=30)
        parcels.append(sent)
        # Gift cards weigh nothing, and go to everybody.
        parcels.append(parcel(100 + n, "shopee:2", weight_kg=0.0, goods_norm="the qua tang 500k"))
    parcels += [parcel(1000 + n, f"shopee:{10 + n % 20}") for n in range(400)]
    # A carrier that never weighs.
    parcels += [parcel(5000 + n, "shopee:3", carrier="vnpost", weight_kg=None) for n in range(20)]

    found = measure(impossible_parcels, parcels=parcels)

    assert set(found) == {"shopee:1"}
    row = found["shopee:1"]
    assert members(row) == {("seller", "shopee:1")}
    assert evidence(row) == {f"ghn:{n}" for n in range(20)}
    assert row.value == pytest.approx(20 / 30 * (0.6 + 0.4 * 0.9), rel=1e-4)  # two recipients for twenty


def test_an_envelope_with_the_label_of_shoes_weighs_nothing(measure: Measure) -> None:
    parcels = [
        parcel(1000 + n, f"shopee:{10 + n % 20}", goods_norm="giay the thao", weight_kg=1.0)
        for n in range(200)
    ]
    shown = {"recipient_phone_e164": "+84980000001", "goods_norm": "giay the thao size 39"}
    parcels += [parcel(n, "shopee:1", weight_kg=0.05, **shown) for n in range(20)]
    parcels += [parcel(100 + n, "shopee:2", weight_kg=0.06, **shown) for n in range(20)]
    # What so few send has no usual weight.
    parcels += [parcel(200 + n, "shopee:3", weight_kg=0.05, goods_norm="bong den led") for n in range(20)]

    found = measure(impossible_parcels, parcels=parcels)

    assert set(found) == {"shopee:1"}
    assert found["shopee:1"].value == pytest.approx(20 / 30 * (0.6 + 0.4 * 0.95), rel=1e-4)


def test_north_and_south_lie_further_apart_than_neighbours_of_two_regions(measure: Measure) -> None:
    routes = {
        "shopee:1": ("01", "79", 299),  # Hà Nội to Hồ Chí Minh City
        "shopee:2": ("74", "30", 299),  # Bình Dương to Hải Dương, codes of before the merger
        "shopee:3": ("01", "79", 301),
        "shopee:4": ("01", "48", 100),  # Hà Nội to Đà Nẵng: the centre lies beside both
        "shopee:5": ("37", "38", 100),  # Ninh Bình (north) to its neighbour Thanh Hóa (centre)
        "shopee:6": ("68", "75", 100),  # Lâm Đồng (centre) to its neighbour Đồng Nai (south)
        "shopee:7": ("68", "75", 89),
        "shopee:8": ("79", "75", 100),  # two provinces of the south
    }
    parcels = [parcel(1000 + n, f"shopee:{10 + n % 20}") for n in range(400)]
    for start, (shop, (sender, recipient, minutes)) in enumerate(routes.items()):
        for n in range(20):
            sent = parcel(20 * start + n, shop, recipient_phone_e164=f"+8498{start:06d}{n % 2}")
            sent |= {"sender_province_code": sender, "recipient_province_code": recipient}
            sent["delivered_at"] = sent["picked_up_at"] + timedelta(minutes=minutes)
            parcels.append(sent)

    found = measure(impossible_parcels, parcels=parcels)

    assert set(found) == {"shopee:1", "shopee:2", "shopee:7"}
    # Twenty parcels, all of them impossible, two recipients.
    assert [row.value for row in found.values()] == pytest.approx([20 / 30 * (0.6 + 0.4 * 0.9)] * 3, rel=1e-4)


def test_buyers_shared_by_two_forging_shops_are_members(measure: Measure) -> None:
    parcels = []
    for n in range(40):
        sent = parcel(
            n, f"shopee:{1 + n % 2}", recipient_phone_e164=f"+8498000000{n % 4 // 2}", weight_kg=0.0
        )
        parcels.append(sent)
    parcels += [parcel(1000 + n, f"shopee:{10 + n % 20}") for n in range(400)]

    found = measure(impossible_parcels, parcels=parcels)

    buyers = {("phone", "+84980000000"), ("phone", "+84980000001")}
    assert members(found["shopee:1"]) == {("seller", "shopee:1")} | buyers
    assert members(found["shopee:2"]) == {("seller", "shopee:2")} | buyers
