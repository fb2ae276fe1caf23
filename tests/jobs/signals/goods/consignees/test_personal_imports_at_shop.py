"""Imports of several people that reach one shop, against its owner's, a household's and a buying agent's."""

from collections.abc import Sequence
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.consignees import personal_imports_at_shop
from tests.jobs.signals.goods.frames import Measure, Rows, day, declaration, evidence, holding, parcel

MILLION = 1_000_000
FAMILIES = ("tran", "le", "pham", "vu", "ngo")


def _phone(shop: int) -> str:
    return f"+84888{shop:06d}"


def _place(shop: int) -> str:
    return f"{shop} pho shop"


def _shop(shop: int, **given: Any) -> dict[str, Any]:
    """A shop with its own phone and place, whose owner is person 900."""
    return {
        "record_key": f"shopee:{shop}",
        "seller_key": f"shopee:{shop}",
        "owner_key": "cccd:900",
        "owner_name_norm": "chu shop",
        "phone_e164": _phone(shop),
        "pickup_address_norm": _place(shop),
        **given,
    }


def _import(person: int, **given: Any) -> dict[str, Any]:
    """A line of 1,000,000 VND that a person declares, to a home and under a phone of the person's own."""
    return declaration(
        person,
        f"{person}",
        **{
            "trader_key": f"cccd:{person}",
            "trader_name_norm": f"{FAMILIES[person % 5]} ten{person}",
            "consignee_phone_e164": f"+84977{person:06d}",
            "consignee_address_norm": f"{person} ngo nha",
            **given,
        },
    )


def _imports(first: int, count: int, **given: Any) -> Rows:
    """Of so many people, a line each."""
    return [_import(first + n, **given) for n in range(count)]


def _named(first: int, names: Sequence[str | None], **given: Any) -> Rows:
    return [_import(first + n, trader_name_norm=name, **given) for n, name in enumerate(names)]


def _parcel_of(person: int, shop: int, **given: Any) -> dict[str, Any]:
    """A parcel that arrives at a shop's phone; it names the person's declaration."""
    return parcel(
        person,
        "phone:+84900000098",
        **{"recipient_phone_e164": _phone(shop), "declaration_no": f"{100000000000 + person}", **given},
    )


def _people(row: Row) -> set[str]:
    return {member.id for member in row.members if member.kind == "person"}


def test_three_people_whose_imports_reach_the_phone_of_a_shop(measure: Measure) -> None:
    rows = [
        *_imports(10, 3, consignee_phone_e164=_phone(1)),
        # A second line of one declaration, and a second declaration of another person.
        _import(10, consignee_phone_e164=_phone(1), record_key="100000000010:2", line_no=2),
        _import(20, trader_key="cccd:11", trader_name_norm="le ten11", consignee_phone_e164=_phone(1)),
        # Two people at another shop; three of exports; three before the window.
        *_imports(30, 2, consignee_phone_e164=_phone(2)),
        *_imports(40, 3, consignee_phone_e164=_phone(3), direction="export"),
        *_imports(50, 3, consignee_phone_e164=_phone(4), event_day=day(180)),
        # At home.
        *_imports(60, 3),
    ]

    found = measure(
        personal_imports_at_shop, customs_declarations=rows, sellers=[_shop(n) for n in range(1, 5)]
    )

    assert set(found) == {_phone(1)}
    row = found[_phone(1)]
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        *(("person", f"cccd:{n}", "consignee") for n in (10, 11, 12)),
        ("seller", "shopee:1", "shop"),
        ("phone", _phone(1), "consignee"),
    }
    assert (row.value, row.support, row.value_vnd) == (3.0, 4, 5 * MILLION)
    # Two shops are measured, that of two people as well.
    assert (row.peers, row.tail) == (2, 0.5)
    assert evidence(row) == {
        *(f"{100000000000 + n}:1" for n in (10, 11, 12, 20)),
        "100000000010:2",
        "shopee:1",
    }
    assert holding(row) == set()


def test_what_the_owner_imports_does_not_count(measure: Measure) -> None:
    own = {
        1: {"trader_key": "cccd:900"},
        2: {"trader_key": "cccd:001090000009"},
        3: {"trader_key": "passport:VNM:C1", "trader_name_norm": "chu shop"},
    }
    rows = [row for n in own for row in _imports(10 * n, 2, consignee_phone_e164=_phone(n))]
    rows += [_import(100 + n, consignee_phone_e164=_phone(n), **given) for n, given in own.items()]
    sellers = [_shop(1), _shop(2, owner_key=None, tax_key="tax:001090000009"), _shop(3)]

    found = measure(personal_imports_at_shop, {"report_from": 1}, customs_declarations=rows, sellers=sellers)

    assert {phone: row.value for phone, row in found.items()} == {_phone(n): 2.0 for n in own}
    assert all(_people(found[_phone(n)]) == {f"cccd:{10 * n}", f"cccd:{10 * n + 1}"} for n in own)


def test_where_the_register_names_no_owner_everybody_counts(measure: Measure) -> None:
    found = measure(
        personal_imports_at_shop,
        customs_declarations=_named(10, ["tran a", "le b", None], consignee_phone_e164=_phone(1)),
        # A company's tax code names no person.
        sellers=[_shop(1, owner_key=None, owner_name_norm=None, tax_key="tax:0300000010")],
    )

    assert found[_phone(1)].value == 3


def test_a_phone_that_stands_only_on_the_parcel_counts(measure: Measure) -> None:
    rows = [
        *_imports(10, 3),
        *(_import(n, house_bill_no=f"H{n}") for n in (20, 21, 22, 30, 31, 32)),
        *_imports(40, 3),
    ]
    parcels = [
        *(_parcel_of(n, 1) for n in (10, 11, 12)),
        # Joined by the house bill where no declaration is named ...
        *(_parcel_of(n, 2, declaration_no=None, house_bill_no=f"H{n}") for n in (20, 21, 22)),
        # ... and not where another is.
        *(_parcel_of(n, 3, declaration_no="199999999999", house_bill_no=f"H{n}") for n in (30, 31, 32)),
        # A parcel that names neither.
        *(_parcel_of(n, 4, declaration_no=None) for n in (40, 41, 42)),
    ]

    found = measure(
        personal_imports_at_shop,
        customs_declarations=rows,
        parcels=parcels,
        sellers=[_shop(n) for n in range(1, 5)],
    )

    assert set(found) == {_phone(1), _phone(2)}
    for shop, people in ((1, (10, 11, 12)), (2, (20, 21, 22))):
        row = found[_phone(shop)]
        assert _people(row) == {f"cccd:{n}" for n in people}
        assert (row.value, row.support) == (3.0, 3)
        assert evidence(row) >= {*(f"ghn:{n}" for n in people), f"shopee:{shop}"}


def test_the_place_of_a_shop_counts_like_its_phone(measure: Measure) -> None:
    rows = [
        *_imports(10, 3, consignee_address_norm=_place(1)),
        # Two at the phone, and one at the place alone.
        *_imports(20, 2, consignee_phone_e164=_phone(2)),
        _import(22, consignee_address_norm=_place(2)),
        # Where many are: a market, and a house of four shops; three may share one.
        *_imports(30, 3, consignee_address_norm="cho lon"),
        *_imports(40, 3, consignee_address_norm="nha bon"),
        *_imports(50, 3, consignee_address_norm="nha ba"),
    ]
    sellers = [
        _shop(1),
        _shop(2),
        _shop(3, pickup_address_norm="cho lon"),
        *(_shop(n, pickup_address_norm="nha bon") for n in (40, 41, 42, 43)),
        *(_shop(n, pickup_address_norm="nha ba") for n in (50, 51, 52)),
    ]

    found = measure(
        personal_imports_at_shop,
        customs_declarations=rows,
        sellers=sellers,
        identifiers=[{"kind": "address", "id": "cho lon", "hub": True}],
    )

    assert set(found) == {_phone(n) for n in (1, 2, 50, 51, 52)}
    assert {found[_phone(n)].value for n in (1, 2)} == {3.0}


def test_a_hubs_phone_and_one_that_many_shops_register_are_no_shops(measure: Measure) -> None:
    rows = [row for n in (1, 2, 3) for row in _imports(10 * n, 3, consignee_phone_e164=_phone(n))]
    sellers = [
        _shop(1),
        *(_shop(2) | {"seller_key": f"lazada:{n}", "record_key": f"lazada:{n}"} for n in range(3)),
        *(_shop(3) | {"seller_key": f"tiki:{n}", "record_key": f"tiki:{n}"} for n in range(4)),
    ]

    found = measure(
        personal_imports_at_shop,
        customs_declarations=rows,
        sellers=sellers,
        identifiers=[{"kind": "phone", "id": _phone(1), "hub": True}],
    )

    assert set(found) == {_phone(2)}
    assert {m.id for m in found[_phone(2)].members if m.kind == "seller"} == {f"lazada:{n}" for n in range(3)}
    # A line counts once, however many shops have the phone.
    assert (found[_phone(2)].support, found[_phone(2)].value_vnd) == (3, 3 * MILLION)


def test_companies_import_for_shops(measure: Measure) -> None:
    rows = [
        *_imports(10, 2, consignee_phone_e164=_phone(1)),
        *(
            _import(20 + n, trader_key=f"tax:03000000{n:02d}", consignee_phone_e164=_phone(1))
            for n in range(3)
        ),
    ]

    assert measure(personal_imports_at_shop, customs_declarations=rows, sellers=[_shop(1)]) == {}


def test_a_household_is_few_of_one_family_at_one_place(measure: Measure) -> None:
    at_shop = {n: {"consignee_phone_e164": _phone(n), "consignee_address_norm": _place(n)} for n in range(7)}
    rows = [
        *_named(10, ["tran a", "tran b", "tran c"], **at_shop[1]),
        # One has married in, and two live next door.
        *_named(20, ["tran a", "tran b", "tran c", "le d"], **at_shop[2]),
        *_named(30, ["tran a", "tran b", "le d"], **at_shop[3]),
        *_named(40, ["tran a", "tran b", "tran c", "tran d", "tran e"], **at_shop[4]),
        *_named(50, ["tran a", "tran b", "tran c"], consignee_phone_e164=_phone(5)),
        *_named(60, ["tran a", "tran b"], **at_shop[6]),
        *_named(62, ["tran c"], consignee_phone_e164=_phone(6)),
    ]

    found = measure(
        personal_imports_at_shop, customs_declarations=rows, sellers=[_shop(n) for n in range(1, 7)]
    )

    assert {phone: holding(row) for phone, row in found.items()} == {
        _phone(1): {"household"},
        _phone(2): {"household"},
        _phone(3): set(),  # two of three bear one name
        _phone(4): set(),  # five
        _phone(5): set(),  # three homes
        _phone(6): {"household"},  # two
    }


def test_who_buys_for_others_leaves_their_phones_or_sends_on(measure: Measure) -> None:
    rows = [
        # All can be reached under phones of their own; four of five; three of five.
        *_imports(10, 3, consignee_address_norm=_place(1)),
        *_imports(20, 4, consignee_address_norm=_place(2)),
        _import(24, consignee_phone_e164=_phone(2)),
        *_imports(30, 3, consignee_address_norm=_place(3)),
        *_imports(33, 2, consignee_phone_e164=_phone(3)),
        *(row for n in (4, 5, 6) for row in _imports(10 * n, 3, consignee_phone_e164=_phone(n))),
    ]
    parcels = [
        # To two of three, by the shop and by its phone; to one of three.
        *(parcel(n, "shopee:4", recipient_name_norm=f"{FAMILIES[n % 5]} ten{n}") for n in (40, 41)),
        *(
            parcel(
                n,
                f"phone:{_phone(5)}",
                sender_phone_e164=_phone(5),
                recipient_name_norm=f"{FAMILIES[n % 5]} ten{n}",
            )
            for n in (50, 51)
        ),
        parcel(60, "shopee:6", recipient_name_norm="tran ten60"),
        parcel(61, "shopee:6", recipient_name_norm="khach la"),
    ]

    found = measure(
        personal_imports_at_shop,
        customs_declarations=rows,
        parcels=parcels,
        sellers=[_shop(n) for n in range(1, 7)],
    )

    assert {phone: holding(row) for phone, row in found.items()} == {
        **{_phone(n): {"buys_for_others"} for n in (1, 2, 4, 5)},
        **{_phone(n): set() for n in (3, 6)},
    }


def test_customers_pay_the_shop_and_lent_names_do_not(measure: Measure) -> None:
    rows = [row for n in range(1, 5) for row in _imports(10 * n, 3, consignee_phone_e164=_phone(n))]

    def paid(person: int, **to: str | None) -> dict[str, Any]:
        return {"debtor_name_norm": f"{FAMILIES[person % 5]} ten{person}", **to}

    payments = [
        # Two of three: to the shop's account, and to one that its owner holds.
        *(paid(n, creditor_account_id="VCB:shop1", creditor_holder_key="cccd:901") for n in (10, 11)),
        *(paid(n, creditor_account_id="ACB:own", creditor_holder_key="cccd:902") for n in (20, 21)),
        # One of three, twice; and two who pay somebody of whom nothing is known.
        *(paid(30, creditor_account_id="VCB:shop3") for _ in range(2)),
        *(paid(n, creditor_account_id="VCB:other", creditor_holder_key=None) for n in (40, 41)),
    ]
    accounts = {1: "VCB:shop1", 2: None, 3: "VCB:shop3", 4: None}

    found = measure(
        personal_imports_at_shop,
        customs_declarations=rows,
        payments=payments,
        sellers=[
            _shop(n, owner_key=f"cccd:{900 + n}" if n < 4 else None, settlement_account_id=account)
            for n, account in accounts.items()
        ],
    )

    assert {phone: holding(row) for phone, row in found.items()} == {
        **{_phone(n): {"buys_for_others"} for n in (1, 2)},
        **{_phone(n): set() for n in (3, 4)},
    }


@pytest.mark.parametrize(("people", "held"), [(19, set()), (20, {"collection_point"})])
def test_so_many_people_are_a_neighbourhoods(measure: Measure, people: int, held: set[str]) -> None:
    rows = _imports(10, people, consignee_phone_e164=_phone(1))
    (row,) = measure(personal_imports_at_shop, customs_declarations=rows, sellers=[_shop(1)]).values()
    assert (row.value, holding(row)) == (people, held)


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(personal_imports_at_shop, sellers=[_shop(1)]) == {}


@pytest.mark.parametrize(
    ("codes", "days", "together"),
    [
        (["33040000", "61090000", "85170000", "95030000"], [1, 1, 2, 2], True),
        # One kind of goods is a shop's stock, however few the days.
        (["33040000"] * 4, [1, 1, 2, 2], False),
        # Of all kinds, but each on a day of its own: no common order.
        (["33040000", "61090000", "85170000", "95030000"], [1, 2, 3, 4], False),
    ],
)
def test_who_orders_together(measure: Measure, codes: list[str], days: list[int], together: bool) -> None:
    rows = [
        _import(10 + n, consignee_phone_e164=_phone(1), hs_code=code, event_day=day(back))
        for n, (code, back) in enumerate(zip(codes, days, strict=True))
    ]

    (row,) = measure(personal_imports_at_shop, customs_declarations=rows, sellers=[_shop(1)]).values()

    assert holding(row) == ({"group_order"} if together else set())
