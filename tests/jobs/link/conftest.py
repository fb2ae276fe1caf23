"""Silver tables of a few hand-made rows: what a row leaves out is null."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from tests.frames import frame

_ALL_FEEDS = "record_key string, event_at timestamp, event_day date"
SILVER = {
    "sellers": f"""seller_key string, owner_key string, tax_key string, owner_name_norm string,
        phone_e164 string, email_norm string, device_id string, pickup_address_norm string,
        settlement_account_id string, current_province_code string, {_ALL_FEEDS}""",
    "bank_accounts": f"""account_id string, holder_key string, holder_type string, holder_name_norm string,
        phone_e164 string, address_norm string, opened_on date, status string, occupation string,
        declared_monthly_turnover_vnd bigint, current_province_code string, branch_province_code string,
        {_ALL_FEEDS}""",
    "bank_transactions": f"""bank_code string, amount decimal(20,2), currency string, amount_vnd bigint,
        debtor_account_id string, debtor_name_norm string, debtor_country string,
        creditor_account_id string, creditor_name_norm string, creditor_country string, channel string,
        remittance_norm string, purpose_code string, declaration_no string, device_id string, {_ALL_FEEDS}""",
    "customs_declarations": f"""declaration_no string, line_no bigint, direction string, regime string,
        registered_at timestamp, cleared_at timestamp, customs_office string, channel string,
        channel_history string, officer_code string, inspection_result string, trader_id string,
        trader_key string, trader_name_norm string, trader_phone_e164 string, trader_address_norm string,
        consignee_name_norm string, consignee_phone_e164 string, consignee_address_norm string,
        partner_name_norm string, partner_country string, master_bill_no string, house_bill_no string,
        hs_code string, goods_description string, goods_norm string, brand string, origin_country string,
        quantity double, unit string, net_weight_kg double, customs_value_vnd bigint,
        duty_vnd bigint, vat_vnd bigint,
        {_ALL_FEEDS}""",
    "shipments": f"""carrier string, seller_key string, sender_phone_e164 string, sender_name_norm string,
        sender_address_norm string, recipient_phone_e164 string, recipient_address_norm string,
        recipient_name_norm string, cod_account_id string, created_at timestamp, picked_up_at timestamp,
        delivered_at timestamp, returned_at timestamp, status string, weight_kg double, quantity bigint,
        declared_value_vnd bigint, cod_amount_vnd bigint, goods_norm string, brand string, hs_code string,
        origin_country string, sender_province_code string, recipient_province_code string,
        declaration_no string, master_bill_no string, house_bill_no string, platform string, order_no string,
        service string, {_ALL_FEEDS}""",
    "listings": f"""seller_key string, image_hash string, title_norm string, description_norm string,
        {_ALL_FEEDS}""",
}

Rows = list[dict[str, Any]]
Build = Callable[[str, Rows], DataFrame]


@pytest.fixture
def build(spark: SparkSession) -> Build:
    """`build(ddl, rows)`."""
    return lambda ddl, rows: frame(spark, ddl, rows)


@pytest.fixture
def silver(spark: SparkSession) -> Build:
    """`silver(feed, rows)`; a row without a key is numbered, one without a day falls inside the window."""

    def table(feed: str, rows: Rows) -> DataFrame:
        numbered = [
            {"record_key": f"{feed}:{number}", "event_day": date(2026, 3, 1), **row}
            for number, row in enumerate(rows)
        ]
        return frame(spark, SILVER[feed], numbered)

    return table
