"""Who is one hand, on hand-made people: schemes, and their innocent twins.

The scenarios share nothing, so they live in one world that is linked once.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from pyspark.sql import SparkSession

from configs.settings import load_settings
from jobs.runtime.job import JobContext
from tests.jobs.link.world import Linked, link

Row = dict[str, Any]
HOUSE = "12 le loi ben nghe quan 1 ho chi minh"
TOWER = "chung cu hoang anh quan 7 ho chi minh"
UNIT = "can ho a1205 chung cu vinh phuc ha noi"
WAREHOUSE = "kho 5 duong so 3 binh tan ho chi minh"
YARD = "12 nguyen van linh quan 7 ho chi minh"
HOME = "17 ngo 5 hang bong ha noi"
PICTURES = (
    "0f0f0f0f0f0f0f0f",
    "ff00ff00ff00ff00",
    "aaaaaaaa55555555",
    "00000000ffffffff",
    "c3c3c3c3c3c3c3c3",
)


def person(number: int) -> str:
    return f"cccd:{number:012d}"


def shop(number: int, **more: Any) -> Row:
    """A shop of an owner of its own."""
    return {"seller_key": f"shopee:{number}", "owner_key": person(number), **more}


def account(number: int, **more: Any) -> Row:
    """An individual's account."""
    return {
        "account_id": f"VCB:{number}",
        "holder_key": person(number),
        "holder_type": "individual",
        **more,
    }


def shows(picture: str, *numbers: int) -> list[Row]:
    return [{"seller_key": f"shopee:{number}", "image_hash": picture} for number in numbers]


def sellers(*numbers: int) -> frozenset[str]:
    return frozenset(f"shopee:{number}" for number in numbers)


def decision(verdict: str, first: int, second: int) -> Row:
    return {
        "kind_a": "seller",
        "id_a": f"shopee:{first}",
        "kind_b": "seller",
        "id_b": f"shopee:{second}",
        "verdict": verdict,
        "by": "an investigator",
        "at": datetime(2026, 3, 1),  # noqa: DTZ001 - Spark's session is UTC
        "reason": "checked on the spot",
    }


SHOPS: list[Row] = [
    shop(1),
    *[{"seller_key": f"shopee:{n}", "owner_key": "tax:0101234567"} for n in range(100, 160)],
    {"seller_key": "shopee:160", "owner_key": "tax:0101234567-001"},
    *[shop(n, phone_e164="+84901111222") for n in (200, 201)],
    *[shop(n, device_id="registration") for n in (210, 211)],
    *[shop(n, phone_e164="+84904444555") for n in range(300, 330)],
    *[shop(n, pickup_address_norm=HOUSE) for n in (400, 401)],
    *[shop(n, pickup_address_norm=TOWER) for n in (410, 411)],
    *[shop(n, pickup_address_norm=UNIT) for n in (420, 421)],
    *[shop(n, pickup_address_norm=WAREHOUSE) for n in (430, 431)],
    *[shop(n, pickup_address_norm="9 tran phu hue") for n in (440, 441)],
    *[shop(n, pickup_address_norm=YARD) for n in range(450, 462)],
    *[shop(n) for n in (470, 471)],
    *[shop(n, settlement_account_id="VCB:599") for n in range(500, 512)],
    *[shop(n, settlement_account_id="VCB:699", phone_e164="+84905555666") for n in (600, 601)],
    *[shop(n, settlement_account_id="VCB:799") for n in range(700, 712)],
    shop(800, phone_e164="+84906666777"),
    {"seller_key": "shopee:810", "owner_key": "cccd:001085000001"},
    {"seller_key": "shopee:811", "owner_key": "tax:001085000001"},
    {
        "seller_key": "shopee:900",
        "owner_name_norm": "vuong thi quynh chi",
        "pickup_address_norm": HOME,
        "current_province_code": "01",
    },
]
ACCOUNTS: list[Row] = [
    *[account(n, phone_e164="+84902222333", address_norm="7 hang bac ha noi") for n in (220, 221, 222)],
    account(223, phone_e164="+84903333444", address_norm="9 hang bac ha noi"),
    account(599),
    account(699, holder_type="carrier", holder_key="tax:0301234567", phone_e164="+84905555666"),
    account(799, holder_type="company", holder_key="tax:0401234567"),
    account(805),
    account(806),
    account(901, holder_name_norm="vuong thi quynh chi", address_norm=HOME, current_province_code="01"),
    account(902, holder_name_norm="vuong thi quynh chi", address_norm="2 tran phu hue"),
    account(903, holder_name_norm="vuong thi quynh chi", address_norm=HOME, current_province_code="01"),
    *[account(n, holder_name_norm=f"nguyen van {n}") for n in range(1000, 1200)],
]
LISTINGS: list[Row] = [
    *shows(PICTURES[0], 400, 401),
    *shows(PICTURES[1], 410, 411),
    *shows(PICTURES[2], 420, 421),
    *shows(PICTURES[3], 430, 431),
    *shows(PICTURES[4], *range(450, 462)),
    *[row for n in range(5) for row in shows(f"123456789abcde{n:x}{n:x}", 470, 471)],
]
COMPANIES = [
    account(n, holder_type="company", holder_key=f"tax:{n:010d}") for n in (*range(240, 246), 250, 251)
]
DEVICES = [
    *[(f"VCB:{n}", "accountant") for n in range(240, 246)] * 2,
    *[(f"VCB:{n}", "director") for n in (250, 251)] * 2,
    *[(f"VCB:{n}", "d1") for n in (230, 230, 231, 231, 232, 233)],
    *[("VCB:232", "own")] * 2,
]


@pytest.fixture(scope="module")
def world(spark: SparkSession, settings: Any) -> Linked:
    context = JobContext(as_of=date(2026, 3, 31), settings=settings)
    return link(
        spark,
        context,
        sellers=SHOPS,
        bank_accounts=[*ACCOUNTS, *COMPANIES],
        listings=LISTINGS,
        bank_transactions=[{"debtor_account_id": one, "device_id": device} for one, device in DEVICES],
        shipments=[
            *[{"sender_phone_e164": "+84906666777", "cod_account_id": "VCB:805"}] * 2,
            # Of a sender's parcels without a platform, one alone has cash on delivery.
            {"sender_phone_e164": "+84906666888", "cod_account_id": "VCB:806"},
            *[{"sender_phone_e164": "+84906666888"}] * 5,
        ],
        customs_declarations=[
            {"trader_key": f"tax:020000000{n}", "trader_phone_e164": "+84907777888"} for n in (1, 2, 3)
        ],
    )


def test_a_shop_that_shares_nothing_is_a_hand_of_its_own(world: Linked) -> None:
    assert sellers(1) in world.hands()


def test_an_open_chain_is_one_hand_however_large(world: Linked) -> None:
    assert sellers(*range(100, 161)) in world.hands()


def test_a_phone_of_two_owners_is_one_hand_and_is_explained(world: Linked) -> None:
    assert sellers(200, 201) in world.hands()
    operator = world.operator()
    assert operator[("phone", "+84901111222")] == operator[("seller", "shopee:200")]
    ties = [row for row in world.rows("links.ties") if row["id_b"] == "+84901111222"]
    assert sorted((row["id_a"], row["tie"], row["weight"]) for row in ties) == [
        ("shopee:200", "phone", 0.92),
        ("shopee:201", "phone", 0.92),
    ]
    assert all(len(row["evidence"]) == 1 and row["evidence"][0]["feed"] == "sellers" for row in ties)


def test_a_device_of_two_registrations_is_one_hand(world: Linked) -> None:
    assert sellers(210, 211) in world.hands()


def test_a_family_that_shares_a_phone_stays_a_family(world: Linked) -> None:
    """Three people at home share a phone: one household, and nobody else comes with them."""
    hands = world.hands("account")
    assert frozenset({"VCB:220", "VCB:221", "VCB:222"}) in hands
    assert frozenset({"VCB:223"}) in hands


def test_a_call_centre_phone_ties_nobody(world: Linked) -> None:
    assert {sellers(n) for n in range(300, 330)} <= world.hands()
    identifier = [row for row in world.rows("links.identifiers") if row["id"] == "+84904444555"]
    assert identifier == [
        {"kind": "phone", "id": "+84904444555", "users": 30, "hub": True, "hub_reason": "many_users"}
    ]
    assert ("phone", "+84904444555") not in world.operator()


@pytest.mark.parametrize("first", [400, 420])
def test_a_pickup_address_and_a_picture_together_make_a_link(world: Linked, first: int) -> None:
    """At a house, and in a tower where the unit is the same."""
    assert sellers(first, first + 1) in world.hands()


@pytest.mark.parametrize("first", [410, 430])
def test_a_tower_or_a_warehouse_and_a_picture_do_not(world: Linked, first: int) -> None:
    assert {sellers(first), sellers(first + 1)} <= world.hands()


def test_a_pickup_address_alone_does_not(world: Linked) -> None:
    assert {sellers(440), sellers(441)} <= world.hands()


def test_an_address_and_a_picture_of_many_shops_tie_nobody(world: Linked) -> None:
    assert {sellers(n) for n in range(450, 462)} <= world.hands()


def test_pictures_alone_never_make_a_hand(world: Linked) -> None:
    assert {sellers(470), sellers(471)} <= world.hands()


def test_nominee_owners_who_settle_to_one_individual_are_one_hand(world: Linked) -> None:
    assert sellers(*range(500, 512)) in world.hands()
    operator = world.operator()
    assert operator[("person", person(599))] == operator[("seller", "shopee:500")]


def test_a_carrier_is_no_hand_whatever_shares_its_account_or_phone(world: Linked) -> None:
    assert {sellers(600), sellers(601)} <= world.hands()
    assert ("account", "VCB:699") not in world.operator()
    reasons = {(row["id"], row["hub_reason"]) for row in world.rows("links.identifiers")}
    assert {("VCB:699", "carrier"), ("+84905555666", "carrier")} <= reasons


def test_a_fulfilment_companys_account_for_many_shops_is_a_hub(world: Linked) -> None:
    assert {sellers(n) for n in range(700, 712)} <= world.hands()


def test_an_off_platform_sender_belongs_to_the_shop_with_its_phone(world: Linked) -> None:
    operator = world.operator()
    members = [("phone", "+84906666777"), ("account", "VCB:805"), ("person", person(805))]
    assert {operator[member] for member in members} == {operator[("seller", "shopee:800")]}


def test_one_parcel_with_cash_on_delivery_ties_no_account_to_who_sent_it(world: Linked) -> None:
    operator = world.operator()
    assert operator[("account", "VCB:806")] != operator.get(("phone", "+84906666888"))


def test_a_device_of_several_accounts_is_one_hand_and_a_single_use_is_a_slip(world: Linked) -> None:
    """VCB:232 used it once beside its own, VCB:233 once at all."""
    hands = world.hands("account")
    assert frozenset({"VCB:230", "VCB:231"}) in hands
    assert frozenset({"VCB:233"}) in hands
    assert frozenset({"VCB:232"}) in hands


def test_an_accountants_device_does_not_tie_its_clients_but_sister_companies_are_tied(world: Linked) -> None:
    hands = world.hands("account")
    assert {frozenset({f"VCB:{n}"}) for n in range(240, 246)} <= hands
    assert frozenset({"VCB:250", "VCB:251"}) in hands


def test_a_brokers_phone_on_declarations_does_not_tie_traders(world: Linked) -> None:
    traders = {frozenset({f"tax:020000000{n}"}) for n in (1, 2, 3)}
    assert traders <= world.hands("company")


def test_a_shop_without_an_id_is_its_owner_by_name_and_address(world: Linked) -> None:
    operator = world.operator()
    same = [row for row in world.rows("links.matches") if "seller:shopee:900" in (row["a"], row["b"])]
    assert {row["a"] for row in same} == {person(901), person(903)}
    assert operator[("seller", "shopee:900")] == operator[("account", "VCB:901")]
    assert operator[("seller", "shopee:900")] != operator[("account", "VCB:902")]
    ties = {row["tie"]: row["weight"] for row in world.rows("links.ties") if row["tie"].startswith("same_n")}
    assert ties.keys() >= {"same_name_and_address", "same_name"}
    assert all(0 < weight <= 1 for weight in ties.values())


def test_two_ids_of_one_kind_are_two_people_whatever_they_share(world: Linked) -> None:
    pairs = {(row["a"], row["b"]) for row in world.rows("links.matches")}
    assert (person(901), person(903)) not in pairs


def test_a_personal_number_is_a_tax_code(world: Linked) -> None:
    assert sellers(810, 811) in world.hands()


def test_a_personal_number_was_no_tax_code_before_july_2025(spark: SparkSession, context: JobContext) -> None:
    before = replace(context, as_of=date(2025, 6, 30))
    linked = link(spark, before, sellers=[row for row in SHOPS if row["seller_key"] in sellers(810, 811)])
    assert linked.hands() == {sellers(810), sellers(811)}


def test_empty_tables_give_empty_links(spark: SparkSession, context: JobContext) -> None:
    linked = link(spark, context)
    assert linked.rows("links.operators") == []
    assert linked.rows("links.ties") == []


def test_decisions_force_and_refuse_merges_and_both_engines_obey(
    spark: SparkSession, context: JobContext
) -> None:
    """Without the decisions 2 and 3 are one hand, and 4 is alone (the world above has such shops)."""
    rows = [
        *[shop(n, phone_e164="+84901111222") for n in (2, 3)],
        shop(4),
        *[shop(n, phone_e164=f"+8490000000{n // 3}") for n in range(20, 29)],
    ]
    decisions = [decision("not_same", 3, 2), decision("same", 4, 3)]
    on_scipy = link(spark, context, decisions, sellers=rows)
    family = {sellers(20), sellers(21, 22, 23), sellers(24, 25, 26), sellers(27, 28)}
    assert on_scipy.hands() == {sellers(2), sellers(3, 4), *family}
    forced = [row for row in on_scipy.rows("links.ties") if row["tie"] == "forced"]
    assert [(row["id_a"], row["id_b"], row["weight"]) for row in forced] == [("shopee:4", "shopee:3", 1.0)]
    links = {"spark_components_from_edges": 0, "splink_backend": "duckdb"}
    beyond = replace(context, settings=load_settings(overrides={"links": links}, environment={}))
    assert link(spark, beyond, decisions, sellers=rows).operator() == on_scipy.operator()
    assert link(spark, context, sellers=rows).hands() == {sellers(2, 3), sellers(4), *family}
