"""To whom a parcel belongs."""

from datetime import date

import pytest

from jobs.link.resolve_identities import OPERATORS_DDL
from jobs.link.trace_parcels import PARCELS_DDL, transform
from jobs.runtime.job import JobContext, check_schema
from tests.jobs.link.conftest import Build, Rows

OPERATORS = [
    ("seller", "shopee:1", "op_shop"),
    ("phone", "+84901", "op_phone"),
    ("account", "VCB:1", "op_account"),
    ("address", "12 le loi", "op_address"),
]
# A sender, its key, its operator. Phone +84999 is a hub: it has no operator.
CASES = [
    ({"seller_key": "shopee:1", "sender_phone_e164": "+84901"}, "shopee:1", "op_shop"),
    ({"sender_phone_e164": "+84901", "cod_account_id": "VCB:1"}, "phone:+84901", "op_phone"),
    ({"sender_phone_e164": "+84999", "cod_account_id": "VCB:1"}, "phone:+84999", "op_account"),
    ({"sender_address_norm": "12 le loi"}, "address:12 le loi", "op_address"),
    ({"cod_account_id": "VCB:1"}, "account:VCB:1", "op_account"),
    ({"sender_phone_e164": "+84999"}, "phone:+84999", None),
    ({}, None, None),
]


@pytest.fixture
def operators() -> Rows:
    return [{"kind": kind, "id": one, "operator_id": hand, "degree": 0} for kind, one, hand in OPERATORS]


def test_parcels_find_their_hand(build: Build, silver: Build, operators: Rows, context: JobContext) -> None:
    rows = [{"record_key": f"ghn:{number}", **sender} for number, (sender, _, _) in enumerate(CASES)]
    outside = {"record_key": "ghn:old", "event_day": date(2025, 1, 1)}
    made = transform(
        shipments=silver("shipments", [*rows, outside]),
        operators=build(OPERATORS_DDL, operators),
        context=context,
    )
    found = check_schema("flows.parcels", made, PARCELS_DDL).orderBy("record_key").collect()
    assert [(row["sender_key"], row["operator_id"]) for row in found] == [case[1:] for case in CASES]
    assert {row["day"] for row in found} == {date(2026, 3, 1)}
