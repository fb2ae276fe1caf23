"""Parquet as the text that a CSV of the same rows would hold."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from configs.settings import default_settings
from configs.sources import default_sources
from jobs.land.parse_csv import Records
from jobs.land.parse_parquet import parse_parquet
from jobs.land.reject_files import FileRejected, Reason

LIMITS = default_settings().landing


def parsed(table: pa.Table, feed: str = "bank_transactions") -> Records:
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return parse_parquet(stream.getvalue(), default_sources()[feed], LIMITS, "Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array([1, None]), ["1", None]),
        (pa.array([102136893012.0, None]), ["102136893012", None]),
        (pa.array([102136893012.0, float("nan")]), ["102136893012", None]),
        (pa.array([1.5, 1e-7, 1e22]), ["1.5", "0.0000001", "10000000000000000000000"]),
        (pa.array([Decimal("12.50"), None]), ["12.50", None]),
        (pa.array(["x", "", None]), ["x", None, None]),
        (pa.array(["x", "x"]).dictionary_encode(), ["x", "x"]),
        (pa.array([True, None]), ["true", None]),
        (pa.nulls(2), [None, None]),
        (pa.array([date(2026, 1, 31)]), ["2026-01-31"]),
    ],
)
def test_values_keep_their_plain_spelling(values: pa.Array, text: list[str | None]) -> None:
    records = parsed(pa.table({"debtor_account": values}))
    assert records.columns["debtor_account"].to_pylist() == text
    assert records.lines.to_pylist() == list(range(1, len(text) + 1))


def test_times_keep_their_instant_or_stay_local() -> None:
    zoned = pa.array([datetime(2026, 1, 1, 17, 30, tzinfo=UTC)], pa.timestamp("us", "Asia/Ho_Chi_Minh"))
    local = pa.array([datetime(2026, 1, 1, 17, 30)])  # noqa: DTZ001
    records = parsed(pa.table({"booked_at": zoned, "other": local}))
    assert records.columns["booked_at"].to_pylist() == ["2026-01-01T17:30:00.000000Z"]
    assert records.columns["other"].to_pylist() == ["2026-01-01T17:30:00.000000"]


def test_midnights_in_a_date_column_are_days() -> None:
    midnights = pa.array([datetime(2026, 1, 31), None])  # noqa: DTZ001
    records = parsed(pa.table({"registered_on": midnights}), feed="sellers")
    assert records.columns["registered_on"].to_pylist() == ["2026-01-31", None]


def test_an_unknown_nested_column_is_kept_and_a_contract_column_rejects() -> None:
    kept = parsed(pa.table({"tags": [[1], None]}))
    assert kept.columns["tags"].to_pylist() == ["[1]", None]
    with pytest.raises(FileRejected, match="amount") as error:
        parsed(pa.table({"amount": [[1], [2]]}))
    assert error.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1a,b\n1,2\nPAR1", b"a,b\n1,2\n"])
def test_a_file_that_is_no_parquet(content: bytes) -> None:
    with pytest.raises(FileRejected) as error:
        parse_parquet(content, default_sources()["sellers"], LIMITS, "Asia/Ho_Chi_Minh")
    assert error.value.reason is Reason.UNREADABLE
