"""Who uses what, in which role, by which records."""

from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.runtime.job import JobContext
from tests.jobs.link.world import Linked, link


@pytest.fixture(scope="module")
def linked(spark: SparkSession, settings: Any) -> Linked:
    from datetime import date  # noqa: PLC0415

    outside = {"event_day": date(2025, 1, 1), "seller_key": "shopee:1", "sender_phone_e164": "+84900"}
    parcel = {"seller_key": "shopee:1", "sender_phone_e164": "+84902", "cod_account_id": "VCB:9"}
    return link(
        spark,
        JobContext(as_of=date(2026, 3, 31), settings=settings),
        sellers=[
            {
                "seller_key": "shopee:1",
                "owner_key": "cccd:1",
                "tax_key": "tax:0101234567",
                "phone_e164": "+84901",
            },
            {"seller_key": "shopee:2", "pickup_address_norm": "kho 3 quan 7 ho chi minh"},
        ],
        shipments=[parcel, parcel, outside],
        listings=[
            {"seller_key": "shopee:1", "image_hash": "FF00FF00FF00FF00"},
            {"seller_key": "shopee:2", "image_hash": "ff00ff00ff00ff03"},
            {"seller_key": "shopee:3", "image_hash": "no hash"},
            {"seller_key": "shopee:2", "image_hash": None},
            {"seller_key": "shopee:4", "title_norm": "ao thun", "description_norm": "ib zalo o904.000.004"},
            {"seller_key": "shopee:4", "description_norm": "lh 84 904-000-004 hoac 0905000005"},
            {
                "seller_key": "shopee:4",
                "description_norm": "mau 10904000004, hotline 1900 1234, 0 vnd 904000004",
            },
        ],
    )


def uses(linked: Linked, kind: str) -> set[tuple[Any, ...]]:
    columns = ("party", "entity_id", "id", "class", "role", "records")
    return {
        tuple(row[name] for name in columns) for row in linked.rows("links.usages") if row["kind"] == kind
    }


def test_phones_of_registrations_of_parcels_in_the_window_and_of_listings(linked: Linked) -> None:
    assert uses(linked, "phone") == {
        ("cccd:1", "shopee:1", "+84901", "plain", "phone", 1),
        ("cccd:1", "shopee:1", "+84902", "plain", "sender_phone", 2),
        ("seller:shopee:4", "shopee:4", "+84904000004", "plain", "listed_phone", 2),
    }


def test_the_tax_payer_of_a_shop_is_a_party_of_its_own(linked: Linked) -> None:
    assert uses(linked, "tax") == {
        ("cccd:1", "shopee:1", "tax:0101234567", "plain", "tax", 1),
        ("tax:0101234567", "tax:0101234567", "tax:0101234567", "plain", "tax", 1),
    }


def test_an_account_that_no_register_holds_is_a_party_of_its_own(linked: Linked) -> None:
    assert uses(linked, "account") == {
        ("cccd:1", "shopee:1", "VCB:9", "unregistered", "cod_account", 2),
        ("account:VCB:9", "VCB:9", "VCB:9", "unregistered", "held_by", 2),
    }


def test_addresses_have_a_class(linked: Linked) -> None:
    assert {use[3] for use in uses(linked, "address")} == {"warehouse"}


def test_near_copies_are_one_picture_and_other_texts_none(linked: Linked) -> None:
    assert uses(linked, "image") == {
        ("cccd:1", "shopee:1", "ff00ff00ff00ff00", "plain", "image", 1),
        ("seller:shopee:2", "shopee:2", "ff00ff00ff00ff00", "plain", "image", 1),
    }


def test_evidence_names_the_first_and_the_last_record(linked: Linked) -> None:
    (row,) = [row for row in linked.rows("links.usages") if row["role"] == "sender_phone"]
    assert (row["feed"], row["first_key"], row["last_key"]) == ("shipments", "shipments:0", "shipments:1")


def test_identifiers_count_others_not_themselves(linked: Linked) -> None:
    users = {(row["kind"], row["id"]): row["users"] for row in linked.rows("links.identifiers")}
    assert users[("account", "VCB:9")] == 1
    assert users[("image", "ff00ff00ff00ff00")] == 2
    assert users[("tax", "tax:0101234567")] == 2


def test_an_account_under_a_declarants_whole_name_is_of_its_hand(
    spark: SparkSession, context: JobContext
) -> None:
    firm = "cty tnhh an phat"
    linked = link(
        spark,
        context,
        customs_declarations=[{"trader_key": "tax:0101234567", "trader_name_norm": firm}],
        bank_transactions=[{"creditor_account_id": "VCB:1", "creditor_name_norm": firm}],
    )

    assert uses(linked, "account") == {
        ("tax:0101234567", "VCB:1", "VCB:1", "company", "held_by", 1),
    }
    operator = linked.operator()
    assert operator["account", "VCB:1"] == operator["company", "tax:0101234567"]
