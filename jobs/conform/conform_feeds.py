"""Bronze to silver: each feed whose visible files changed is typed, checked, versioned and normalised anew.

Writes `lake.silver.<feed>` (the standing version of each key), `lake.silver.<feed>_history`,
`lake.quarantine.rows`, and last `lake.bronze.books` and `lake.bronze.profiles`: what became of every row, by
file. The books name the load of each file and the rules that judged it; where they agree with
`lake.bronze.files` for the run's date there is nothing to do.
"""

import hashlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

import models.normalise
from configs.lexicons import LEXICONS_FOLDER
from configs.settings import Settings
from configs.sources import Source, default_sources
from expectations.rules import Rule, load_feed, row_rules
from jobs.conform.check_rows import check_rows
from jobs.conform.normalise_rows import normalise_rows
from jobs.conform.order_versions import (
    ACCEPTED,
    EXACT_DUPLICATE,
    QUARANTINED,
    SUPERSEDED,
    order_versions,
)
from jobs.conform.profile_batches import PROFILES_SCHEMA, PROFILES_TABLE, profile_feed
from jobs.conform.type_columns import type_columns
from jobs.land.land_files import ACCEPTED as FILE_ACCEPTED
from jobs.land.land_files import REJECTED as FILE_REJECTED
from jobs.land.land_files import read_entries, read_visible
from jobs.runtime.lake import Lake

BOOKS_TABLE = "bronze.books"
QUARANTINE_TABLE = "quarantine.rows"
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
QUARANTINE_SCHEMA = pa.schema(
    [
        pa.field("feed", pa.string()),
        pa.field("source_file", pa.string()),
        pa.field("source_line", pa.int64()),
        pa.field("sender", pa.string()),
        pa.field("business_date", pa.date32()),
        pa.field("rules", pa.list_(pa.string())),
        pa.field("raw", pa.string()),
    ]
)
_PROVENANCE = ("record_key", "event_at", "event_day", "source_file", "source_line", "sender", "business_date")
_FEEDS_AT_ONCE = 2


@dataclass(frozen=True)
class ConformReport:
    """The books of every feed over all files up to the run's date, and which feeds were computed anew."""

    books: Mapping[str, Mapping[str, int]]
    computed_feeds: tuple[str, ...]

    def counts(self) -> dict[str, Any]:
        return {
            "books": {feed: dict(book) for feed, book in self.books.items()},
            "computed": self.computed_feeds,
        }


@dataclass(frozen=True)
class _FeedResult:
    books: list[dict[str, Any]]
    profile: list[dict[str, Any]]


def conform(
    lake: Lake,
    settings: Settings,
    feeds: Iterable[str],
    as_of: date,
    sources: Mapping[str, Source] | None = None,
) -> ConformReport:
    """Bring silver, quarantine and books to the state of the files up to `as_of`."""
    known = default_sources() if sources is None else sources
    wanted = sorted(feeds)
    for namespace in ("bronze", "silver", "quarantine"):
        lake.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS lake.{namespace}")
    lake.create(QUARANTINE_TABLE, from_arrow_schema(QUARANTINE_SCHEMA), ["feed"])
    entries = [
        row
        for row in read_entries(lake).values()
        if row["business_date"] is None or row["business_date"] <= as_of
    ]
    before = read_books(lake)
    rules = {feed: row_rules(known[feed], load_feed(feed).rules) for feed in wanted}
    marks = {feed: mark_rules(known[feed], rules[feed]) for feed in wanted}
    stale = [
        feed for feed in wanted if not _is_current(lake, feed, entries, before.get(feed, []), marks[feed])
    ]
    writing = Lock()

    def compute(feed: str) -> _FeedResult:
        return _conform_feed(
            lake, settings, known[feed], rules[feed], as_of=as_of, entries=entries,
            before=before.get(feed, []), mark=marks[feed], writing=writing,
        )  # fmt: skip

    with ThreadPoolExecutor(_FEEDS_AT_ONCE) as pool:
        results = dict(zip(stale, pool.map(compute, stale), strict=True))
    _keep_results(lake, results)
    after = {feed: results[feed].books if feed in results else before.get(feed, []) for feed in wanted}
    return ConformReport({feed: sum_books(after[feed], entries, feed) for feed in wanted}, tuple(stale))


def read_books(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """`lake.bronze.books` by feed."""
    books: dict[str, list[dict[str, Any]]] = {}
    if lake.exists(BOOKS_TABLE):
        for row in lake.read(BOOKS_TABLE).toArrow().to_pylist():
            books.setdefault(row["feed"], []).append(row)
    return books


def sum_books(
    books: Iterable[Mapping[str, Any]], entries: Iterable[Mapping[str, Any]], feed: str
) -> dict[str, int]:
    """The books of one feed over its files: the four outcomes, the rows in, and the rejected files."""
    total = dict.fromkeys(("rows", *OUTCOMES), 0)
    for row in books:
        for name in total:
            total[name] += row[name]
    rejected = sum(row["feed"] == feed and row["outcome"] == FILE_REJECTED for row in entries)
    return total | {"rejected_files": rejected}


def mark_rules(source: Source, rules: Iterable[Rule]) -> str:
    """Changes when rows would be judged or written otherwise: statement, rules, code, lexicons."""
    digest = hashlib.sha256(repr((source, list(rules))).encode())
    folders = [Path(__file__).parent, *(Path(place) for place in models.normalise.__path__)]
    places = [path for folder in folders for path in folder.glob("*.py")] + list(
        LEXICONS_FOLDER.glob("*.yml")
    )
    for path in sorted(places, key=lambda path: path.name):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _is_current(
    lake: Lake,
    feed: str,
    entries: Iterable[Mapping[str, Any]],
    books: Iterable[Mapping[str, Any]],
    mark: str,
) -> bool:
    wanted = {
        (row["source_file"], row["load_id"], mark)
        for row in entries
        if row["feed"] == feed and row["outcome"] == FILE_ACCEPTED
    }
    held = {(row["source_file"], row["load_id"], row["judged_by"]) for row in books}
    return wanted == held and lake.exists(f"silver.{feed}") and lake.exists(f"silver.{feed}_history")


def _conform_feed(
    lake: Lake,
    settings: Settings,
    source: Source,
    rules: list[Rule],
    *,
    as_of: date,
    entries: Iterable[Mapping[str, Any]],
    before: list[dict[str, Any]],
    mark: str,
    writing: Lock,
) -> _FeedResult:
    """Compute and write one feed; its books and profile are returned, to be written when all feeds stand."""
    feed = source.feed
    typed = type_columns(read_visible(lake, feed, as_of), source, settings.timezone)
    judged = order_versions(check_rows(typed, source, rules), source).persist()
    try:
        counted = _count_outcomes(judged)
        books = _books_of(feed, entries, counted, mark)
        standing = judged.where("is_standing").select(*_silver_columns(source))
        lake.replace(f"silver.{feed}", normalise_rows(standing, feed))
        total = sum_books(books, [], feed)
        held = sum_books(before, [], feed)
        history = judged.where(F.col("outcome") == SUPERSEDED)
        name = f"silver.{feed}_history"
        if total[SUPERSEDED] or held[SUPERSEDED] or not lake.exists(name):
            lake.replace(name, history.select(*_silver_columns(source), "superseded_by_file"))
        if total[QUARANTINED] or held[QUARANTINED]:
            rows = judged.where(F.col("outcome") == QUARANTINED).select(
                F.lit(feed).alias("feed"),
                "source_file",
                "source_line",
                "sender",
                "business_date",
                F.col("broken").alias("rules"),
                F.col("raw_json").alias("raw"),
            )
            with writing:
                lake.replace_where(QUARANTINE_TABLE, rows, f"feed = '{feed}'")
        return _FeedResult(books, profile_feed(judged, source, feed))
    finally:
        judged.unpersist()


def _silver_columns(source: Source) -> list[Any]:
    """Contract columns in silver's types, then where the row came from."""
    columns = []
    for name, column in source.columns.items():
        typed = F.col(name)
        if column.type == "decimal":
            typed = typed.cast("decimal(20,2)" if name == "amount" else "double").alias(name)
        if name == "amount_vnd":
            home = F.round("amount").try_cast("bigint")
            typed = F.when(F.col("currency") == "VND", home).otherwise(typed).alias(name)
        columns.append(typed)
    return [*columns, *_PROVENANCE]


def _count_outcomes(judged: DataFrame) -> dict[str, dict[str, int]]:
    counts = judged.groupBy("landing_file").pivot("outcome", list(OUTCOMES)).count()
    return {row["landing_file"]: row.asDict() for row in counts.collect()}


def _books_of(
    feed: str, entries: Iterable[Mapping[str, Any]], counted: Mapping[str, Mapping[str, int]], mark: str
) -> list[dict[str, Any]]:
    """One entry for each accepted file, one without rows included."""
    books = []
    for row in entries:
        if row["feed"] == feed and row["outcome"] == FILE_ACCEPTED:
            found = counted.get(row["source_file"], {})
            outcomes = {name: found.get(name) or 0 for name in OUTCOMES}
            books.append(
                {
                    "feed": feed,
                    "source_file": row["source_file"],
                    "business_date": row["business_date"],
                    "rows": row["rows"],
                    **outcomes,
                    "load_id": row["load_id"],
                    "judged_by": mark,
                }
            )
    return books


def _keep_results(lake: Lake, results: Mapping[str, _FeedResult]) -> None:
    """Books and profiles of the computed feeds, in one commit each."""
    written = {
        BOOKS_TABLE: (BOOKS_SCHEMA, [row for result in results.values() for row in result.books]),
        PROFILES_TABLE: (PROFILES_SCHEMA, [row for result in results.values() for row in result.profile]),
    }
    for table, (schema, rows) in written.items():
        lake.create(table, from_arrow_schema(schema), ["feed"])
        if results:
            frame = lake.spark.createDataFrame(pa.Table.from_pylist(rows, schema))
            named = ", ".join(f"'{feed}'" for feed in results)
            lake.replace_where(table, frame, f"feed IN ({named})")
