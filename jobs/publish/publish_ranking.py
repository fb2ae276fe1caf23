"""Publish a run: all branches become `main` together, the snapshots are tagged, the manifest is written."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pyspark.sql import functions as F

from jobs.runtime.fingerprints import code_sha256, configuration_sha256
from jobs.runtime.steps import Run, published_name

BOOKS = ("rows", "accepted", "quarantined", "superseded", "exact_duplicates", "rejected_files")


def publish(run: Run) -> dict[str, Any]:
    """Fast-forward every table that the run wrote and tag what it left."""
    return {"tables": run.lake.publish(published_name(run.context.as_of))}


def write_manifest(run: Run) -> Path:
    """Write `run.json`: inputs, counts of every step, versions, seed, durations, and the books by feed."""
    files = run.lake.read("bronze.files").where(F.col("business_date") <= F.lit(run.context.as_of))
    inputs = files.select("feed", "source_file", "sha256", "outcome", "reason").orderBy(
        "source_file", "sha256"
    )
    steps = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((run.folder / "steps").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    ]
    manifest = {
        "as_of": run.context.as_of.isoformat(),
        "window_days": run.context.settings.window_days,
        "seed": run.context.settings.seed,
        "versions": {
            "matluoi": version("matluoi"),
            "code_sha256": code_sha256(),
            "configuration_sha256": configuration_sha256(),
            "python": platform.python_version(),
            "pyspark": version("pyspark"),
            "pyod": version("pyod"),
        },
        "settings": run.context.settings.model_dump(mode="json", exclude={"lake"}),
        "feeds": books_by_feed(run),
        "steps": steps,
        "inputs": [row.asDict() for row in inputs.collect()],
    }
    run.folder.mkdir(parents=True, exist_ok=True)
    target = run.folder / "run.json"
    target.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    return target


def books_by_feed(run: Run) -> dict[str, dict[str, int]]:
    """Rows in and what became of them, over all files up to the run's date."""
    books = {feed: dict.fromkeys(BOOKS, 0) for feed in run.feeds}
    kept = run.lake.read("bronze.books").groupBy("feed")
    for row in kept.agg(*(F.sum(name).alias(name) for name in BOOKS[:-1])).collect():
        books[row["feed"]] |= {name: int(row[name]) for name in BOOKS[:-1]}
    # A file under a date that is none has no business date, and counts in every run.
    in_time = F.col("business_date").isNull() | (F.col("business_date") <= F.lit(run.context.as_of))
    files = run.lake.read("bronze.files").where(in_time)
    rejected = files.where(F.col("outcome") == "rejected").groupBy("feed").count()
    for row in rejected.collect():
        books[row["feed"]]["rejected_files"] = int(row["count"])
    return books
