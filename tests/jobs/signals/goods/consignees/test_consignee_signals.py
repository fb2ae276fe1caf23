"""Who really receives: a hidden consignee against a shopper, a forwarder, a dormitory and an open buyer."""

from typing import Any

import pytest

from jobs.signals.goods.consignees import shared_consignees, split_house_bills
from tests.jobs.signals.goods.frames import (
    Measure,
    day,
    declaration,
    evidence,
    holding,
    members,
    parcel,
)


def _bill(number: int, name: str, phone: str, **given: Any) -> dict[str, Any]:
    """A low-value house bill of 900,000 VND for `name`, its own declarant, who leaves no other phone."""
    return declaration(
        number,
        str(5000 + number),
        trader_key=given.pop("trader_key", f"cccd:{number:012d}"),
        trader_phone_e164=given.pop("trader_phone_e164", phone),
        consignee_name_norm=name,
        consignee_phone_e164=phone,
        consignee_address_norm=given.pop("address", None),
        customs_value_vnd=given.pop("value", 900_000),
        house_bill_no=f"H{number}",
        master_bill_no=given.pop("master", "M1"),
        **given,
    )


def _split_rows() -> list[dict[str, Any]]:
    # Twelve bills under two master bills, twelve names, one phone, the same goods.
    rows = [_bill(n, f"ten {n}", "+84900000001", master=f"M{n % 2}") for n in range(12)]
    # A shopper: four orders of different goods on one day, under one name.
    for n in range(20, 24):
        rows.append(
            _bill(
                n,
                "tran thi d",
                "+84900000002",
                master="M1",
                hs_code=f"{10 * n:04d}0000",
                trader_key="cccd:000000000777",
            )
        )
    # A purchasing agent: many customers, all kinds of goods, dear ones as well.
    for n in range(30, 45):
        value = 5_000_000 if n % 5 == 0 else 900_000
        rows.append(
            _bill(n, f"khach {n}", "+84900000003", master="M2", hs_code=f"{10 * n:04d}0000", value=value)
        )
    return rows


def test_split_house_bills(measure: Measure) -> None:
    found = measure(split_house_bills, customs_declarations=_split_rows())

    assert "+84900000002" not in found
    assert "+84900000003" not in found
    row = found["+84900000001"]
    assert row.support == 12
    assert row.value_vnd == 12 * 900_000
    assert evidence(row) == {f"{100000000000 + n}:1" for n in range(12)}
    assert ("phone", "+84900000001") in members(row)
    assert {key for kind, key in members(row) if kind == "person"} == {f"cccd:{n:012d}" for n in range(12)}
    # size 12/24, hidden 0.3 + 0.45 x 11/14 + 0.25 x 1, all bills split, after the end of the exemption 0.9.
    assert row.value == pytest.approx(0.5 * (0.55 + 0.45 * 11 / 14) * 0.9, rel=1e-4)


def test_shared_consignees(measure: Measure) -> None:
    rows = []
    for n in range(20):
        # Five companies, each its own name for the receiver, one phone, two receipts a day.
        rows.append(
            _bill(
                n,
                f"ten {n % 5}",
                "+84900000011",
                trader_key=f"tax:010000000{n % 5}",
                event_day=day(10 + n // 2),
                value=50_000_000,
            )
        )
        # Two importers act for one buyer, who gives his own name.
        rows.append(
            _bill(
                100 + n,
                "cong ty det may x",
                "+84900000012",
                trader_key=f"tax:020000000{n % 2}",
                event_day=day(10 + n),
                value=50_000_000,
            )
        )
        # A dormitory: one address, but each has a phone and wants other goods.
        rows.append(
            _bill(
                200 + n,
                f"sinh vien {n}",
                f"+8490001{n:04d}",
                address="ky tuc xa khu b",
                hs_code=f"{20 + n % 4}040000",
                event_day=day(10 + n),
            )
        )

    found = measure(shared_consignees, {"report_from": 0.05}, customs_declarations=rows)

    row = found["+84900000011"]
    assert members(row) == {("phone", "+84900000011"), *(("company", f"tax:010000000{n}") for n in range(5))}
    # Crowd 4/7, volume 20/28, hidden 0.45 + 0.35 + 0.2 x (1 - 10/20).
    assert row.value == pytest.approx(4 / 7 * 20 / 28 * 0.9, rel=1e-4)
    assert holding(row) == set()
    assert all(other.value < row.value / 2 for key, other in found.items() if key != "+84900000011")
    assert holding(found["+84900000012"]) == {"entrusted_import"}


def test_who_has_a_home_and_leaves_anothers_phone_does_not_receive_for_itself(measure: Measure) -> None:
    rows = []
    for n in range(24):
        # Eight names and all kinds of goods each time. Here three also receive at homes of their own.
        homes = {8: "nha 0", 9: "nha 1", 10: "nha 2"}
        places = {
            "+84900000071": homes.get(n, "kho ong x"),
            # A reception: all at one place.
            "+84900000072": "toa nha y",
            # A courier's customers: each at home.
            "+84900000073": f"nha rieng {n % 8}",
            # One house, written in two ways.
            "+84900000074": "nha z cu" if n in homes else "nha z",
        }
        for start, (phone, place) in zip((0, 100, 200, 300), places.items(), strict=True):
            who = {"trader_key": f"cccd:{start + n % 8:012d}", "hs_code": f"{10 * n + 10:04d}0000"}
            rows.append(_bill(start + n, f"ten {n % 8}", phone, address=place, event_day=day(10 + n), **who))

    found = measure(shared_consignees, {"report_from": 0.01}, customs_declarations=rows)

    assert "+84900000073" not in found
    row = next(row for row in found.values() if ("phone", "+84900000071") in members(row))
    # Crowd 7/10, volume 24/32, hidden 0.45 + 0.35 x 1/24.
    assert row.value == pytest.approx(7 / 10 * 24 / 32 * (0.45 + 0.35 / 24), rel=1e-3)
    assert holding(row) == set()
    tied = {key for other in found.values() for key in members(other)}
    assert not tied & {("phone", f"+8490000007{n}") for n in (2, 3, 4)}


def test_one_kind_of_goods_spread_over_three_importers_is_not_entrusted(measure: Measure) -> None:
    rows = []
    for n in range(18):
        for start, phone, kinds in ((0, "+84900000061", 1), (100, "+84900000062", 2)):
            who = {"trader_key": f"tax:06{start:03d}0000{n % 3}", "hs_code": f"{20 + n // 3 % kinds}040000"}
            rows.append(_bill(start + n, "cong ty det may x", phone, event_day=day(10 + n), **who))

    found = measure(shared_consignees, {"report_from": 0.01}, customs_declarations=rows)

    assert holding(found["+84900000061"]) == set()
    # They bring two kinds, half of each.
    assert holding(found["+84900000062"]) == {"entrusted_import"}
    # Crowd 2/5, volume 18/26, hidden 0.45 + 0.35.
    assert found["+84900000061"].value == pytest.approx(2 / 5 * 18 / 26 * 0.8, rel=1e-4)


def test_four_importers_of_record_for_one_buyer_are_no_group_and_no_warehouse(measure: Measure) -> None:
    buyer = "cty tnhh nam duong mien bac"
    rows = []
    for n in range(18):
        for start, phone, kinds, own in (
            (0, "+84900000063", 1, False),
            (100, "+84900000064", 2, False),
            (200, "+84900000065", 1, True),
        ):
            who = {"trader_key": f"tax:07{start:03d}0000{n % 4}", "hs_code": f"{20 + n // 4 % kinds}040000"}
            name = buyer if own else f"cty tnhh hoa sen {n % 4}"
            rows.append(_bill(start + n, buyer, phone, trader_name_norm=name, event_day=day(10 + n), **who))
    for n in range(6):  # what the buyer brings in itself says nothing of them
        itself = {"trader_key": "tax:0700099999", "trader_name_norm": buyer, "hs_code": f"4{n}040000"}
        rows.append(_bill(300 + n, buyer, "+84900000063", event_day=day(30 + n), **itself))

    found = measure(shared_consignees, {"report_from": 0.001}, customs_declarations=rows)

    assert holding(found["+84900000063"]) == set()
    # Goods of two kinds go through a store; members of one group bring in their own.
    everyday = {"one_open_group", "entrusted_import", "forwarder_or_warehouse"}
    assert holding(found["+84900000064"]) == holding(found["+84900000065"]) == everyday


def test_the_phones_of_couriers_reach_no_resident(measure: Measure) -> None:
    def received(start: int, phone: str, traders: str) -> list[dict[str, Any]]:
        """Eight names at one phone, of one supplier; eight traders declare, each with a phone of its own."""
        return [
            _bill(
                start + n,
                f"ten {n % 8}",
                phone,
                trader_key=f"tax:{traders}{n % 8}",
                trader_phone_e164=f"+84{traders}{n % 8}",
                partner_name_norm="foshan x",
                hs_code=f"{20 + n % 4}040000",
                event_day=day(10 + n),
            )
            for n in range(16)
        ]

    rows = [*received(0, "+84900000071", "010000000"), *received(100, "+84900000072", "020000000")]
    # Those of the second phone declare for many others, too.
    rows += [
        _bill(
            200 + n,
            f"khach {n}",
            f"+8490002{n:04d}",
            trader_key=f"tax:020000000{n % 8}",
            trader_phone_e164=f"+84020000000{n % 8}",
            address=f"so {n} pho khac",
            partner_name_norm=f"ben ban {n}",
            hs_code=f"{30 + n % 40}040000",
            event_day=day(10 + n % 30),
        )
        for n in range(80)
    ]

    found = measure(shared_consignees, {"report_from": 0.001}, customs_declarations=rows)

    assert "dormitory_or_tower" in holding(found["+84900000071"])
    assert "dormitory_or_tower" not in holding(found["+84900000072"])


def test_one_supplier_tells_a_hidden_buyer_from_a_brokers_clients(measure: Measure) -> None:
    rows = []
    for n in range(24):
        goods = {"hs_code": f"{20 + n % 12}040000", "event_day": day(10 + n), "value": 50_000_000}
        # Four companies on a phone that is not theirs buy all kinds of goods, and from one supplier.
        one = {"trader_key": f"tax:010000000{n % 4}", "partner_name_norm": "foshan x", **goods}
        rows.append(_bill(n, f"ten {n % 4}", "+84900000021", **one))
        # Four clients of a broker do so from suppliers of their own.
        own = {"trader_key": f"tax:020000000{n % 4}", "partner_name_norm": f"nha cung cap {n % 4}", **goods}
        rows.append(_bill(100 + n, f"khach {n % 4}", "+84900000022", **own))

    found = measure(shared_consignees, {"report_from": 0.01}, customs_declarations=rows)

    assert holding(found["+84900000021"]) == set()
    assert holding(found["+84900000022"]) == {"forwarder_or_warehouse"}
    # All else is the same; what is kept of a broker's is a quarter.
    assert found["+84900000022"].value == pytest.approx(found["+84900000021"].value / 4, rel=1e-4)


def test_who_has_an_address_and_goods_of_its_own_is_a_client_of_a_broker(measure: Measure) -> None:
    rows = []
    for n in range(24):
        goods = {"hs_code": f"{20 + n}040000", "event_day": day(10 + n), "value": 50_000_000}
        # Three out of eight lots are of one supplier, or all of them.
        mixed = "foshan x" if n % 8 < 3 else f"nha cung cap {n % 3}"
        for start, phone, address, supplier in (
            (0, "+84900000031", f"so {n % 3} pho hue", mixed),
            (100, "+84900000032", "so 9 hang bai", mixed),
            (200, "+84900000033", f"so {n % 3} hang bong", "foshan x"),
        ):
            who = {"address": address, "trader_key": f"tax:03{start:03d}0000{n % 3}"}
            rows.append(_bill(start + n, f"ten {n % 3}", phone, partner_name_norm=supplier, **who, **goods))

    found = measure(shared_consignees, {"report_from": 0.01}, customs_declarations=rows)

    assert holding(found["+84900000031"]) == {"brokers_clients"}
    assert holding(found["+84900000032"]) == set()
    assert holding(found["+84900000033"]) == set()
    assert found["+84900000031"].value == pytest.approx(found["+84900000032"].value * 0.6, rel=1e-4)


def test_an_address_of_a_few_bills_among_many_is_nobodys_hiding_place(measure: Measure) -> None:
    rows = []
    for n in range(42):
        # Forty bills for four names at one address; two of the names once receive at another one.
        address = "so 1 hang bai" if n < 40 else "so 8 pho hue"
        alike = {"partner_name_norm": "foshan x", "event_day": day(10 + n), "value": 50_000_000}
        trader = f"tax:040000000{n % 4}"
        rows.append(_bill(n, f"ten {n % 4}", "+84900000041", address=address, trader_key=trader, **alike))

    def measured(share: float) -> set[tuple[str, str]]:
        changes = {"report_from": 0.01, "identifier_share": share}
        return members(measure(shared_consignees, changes, customs_declarations=rows)["+84900000041"])

    # 2 of 40 bills are one twentieth of what the first address has.
    assert measured(0.05) - measured(0.06) == {("address", "so 8 pho hue")}


def test_what_people_order_everywhere_from_four_shops_ties_no_clients(measure: Measure) -> None:
    def ordered(number: int, name: str, phone: str, shop: str) -> dict[str, Any]:
        goods = {"partner_name_norm": shop, "hs_code": f"{20 + number % 12}040000"}
        return _bill(number, name, phone, regime="MIC", event_day=day(10 + number % 60), **goods)

    # People order all kinds of goods from four shops abroad; companies have suppliers of their own.
    rows = [ordered(n, f"khach {n}", f"+849001{n:05d}", f"shop {n // 12 % 4}") for n in range(96)]
    rows += [_bill(100 + n, f"cty {n}", f"+849002{n:05d}", partner_name_norm=f"nha {n}") for n in range(200)]
    for n in range(24):
        # Eight of a forwarder's clients order there as well; eight names have two shops of their own.
        rows.append(ordered(400 + n, f"nguoi {n % 8}", "+84900000051", f"shop {n // 6}"))
        rows.append(ordered(500 + n, f"ten {n % 8}", "+84900000052", f"rieng {n // 12}"))

    found = measure(shared_consignees, {"report_from": 0.01, "open_names": 9}, customs_declarations=rows)

    assert holding(found["+84900000051"]) == {"forwarder_or_warehouse"}
    assert holding(found["+84900000052"]) == set()


def test_a_phone_ties_its_declarations_where_it_ties_its_parcels(measure: Measure) -> None:
    """What people declare is mostly one kind of goods; what their parcels hold is of all kinds."""

    def declared(number: int, name: str, phone: str, goods: int) -> dict[str, Any]:
        return _bill(number, name, phone, regime="MIC", event_day=day(10), hs_code=f"{goods:04d}0000")

    def carried(number: int, name: str, phone: str, goods: int) -> dict[str, Any]:
        return parcel(
            number,
            "phone:+8613800000000",
            recipient_phone_e164=phone,
            recipient_name_norm=name,
            house_bill_no=f"P{number}",
            hs_code=f"{goods:04d}0000",
            origin_country="CN",
        )

    lines = [declared(n, f"khach {n}", f"+849001{n:05d}", 6404) for n in range(100)]
    parcels = [carried(n, f"khach {n}", f"+849002{n:05d}", 1000 + n) for n in range(200)]
    hidden, agent = "+84900000061", "+84900000062"
    for n in range(10):
        # Ten names at one phone want two kinds of goods; a forwarder's ten clients want all kinds.
        lines.append(declared(200 + n, f"ten {n}", hidden, (6404, 4202)[n % 2]))
        parcels.append(carried(300 + n, f"ten {n}", hidden, (6404, 4202)[n % 2]))
        lines.append(declared(220 + n, f"nguoi {n}", agent, 2000 + n))
        parcels.append(carried(320 + n, f"nguoi {n}", agent, 3000 + n))

    found = measure(shared_consignees, {"report_from": 0.01}, customs_declarations=lines, parcels=parcels)

    assert set(found) == {hidden}
    assert found[hidden].support == 20
    assert members(found[hidden]) == {
        ("phone", hidden),
        *(("person", f"cccd:{n:012d}") for n in range(200, 210)),
    }


def test_companies_of_one_open_group_hide_nobody(measure: Measure) -> None:
    def bills(start: int, phone: str, *names: str) -> list[dict[str, Any]]:
        places = [(start + place, place % len(names)) for place in range(12)]
        return [_bill(n, names[who], phone, trader_key=f"tax:{start + who}") for n, who in places]

    group = [f"cty tnhh minh khang {place}" for place in ("ha noi", "da nang", "can tho")]
    others = ("cty tnhh an phat ha noi", "cty tnhh khai minh da nang", "cty cp sao bien can tho")
    rows = bills(100, "+84900000001", *group) + bills(200, "+84900000002", *others)

    found = measure(shared_consignees, {"report_from": 0.05}, customs_declarations=rows)

    assert holding(found["+84900000001"]) == {"one_open_group"}
    assert holding(found["+84900000002"]) == set()
    assert found["+84900000001"].value == pytest.approx(0.45 * found["+84900000002"].value, rel=1e-4)


def test_used_by_many_is_no_excuse_for_one_trade(measure: Measure) -> None:
    rows = []
    for n in range(30):
        for start, phone, goods, seller in (
            (0, "+84900000061", "64041190", "osaka x"),  # thirty names, the same shoes of one seller
            (100, "+84900000062", f"{20 + n % 12}040000", "agent y"),  # customers of a purchasing agent
            (200, "+84900000063", "64041190", f"shop {n}"),  # a dormitory where everybody wants shoes
            (300, "+84900000064", "64041190", "osaka x"),  # a carrier's own phone
        ):
            given = {"hs_code": goods, "partner_name_norm": seller, "event_day": day(10 + n)}
            rows.append(_bill(start + n, f"ten {start + n}", phone, **given))
    # Everybody else buys other things elsewhere.
    for n in range(200):
        other = {"hs_code": f"{30 + n % 50}010000", "partner_name_norm": f"nha {n}"}
        rows.append(_bill(400 + n, f"khach {n}", f"+849003{n:05d}", **other))
    hubs = [
        {"kind": "phone", "id": f"+8490000006{n}", "users": 30, "hub": True, "hub_reason": reason}
        for n, reason in ((1, "many_users"), (2, "many_users"), (3, "many_users"), (4, "carrier"))
    ]

    found = measure(shared_consignees, {"report_from": 0.01}, customs_declarations=rows, identifiers=hubs)

    assert set(found) == {"+84900000061"}
    assert holding(found["+84900000061"]) == set()


def test_who_buys_of_the_same_sellers_time_and_again_is_no_stranger(measure: Measure) -> None:
    """Eight people, each with a home and a phone, all goods different; one phone takes delivery."""
    rows = []
    for n in range(40):
        own = {
            "trader_key": f"cccd:{n % 8:012d}",
            "trader_phone_e164": f"+849011{n % 8:05d}",
            "address": f"nha {n % 8}",
            "hs_code": f"{20 + n}040000",
            "event_day": day(5 + n),
        }
        rows.append(_bill(n, f"ten {n % 8}", "+84900000081", partner_name_norm=f"seller {n % 2}", **own))
        theirs = own | {"trader_key": f"cccd:9{n % 8:011d}", "trader_phone_e164": f"+849022{n % 8:05d}"}
        theirs["address"] = f"can ho {n % 8}"
        rows.append(_bill(100 + n, f"ai {n % 8}", "+84900000082", partner_name_norm=f"nha {n}", **theirs))
    for n in range(200):
        given = {"hs_code": f"{30 + n % 50}010000", "partner_name_norm": f"nha {n}", "master": f"M{n + 9}"}
        rows.append(_bill(400 + n, f"ai {n}", f"+849003{n:05d}", **given))

    found = measure(shared_consignees, {"report_from": 0.0}, customs_declarations=rows)

    assert holding(found["+84900000081"]) == set()
    assert "+84900000082" not in found or found["+84900000082"].value < found["+84900000081"].value / 3


@pytest.mark.parametrize("signal", [shared_consignees, split_house_bills])
def test_whoever_leaves_a_phone_of_its_own_orders_for_itself(measure: Measure, signal: Any) -> None:
    def goods(number: int, kinds: int) -> str:
        return f"{20 + number % kinds}040000"

    rows = []
    for n in range(12):
        own = {"trader_phone_e164": f"+849011{n:05d}", "partner_name_norm": "agent y", "master": "M1"}
        # Customers of an agent, with one of its phones for deliveries: four kinds of goods, a phone each.
        rows.append(_bill(n, f"khach {n}", "+84900000071", hs_code=goods(n, 4), **own))
        # The same where the phone of the hand stands for all of them, and ...
        lent = own | {"trader_phone_e164": "+84900000072"}
        rows.append(_bill(100 + n, f"ten {n}", "+84900000072", hs_code=goods(n, 4), **lent))
        # ... where they have phones, but all bring in the same.
        other = own | {"trader_phone_e164": f"+849022{n:05d}"}
        rows.append(_bill(200 + n, f"nguoi {n}", "+84900000073", hs_code=goods(0, 1), **other))
    # Everybody else buys other things elsewhere.
    for n in range(200):
        given = {"hs_code": f"{30 + n % 50}010000", "partner_name_norm": f"nha {n}", "master": f"M{n + 9}"}
        rows.append(_bill(400 + n, f"ai {n}", f"+849003{n:05d}", **given))

    found = measure(signal, {"report_from": 0.0}, customs_declarations=rows)

    said = {phone: "dormitory_or_tower" in holding(row) for phone, row in found.items()}
    assert [said[f"+8490000007{n}"] for n in (1, 2, 3)] == [True, False, False]
    customers, lent = (found[f"+8490000007{n}"].value for n in (1, 2))
    assert customers == pytest.approx(0.3 * lent, rel=1e-4)
