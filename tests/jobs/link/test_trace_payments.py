"""Two banks' reports of one transfer are one payment."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.describe_accounts import ACCOUNTS_DDL
from jobs.link.trace_payments import JOB, PAYMENTS_DDL, transform
from jobs.runtime.job import JobContext, check_schema
from tests.jobs.link.conftest import Build

Row = dict[str, Any]


def report(key: str, bank: str, minute: float, amount: int = 100, **more: Any) -> Row:
    at = datetime(2026, 3, 1, 8, int(minute), int(minute * 60) % 60, tzinfo=UTC)
    return {
        "record_key": key,
        "bank_code": bank,
        "event_at": at,
        "event_day": date(2026, 3, 1),
        "amount": Decimal(amount),
        "currency": "VND",
        "amount_vnd": amount,
        "debtor_account_id": "A:1",
        "creditor_account_id": "B:2",
        "channel": "napas247",
        **more,
    }


CASES: dict[str, tuple[list[Row], list[list[str]]]] = {
    "both banks": ([report("A:x", "A", 0), report("B:x", "B", 1)], [["A:x", "B:x"]]),
    "one bank": ([report("A:x", "A", 0)], [["A:x"]]),
    "one bank twice is two transfers": ([report("A:x", "A", 0), report("A:y", "A", 1)], [["A:x"], ["A:y"]]),
    "too far apart": ([report("A:x", "A", 0), report("B:x", "B", 11)], [["A:x"], ["B:x"]]),
    "another amount": ([report("A:x", "A", 0), report("B:x", "B", 1, 101)], [["A:x"], ["B:x"]]),
    "two equal transfers": (
        [report("A:x", "A", 0), report("A:y", "A", 1), report("B:x", "B", 2), report("B:y", "B", 3)],
        [["A:x", "B:x"], ["A:y", "B:y"]],
    ),
    "a missing report": (
        [report("A:x", "A", 0), report("A:y", "A", 1), report("B:y", "B", 2)],
        [["A:x", "B:y"], ["A:y"]],
    ),
    "a burst does not stretch the limit": (
        [report("A:x", "A", 0), report("A:y", "A", 8), report("A:z", "A", 16), report("B:z", "B", 17)],
        [["A:x"], ["A:y"], ["A:z"], ["B:z"]],
    ),
    "cash has one side": (
        [report("A:x", "A", 0, debtor_account_id=None), report("B:x", "B", 0, debtor_account_id=None)],
        [["A:x"], ["B:x"]],
    ),
    "outside the window": ([report("A:x", "A", 0, event_day=date(2025, 12, 31))], []),
}


@pytest.fixture
def accounts(build: Build) -> DataFrame:
    known = {"account_id": "A:1", "holder_key": "cccd:1", "holder_type": "individual", "operator_id": "op_1"}
    carrier = {"account_id": "B:2", "holder_type": "carrier", "operator_id": "op_2", "hub": True}
    return build(ACCOUNTS_DDL, [known | {"hub": False}, carrier])


def test_reports_are_collapsed(silver: Build, accounts: DataFrame, context: JobContext) -> None:
    """All cases in one table: each on a debtor account of its own, so that none meets another."""
    rows, wanted = [], {}
    for number, (name, (reports, groups)) in enumerate(CASES.items()):
        prefix = f"{number}/"
        for row in reports:
            debtor = f"{prefix}1" if row["debtor_account_id"] else None
            creditor = f"{prefix}2"
            keyed = {"record_key": prefix + row["record_key"], "debtor_account_id": debtor}
            rows.append(row | keyed | {"creditor_account_id": creditor})
        wanted[name] = [[prefix + key for key in group] for group in groups]
    made = transform(payments=silver("bank_transactions", rows), accounts=accounts, context=context)
    found = sorted(row["report_keys"] for row in made.select("report_keys").collect())
    assert found == sorted(group for groups in wanted.values() for group in groups)


def test_both_sides_are_described_and_what_one_bank_knows_is_kept(
    silver: Build, accounts: DataFrame, context: JobContext
) -> None:
    rows = [
        report("A:x", "A", 0, device_id="d1", debtor_name_norm="an"),
        report("B:x", "B", 1, remittance_norm="tien hang", debtor_name_norm="nguyen an", debtor_country="VN"),
    ]
    made = transform(payments=silver("bank_transactions", rows), accounts=accounts, context=context)
    # Collected as they are, instants would come in the machine's own time zone.
    rows_made = check_schema("flows.payments", made, PAYMENTS_DDL).withColumn(
        "at", F.col("at").cast("string")
    )
    (row,) = rows_made.collect()
    assert row["payment_key"] == "A:x"
    assert (row["device_id"], row["remittance_norm"], row["debtor_name_norm"]) == ("d1", "tien hang", "an")
    assert (row["debtor_operator"], row["debtor_holder_key"], row["debtor_hub"]) == ("op_1", "cccd:1", False)
    assert (row["creditor_operator"], row["creditor_holder_type"], row["creditor_hub"]) == (
        "op_2",
        "carrier",
        True,
    )
    assert (row["debtor_country"], row["creditor_country"]) == ("VN", "VN")
    assert row["at"] == "2026-03-01 08:00:00"


def test_no_payments_no_flows(silver: Build, accounts: DataFrame, context: JobContext) -> None:
    made = transform(payments=silver("bank_transactions", []), accounts=accounts, context=context)
    assert check_schema("flows.payments", made, JOB.writes["flows.payments"]).collect() == []
