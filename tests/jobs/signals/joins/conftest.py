"""Tables of the lake as tiny frames: name the columns that matter, the others are null."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from configs.catalogue import ROOT
from configs.settings import read_yaml
from jobs.link.everyday_payments import with_plain_reasons
from jobs.signals.schema import Parameters
from tests.frames import frame, with_groups

TABLES = {
    "sellers": """record_key string, platform string, seller_id string, seller_key string, shop_name string,
        shop_name_norm string, owner_name_norm string, owner_key string, tax_key string, phone_e164 string,
        email_norm string, device_id string, pickup_address_norm string, settlement_account_id string,
        main_category string, registered_on date, status string, event_day date,
        business_date date, owner_id string, settlement_bank string, settlement_account string""",
    "listings": """record_key string, seller_key string, title_norm string, description_norm string,
        brand string, image_hash string, price_vnd bigint, units_sold bigint, url string, event_day date""",
    "customs": """record_key string, declaration_no string, line_no bigint, direction string, regime string,
        registered_at timestamp, event_day date, customs_office string, trader_key string,
        trader_name_norm string, trader_phone_e164 string, trader_address_norm string,
        consignee_name_norm string, consignee_phone_e164 string, consignee_address_norm string,
        partner_name_norm string, partner_country string, brand string, origin_country string,
        goods_norm string, hs_code string, customs_value_vnd bigint, duty_vnd bigint, vat_vnd bigint,
        quantity double, unit string, sender string, business_date date""",
    "tips": """record_key string, tip_id string, event_day date, channel string, subject_kind string,
        subject_value string, subject_id string, allegation string, province_code string,
        description string""",
    "actions": """record_key string, decision_no string, decided_on date, agency string, subject_kind string,
        subject_value string, subject_id string, violation string, outcome string, penalty_vnd bigint""",
    "quarantined": "feed string, source_file string, raw string",
    "files": "feed string, sender string, business_date date, outcome string",
    "accounts": """account_id string, bank string, registered boolean, holder_key string, holder_type string,
        holder_name_norm string, phone_e164 string, address_norm string, opened_on date, status string,
        occupation string, operator_id string, hub boolean, payers bigint, payees bigint""",
    "operators": "kind string, id string, operator_id string, degree bigint",
    "ties": """kind_a string, id_a string, kind_b string, id_b string, tie string, weight double,
        evidence array<struct<feed: string, key: string>>""",
    "identifiers": "kind string, id string, users bigint, hub boolean, hub_reason string",
    "payments": """payment_key string, report_keys array<string>, at timestamp, day date, amount_vnd bigint,
        channel string, debtor_account_id string, creditor_account_id string, debtor_country string,
        creditor_country string, debtor_name_norm string, creditor_name_norm string,
        debtor_holder_key string, creditor_holder_key string, debtor_holder_type string,
        creditor_holder_type string, debtor_operator string, creditor_operator string, debtor_hub boolean,
        creditor_hub boolean, remittance_norm string, purpose_code string, declaration_no string,
        device_id string""",
    "parcels": """record_key string, carrier string, seller_key string, sender_key string,
        operator_id string, sender_phone_e164 string, sender_address_norm string,
        recipient_phone_e164 string, recipient_address_norm string, recipient_name_norm string,
        cod_account_id string, created_at timestamp, picked_up_at timestamp, delivered_at timestamp,
        returned_at timestamp, day date, status string, weight_kg double, quantity bigint,
        declared_value_vnd bigint, cod_amount_vnd bigint, goods_norm string, brand string,
        hs_code string, origin_country string, sender_province_code string,
        recipient_province_code string, declaration_no string, master_bill_no string,
        house_bill_no string, platform string, order_no string, service string""",
}

Table = Callable[..., DataFrame]


@pytest.fixture(scope="session")
def table(spark: SparkSession) -> Table:
    """`table(name, {column: value}, ...)`: a frame of that table. Payments report themselves by their key."""

    def make(name: str, *rows: Mapping[str, Any]) -> DataFrame:
        if name != "payments":
            return frame(spark, TABLES[name], rows)
        reported = [{"report_keys": [row["payment_key"]], **row} for row in rows]
        return with_plain_reasons(with_groups(frame(spark, TABLES[name], reported)))

    return make


@pytest.fixture(scope="session")
def parameters() -> Callable[..., Parameters]:
    """Shipped parameters of a signal, with some changed for the test."""

    def load(signal: str, **changed: float | int | str) -> Parameters:
        return {**read_yaml(ROOT / "signals" / f"{signal}.yml")["parameters"], **changed}

    return load
