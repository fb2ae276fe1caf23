"""The profile of a feed: a few dozen figures, counted in Spark, that the gate judges instead of the rows."""

from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.sources import Source

PROFILES_TABLE = "bronze.profiles"
# metric: `broken` and `warned` (rows by rule), `empty` (rows neither quarantined nor withdrawals, by column),
# the first and last `event_day` in days since 1970-01-01, and the `control` total over all rows.
PROFILES_SCHEMA = pa.schema(
    [
        pa.field("feed", pa.string()),
        pa.field("metric", pa.string()),
        pa.field("subject", pa.string()),
        pa.field("value", pa.float64()),
    ]
)


def profile_feed(judged: DataFrame, source: Source, feed: str) -> list[dict[str, Any]]:
    """Rows of `lake.bronze.profiles` for one feed, from the judged rows of all its files."""
    named = judged.select(
        F.explode(
            F.concat(
                F.transform(
                    "broken", lambda rule: F.struct(F.lit("broken").alias("metric"), rule.alias("rule"))
                ),
                F.transform(
                    "warned", lambda rule: F.struct(F.lit("warned").alias("metric"), rule.alias("rule"))
                ),
            )
        ).alias("found")
    )
    by_rule = named.groupBy("found.metric", "found.rule").count().collect()
    figures = [(row["metric"], row["rule"], float(row["count"])) for row in by_rule]
    good = judged.where((F.size("broken") == 0) & ~F.col("is_withdrawal"))
    day = F.unix_date("event_day")
    ranges = good.agg(
        *(F.count_if(F.col(name).isNull()).alias(name) for name in source.columns),
        F.min(day).alias("_first"),
        F.max(day).alias("_last"),
    ).collect()[0]
    figures += [("empty", name, float(ranges[name])) for name in source.columns]
    for subject in ("first", "last"):
        if ranges[f"_{subject}"] is not None:
            figures.append(("event_day", subject, float(ranges[f"_{subject}"])))
    if source.control:
        total = judged.agg(F.sum(source.control).cast("double").alias("total")).collect()[0]["total"]
        figures.append(("control", "total", total or 0.0))
    return [
        {"feed": feed, "metric": metric, "subject": subject, "value": value}
        for metric, subject, value in sorted(figures)
    ]
