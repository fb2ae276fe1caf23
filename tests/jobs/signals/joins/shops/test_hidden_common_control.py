"""Straw-owner shops against a chain, a family, an agency, a warehouse and a franchise, in one small world."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.shops.hidden_common_control import transform

# One parcel, with a half at one parcel.
TRADE = 0.5
SURNAMES = ["nguyen", "tran", "le", "pham", "vo", "bui"]


def shops(group: str, count: int, **same: Any) -> list[dict[str, Any]]:
    """`count` shops with everything of their own except what `same` says."""
    rows = []
    for n in range(count):
        key = f"shopee:{group}{n}"
        own = {
            "record_key": key,
            "seller_key": key,
            "owner_key": f"cccd:{group}{n}",
            "owner_name_norm": f"{SURNAMES[n]} thi {group}{n}",
            "shop_name_norm": f"quay {group}{n} rieng",
            "phone_e164": f"+84{group}{n}",
            "settlement_account_id": f"VCB:{group}{n}",
            "device_id": f"device {group}{n}",
            "pickup_address_norm": f"{n} duong {group}",
        }
        rows.append({**own, **same})
    return rows


def payment(debtor: str, creditor: str) -> dict[str, Any]:
    return {
        "payment_key": f"{debtor}>{creditor}",
        "amount_vnd": 50_000_000,
        "debtor_account_id": debtor,
        "creditor_account_id": creditor,
    }


SUPPLIED = shops("supplied", 3, settlement_account_id="VCB:s1")
SUPPLIED[1]["settlement_account_id"] = "VCB:s2"
# One person, known by number, by tax code (which is the number) and by name alone, with one phone for all.
PATCHY = shops(
    "q", 3, phone_e164="+84900000006", owner_name_norm="hoang thi q", owner_key="cccd:012345678901"
)
PATCHY[1] |= {"owner_key": None, "tax_key": "tax:012345678901", "owner_name_norm": None}
PATCHY[2] |= {"owner_key": None}
# Two owners who share an account in one shop each; one of them has two more shops of an ordinary life.
LENT = shops("l", 4, owner_key="cccd:l0", owner_name_norm="tran thi l0", phone_e164="+84900000007")
LENT[0] |= {"settlement_account_id": "VCB:lent"}
LENT[3] |= {
    "owner_key": "cccd:l3",
    "owner_name_norm": "le thi l3",
    "phone_e164": "+84900000008",
    "settlement_account_id": "VCB:lent",
}
# Four of one surname who live together, with one account; one of them stores elsewhere.
HOUSEHOLD = shops("k", 4, settlement_account_id="VCB:k", pickup_address_norm="5 hang da")
for n, shop in enumerate(HOUSEHOLD):
    shop["owner_name_norm"] = f"ngo thi k{n}"
HOUSEHOLD[3]["pickup_address_norm"] = "7 hang da"
# Six names on one device, five of them registered in one week, or none.
STOCK_OF_NAMES = shops("t", 6, device_id="farm")
CLIENTS = shops("u", 6, device_id="service")
for n, (name, client) in enumerate(zip(STOCK_OF_NAMES, CLIENTS, strict=True)):
    name["registered_on"] = date(2026, 1, 4 + n) if n < 5 else date(2025, 1, 1)
    client["registered_on"] = date(2025, 1 + 2 * n, 1)
# Four owners, of whom two live where three of the shops keep their goods.
RELATIVES = shops("r", 4, settlement_account_id="VCB:r", pickup_address_norm="9 hang da")
RELATIVES[3]["pickup_address_norm"] = "kho r"
GROUPS = {
    "relatives": RELATIVES,
    "stock of names": STOCK_OF_NAMES,
    "clients": CLIENTS,
    "household": HOUSEHOLD,
    "patchy register": PATCHY,
    "lent": LENT,
    "straw": shops("a", 4, phone_e164="+84900000001", settlement_account_id="VCB:1"),
    "used": shops("b", 4, settlement_account_id="VCB:2"),
    "own goods": shops("o", 4, settlement_account_id="VCB:o"),
    "collected": shops("c", 3, device_id="one device"),
    "supplied": SUPPLIED,
    "chain by number": shops("d", 4, phone_e164="+84900000003", owner_key="cccd:1"),
    "chain by tax code": shops("e", 4, phone_e164="+84900000004", tax_key="tax:0101"),
    "chain by name": shops("f", 4, phone_e164="+84900000005", owner_name_norm="cong ty an"),
    "family": shops("g", 2, settlement_account_id="VCB:g"),
    "agency": shops("h", 4, device_id="agency", phone_e164="+84900000002"),
    "franchise": shops("i", 4, settlement_account_id="VCB:i", shop_name_norm="shop lan huong"),
    "warehouse": shops("w", 3, pickup_address_norm="kho 3pl"),
    "stock": shops("s", 3),
    "pictures": shops("p", 2, email_norm="p@example.vn"),
    "listed": shops("x", 3, email_norm="x@example.vn"),
    "resellers": shops("m", 4, phone_e164="+84900000010"),
    "puppets": shops("n", 4, phone_e164="+84900000011"),
    "one reseller": shops("v", 4, phone_e164="+84900000012"),
}


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = transform(
        operators=table(
            "operators",
            *(
                {"kind": "seller", "id": shop["seller_key"], "operator_id": group}
                for group, members in GROUPS.items()
                for shop in members
            ),
        ),
        identifiers=table(
            "identifiers",
            {"kind": "account", "id": "VCB:2", "users": 8, "hub": False},
            {"kind": "address", "id": "kho 3pl", "users": 90, "hub": True},
            {"kind": "image", "id": "ffee", "users": 60, "hub": False},
        ),
        accounts=table(
            "accounts",
            {"account_id": "MBB:collector", "payers": 3},
            {"account_id": "MBB:supplier", "payers": 200},
            *(
                {"account_id": f"VCB:home{n}", "holder_key": f"cccd:g{n}", "address_norm": "1 pho hue"}
                for n in range(2)
            ),
            *(  # ... and an account elsewhere each, from before
                {"account_id": f"VCB:old{n}", "holder_key": f"cccd:g{n}", "address_norm": f"{n} ba trieu"}
                for n in range(2)
            ),
            *(
                {"account_id": f"VCB:home k{n}", "holder_key": f"cccd:k{n}", "address_norm": "5 hang da"}
                for n in range(4)
            ),
            *(
                {"account_id": f"VCB:home r{n}", "holder_key": f"cccd:r{n}", "address_norm": home}
                for n, home in enumerate(("9 hang da", "9 hang da", "1 hang bong", "kho r"))
            ),
            # Who has the phone that the shops share: a company, which two or one of four pay; a person.
            *(
                {
                    "account_id": f"VCB:holder {n}",
                    "holder_key": f"holder {n}",
                    "holder_type": kind,
                    "phone_e164": f"+849000000{n}",
                }
                for n, kind in ((10, "company"), (11, "individual"), (12, "company"))
            ),
            # One straw owner lives where the goods are.
            {"account_id": "VCB:home p0", "holder_key": "cccd:p0", "address_norm": "0 duong p"},
        ),
        sellers=table("sellers", *(shop for members in GROUPS.values() for shop in members)),
        ties=table(
            "ties",
            *(
                {
                    "kind_a": "seller",
                    "id_a": f"shopee:s{n}",
                    "kind_b": "image",
                    "id_b": "ffee",
                    "tie": "image",
                }
                for n in range(3)
            ),
            *(
                {
                    "kind_a": "seller",
                    "id_a": f"shopee:p{n}",
                    "kind_b": "image",
                    "id_b": f"picture {m}",
                    "tie": "image",
                    "evidence": [("listings", f"shopee:p{n}{m}")],
                }
                for n in range(2)
                for m in range(3)
            ),
            *(
                {
                    "kind_a": "seller",
                    "id_a": f"shopee:x{n}",
                    "kind_b": "phone",
                    "id_b": "+84900000099",
                    "tie": "listed_phone",
                    "evidence": [("listings", f"shopee:x{n}9")],
                }
                for n in range(3)
            ),
        ),
        listings=table(
            "listings",
            *(
                {"seller_key": f"shopee:{shop}", "image_hash": f"picture of {shop}"}
                for shop in ("o0", "o1", "b0", "p0", "p1", "h0", "h1", "h2")
            ),
            *({"seller_key": f"shopee:a{n}"} for n in range(4)),
        ),
        parcels=table(
            "parcels",
            {
                "record_key": "ghn:1",
                "seller_key": "shopee:a0",
                "sender_phone_e164": "+84900000001",
                "cod_account_id": "VCB:1",
                "cod_amount_vnd": 300_000,
                "declared_value_vnd": 250_000,
            },
            *({"record_key": f"spx:{group}", "operator_id": group} for group in GROUPS),
        ),
        payments=table(
            "payments",
            *(payment(f"VCB:c{n}", "MBB:collector") for n in range(3)),
            *(payment(f"VCB:s{n}", "MBB:supplier") for n in (1, 2)),
            *(payment(f"VCB:m{n}", "VCB:holder 10") for n in (1, 2)),
            *(payment(f"VCB:n{n}", "VCB:holder 11") for n in range(4)),
            payment("VCB:v1", "VCB:holder 12"),
        ),
        parameters=parameters("hidden_common_control", report_from=0.05, parcels_half=1.0),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def members(row: Row) -> set[tuple[str, str, str]]:
    return {(member.kind, member.id, member.role) for member in row.members}


def test_straw_owners_with_one_phone_and_one_account(found: dict[str, Row]) -> None:
    row = found["straw"]
    # Phone 0.8 and account 1.2 reach all four shops; three further owners count half, and so does one parcel.
    assert row.value == pytest.approx(2.0 * 1 / 2 * TRADE)
    assert row.support == 2
    assert row.value_vnd == 300_000
    assert members(row) == {
        *(("seller", f"shopee:a{n}", "shop") for n in range(4)),
        ("phone", "+84900000001", "phone"),
        ("account", "VCB:1", "collector"),
    }
    assert {(e.feed, e.key) for e in row.evidence} == {
        *(("sellers", f"shopee:a{n}") for n in range(4)),
        ("shipments", "ghn:1"),
    }
    assert not any(e.holds for e in row.explanations)


def test_an_identifier_that_others_use_as_well_counts_by_its_share(found: dict[str, Row]) -> None:
    assert found["used"].value == pytest.approx(1.2 * 4 / 8 * 1 / 2 * TRADE)


def test_owners_whose_accounts_pass_on_to_one_collector(found: dict[str, Row]) -> None:
    row = found["collected"]
    # Device 1.0 and collector 1.2, everywhere and used by nobody else; two further owners: 2 of 5.
    assert row.value == pytest.approx(2.2 * 2 / 5 * TRADE, abs=1e-5)
    assert {(key, role) for kind, key, role in members(row) if kind == "account"} == {
        ("MBB:collector", "collector"),
        *((f"VCB:c{n}", "mule") for n in range(3)),
    }
    passed_on = {e.key for e in row.evidence if e.feed == "bank_transactions"}
    assert passed_on == {f"VCB:c{n}>MBB:collector" for n in range(3)}


def test_a_common_supplier_is_no_collector(found: dict[str, Row]) -> None:
    assert "MBB:supplier" not in {key for _, key, _ in members(found["supplied"])}


@pytest.mark.parametrize(
    "group", ["patchy register", "chain by number", "chain by tax code", "chain by name"]
)
def test_a_chain_with_one_open_owner_is_not_measured(found: dict[str, Row], group: str) -> None:
    assert group not in found


@pytest.mark.parametrize(
    ("group", "value", "explanation"),
    [
        ("family", 1.2 * 1 / 4 * TRADE * 0.35, "family_shops"),
        ("household", (1.2 + 0.5 * 3 / 4) * 1 / 2 * TRADE * 0.35, "family_shops"),
        ("agency", 1.8 * 1 / 2 * TRADE * 0.5, "service_agency"),
        ("franchise", 1.2 * 1 / 2 * TRADE * 0.6, "open_brand"),
    ],
)
def test_an_explanation_that_holds_lowers_the_value(
    found: dict[str, Row], group: str, value: float, explanation: str
) -> None:
    assert found[group].value == pytest.approx(value, abs=1e-6)
    assert {e.id for e in found[group].explanations if e.holds} == {explanation}


def test_names_registered_together_are_a_stock_with_trade_or_without(found: dict[str, Row]) -> None:
    # One device for six owners: five of five and three.
    assert found["stock of names"].value == pytest.approx(1.0 * 5 / 8)
    assert not any(e.holds for e in found["stock of names"].explanations)
    assert found["clients"].value == pytest.approx(1.0 * 5 / 8 * TRADE * 0.5)
    assert {e.id for e in found["clients"].explanations if e.holds} == {"service_agency"}


def test_two_owners_who_live_where_the_goods_are_sell_from_home(found: dict[str, Row]) -> None:
    held = {
        name for name, row in found.items() for e in row.explanations if e.holds and e.id == "sold_from_home"
    }
    assert held == {"relatives"}
    assert {e.id for e in found["relatives"].explanations if e.holds} == {"sold_from_home"}


def test_shops_that_show_goods_of_their_own_share_a_service(found: dict[str, Row]) -> None:
    # Half of the owners show pictures; of "used" one in four does, and of "straw" none.
    held = {name: {e.id for e in row.explanations if e.holds} for name, row in found.items()}
    assert {name for name, ids in held.items() if "own_goods" in ids} == {"own goods"}
    assert found["own goods"].value == pytest.approx(1.2 * 1 / 2 * TRADE)


def test_resellers_pay_the_company_whose_phone_they_give(found: dict[str, Row]) -> None:
    held = {name: {e.id for e in row.explanations if e.holds} for name, row in found.items()}
    assert {name for name, ids in held.items() if "supplied_by_a_company" in ids} == {"resellers"}
    assert {"puppets", "one reseller"} <= set(found)


def test_a_warehouse_is_a_hub_and_a_stock_picture_is_no_set(found: dict[str, Row]) -> None:
    # Picture: 0.6 x 3 of 60 users x one of three pictures x 2/3 x 0.5 is next to nothing.
    assert "warehouse" not in found
    assert "stock" not in found


def test_a_set_of_rare_pictures_counts_and_names_the_listings(found: dict[str, Row]) -> None:
    # Email 0.8 and pictures 0.6, of two owners. An agency would not show one set of goods: no discount.
    assert found["pictures"].value == pytest.approx(1.4 * 1 / 4 * TRADE)
    listings = {e.key for e in found["pictures"].evidence if e.feed == "listings"}
    assert listings == {f"shopee:p{n}{m}" for n in range(2) for m in range(3)}


def test_a_number_that_all_listings_give_counts_beside_the_registered_ones(found: dict[str, Row]) -> None:
    # Email 0.8 and the listed number 1.0, two further owners; each keeps the money like an agency's clients.
    row = found["listed"]
    assert row.value == pytest.approx(1.8 * 2 / 5 * TRADE * 0.5)
    assert ("phone", "+84900000099", "phone") in members(row)
    assert {e.key for e in row.evidence if e.feed == "listings"} == {f"shopee:x{n}9" for n in range(3)}


def test_who_lends_a_name_keeps_the_shops_of_an_ordinary_life(found: dict[str, Row]) -> None:
    row = found["lent"]
    assert {member.id for member in row.members if member.kind == "seller"} == {"shopee:l0", "shopee:l3"}
    # Both owners share the account, whatever shops they have beside it: full reach.
    assert row.value == pytest.approx(1.2 * 1 / 4 * TRADE)
