"""Small frames in the form of the silver, links and flows tables, with defaults for what is left open."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession

from tests import frames

AS_OF = date(2026, 3, 31)

_DECLARATIONS = """
    record_key string, declaration_no string, line_no bigint, direction string, regime string,
    registered_at timestamp, cleared_at timestamp, event_day date, customs_office string, channel string,
    channel_history string, officer_code string, inspection_result string, trader_id string,
    trader_key string, trader_name_norm string, trader_phone_e164 string, trader_address_norm string,
    consignee_name_norm string, consignee_phone_e164 string, consignee_address_norm string,
    partner_name_norm string, master_bill_no string, house_bill_no string, hs_code string,
    goods_description string, goods_norm string, brand string, origin_country string, partner_country string,
    quantity double, unit string, net_weight_kg double, customs_value_vnd bigint,
        duty_vnd bigint, vat_vnd bigint
"""
_PARCELS = """
    record_key string, carrier string, seller_key string, sender_key string, operator_id string,
    sender_phone_e164 string, sender_address_norm string, recipient_phone_e164 string,
    recipient_address_norm string, recipient_name_norm string, cod_account_id string, created_at timestamp,
    picked_up_at timestamp, delivered_at timestamp, day date, status string, weight_kg double,
    quantity bigint, declared_value_vnd bigint, cod_amount_vnd bigint, goods_norm string, brand string,
    hs_code string, origin_country string, sender_province_code string, recipient_province_code string,
    declaration_no string, master_bill_no string, house_bill_no string, platform string, order_no string
"""
_LISTINGS = """
    record_key string, seller_key string, event_day date, title string, title_norm string,
    description_norm string, brand string, category string, price_vnd bigint, units_sold bigint,
    image_hash string
"""
_OTHERS = {
    "payments": """
        report_keys array<string>, day date, amount_vnd bigint, debtor_account_id string,
        debtor_country string, debtor_holder_key string, debtor_holder_type string, debtor_hub boolean,
        debtor_name_norm string, creditor_account_id string, creditor_holder_key string,
        creditor_holder_type string, creditor_name_norm string
    """,
    "sellers": """
        record_key string, seller_key string, owner_key string, owner_name_norm string, shop_name_norm string,
        tax_key string,
        phone_e164 string, pickup_address_norm string, settlement_account_id string, registered_on date
    """,
    "actions": """
        record_key string, decision_no string, decided_on date, subject_kind string, subject_id string,
        subject_value string, outcome string
    """,
    "accounts": "account_id string, holder_type string, hub boolean",
    "operators": "kind string, id string, operator_id string, degree bigint",
    "identifiers": "kind string, id string, users bigint, hub boolean, hub_reason string",
    "superseded": """
        declaration_no string, line_no bigint, direction string, regime string, registered_at timestamp,
        cleared_at timestamp, customs_office string, channel string, channel_history string,
        officer_code string, inspection_result string, trader_id string, hs_code string,
        net_weight_kg double, customs_value_vnd bigint
    """,
}
_DDL = {"customs_declarations": _DECLARATIONS, "parcels": _PARCELS, "listings": _LISTINGS, **_OTHERS}

Rows = Iterable[Mapping[str, Any]]
Measure = Callable[..., dict[str, Row]]


def day(before: int) -> date:
    """So many days before the date of the run."""
    return AS_OF - timedelta(days=before)


def at(moment: date, hour: int = 3) -> datetime:
    return datetime.combine(moment, time(hour), tzinfo=UTC)


def declaration(number: int, trader: str, **given: Any) -> dict[str, Any]:
    """One import line of `trader`: 10 pieces of 1 kg and 100,000 VND each, cleared 40 days ago."""
    on = given.pop("event_day", day(40))
    number_text = f"{100000000000 + number}"
    return {
        "record_key": f"{number_text}:1",
        "declaration_no": number_text,
        "line_no": 1,
        "direction": "import",
        "regime": "A11",
        "registered_at": at(on),
        "cleared_at": at(on, 9),
        "event_day": on,
        "customs_office": "01AB",
        "channel": "green",
        "channel_history": None,
        "officer_code": "C1",
        "inspection_result": "none",
        "trader_id": trader,
        "trader_key": f"tax:{trader}",
        "trader_name_norm": f"cong ty {trader}",
        "trader_phone_e164": f"+8490{int(trader):07d}",
        "trader_address_norm": f"so {trader} pho hue",
        "hs_code": "64041190",
        "goods_description": "Giày thể thao, cỡ 38-42",
        "goods_norm": "giay the thao co 38-42",
        "origin_country": "CN",
        "quantity": 10.0,
        "unit": "PCE",
        "net_weight_kg": 10.0,
        "customs_value_vnd": 1_000_000,
        **given,
    }


def parcel(number: int, sender: str, **given: Any) -> dict[str, Any]:
    """One domestic parcel of the shop `sender` from Hà Nội to Hồ Chí Minh City, three days on the way."""
    on = given.pop("day", day(20))
    return {
        "record_key": f"ghn:{number}",
        "carrier": "ghn",
        "seller_key": None if sender.startswith("phone:") else sender,
        "sender_key": sender,
        "recipient_phone_e164": f"+8497{number:07d}",
        "created_at": at(on, 1),
        "picked_up_at": at(on, 5),
        "delivered_at": at(on + timedelta(days=3)),
        "day": on,
        "status": "delivered",
        "weight_kg": 0.5,
        "quantity": 1,
        "declared_value_vnd": 200_000,
        "cod_amount_vnd": 0,
        "goods_norm": "ao thun",
        "sender_province_code": "01",
        "recipient_province_code": "79",
        "platform": "shopee" if sender.startswith("shopee") else None,
        **given,
    }


def picture(number: int) -> str:
    """A hash far from that of every other number: pictures that differ in a few bits are copies."""
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"


def listing(number: int, seller: str, **given: Any) -> dict[str, Any]:
    return {
        "record_key": f"shopee:{number}",
        "seller_key": seller,
        "event_day": day(60),
        "title": "Giày Adidas chính hãng",
        "title_norm": "giay adidas chinh hang",
        "description_norm": "hang moi giao nhanh",
        "brand": "adidas",
        "category": "shoes",
        "price_vnd": 1_000_000,
        "units_sold": 20,
        "image_hash": picture(number),
        **given,
    }


def frame(spark: SparkSession, table: str, rows: Rows) -> DataFrame:
    return frames.frame(spark, _DDL[table], list(rows))


def members(row: Row) -> set[tuple[str, str]]:
    return {(member.kind, member.id) for member in row.members}


def evidence(row: Row) -> set[str]:
    return {record.key for record in row.evidence}


def holding(row: Row) -> set[str]:
    return {explanation.id for explanation in row.explanations if explanation.holds}
