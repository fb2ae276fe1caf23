"""The profile of a feed: a few dozen figures, counted in Spark, that the gate judges instead of the rows."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.sources import Source
from jobs.conform.keep_books import OUTCOMES

PROFILES_TABLE = "bronze.profiles"
# metric: `broken` and `warned` (rows by rule), `empty` (rows neither quarantined nor withdrawals, by required
# column), the first and last `event_day` in days since 1970-01-01, and the `control` total over all rows.
PROFILES_SCHEMA = pa.schema(
    [
        pa.field("feed", pa.string()),
        pa.field("metric", pa.string()),
        pa.field("subject", pa.string()),
        pa.field("value", pa.float64()),
    ]
)
Counts = list[dict[str, Any]]


def count_files(judged: DataFrame, source: Source) -> Counts:
    """One row a landing file: its outcomes, and what the profile sums up over the files."""
    is_good = (F.size("broken") == 0) & ~F.col("is_withdrawal")
    day = F.when(is_good, F.unix_date("event_day"))
    control = F.sum(source.control).cast("double") if source.control else F.lit(0.0)
    rows = judged.groupBy("landing_file").agg(
        *(F.count_if(F.col("version_outcome") == outcome).alias(outcome) for outcome in OUTCOMES),
        *(
            F.count_if(is_good & F.col(name).isNull()).alias(f"empty_{name}")
            for name in source.required
            if name not in source.key
        ),
        F.min(day).alias("first_day"),
        F.max(day).alias("last_day"),
        control.alias("control"),
        F.count_if(F.size("broken") + F.size("warned") > 0).alias("remarked"),
    )
    return [row.asDict() for row in rows.collect()]


def profile_feed(judged: DataFrame, source: Source, counts: Counts) -> list[dict[str, Any]]:
    """Rows of `lake.bronze.profiles` for one feed, over all its files."""
    figures = _sum_counts(source, counts)
    if sum(row["remarked"] for row in counts):
        figures += _count_rules(judged)
    return [
        {"feed": source.feed, "metric": metric, "subject": subject, "value": value}
        for metric, subject, value in sorted(figures)
    ]


def _count_rules(judged: DataFrame) -> list[tuple[str, str, float]]:
    """Rows by rule. Few combinations of rules occur, so they are counted as such and taken apart here."""
    remarked = judged.where(F.size("broken") + F.size("warned") > 0)
    rules: dict[tuple[str, str], float] = {}
    for row in remarked.groupBy("broken", "warned").count().collect():
        for kind in ("broken", "warned"):
            for rule in row[kind]:
                rules[kind, rule] = rules.get((kind, rule), 0.0) + row["count"]
    return [(kind, rule, count) for (kind, rule), count in rules.items()]


def _sum_counts(source: Source, counts: Counts) -> list[tuple[str, str, float]]:
    figures = []
    for name in source.required:
        if name not in source.key:
            figures.append(("empty", name, float(sum(row[f"empty_{name}"] for row in counts))))
    for subject, pick in (("first", min), ("last", max)):
        days: Iterable[int] = [row[f"{subject}_day"] for row in counts if row[f"{subject}_day"] is not None]
        if days:
            figures.append(("event_day", subject, float(pick(days))))
    if source.control:
        figures.append(("control", "total", sum(row["control"] or 0.0 for row in counts)))
    return figures
