"""Text to types: numbers, dates and times, in the writing of the sender."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pyspark.sql import SparkSession

from configs.sources import SenderFormat, default_sources
from jobs.conform.type_columns import type_columns
from tests.jobs.conform.bronze import bronze_rows

PAYMENTS = default_sources()["bank_transactions"]
ZONE = "Asia/Ho_Chi_Minh"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_times_dates_and_numbers_of_the_contract(spark: SparkSession) -> None:
    times = {
        "2025-01-01T10:00:00": utc(2025, 1, 1, 3),
        "2025-01-01 10:00": utc(2025, 1, 1, 3),
        "2025-01-01": utc(2024, 12, 31, 17),
        "2025-01-01T10:00:00Z": utc(2025, 1, 1, 10),
        "2025-01-01T10:00:00+07:00": utc(2025, 1, 1, 3),
        "2025-01-01T10:00:00.25+0700": utc(2025, 1, 1, 3, 0, 0, 250000),
        "2025-01-01 10:00:00 -05": utc(2025, 1, 1, 15),
        "2025-02-30T10:00:00": None,
        "2025-01-01T25:00:00": None,
        "2025-13-01": None,
        "2025-1-1": None,
        "01/02/2025": None,
        "2025-01-01T10:00:00+99:00": None,
        " 2025-01-01": None,
    }
    amounts = {
        "0": Decimal(0),
        "1.000": Decimal(1),
        "-12.345678": Decimal("-12.345678"),
        "1,5": None,
        "1.2.3": None,
        "1e5": None,
        "": None,
        "9" * 40: None,
    }
    wholes = {
        "1": 1,
        "-1": -1,
        "007": 7,
        "1.0": 1,
        "-2.00": -2,
        "1.000": None,
        "1.5": None,
        "9" * 20: None,
        "mười": None,
    }
    rows = [{"booked_at": text} for text in times]
    rows += [{"amount": text} for text in amounts]
    rows += [{"amount_vnd": text} for text in wholes]
    typed = type_columns(bronze_rows(spark, PAYMENTS, rows), PAYMENTS, ZONE)
    result = typed.orderBy("source_line").toArrow()
    first, second = len(times), len(times) + len(amounts)
    assert dict(zip(times, result["booked_at"].to_pylist()[:first], strict=True)) == times
    assert dict(zip(amounts, result["amount"].to_pylist()[first:second], strict=True)) == amounts
    assert dict(zip(wholes, result["amount_vnd"].to_pylist()[second:], strict=True)) == wholes


def test_the_event_day_is_the_vietnamese_one(spark: SparkSession) -> None:
    rows = [{"booked_at": "2025-12-31T17:00:00Z"}, {"booked_at": "2025-12-31T23:59:59"}]
    typed = type_columns(bronze_rows(spark, PAYMENTS, rows), PAYMENTS, ZONE).orderBy("source_line")
    assert [row.event_day for row in typed.collect()] == [date(2026, 1, 1), date(2025, 12, 31)]


def test_a_declared_sender_writes_its_own_way_in_csv_alone(spark: SparkSession) -> None:
    form = SenderFormat(decimal_mark=",", thousands_mark=".", date_order="dmy")
    source = PAYMENTS.model_copy(update={"senders": {"old": form}})
    declared = {
        "sender": "old",
        "booked_at": "31/12/2025 08:00",
        "amount": "1.234,5",
        "amount_vnd": "1.234,0",
    }
    plain = {"booked_at": "2025-12-31T08:00:00", "amount": "1234.5", "amount_vnd": "1234"}
    rows = [
        declared | {"source_file": "f.csv.gz"},
        declared | {"source_file": "f.zip!f.csv"},
        plain | {"sender": "old", "source_file": "f.parquet"},
        plain | {"sender": "new"},
        declared | {"sender": "new"},
    ]
    typed = type_columns(bronze_rows(spark, source, rows), source, ZONE).orderBy("source_line").toArrow()
    assert typed["booked_at"].to_pylist() == [utc(2025, 12, 31, 1)] * 4 + [None]
    assert typed["amount"].to_pylist() == [Decimal("1234.5")] * 4 + [None]
    assert typed["amount_vnd"].to_pylist() == [1234] * 4 + [None]


@pytest.mark.parametrize(("order", "text"), [("dmy", "5.1.2025"), ("mdy", "1-5-2025")])
def test_date_orders(spark: SparkSession, order: str, text: str) -> None:
    sellers = default_sources()["sellers"]
    form = SenderFormat(date_order=order)  # type: ignore[arg-type]
    source = sellers.model_copy(update={"senders": {"sender": form}})
    rows = bronze_rows(spark, source, [{"registered_on": text}])
    row = type_columns(rows, source, ZONE).collect()[0]
    assert (row.registered_on, row.event_day) == (date(2025, 1, 5), date(2025, 1, 5))
