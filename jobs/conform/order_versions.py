"""What becomes of each row: which version of its key stands, which gave way, which only repeats.

The order of versions is (business date, path of the file, line), so that the outcome depends on what was
delivered and not on when it was seen. A row that says the same as the version before it is an exact duplicate
(A, B, A are two corrections). A withdrawal counts as accepted, and what it withdraws as superseded.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.sources import Source

ACCEPTED = "accepted"
QUARANTINED = "quarantined"
SUPERSEDED = "superseded"
EXACT_DUPLICATE = "exact_duplicates"
ORDER = ("business_date", "source_file", "source_line")


def order_versions(checked: DataFrame, source: Source) -> DataFrame:
    """`checked` with `version_outcome` (one of the four above; a feed may have an `outcome` of its own),
    `is_standing` (the version that silver holds) and `superseded_by_file` (path of the file whose version
    follows)."""
    is_broken = F.size("broken") > 0
    keys = list(source.key)
    # A quarantined row is no version of anything, and nearly every other key comes once: the rest is sorted.
    several = checked.where(~is_broken).groupBy(*keys).agg(F.count("*").alias("_rows")).where("_rows > 1")
    marked = checked.join(several, on=keys, how="left")
    is_alone = is_broken | F.col("_rows").isNull()
    alone = marked.where(is_alone).withColumns(
        {"_repeats": F.lit(False), "superseded_by_file": F.lit(None).cast("string")}
    )
    versions = _compare_versions(marked.where(~is_alone), source)
    outcome = (
        F.when(is_broken, QUARANTINED)
        .when(F.col("_repeats"), EXACT_DUPLICATE)
        .when(F.col("is_withdrawal") | F.col("superseded_by_file").isNull(), ACCEPTED)
        .otherwise(SUPERSEDED)
    )
    stands = (
        (F.col("version_outcome") == ACCEPTED)
        & F.col("superseded_by_file").isNull()
        & ~F.col("is_withdrawal")
    )
    return (
        alone.unionByName(versions)
        .withColumn("version_outcome", outcome)
        .withColumn("is_standing", stands)
        .drop("_rows", "_repeats")
    )


def _compare_versions(rows: DataFrame, source: Source) -> DataFrame:
    """`rows` with `_repeats` (same content as the version before) and `superseded_by_file`."""
    keys: list[Column | str] = list(source.key)
    forward = Window.partitionBy(*keys).orderBy(*ORDER)
    backward = (
        Window.partitionBy(*keys)
        .orderBy(*(F.desc(name) for name in ORDER))
        .rowsBetween(Window.unboundedPreceding, -1)
    )
    content = F.struct(*(F.col(name) for name in source.columns if name not in source.key))
    repeats = F.lag(content).over(forward).eqNullSafe(content)
    follower = F.last(F.when(~F.col("_repeats"), F.col("source_file")), ignorenulls=True).over(backward)
    return rows.withColumn("_repeats", repeats).withColumn("superseded_by_file", follower)
