"""Landing zone to books and silver, end to end: hand-counted, in any order of arrival, for any date."""

import gzip
import io
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from configs.errors import UsageError
from configs.settings import Settings
from jobs.conform.conform_feeds import ConformReport, conform
from jobs.conform.release_rows import release_rows
from jobs.land.land_files import LandReport, land, read_entries
from jobs.runtime.lake import Lake
from tests.conftest import forget_tables

FEEDS = ("bank_transactions", "tips")
AS_OF = date(2026, 1, 31)
TIP = "tip_id,received_at,subject_kind,subject_value,allegation,record_action"
PAYMENT = "bank_code,transaction_id,booked_at,amount,currency,channel"


def tip(key: int, text: str = "a", day: str = "2026-01-01", action: str = "") -> str:
    return f"{key},{day},url,{text},tax,{action}"


def text(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return stream.getvalue()


TRANSFER = (
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf><GrpHdr/>'
    b"<CdtTrfTxInf><PmtId><TxId>X1</TxId></PmtId><IntrBkSttlmAmt Ccy='VND'>7</IntrBkSttlmAmt>"
    b"<AccptncDtTm>2026-01-05T10:00:00</AccptncDtTm></CdtTrfTxInf></FIToFICstmrCdtTrf></Document>"
)
FILES: dict[str, bytes] = {
    # tips: 1 stands as corrected, 2 is repeated, 3 withdrawn, 4 broken, 5 comes from the future
    "tips/389hn/2026-01-10/a.csv": text(
        TIP, tip(1), tip(2), tip(3), tip(4, day="x"), tip(5, day="2026-01-11")
    ),
    "tips/389hn/2026-01-10/b.csv.gz": gzip.compress(text(TIP, tip(2), tip(6), "7,1")),
    "tips/389hn/2026-01-12/c.zip": zipped(x=text(TIP, tip(1, "b")), y=text(TIP, tip(3, action="delete"))),
    "tips/389hn/2026-01-12/d.csv": b"tip_id\n1\n",
    "tips/389hn/2026-01-12/e.csv": text(TIP),
    "tips/389hn/2026-99-12/f.csv": text(TIP, tip(8)),
    "tips/389sg/2026-01-12/g.csv": text(TIP, tip(9)),
    "tips/389sg/2026-01-12/_manifest.json": json.dumps({"files": [{"name": "g.csv", "rows": 2}]}).encode(),
    # payments: one by CSV, one by message; X1 is corrected by a file of the same day that sorts later
    "bank_transactions/VCB/2026-01-05/a.csv": text(PAYMENT, "VCB,P1,2026-01-05T10:00:00,0,VND,qr"),
    "bank_transactions/VCB/2026-01-05/b.xml": TRANSFER,
    "bank_transactions/VCB/2026-01-05/c.csv": text(
        PAYMENT, "VCB,X1,2026-01-05T10:00:00,8,VND,citad", "VCB,P2,2026-01-05T10:00:00,-1,VND,qr"
    ),
}


def book(*figures: int) -> dict[str, int]:
    names = ("rows", "accepted", "quarantined", "superseded", "exact_duplicates", "rejected_files")
    return dict(zip(names, figures, strict=True))


BOOKS = {"tips": book(10, 4, 3, 2, 1, 3), "bank_transactions": book(4, 2, 1, 1, 0, 0)}


def put(root: Path, names: list[str]) -> None:
    for name in names:
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(FILES[name])


def ingest(
    lake: Lake, settings: Settings, root: Path, as_of: date = AS_OF
) -> tuple[LandReport, ConformReport]:
    return land(lake, settings, root, as_of, FEEDS), conform(lake, settings, FEEDS, as_of)


def state(lake: Lake) -> dict[str, Any]:
    """All that downstream jobs read, without the names of the loads."""
    tables = [f"silver.{feed}{suffix}" for feed in FEEDS for suffix in ("", "_history")]
    found = {}
    for name in [*tables, "quarantine.rows", "bronze.books", "bronze.profiles"]:
        rows = lake.read(name).drop("load_id", "judged_by").toArrow().to_pylist()
        found[name] = sorted(rows, key=lambda row: json.dumps(row, default=str, sort_keys=True))
    return found


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    root = tmp_path / "landing"
    root.mkdir()
    return root


def test_the_books_are_those_counted_by_hand(lake: Lake, settings: Settings, landing: Path) -> None:
    put(landing, list(FILES))
    (landing / "parcels" / "ghn" / "2026-01-01").mkdir(parents=True)
    landed, conformed = ingest(lake, settings, landing)
    assert conformed.books == BOOKS
    assert landed.unknown_feeds == ("parcels",)
    assert {path: reason.partition(":")[0] for path, reason in landed.rejected_files.items()} == {
        "tips/389hn/2026-01-12/d.csv": "missing_column",
        "tips/389hn/2026-99-12/f.csv": "bad_folder_date",
        "tips/389sg/2026-01-12/g.csv": "manifest_mismatch",
    }
    tables = state(lake)
    assert {row["record_key"]: row["subject_value"] for row in tables["silver.tips"]} == {
        "1": "b",
        "2": "a",
        "6": "a",
    }
    payments = {row["record_key"]: row for row in tables["silver.bank_transactions"]}
    assert {key: row["amount_vnd"] for key, row in payments.items()} == {"VCB:P1": 0, "VCB:X1": 8}
    assert [(row["record_key"], row["superseded_by_file"]) for row in tables["silver.tips_history"]] == [
        ("1", "tips/389hn/2026-01-12/c.zip!x.csv"),
        ("3", "tips/389hn/2026-01-12/c.zip!y.csv"),
    ]
    assert {
        (row["source_file"][-8:], row["source_line"]): row["rules"] for row in tables["quarantine.rows"]
    } == {
        ("10/a.csv", 5): ["received_at_timestamp"],
        ("10/a.csv", 6): ["event_after_delivery"],
        ("b.csv.gz", 4): ["row_shape"],
        ("05/c.csv", 3): ["amount_not_negative"],
    }
    for book in tables["bronze.books"]:
        outcomes = ("accepted", "quarantined", "superseded", "exact_duplicates")
        assert book["rows"] == sum(book[name] for name in outcomes)
    again = ingest(lake, settings, landing)
    assert again[0].new_files == {}
    assert again[1] == ConformReport(BOOKS, ())


def test_every_arrival_leads_to_the_same_state(lake: Lake, settings: Settings, landing: Path) -> None:
    put(landing, list(FILES))
    ingest(lake, settings, landing)
    expected = state(lake)
    forget_tables(lake)
    shutil.rmtree(landing)
    names = list(FILES)
    # Backwards, and in three runs; the manifest arrives after the file that it contradicts.
    names.remove("tips/389sg/2026-01-12/_manifest.json")
    late = ["tips/389sg/2026-01-12/_manifest.json", *names[:3]]
    for part in (names[8:], names[3:8], late):
        put(landing, part)
        ingest(lake, settings, landing)
    assert state(lake) == expected


def test_a_run_for_an_earlier_date_sees_what_was_there(lake: Lake, settings: Settings, landing: Path) -> None:
    put(landing, list(FILES))
    early = date(2026, 1, 10)
    _, first = ingest(lake, settings, landing, early)
    expected = state(lake)
    assert first.books["tips"]["rows"] == 8
    assert first.books["tips"]["rejected_files"] == 1
    assert ingest(lake, settings, landing)[1].books == BOOKS
    _, again = ingest(lake, settings, landing, early)
    assert again.books == first.books
    assert again.computed_feeds == ("tips",)
    assert state(lake) == expected


def test_a_file_delivered_anew_under_its_path_takes_the_place_of_the_old(
    lake: Lake, settings: Settings, landing: Path
) -> None:
    put(landing, ["tips/389hn/2026-01-10/a.csv", "tips/389hn/2026-01-12/d.csv"])
    ingest(lake, settings, landing)
    (landing / "tips/389hn/2026-01-10/a.csv").write_bytes(text(TIP, tip(1, "new")))
    (landing / "tips/389hn/2026-01-12/d.csv").write_bytes(text(TIP, tip(2, "new", "2026-01-12")))
    landed, conformed = ingest(lake, settings, landing)
    assert landed.replaced_files == ("tips/389hn/2026-01-10/a.csv", "tips/389hn/2026-01-12/d.csv")
    assert conformed.books["tips"] == book(2, 2, 0, 0, 0, 0)
    assert {row["subject_value"] for row in state(lake)["silver.tips"]} == {"new"}
    assert state(lake)["quarantine.rows"] == []
    assert len(read_entries(lake)) == 2


def test_released_rows_go_through_the_same_door(lake: Lake, settings: Settings, landing: Path) -> None:
    put(landing, ["tips/389hn/2026-01-10/a.csv", "tips/389hn/2026-01-10/b.csv.gz"])
    ingest(lake, settings, landing)
    report = release_rows(
        lake, landing, "tips", source_file="tips/389hn/2026-01-10/a.csv", business_date=date(2026, 1, 11)
    )
    assert (report.rows, report.unsplit_rows, len(report.files)) == (2, 0, 1)
    _, conformed = ingest(lake, settings, landing)
    # Both came back: the future one is no longer from the future, the broken one is still broken.
    assert conformed.books["tips"] == book(10, 5, 4, 0, 1, 0)
    bronze = lake.read("bronze.tips").where("other_columns is not null").toArrow().to_pylist()
    assert {dict(row["other_columns"])["released_from"] for row in bronze} == {
        "tips/389hn/2026-01-10/a.csv#5", "tips/389hn/2026-01-10/a.csv#6",
    }  # fmt: skip
    with pytest.raises(UsageError, match="no quarantined row"):
        release_rows(lake, landing, "tips", rule="no_such_rule")
    with pytest.raises(UsageError, match="no column"):
        release_rows(lake, landing, "tips", corrections={"colour": "red"})
