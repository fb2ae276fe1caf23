"""Bronze to silver: each feed whose visible files changed is typed, checked, versioned and normalised anew.

Writes `lake.silver.<feed>` (the standing version of each key), `lake.silver.<feed>_history`,
`lake.quarantine.rows`, and last `lake.bronze.books` and `lake.bronze.profiles`: what became of every row, by
file. The books name the load of each file and the rules that judged it; where they agree with
`lake.bronze.files` for the run's date there is nothing to do.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from configs.settings import Settings
from configs.sources import Source, default_sources
from expectations.rules import Rule, load_feed, row_rules
from jobs.conform.check_rows import check_rows
from jobs.conform.keep_books import (
    BOOKS_SCHEMA,
    BOOKS_TABLE,
    are_current,
    enter_outcomes,
    mark_rules,
    read_books,
    sum_books,
)
from jobs.conform.normalise_rows import normalise_rows
from jobs.conform.order_versions import QUARANTINED, SUPERSEDED, order_versions
from jobs.conform.profile_batches import PROFILES_SCHEMA, PROFILES_TABLE, count_files, profile_feed
from jobs.conform.type_columns import type_columns
from jobs.land.land_files import read_entries, read_visible
from jobs.runtime.lake import Lake

QUARANTINE_TABLE = "quarantine.rows"
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
# In memory as rows, not as bytes: Java's serialisation costs more than the rows' objects weigh.
_AS_OBJECTS = StorageLevel.MEMORY_AND_DISK_DESER


@dataclass(frozen=True)
class ConformReport:
    """The books of every feed over all files up to the run's date, and which feeds were computed anew."""

    books: Mapping[str, Mapping[str, int]]
    computed_feeds: tuple[str, ...]

    def counts(self) -> dict[str, Any]:
        """What the run's manifest keeps of it."""
        books = {feed: dict(book) for feed, book in self.books.items()}
        return {"books": books, "computed_feeds": list(self.computed_feeds)}


@dataclass(frozen=True)
class _Task:
    """One feed to compute: its statement and rules, its files, and what the books said before."""

    source: Source
    rules: tuple[Rule, ...]
    mark: str
    entries: tuple[Mapping[str, Any], ...]
    before: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class _Result:
    books: list[dict[str, Any]]
    profile: list[dict[str, Any]]


def conform(
    lake: Lake,
    settings: Settings,
    feeds: Iterable[str],
    as_of: date,
    *,
    sources: Mapping[str, Source] | None = None,
) -> ConformReport:
    """Bring silver, quarantine and books to the state of the files up to `as_of`."""
    known = default_sources() if sources is None else sources
    for namespace in ("bronze", "silver", "quarantine"):
        lake.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS lake.{namespace}")
    lake.create(QUARANTINE_TABLE, from_arrow_schema(QUARANTINE_SCHEMA), ["feed"])
    tasks = _plan(lake, [known[feed] for feed in sorted(feeds)], as_of)
    stale = [task for task in tasks if not _is_current(lake, task)]
    writing = Lock()
    # The largest first: it would run alone at the end, and a small lake gives it one core.
    stale.sort(key=lambda task: -sum(entry["rows"] for entry in task.entries))
    with ThreadPoolExecutor(_FEEDS_AT_ONCE) as pool:
        done = pool.map(lambda task: _conform_feed(lake, settings, task, as_of, writing), stale)
        results = dict(sorted(zip((task.source.feed for task in stale), done, strict=True)))
    _keep_results(lake, results)
    books = {}
    for task in tasks:
        feed = task.source.feed
        held = results[feed].books if feed in results else task.before
        books[feed] = sum_books(held, task.entries)
    return ConformReport(books, tuple(results))


def _plan(lake: Lake, sources: Iterable[Source], as_of: date) -> list[_Task]:
    entries: dict[str, list[Mapping[str, Any]]] = {}
    for row in read_entries(lake).values():
        if row["business_date"] is None or row["business_date"] <= as_of:
            entries.setdefault(row["feed"], []).append(row)
    before = read_books(lake)
    tasks = []
    for source in sources:
        rules = tuple(row_rules(source, load_feed(source.feed).rules))
        held = tuple(before.get(source.feed, []))
        mark = mark_rules(source, rules)
        tasks.append(_Task(source, rules, mark, tuple(entries.get(source.feed, [])), held))
    return tasks


def _is_current(lake: Lake, task: _Task) -> bool:
    tables = (f"silver.{task.source.feed}", f"silver.{task.source.feed}_history")
    return are_current(task.entries, task.before, task.mark) and all(lake.exists(name) for name in tables)


def _conform_feed(lake: Lake, settings: Settings, task: _Task, as_of: date, writing: Lock) -> _Result:
    """Compute and write one feed; books and profile are returned, to be written when all feeds stand."""
    source = task.source
    typed = type_columns(read_visible(lake, source.feed, as_of), source, settings.timezone)
    checked = check_rows(typed, source, task.rules)
    if not enter_outcomes(task.entries, {}, task.mark):
        # Nothing was delivered: the same tables, empty, without a single job on rows.
        checked = lake.spark.createDataFrame([], checked.schema)
    # Versions look at the rows twice, then counts and writes follow: checkpoints spare each of them the work.
    checked = checked.localCheckpoint(eager=True, storageLevel=_AS_OBJECTS)
    judged = order_versions(checked, source)
    judged = judged.localCheckpoint(eager=True, storageLevel=_AS_OBJECTS)
    _release(checked)
    counts = count_files(judged, source)
    books = enter_outcomes(task.entries, {row["landing_file"]: row for row in counts}, task.mark)
    _write_tables(lake, task, judged, sum_books(books), writing)
    result = _Result(books, profile_feed(judged, source, counts))
    _release(judged)
    return result


def _write_tables(
    lake: Lake, task: _Task, judged: DataFrame, total: Mapping[str, int], writing: Lock
) -> None:
    """Silver always; history and quarantine where there is something to write or to clear."""
    feed = task.source.feed
    held = sum_books(task.before)
    standing = judged.where("is_standing").select(*_silver_columns(task.source))
    lake.replace(f"silver.{feed}", normalise_rows(standing, feed))
    history = f"silver.{feed}_history"
    if total[SUPERSEDED] or held[SUPERSEDED] or not lake.exists(history):
        superseded = judged.where(F.col("version_outcome") == SUPERSEDED)
        lake.replace(history, superseded.select(*_silver_columns(task.source), "superseded_by_file"))
    if total[QUARANTINED] or held[QUARANTINED]:
        quarantined = judged.where(F.col("version_outcome") == QUARANTINED).select(
            F.lit(feed).alias("feed"),
            "source_file",
            "source_line",
            "sender",
            "business_date",
            F.col("broken").alias("rules"),
            F.col("raw_json").alias("raw"),
        )
        with writing:
            lake.replace_where(QUARANTINE_TABLE, quarantined, f"feed = '{feed}'")


def _silver_columns(source: Source) -> list[Column | str]:
    """Contract columns in silver's types, then where the row came from."""
    columns: list[Column | str] = []
    for name, column in source.columns.items():
        typed = F.col(name)
        if column.type == "decimal":
            typed = typed.cast("decimal(20,2)" if name == "amount" else "double").alias(name)
        if name == "amount_vnd":
            home = F.round("amount").try_cast("bigint")
            typed = F.when(F.col("currency") == "VND", home).otherwise(typed).alias(name)
        columns.append(typed)
    return [*columns, *_PROVENANCE]


def _release(checkpoint: DataFrame) -> None:
    """Give the memory of a checkpoint back now: Spark would wait for the garbage collector."""
    checkpoint._jdf.queryExecution().analyzed().rdd().unpersist(False)


def _keep_results(lake: Lake, results: Mapping[str, _Result]) -> None:
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
