"""Phones that send under names nobody bears, against shops, their owners and a desk that sends for many."""

from datetime import date
from math import log2, sqrt
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from configs.catalogue import SignalDefinition
from jobs.signals.goods.parcels.sent_under_many_names import transform
from jobs.signals.measure_signals import with_window
from tests.frames import frame

SHIPMENTS = """record_key string, event_day date, sender_phone_e164 string, sender_name_norm string,
    seller_key string, cod_account_id string, cod_amount_vnd bigint, declared_value_vnd bigint,
    goods_norm string"""
SELLERS = """record_key string, seller_key string, phone_e164 string, shop_name_norm string,
    owner_name_norm string"""
ACCOUNTS = "account_id string, phone_e164 string, holder_name_norm string, hub boolean"
IDENTIFIERS = "kind string, id string, hub boolean"


def sent(phone: str, *names: str | None, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "record_key": f"ghn:{phone}{n}",
            "event_day": date(2026, 2, 1),
            "sender_phone_e164": phone,
            "sender_name_norm": name,
            "declared_value_vnd": 100,
            **more,
        }
        for n, name in enumerate(names)
    ]


@pytest.fixture(scope="module")
def found(spark: SparkSession, definitions: dict[str, SignalDefinition]) -> dict[str, Row]:
    four = ("kho 1", "kho 2", "kho 3", "kho 4")
    rows = [
        # Its own name twice, the holder of its account once, four that nobody bears, and one without a name.
        *sent("masked", "an", "an", "binh", *four, None),
        *sent("junk", "an", "an", *four, cod_account_id="cod", seller_key="facebook:junk"),
        *sent("family", "an", "an", "ba", "con", "chau"),
        *sent("shops", "an", "an", "shop 1", "shop 2", "chu 1", "chu 2"),
        *[row | {"record_key": f"old{row['record_key']}"} for row in sent("past", "an", *four)],
        *sent("everybody", "an", "an", *four),
        # Three parcels of five are produce, or two.
        *sent("village", "an", "kho 1", "kho 2", goods_norm="tra shan tuyet"),
        *[row | {"record_key": f"cloth{n}"} for n, row in enumerate(sent("village", "kho 3", "kho 4"))],
        *sent("trader", "an", "kho 1", goods_norm="tra shan tuyet"),
        *[row | {"record_key": f"ware{n}"} for n, row in enumerate(sent("trader", *four[1:]))],
        *sent("+842436889900", "cang", "cang", *four),
        *[row | {"seller_key": f"tiki:{n}"} for n, row in enumerate(sent("desk", "an", "an", *four))],
    ]
    for row in rows:
        if row["sender_phone_e164"] == "past":
            row["event_day"] = date(2025, 2, 1)
    sellers = [
        {
            "record_key": f"shopee:{n}",
            "seller_key": f"shopee:{n}",
            "phone_e164": "shops",
            "shop_name_norm": f"shop {n}",
            "owner_name_norm": f"chu {n}",
        }
        for n in (1, 2)
    ]
    accounts = [
        {"account_id": "held", "phone_e164": "masked", "holder_name_norm": "binh", "hub": False},
        {"account_id": "other", "phone_e164": "junk", "holder_name_norm": "an", "hub": False},
    ]
    rows_found = transform(
        shipments=frame(spark, SHIPMENTS, rows),
        sellers=frame(spark, SELLERS, sellers),
        accounts=frame(spark, ACCOUNTS, accounts),
        identifiers=frame(spark, IDENTIFIERS, [{"kind": "phone", "id": "everybody", "hub": True}]),
        parameters=with_window(definitions["sent_under_many_names"].parameters, 90),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows_found.collect()}


def test_names_that_nobody_bears(found: dict[str, Row]) -> None:
    row = found["masked"]
    # Four of the seven named parcels.
    assert row.value == pytest.approx(log2(5) * sqrt(4 / 7), abs=1e-6)
    assert (row.support, row.value_vnd) == (4, 700)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("phone", "masked", "phone"),
        ("account", "held", "collector"),
    }
    assert {e.key for e in row.evidence} == {f"ghn:masked{n}" for n in range(7)}
    assert not any(e.holds for e in row.explanations)


def test_shops_and_accounts_on_the_parcels_are_members(found: dict[str, Row]) -> None:
    assert {(m.kind, m.id, m.role) for m in found["junk"].members} == {
        ("phone", "junk", "phone"),
        ("seller", "facebook:junk", "shop"),
        ("account", "cod", "collector"),
    }


@pytest.mark.parametrize("phone", ["desk", "+842436889900"])
def test_who_sends_for_many_shops_or_by_a_fixed_line_is_a_desk(found: dict[str, Row], phone: str) -> None:
    assert [e.id for e in found[phone].explanations if e.holds] == ["sends_for_shops"]


def test_a_collecting_point_sends_what_a_village_grows(found: dict[str, Row]) -> None:
    assert [e.id for e in found["village"].explanations if e.holds] == ["farm_produce"]
    assert not any(e.holds for e in found["trader"].explanations)


def test_families_shops_and_phones_of_everybody_are_left_out(found: dict[str, Row]) -> None:
    assert set(found) == {"masked", "junk", "desk", "village", "trader", "+842436889900"}
