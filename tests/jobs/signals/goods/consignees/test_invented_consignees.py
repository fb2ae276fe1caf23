"""Receivers who do not exist: phones that take turns, against a group order, a family, a courier's phone."""

from collections.abc import Iterable
from typing import Any

import pytest

from jobs.signals.goods.consignees import invented_consignees, narrow_master_bills
from jobs.signals.goods.consignees.receiving_places import joined_phones, own_declarants, place_of
from tests.jobs.signals.goods.frames import Measure, Rows, declaration, holding, members


def _bill(number: int, phone: str, name: str, address: str, **given: Any) -> dict[str, Any]:
    """A house bill of 300,000 VND that a forwarder declares."""
    return declaration(
        number,
        "77",
        trader_key=given.pop("trader_key", "tax:0300000077"),
        consignee_phone_e164=phone,
        consignee_name_norm=name,
        consignee_address_norm=address,
        customs_value_vnd=300_000,
        hs_code=f"{20 + number % 5}040000",
        house_bill_no=f"H{number}",
        master_bill_no=given.pop("master", f"M{number}"),
        **given,
    )


def _others(start: int, count: int) -> Rows:
    return [_bill(start + n, f"+8499{n:07d}", f"khach {n}", f"so {n} duong a b c") for n in range(count)]


def _farm(start: int, trader: str) -> Rows:
    # Two phones, eight names, two addresses that take turns: every name has bills at both.
    names = [f"ho ten{n}" for n in range(8)]
    return [
        _bill(
            start + n,
            f"+8490000000{n // 4 % 2}",
            names[n % 4 + 4 * (n // 4 % 2)],
            f"{1 + n // 8 % 2} duong xa lo phuong {n // 8 % 2}",
            trader_key=trader,
        )
        for n in range(16)
    ]


def test_phones_that_take_turns(measure: Measure) -> None:
    rows = [*_farm(1, "tax:0300000088"), *_others(100, 200)]
    for n in range(20):
        # A group order: one phone, one place written in two ways, six names, goods of all kinds.
        rows.append(_bill(400 + n, "+84910000001", f"ban {n % 6}", f"5 ngo hai ba {'p' if n % 2 else 'q'}"))
        # A family of two names.
        rows.append(_bill(500 + n, "+84910000002", f"vo {n % 2}", f"9 ngo {n % 2} x y"))
        # A courier's phone: each name once, each at a place of its own.
        rows.append(_bill(600 + n, "+84910000003", f"le {n}", f"{n} pho b c"))

    found = measure(invented_consignees, {"report_from": 0.01}, customs_declarations=rows)

    farm = found["+84900000000"]
    assert members(farm) == {
        ("phone", "+84900000000"),
        ("phone", "+84900000001"),
        ("address", "1 duong xa lo phuong 0"),
        ("address", "2 duong xa lo phuong 1"),
        ("company", "tax:0300000088"),
    }
    assert holding(farm) == set()
    assert farm.support == 16
    # Eight names on two phones: 6 beyond; 16 bills; two even places and two phones count half; five goods.
    same = (4 * 9 + 16) / 256
    assert farm.value == pytest.approx(6 / 10 * 16 / 24 * (0.35 + 0.35 / 2 + 0.2 / 2 + 0.1 * same), rel=1e-3)
    assert holding(found["+84910000001"]) == {"reception_or_group_order"}
    assert holding(found["+84910000003"]) == {"courier_phone"}
    assert "+84910000002" not in found
    assert found["+84910000001"].value < farm.value / 2
    # Many names and places: the courier's phone is heard at less than a third of what they would be worth.
    assert found["+84910000003"].value < 0.2


def test_a_tower_joins_no_two_farms(measure: Measure) -> None:
    # Each farm has two places of its own, and both receive at two stairs of one tower as well.
    stairs = ["toa nha chung tang 1", "toa nha chung tang 2"]
    rows = [
        _bill(
            100 * farm + n,
            f"+8490000000{farm}",
            f"ho ten{farm}{n % 4}",
            [*stairs, f"{farm} duong xa lo", f"{farm} ngo nho"][n % 4],
        )
        for farm in (1, 2)
        for n in range(16)
    ]
    tower = [
        {"kind": "address", "id": stair, "users": 90, "hub": True, "hub_reason": "degree"} for stair in stairs
    ]
    farms = {"+84900000001", "+84900000002"}

    apart = measure(invented_consignees, customs_declarations=rows, identifiers=tower)
    together = measure(invented_consignees, customs_declarations=rows)

    assert set(apart) == farms
    assert len(together) == 1
    assert not {id for row in apart.values() for kind, id in members(row) if kind == "address"} & set(stairs)


def test_branches_with_clients_in_common_take_no_turns(measure: Measure) -> None:
    # Three branches of a forwarder, each with its phone at its place; eight people use all of them.
    rows = [
        _bill(
            n, f"+8490000002{n % 3}", f"khach chung{n // 3 % 8}", f"{n % 3} pho b c d", trader_key=f"cccd:{n}"
        )
        for n in range(48)
    ]

    (row,) = measure(invented_consignees, {"report_from": 0.01}, customs_declarations=rows).values()

    assert holding(row) == {"reception_or_group_order"}


def test_a_large_forwarder_is_no_accomplice(measure: Measure) -> None:
    found = measure(
        invented_consignees, customs_declarations=[*_farm(1, "tax:0300000077"), *_others(100, 200)]
    )

    assert ("company", "tax:0300000077") not in members(found["+84900000000"])


def _at_farm(start: int, trader: str, count: int, elsewhere: int = 0, **given: Any) -> Rows:
    """Bills that a trader declares for the farm's first phone, and for so many other phones."""
    place = "1 duong xa lo phuong 0"
    here = [
        _bill(
            start + n,
            "+84900000000",
            "ho ten0",
            place,
            trader_key=trader,
            **{"trader_name_norm": f"cong ty {trader}", **given},
        )
        for n in range(count)
    ]
    others = _others(start + count, elsewhere)
    return [*here, *({**row, "trader_key": trader} for row in others)]


def test_who_declares_for_the_phone_under_other_names(measure: Measure) -> None:
    rows = [
        *_farm(1, "tax:0300000077"),
        *_others(100, 200),
        *_at_farm(400, "tax:0300000051", 2),
        *_at_farm(410, "cccd:001090000052", 2, elsewhere=8),
        *_at_farm(430, "tax:0300000053", 1, elsewhere=1),
        *_at_farm(440, "tax:0300000054", 2, elsewhere=9),
        # In its own name.
        *_at_farm(460, "tax:0300000055", 2, trader_name_norm="ho kinh doanh ten0"),
        # Its name is not known: nothing says that another stands there.
        *_at_farm(470, "tax:0300000056", 2, trader_name_norm=None),
    ]

    row = measure(invented_consignees, customs_declarations=rows)["+84900000000"]

    # One line is chance, and who declares for ten phones is a broker.
    traders = {(m.kind, m.id) for m in row.members if m.role == "declarant"}
    assert traders == {("company", "tax:0300000051"), ("person", "cccd:001090000052")}


@pytest.mark.parametrize(("traders", "named"), [(12, 12), (13, 0)])
def test_many_who_declare_under_other_names_are_no_accomplices(
    measure: Measure, traders: int, named: int
) -> None:
    rows = [*_farm(1, "tax:0300000077"), *_others(100, 200)]
    for n in range(traders):
        rows += _at_farm(400 + 2 * n, f"tax:03000001{n:02d}", 2)

    row = measure(invented_consignees, customs_declarations=rows)["+84900000000"]

    assert sum(m.role == "declarant" for m in row.members) == named


def test_shops_that_register_the_phone(measure: Measure) -> None:
    sellers = [
        *({"seller_key": f"shopee:{n}", "phone_e164": "+84900000000"} for n in range(2)),
        # Three on one number: a call centre's.
        *({"seller_key": f"lazada:{n}", "phone_e164": "+84900000001"} for n in range(3)),
        {"seller_key": "tiki:1", "phone_e164": None},
    ]

    row = measure(
        invented_consignees,
        customs_declarations=[*_farm(1, "tax:0300000077"), *_others(100, 200)],
        sellers=sellers,
    )["+84900000000"]

    assert {(m.kind, m.id, m.role) for m in row.members if m.kind == "seller"} == {
        ("seller", "shopee:0", "shop"),
        ("seller", "shopee:1", "shop"),
    }


def test_a_traders_own_phone_and_a_hub_receive_nothing(measure: Measure) -> None:
    contact = declaration(900, "5", trader_phone_e164="+84900000000")
    hub = {"kind": "phone", "id": "+84900000001", "hub": True}

    found = measure(
        invented_consignees,
        customs_declarations=[*_farm(1, "tax:0300000088"), contact],
        identifiers=[hub],
    )

    assert found == {}


def test_a_declarant_who_packs_master_bills_for_few(measure: Measure) -> None:
    rows = []
    for n in range(24):
        # Two master bills of twelve bills for three phones and twelve names.
        rows.append(
            _bill(n, f"+8490000000{n % 3}", f"ten {n % 12}", f"1 pho x y {n % 2}", master=f"A{n // 12}")
        )
        # A consolidator: as many bills, each for another.
        rows.append(
            _bill(
                100 + n,
                f"+8498{n:07d}",
                f"khach {n}",
                f"{n} pho x y",
                master=f"B{n // 12}",
                trader_key="tax:0300000099",
            )
        )
        # A shopper under one name.
        rows.append(
            _bill(
                200 + n,
                "+84970000001",
                "tran thi d",
                "3 pho x y",
                master=f"C{n // 12}",
                trader_key="tax:0300000066",
            )
        )

    found = measure(narrow_master_bills, {"report_from": 0.01}, customs_declarations=rows)

    assert set(found) == {"tax:0300000077", "tax:0300000066"}
    row = found["tax:0300000077"]
    assert members(row) == {
        ("company", "tax:0300000077"),
        *(("phone", f"+8490000000{n}") for n in range(3)),
        ("address", "1 pho x y 0"),
        ("address", "1 pho x y 1"),
    }
    # 24 bills, three receivers in each master bill: 18 beyond.
    assert row.value == pytest.approx(18 / 24 * (0.35 + 0.3 * 18 / 24 + 0.35 * 11 / 14), rel=1e-4)
    assert holding(found["tax:0300000066"]) == {"own_orders"}
    assert found["tax:0300000066"].value < row.value / 2


def _uses(rows: Iterable[tuple[str, str, str]]) -> dict[str, list[dict[str, str]]]:
    uses: dict[str, list[dict[str, str]]] = {}
    for phone, address, name in rows:
        uses.setdefault(phone, []).append({"own_place": address, "name": name})
    return uses


def test_phones_join_over_two_things_in_common() -> None:
    uses = _uses(
        [
            ("p", "nha 1", "an"), ("p", "nha 2", "binh"),
            ("q", "nha 1", "chi"), ("q", "nha 2", "dung"),
            ("r", "nha 1", "em"),
        ]
    )  # fmt: skip

    assert sorted(joined_phones(uses, [], 0.25, 3).values()) == [["p", "q"], ["r"]]
    assert sorted(joined_phones(uses, ["p", "r"], 0.25, 3).values()) == [["p", "q", "r"]]


@pytest.mark.parametrize(("names", "joined"), [(8, True), (9, False)])
def test_of_many_names_two_agree_by_chance(names: int, joined: bool) -> None:
    alike = [(phone, f"nha {phone} {n}", f"ten {n}") for phone in "pq" for n in range(2)]
    own = [(phone, f"nha {phone} {n}", f"ten {phone} {n}") for phone in "pq" for n in range(2, names)]

    assert (len(joined_phones(_uses([*alike, *own]), [], 0.25, 3)) == 1) is joined
    # Where the phones have a place in common, a name adds to it.
    place = [(phone, "nha chung", "ten 0") for phone in "pq"]
    assert len(joined_phones(_uses([*alike, *own, *place]), [], 0.25, 3)) == 1


@pytest.mark.parametrize(("phones", "joined"), [(3, True), (4, False)])
def test_names_at_more_phones_than_a_few_are_anybodys(phones: int, joined: bool) -> None:
    # The same two names at each phone, and nothing else in common.
    bearers = [(phone, f"nha {phone}", f"ten {n}") for phone in "pqrs"[:phones] for n in range(2)]

    groups = sorted(joined_phones(_uses(bearers), [], 0.25, 3).values())

    assert groups == ([[*"pqr"]] if joined else [["p"], ["q"], ["r"], ["s"]])
    # An address is a place, however many phones it has.
    houses = [(phone, f"nha {n}", f"ten {phone}") for phone in "pqrs" for n in range(2)]
    assert sorted(joined_phones(_uses(houses), [], 0.25, 3).values()) == [[*"pqrs"]]


def test_a_declarant_of_far_more_than_its_part() -> None:
    totals = {"large": 900, "own": 20, "rest": 80}
    bills = ["large"] * 10 + ["own"] * 10 + [None]

    assert own_declarants(bills, totals, 1000, share=0.3, lift=4) == ["own"]


def test_place_does_not_depend_on_ward_and_province() -> None:
    assert place_of("5 le loi ben nghe quan 1") == place_of("5 le loi ben thanh")
    assert place_of(None) is None


@pytest.mark.parametrize(("paying", "explained"), [(4, {"buys_for_others"}), (3, set[str]())])
def test_customers_who_pay_the_shop_at_the_phone(measure: Measure, paying: int, explained: set[str]) -> None:
    shop = {"seller_key": "shopee:1", "phone_e164": "+84900000000", "settlement_account_id": "VCB:1"}
    # Eight names receive at the two phones of the farm.
    payments = [{"creditor_account_id": "VCB:1", "debtor_name_norm": f"ho ten{n}"} for n in range(paying)] + [
        {"creditor_account_id": "VCB:1", "debtor_name_norm": "nguoi khac"},
        {"creditor_account_id": "VCB:2", "debtor_name_norm": "ho ten3"},
    ]

    row = measure(
        invented_consignees,
        customs_declarations=[*_farm(1, "tax:0300000077"), *_others(100, 200)],
        sellers=[shop],
        payments=payments,
    )["+84900000000"]

    assert holding(row) == explained
