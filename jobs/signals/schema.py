"""The form that every population-wide signal returns, and how a value is held against its peers."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

Parameters = Mapping[str, float | int | str]

SIGNAL_DDL = """
    signal string, subject_kind string, subject_id string, peer_group string,
    value double, typical double, tail double, peers bigint, support bigint, value_vnd bigint,
    members array<struct<kind: string, id: string, role: string>>,
    evidence array<struct<feed: string, key: string>>,
    explanations array<struct<id: string, holds: boolean>>
"""


@dataclass(frozen=True)
class Signal:
    """One measured fact. `reads` maps the transform's argument names to tables."""

    id: str
    subject: str
    reads: Mapping[str, str]


def member(kind: str | Column, identifier: Column, role: str | Column) -> Column:
    """One member as the ranking's contract names it."""
    return F.struct(
        (F.lit(kind) if isinstance(kind, str) else kind).alias("kind"),
        identifier.alias("id"),
        (F.lit(role) if isinstance(role, str) else role).alias("role"),
    )


def record(feed: str, key: Column) -> Column:
    """One source record that shows a fact."""
    return F.struct(F.lit(feed).alias("feed"), key.alias("key"))


def explanation(identifier: str, holds: Column) -> Column:
    """An innocent explanation that was tested. Null (it could not be measured) counts as not holding."""
    return F.struct(F.lit(identifier).alias("id"), F.coalesce(holds, F.lit(False)).alias("holds"))


def no_explanations() -> Column:
    """For a signal that tests none."""
    return F.array().cast("array<struct<id: string, holds: boolean>>")


def bounded(records: Column, limit: int) -> Column:
    """A set of records in a fixed order, cut at `limit`, so that reruns name the same ones."""
    return F.slice(F.sort_array(records), 1, limit)


def share_of_all(condition: Column) -> Column:
    """How large a part of all rows fulfils the condition, beside each."""
    return F.avg(F.when(condition, 1.0).otherwise(0.0)).over(Window.partitionBy(F.lit(0)))


def against_peers(measured: DataFrame, report_from: float) -> DataFrame:
    """Hold each `value` against its `peer_group` and keep what reaches `report_from`.

    `measured` has one row a subject with `peer_group` and `value` (higher is worse; null is not measured
    and leaves the population). Adds `typical` (median of the peers), `tail` (share of the peers whose value
    is at least this one, its smallest 1/peers) and `peers`.
    """
    group = Window.partitionBy("peer_group")
    descending = group.orderBy(F.col("value").desc()).rangeBetween(
        Window.unboundedPreceding, Window.currentRow
    )
    known = measured.where(F.col("value").isNotNull()).withColumn("value", F.round("value", 6))
    return (
        known.withColumn("peers", F.count(F.lit(1)).over(group))
        .withColumn("typical", F.round(F.percentile("value", 0.5).over(group), 6))
        .withColumn("tail", F.round(F.count(F.lit(1)).over(descending) / F.col("peers"), 9))
        .where(F.col("value") >= F.lit(report_from))
    )


def as_signal(signal: Signal, rows: DataFrame) -> DataFrame:
    """Close a transform: exactly the columns of `SIGNAL_DDL`. Rows may name their own `subject_kind`."""
    if "subject_kind" not in rows.columns:
        rows = rows.withColumn("subject_kind", F.lit(signal.subject))
    if "explanations" not in rows.columns:
        rows = rows.withColumn("explanations", no_explanations())
    return rows.withColumn("signal", F.lit(signal.id)).select(
        "signal",
        "subject_kind",
        "subject_id",
        "peer_group",
        F.col("value").cast("double"),
        F.col("typical").cast("double"),
        F.col("tail").cast("double"),
        F.col("peers").cast("bigint"),
        F.col("support").cast("bigint"),
        F.col("value_vnd").cast("bigint"),
        "members",
        "evidence",
        "explanations",
    )
