"""Books reckoned from the files alone, by the words of the contract, without any code of the simulator or
of ingest.
"""

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet as pq

from configs.sources import Encoding, Source
from jobs.land.decode_text import to_utf8

HANOI = timezone(timedelta(hours=7))
ENCODINGS: dict[str, Encoding] = {"buu_dien_cu": "tcvn3", "chi_cuc_cu": "cp1258", "cho_que": "utf-16"}
NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?$")
Row = dict[str, Any]


def as_declared(rows: list[Row | None], source: Source, sender: str) -> list[Row | None]:
    """Rows of a sender with its own marks, dates and names, as the contract writes them."""
    form = source.format_of(sender)
    out: list[Row | None] = []
    for row in rows:
        if row is None:
            out.append(None)
            continue
        new = {form.renamed_columns.get(name, name): value for name, value in row.items()}
        for name, column in source.columns.items():
            if column.type in ("integer", "decimal") and form.thousands_mark and new.get(name):
                new[name] = new[name].replace(form.thousands_mark, "").replace(form.decimal_mark, ".")
            if column.type in ("date", "timestamp") and form.date_order == "dmy" and new.get(name):
                day, _, clock = new[name].partition(" ")
                new[name] = "-".join(reversed(day.split("/"))) + ("T" + clock if clock else "")
        out.append(new)
    return out


def read_rows(path: Path) -> Iterator[tuple[str, list[Row | None]]]:
    """Members of a file with their rows; a row that cannot be split is None. Raises when the file is
    unreadable.
    """
    if path.name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f"!{name}", _csv_rows(archive.read(name))
    elif path.name.endswith(".parquet"):
        yield "", pq.read_table(path).to_pylist()
    elif path.name.endswith(".xml"):
        yield "", _xml_rows(path)
    else:
        content = path.read_bytes()
        encoding = ENCODINGS.get(path.parent.parent.name)
        if encoding:
            content = to_utf8(content, encoding)
        yield "", _csv_rows(gzip.decompress(content) if path.name.endswith(".gz") else content)


def _csv_rows(content: bytes) -> list[Row | None]:
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    header = lines[0]
    return [
        dict(zip(header, fields, strict=True)) if len(fields) == len(header) else None for fields in lines[1:]
    ]


def _xml_rows(path: Path) -> list[Row | None]:
    root = ElementTree.parse(path).getroot()
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    bank = path.parent.parent.name
    rows: list[Row | None] = []
    for one in [*root.iter("Ntry"), *root.iter("CdtTrfTxInf")]:
        texts = {leaf.tag: leaf.text for leaf in one.iter() if len(leaf) == 0}
        money = one.find("Amt") if one.tag == "Ntry" else one.find("IntrBkSttlmAmt")
        number = one.findtext(".//AcctSvcrRef") or one.findtext(".//TxId")
        booked = one.findtext(".//BookgDt/DtTm") or one.findtext("AccptncDtTm")
        channel = one.findtext(".//BkTxCd/Prtry/Cd") or one.findtext(".//LclInstrm/Prtry")
        rows.append(
            {
                "bank_code": bank,
                "transaction_id": number,
                "booked_at": booked,
                "amount": money.text,
                "channel": channel,
                "currency": money.get("Ccy"),
                "record_action": texts.get("record_action"),
                "_all": repr(sorted(texts.items(), key=str)),
            }
        )
    return rows


def typed(row: Row, source: Source, business_date: date) -> Row | None:
    """The row with typed values, or None when it breaks a rule of the contract."""
    out: Row = {}
    for name, column in source.columns.items():
        value = row.get(name)
        if value is None or value == "":
            out[name] = None
            continue
        try:
            out[name] = _value(value, column.type)
        except (ValueError, ArithmeticError):
            return None
        if column.values and value not in column.values:
            return None
    out["_all"] = row.get("_all")
    needed = source.key if out.get("record_action") == "delete" else source.required
    if any(out[name] is None for name in needed):
        return None
    event = out[source.event_time]
    happened = event.astimezone(HANOI).date() if isinstance(event, datetime) else event
    if happened is not None and happened > business_date:
        return None
    if source.feed == "bank_transactions" and out["amount"] is not None and out["amount"] < 0:
        return None
    return out


def _value(value: Any, kind: str) -> Any:
    if kind == "integer":
        number = Decimal(str(value))
        if not NUMBER.match(str(value)) or number != int(number):
            raise ValueError(kind)
        return int(number)
    if kind == "decimal":
        if isinstance(value, str) and not NUMBER.match(value):
            raise ValueError(kind)
        return Decimal(str(value)).normalize()
    if kind == "date":
        return value if isinstance(value, date) else date.fromisoformat(value)
    if kind == "timestamp":
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=HANOI)).astimezone(UTC)
    return value


def reckon(landing: Path, feed: str, source: Source) -> dict[str, int]:
    """The books of a feed."""
    books = dict.fromkeys(
        ("rows", "accepted", "quarantined", "superseded", "exact_duplicates", "rejected_files"), 0
    )
    versions: dict[tuple[Any, ...], tuple[bool, Row]] = {}
    entries: list[tuple[str, str, list[Row | None]]] = []
    for path in sorted((landing / feed).rglob("*")):
        if path.is_dir() or path.name == "_manifest.json":
            continue
        try:
            members = list(read_rows(path))
            members = [(name, as_declared(part, source, path.parent.parent.name)) for name, part in members]
            rows = [row for _, part in members for row in part]
            if not _agrees(path, len(rows)) or any(
                not set(source.required) <= set(row) for row in rows if row
            ):
                raise ValueError("refused")
        except (OSError, EOFError, ValueError):
            books["rejected_files"] += 1
            continue
        relative = path.relative_to(landing).as_posix()
        entries += [(path.parent.name, relative + member, part) for member, part in members]
    for day, _, rows in sorted(entries, key=lambda entry: entry[:2]):
        for row in rows:
            books["rows"] += 1
            sound = None if row is None else typed(row, source, date.fromisoformat(day))
            if sound is None:
                books["quarantined"] += 1
                continue
            _stand(books, versions, sound, source)
    return books


def _stand(
    books: dict[str, int], versions: dict[tuple[Any, ...], tuple[bool, Row]], row: Row, source: Source
) -> None:
    key = tuple(row[name] for name in source.key)
    withdrawn = row.get("record_action") == "delete"
    before = versions.get(key)
    if before == (withdrawn, row):
        books["exact_duplicates"] += 1
        return
    books["accepted"] += 1
    if before is not None and not before[0]:
        books["accepted"] -= 1
        books["superseded"] += 1
    versions[key] = (withdrawn, row)


def _agrees(path: Path, rows: int) -> bool:
    manifest = path.parent / "_manifest.json"
    if not manifest.is_file():
        return True
    told = {entry["name"]: entry for entry in json.loads(manifest.read_text(encoding="utf-8"))["files"]}[
        path.name
    ]
    return bool(told["rows"] == rows and told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest())
