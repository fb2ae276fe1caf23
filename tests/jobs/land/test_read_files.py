"""One landing file to bronze rows, or to the reason why it is refused."""

import gzip
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from configs.settings import default_settings
from configs.sources import SenderFormat, default_sources
from jobs.land.find_files import LandingFile, find_landing
from jobs.land.read_files import Outcome, Reading, bronze_schema, read_file, sum_numbers

TIPS = default_sources()["tips"]
HEADER = "tip_id,received_at,subject_kind,subject_value,allegation"
ROW = "1,2026-01-01T08:00:00,phone,0901234567,smuggled"
PLAIN = f"{HEADER}\n{ROW}\n".encode()


def read(root: Path, content: bytes, name: str = "a.csv", source: Any = TIPS) -> tuple[list[dict], Outcome]:
    place = root / source.feed / "hotline" / "2026-01-01" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    landing = find_landing(root, [source.feed], date(2026, 1, 1))
    file = next(file for file in landing.files if file.name == name)
    reading = Reading(root, default_settings().landing, "Asia/Ho_Chi_Minh", "load")
    batches, outcome = read_file(file, source, reading)
    assert all(batch.schema == bronze_schema(source) for batch in batches)
    return pa.Table.from_batches(batches, bronze_schema(source)).to_pylist(), outcome


def test_a_row_keeps_where_it_stood(tmp_path: Path) -> None:
    rows, outcome = read(tmp_path, PLAIN)
    assert outcome == Outcome(rows=1)
    assert rows[0] == dict.fromkeys(bronze_schema(TIPS).names) | {
        "tip_id": "1",
        "received_at": "2026-01-01T08:00:00",
        "subject_kind": "phone",
        "subject_value": "0901234567",
        "allegation": "smuggled",
        "landing_file": "tips/hotline/2026-01-01/a.csv",
        "source_file": "tips/hotline/2026-01-01/a.csv",
        "source_line": 2,
        "sender": "hotline",
        "business_date": date(2026, 1, 1),
        "load_id": "load",
    }


def test_broken_rows_keep_their_text_and_unknown_columns_are_kept_aside(tmp_path: Path) -> None:
    content = f"{HEADER},mood,ward\n{ROW},calm,\n{ROW}\n{ROW},,\n".encode()
    rows, outcome = read(tmp_path, content)
    assert outcome == Outcome(rows=3, unknown_columns=("mood", "ward"))
    assert [dict(row["other_columns"] or {}) for row in rows] == [{"mood": "calm"}, {}, {}]
    broken = rows[2]
    assert (broken["shape_error"], broken["raw_text"], broken["source_line"]) == ("row_shape", ROW, 3)
    assert broken["tip_id"] is None


def test_members_of_a_zip_are_named(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("x/b.csv", PLAIN)
        archive.writestr("a.csv.gz", gzip.compress(PLAIN))
    rows, outcome = read(tmp_path, stream.getvalue(), "all.zip")
    assert outcome.rows == 2
    assert [row["source_file"].partition("!")[2] for row in rows] == ["a.csv.gz", "x/b.csv"]
    assert {row["landing_file"] for row in rows} == {"tips/hotline/2026-01-01/all.zip"}


def test_one_bad_member_refuses_the_archive(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.csv", PLAIN)
        archive.writestr("b.csv", b"tip_id\n1\n")
    rows, outcome = read(tmp_path, stream.getvalue(), "all.zip")
    assert rows == []
    assert outcome == Outcome(reason="missing_column: received_at, subject_kind, subject_value, allegation")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv", "unreadable"),
        (PLAIN, "a.xlsx", "unknown_format"),
        (PLAIN, "a", "unknown_format"),
        (PLAIN, "a.parquet.gz", "unreadable"),
        (PLAIN, "a.zip", "unreadable"),
        (PLAIN, "a.parquet", "unreadable"),
        (PLAIN, "a.xml", "unknown_format"),
        (PLAIN.replace(b"tip_id", b"id"), "a.csv", "missing_column: tip_id"),
        (PLAIN.replace(b"smuggled", b"\xff\xfe"), "a.csv", "wrong_encoding"),
    ],
)
def test_refusals_name_their_rule(tmp_path: Path, content: bytes, name: str, reason: str) -> None:
    rows, outcome = read(tmp_path, content, name)
    assert rows == []
    assert outcome.reason.startswith(reason)
    assert outcome.rows == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"sha256": "0" * 64}, "manifest_mismatch: sha256"),
        ({"rows": 2}, "manifest_mismatch: 3 rows"),
        ({"control_total": 11}, "manifest_mismatch: control_total"),
        ({"control_total": None}, ""),
    ],
)
def test_the_manifest_is_held_against_all_rows(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    source = default_sources()["bank_transactions"]
    header = "bank_code,transaction_id,booked_at,amount,currency,channel"
    content = f"{header}\nB,1,x,10,VND,qr\nB,2,x,ten,VND,qr\nB,3\n".encode()
    entry = {"name": "a.csv", "sha256": hashlib.sha256(content).hexdigest(), "rows": 3, "control_total": 10}
    folder = tmp_path / "bank_transactions" / "hotline" / "2026-01-01"
    folder.mkdir(parents=True)
    (folder / "_manifest.json").write_text(json.dumps({"files": [entry | change]}), encoding="utf-8")
    rows, outcome = read(tmp_path, content, source=source)
    assert outcome.reason.startswith(reason)
    assert len(rows) == (0 if reason else 3)
    if not reason:
        assert outcome.control_total == Decimal(10)


def test_a_declared_sender_is_read_in_its_own_writing(tmp_path: Path) -> None:
    form = SenderFormat(encoding="tcvn3", renamed_columns={"ma": "tip_id", "noi_dung": "description"})
    source = TIPS.model_copy(update={"senders": {"hotline": form}})
    header = HEADER.replace("tip_id", "ma") + ",noi_dung"
    content = f"{header}\n{ROW},L".encode() + b"\xaa L\xeei\n"
    rows, outcome = read(tmp_path, content, source=source)
    assert outcome.reason == ""
    assert (rows[0]["tip_id"], rows[0]["description"]) == ("1", "Lê Lợi")
    twice = content.replace(b"noi_dung", b"tip_id")
    assert read(tmp_path, twice, source=source)[1].reason.startswith("duplicated_column")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "a.csv"
    place.write_bytes(PLAIN)
    file = LandingFile("tips", "a.csv", "hotline", date(2026, 1, 1), sha256="0" * 64)
    reading = Reading(tmp_path, default_settings().landing, "Asia/Ho_Chi_Minh", "load")
    assert "changed" in read_file(file, TIPS, reading)[1].reason
    gone = replace(file, path="none.csv")
    assert read_file(gone, TIPS, reading)[1].reason.startswith("unreadable")


def test_sums_are_exact_and_follow_the_declared_marks() -> None:
    values = pa.array(["0.1", "0.2", None, "x", "-1", "9" * 35])
    assert sum_numbers(values, SenderFormat()) == Decimal("9" * 35) - Decimal("0.7")
    vietnamese = SenderFormat(decimal_mark=",", thousands_mark=".")
    assert sum_numbers(pa.array(["1.234,5", "1,5", "1.5"]), vietnamese) == Decimal("1236")
