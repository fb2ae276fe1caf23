"""Landing zone to bronze. Files already seen are not read again; new ones are one Spark job a feed.

`lake.bronze.files` decides what is visible: a row of `lake.bronze.<feed>` counts when its file's entry names
the row's `load_id`. A load is named by the files that it reads, so that a repeated load replaces its own
partition, and a file that was delivered anew under its old path hides what the path held before.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.accumulators import AccumulatorParam
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from configs.settings import Settings
from configs.sources import Source, default_sources
from jobs.land.find_files import Landing, LandingFile, find_landing
from jobs.land.read_files import Outcome, Reading, bronze_schema, read_file
from jobs.runtime.lake import Lake

FILES_TABLE = "bronze.files"
ACCEPTED = "accepted"
# The column by which a released row says where it was quarantined; kept in `other_columns`.
RELEASED_FROM = "released_from"
REJECTED = "rejected"
_TOTAL_TYPE = pa.decimal128(38, 6)
FILES_SCHEMA = pa.schema(
    [
        pa.field("feed", pa.string()),
        pa.field("source_file", pa.string()),
        pa.field("sender", pa.string()),
        pa.field("business_date", pa.date32()),
        pa.field("sha256", pa.string()),
        pa.field("bytes", pa.int64()),
        pa.field("rows", pa.int64()),
        pa.field("outcome", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("control_total", _TOTAL_TYPE),
        pa.field("unknown_columns", pa.list_(pa.string())),
        pa.field("read_as", pa.string()),
        pa.field("load_id", pa.string()),
    ]
)
# Two tasks a core keep both busy to the end; fewer files than that are a task each.
_TASKS_PER_CORE = 2
_LINES_SHOWN = 10
_BATCH_ROWS = 20_000


@dataclass(frozen=True)
class LandReport:
    """What one landing run did. What is not a delivery of ours stands in the last fields."""

    seen_files: int
    new_files: Mapping[str, int]
    replaced_files: tuple[str, ...]
    rejected_files: Mapping[str, str]
    unknown_feeds: tuple[str, ...]
    remarks: tuple[str, ...]
    changed_feeds: tuple[str, ...]

    def lines(self) -> list[str]:
        """What people must hear of: each says what was met, where, and what to do. Long lists are cut."""
        unknown = [
            f"{feed}/: unknown feed, not read. Rename it to a feed, or state it in configs/sources."
            for feed in self.unknown_feeds
        ]
        rejected = [f"{path}: rejected ({reason})." for path, reason in sorted(self.rejected_files.items())]
        replaced = [
            f"{path}: delivered anew, takes the place of its old rows." for path in self.replaced_files
        ]
        return [
            line
            for lines in (unknown, rejected, replaced, list(self.remarks))
            for line in _cut(lines, _LINES_SHOWN)
        ]

    def counts(self) -> dict[str, Any]:
        """What the run's manifest keeps of it."""
        return {
            "seen_files": self.seen_files,
            "new_files": dict(self.new_files),
            "replaced_files": list(self.replaced_files),
            "rejected_files": dict(self.rejected_files),
            "unknown_feeds": list(self.unknown_feeds),
            "remarks": list(self.remarks),
        }


class _KeepOutcomes(AccumulatorParam[dict[str, Outcome]]):
    """Outcomes by path. A repeated task says the same again, so it cannot count twice."""

    def zero(self, value: dict[str, Outcome]) -> dict[str, Outcome]:  # noqa: ARG002
        return {}

    def addInPlace(self, value1: dict[str, Outcome], value2: dict[str, Outcome]) -> dict[str, Outcome]:
        value1.update(value2)
        return value1


def land(
    lake: Lake,
    settings: Settings,
    landing: Path,
    as_of: date,
    feeds: Iterable[str] | None = None,
    *,
    sources: Mapping[str, Source] | None = None,
) -> LandReport:
    """Read every new file up to `as_of` into bronze and enter it in `lake.bronze.files`.

    A file is new when its path, content, manifest entry or declared format has not been seen together.
    Raises `UsageError` when the landing zone is missing.
    """
    known = default_sources() if sources is None else sources
    wanted = {feed: known[feed] for feed in (known if feeds is None else feeds)}
    found = find_landing(landing, known, as_of)
    before = read_entries(lake)
    lake.spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.bronze")
    new = {feed: _new_files(found, source, before) for feed, source in wanted.items()}
    with ThreadPoolExecutor(max_workers=2) as pool:
        loads = pool.map(
            lambda feed: _load_feed(lake, settings, landing, wanted[feed], new[feed]), sorted(wanted)
        )
        entries = dict(zip(sorted(wanted), loads, strict=True))
    changed = tuple(feed for feed, rows in entries.items() if rows)
    _enter_files(lake, before, entries)
    fresh = [row for rows in entries.values() for row in rows]
    return LandReport(
        seen_files=len(found.files),
        new_files={feed: len(files) for feed, files in new.items() if files},
        replaced_files=tuple(row["source_file"] for row in fresh if row["source_file"] in before),
        rejected_files={row["source_file"]: row["reason"] for row in fresh if row["outcome"] == REJECTED},
        unknown_feeds=found.unknown_feeds,
        remarks=(*found.remarks, *_unknown_column_remarks(fresh)),
        changed_feeds=changed,
    )


def _cut(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[:most], f"… and {len(lines) - most} more (run.json)."]


def read_entries(lake: Lake) -> dict[str, dict[str, Any]]:
    """`lake.bronze.files` by path."""
    if not lake.exists(FILES_TABLE):
        return {}
    return {row["source_file"]: row for row in lake.read(FILES_TABLE).toArrow().to_pylist()}


def read_visible(lake: Lake, feed: str, as_of: date) -> DataFrame:
    """The rows of `lake.bronze.<feed>` that count: of accepted files up to `as_of`, as delivered last."""
    files = lake.read(FILES_TABLE).where((F.col("feed") == feed) & (F.col("outcome") == ACCEPTED))
    files = files.where(F.col("business_date") <= F.lit(as_of))
    entries = files.select(F.col("source_file").alias("landing_file"), "load_id")
    rows = lake.read(f"bronze.{feed}").where(F.col("business_date") <= F.lit(as_of))
    return rows.join(F.broadcast(entries), on=["landing_file", "load_id"], how="left_semi")


def _read_as(source: Source, file: LandingFile) -> str:
    """Changes when the file would be read otherwise: format, columns, manifest entry."""
    told = (source.format_of(file.sender), source.columns, source.control, source.payment_messages)
    text = repr(told) + file.manifest_mark + file.refusal
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _new_files(found: Landing, source: Source, before: Mapping[str, Mapping[str, Any]]) -> list[LandingFile]:
    def is_seen(file: LandingFile) -> bool:
        entry = before.get(file.path)
        if entry is None:
            return False
        return entry["sha256"] == file.sha256 and entry["read_as"] == _read_as(source, file)

    return [file for file in found.files if file.feed == source.feed and not is_seen(file)]


def _load_feed(
    lake: Lake, settings: Settings, root: Path, source: Source, files: list[LandingFile]
) -> list[dict[str, Any]]:
    """Write the rows of new files to bronze; return their entries for `lake.bronze.files`."""
    table = f"bronze.{source.feed}"
    schema = from_arrow_schema(bronze_schema(source))
    if not lake.exists(table):
        _create_bronze(lake, table, schema)
    if not files:
        return []
    spark = lake.spark
    load_id = name_load(files)
    reading = Reading(root, settings.landing, settings.timezone, load_id)
    tasks = min(len(files), spark.sparkContext.defaultParallelism * _TASKS_PER_CORE)
    shares = share_by_size(files, tasks)
    outcomes = spark.sparkContext.accumulator({}, _KeepOutcomes())

    def read_share(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        numbers = [number for batch in batches for number in batch.column(0).to_pylist()]
        return gather_batches(_read_files(file for number in numbers for file in shares[number]))

    def _read_files(files: Iterable[LandingFile]) -> Iterator[pa.RecordBatch]:
        for file in files:
            rows, outcome = read_file(file, source, reading)
            outcomes.add({file.path: outcome})
            yield from rows

    rows = spark.range(0, tasks, 1, tasks).mapInArrow(read_share, schema)
    lake.replace_partitions(table, rows, ["load_id"])
    return [_entry(file, source, outcomes.value[file.path], load_id) for file in files]


def _create_bronze(lake: Lake, table: str, schema: StructType) -> None:
    lake.create(table, schema, ["load_id"])
    # Every task of a load writes one partition: no shuffle and no sort is needed to keep files few.
    lake.spark.sql(
        f"ALTER TABLE lake.{table} SET TBLPROPERTIES "
        "('write.distribution-mode'='none', 'write.spark.fanout.enabled'='true')"
    )


def gather_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in fewer batches: each one that crosses to the JVM has a price of its own."""
    held: list[pa.RecordBatch] = []
    waiting = 0
    for batch in batches:
        held.append(batch)
        waiting += batch.num_rows
        if waiting >= _BATCH_ROWS:
            yield pa.concat_batches(held)
            held, waiting = [], 0
    if held:
        yield pa.concat_batches(held)


def name_load(files: Iterable[LandingFile]) -> str:
    """A name that depends on the files alone, in no order."""
    told = sorted(f"{file.path}\n{file.sha256}\n{file.manifest_mark}" for file in files)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def share_by_size(files: Iterable[LandingFile], shares: int) -> list[list[LandingFile]]:
    """Split files into shares of about equal bytes: the largest first, each to the lightest share."""
    split: list[list[LandingFile]] = [[] for _ in range(shares)]
    weights = [0] * shares
    # Opening a file costs about as much as reading a few KiB.
    for file in sorted(files, key=lambda file: (-file.bytes, file.path)):
        lightest = weights.index(min(weights))
        split[lightest].append(file)
        weights[lightest] += file.bytes + 4096
    return split


def _entry(file: LandingFile, source: Source, outcome: Outcome, load_id: str) -> dict[str, Any]:
    return {
        "feed": file.feed,
        "source_file": file.path,
        "sender": file.sender,
        "business_date": file.business_date,
        "sha256": file.sha256,
        "bytes": file.bytes,
        "rows": outcome.rows,
        "outcome": REJECTED if outcome.reason else ACCEPTED,
        "reason": outcome.reason or None,
        "control_total": outcome.control_total,
        "unknown_columns": list(outcome.unknown_columns),
        "read_as": _read_as(source, file),
        "load_id": load_id,
    }


def _enter_files(
    lake: Lake, before: Mapping[str, dict[str, Any]], entries: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Write the entries of the feeds that changed: what was known of them, and what is new."""
    changed = {feed for feed, rows in entries.items() if rows}
    if not changed and lake.exists(FILES_TABLE):
        return
    standing = {path: row for path, row in before.items() if row["feed"] in changed}
    for rows in entries.values():
        standing |= {row["source_file"]: row for row in rows}
    ordered = [standing[path] for path in sorted(standing)]
    frame = lake.spark.createDataFrame(pa.Table.from_pylist(ordered, FILES_SCHEMA))
    lake.replace_partitions(FILES_TABLE, frame, ["feed"])


def _unknown_column_remarks(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """One remark a sender and column set: what the contract does not name is kept aside."""
    found: dict[tuple[str, str, tuple[str, ...]], int] = {}
    for row in rows:
        unknown = tuple(name for name in row["unknown_columns"] if name != RELEASED_FROM)
        if unknown:
            key = (row["feed"], row["sender"], unknown)
            found[key] = found.get(key, 0) + 1
    return [
        f"{feed}/{sender}: {count} files hold columns that the contract does not name "
        f"({', '.join(columns)}); kept in other_columns."
        for (feed, sender, columns), count in sorted(found.items())
    ]
