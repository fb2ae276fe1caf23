"""Send quarantined rows through the same door again, as a small landing file of their sender.

The next run lands it like any other file: the row is judged by the rules of that day, and its books stand in
the new file, while those of the old file stay as they were. `released_from` (kept in `other_columns`) links
the two.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pyspark.sql import functions as F

from configs.errors import UsageError
from configs.sources import Source, default_sources
from jobs.conform.conform_feeds import QUARANTINE_TABLE
from jobs.land.decode_text import from_utf8
from jobs.land.land_files import RELEASED_FROM
from jobs.runtime.lake import Lake


@dataclass(frozen=True)
class ReleaseReport:
    """Files written (relative to the landing zone), rows in them, and rows without columns to release."""

    files: tuple[str, ...]
    rows: int
    unsplit_rows: int


def release_rows(
    lake: Lake,
    landing: Path,
    feed: str,
    *,
    source_file: str | None = None,
    rule: str | None = None,
    business_date: date | None = None,
    corrections: Mapping[str, str] | None = None,
    sources: Mapping[str, Source] | None = None,
) -> ReleaseReport:
    """Write the quarantined rows of a feed (of one file, or that broke one rule) to the landing zone.

    `business_date` delivers them on another day (for events after their delivery), `corrections` sets columns
    of every released row. Rows that could not be split are not released: their file must be sent again.
    Raises `UsageError` for an unknown feed or column, and when no row matches.
    """
    known = default_sources() if sources is None else sources
    if feed not in known:
        raise UsageError(f"there is no feed {feed}. Known are {', '.join(sorted(known))}.")
    unknown = sorted((corrections or {}).keys() - known[feed].columns.keys())
    if unknown:
        raise UsageError(f"{feed} has no column {unknown[0]}. Name a column of configs/sources/{feed}.yml.")
    rows = lake.read(QUARANTINE_TABLE).where(F.col("feed") == feed)
    if source_file is not None:
        rows = rows.where(F.col("source_file") == source_file)
    if rule is not None:
        rows = rows.where(F.array_contains("rules", rule))
    found = rows.orderBy("source_file", "source_line").toArrow().to_pylist()
    if not found:
        raise UsageError(f"no quarantined row of {feed} matches. Look at lake.{QUARANTINE_TABLE}.")
    whole = [row for row in found if "line" not in json.loads(row["raw"])]
    files = []
    for (sender, day), group in sorted(_by_delivery(whole, business_date).items()):
        files.append(_write_file(landing, known[feed], sender, day, group, corrections or {}))
    return ReleaseReport(tuple(files), len(whole), len(found) - len(whole))


def _by_delivery(
    rows: Iterable[Mapping[str, Any]], business_date: date | None
) -> dict[tuple[str, date], list[Mapping[str, Any]]]:
    groups: dict[tuple[str, date], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["sender"], business_date or row["business_date"]), []).append(row)
    return groups


def _write_file(
    landing: Path,
    source: Source,
    sender: str,
    day: date,
    rows: Iterable[Mapping[str, Any]],
    corrections: Mapping[str, str],
) -> str:
    """Write one CSV in the sender's own writing; its name follows from its content, and sorts last."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*source.columns, RELEASED_FROM], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        raw = json.loads(row["raw"])
        values = {name: raw.get(name) for name in source.columns}
        place = f"{row['source_file']}#{row['source_line']}"
        writer.writerow(values | dict(corrections) | {RELEASED_FROM: place})
    content = from_utf8(stream.getvalue(), source.format_of(sender).encoding)
    name = f"zz-released-{hashlib.sha256(content).hexdigest()[:12]}.csv"
    folder = landing / source.feed / sender / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return f"{source.feed}/{sender}/{day.isoformat()}/{name}"
