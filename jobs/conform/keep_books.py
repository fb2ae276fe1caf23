"""The books: for every accepted file, how many rows came in and what became of each."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

import models.normalise
from configs.lexicons import LEXICONS_FOLDER
from configs.sources import Source
from expectations.rules import Rule
from jobs.conform.order_versions import ACCEPTED, EXACT_DUPLICATE, QUARANTINED, SUPERSEDED
from jobs.land.land_files import ACCEPTED as FILE_ACCEPTED
from jobs.land.land_files import REJECTED as FILE_REJECTED
from jobs.runtime.lake import Lake

BOOKS_TABLE = "bronze.books"
OUTCOMES = (ACCEPTED, QUARANTINED, SUPERSEDED, EXACT_DUPLICATE)
BOOKS_SCHEMA = pa.schema(
    [
        pa.field("feed", pa.string()),
        pa.field("source_file", pa.string()),
        pa.field("business_date", pa.date32()),
        pa.field("rows", pa.int64()),
        *(pa.field(outcome, pa.int64()) for outcome in OUTCOMES),
        pa.field("load_id", pa.string()),
        pa.field("judged_by", pa.string()),
    ]
)
Entry = Mapping[str, Any]


def read_books(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """`lake.bronze.books` by feed."""
    books: dict[str, list[dict[str, Any]]] = {}
    if lake.exists(BOOKS_TABLE):
        for row in lake.read(BOOKS_TABLE).toArrow().to_pylist():
            books.setdefault(row["feed"], []).append(row)
    return books


def enter_outcomes(
    entries: Iterable[Entry], counted: Mapping[str, Mapping[str, int]], mark: str
) -> list[dict[str, Any]]:
    """Books of the accepted files among `entries`, those without rows included.

    `counted` holds the outcomes by path; `rows` is what landing counted, so that the two check each other.
    """
    return [
        {
            "feed": entry["feed"],
            "source_file": entry["source_file"],
            "business_date": entry["business_date"],
            "rows": entry["rows"],
            **{name: counted.get(entry["source_file"], {}).get(name, 0) for name in OUTCOMES},
            "load_id": entry["load_id"],
            "judged_by": mark,
        }
        for entry in entries
        if entry["outcome"] == FILE_ACCEPTED
    ]


def sum_books(books: Iterable[Entry], entries: Iterable[Entry] = ()) -> dict[str, int]:
    """The books of one feed over its files: rows in, the four outcomes, and the rejected files."""
    total = dict.fromkeys(("rows", *OUTCOMES), 0)
    for row in books:
        for name in total:
            total[name] += row[name]
    return total | {"rejected_files": sum(entry["outcome"] == FILE_REJECTED for entry in entries)}


def are_current(entries: Iterable[Entry], books: Iterable[Entry], mark: str) -> bool:
    """Whether the books tell of exactly the accepted files among `entries`, judged by the same rules."""
    wanted = {
        (entry["source_file"], entry["load_id"], mark)
        for entry in entries
        if entry["outcome"] == FILE_ACCEPTED
    }
    return wanted == {(row["source_file"], row["load_id"], row["judged_by"]) for row in books}


def mark_rules(source: Source, rules: Iterable[Rule]) -> str:
    """Changes when rows would be judged or written otherwise: statement, rules, code, lexicons."""
    digest = hashlib.sha256(repr((source, list(rules))).encode())
    folders = [Path(__file__).parent, *(Path(place) for place in models.normalise.__path__)]
    places = [path for folder in folders for path in folder.glob("*.py")] + list(
        LEXICONS_FOLDER.glob("*.yml")
    )
    for path in sorted(places, key=lambda path: (path.name, path.parent.name)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
