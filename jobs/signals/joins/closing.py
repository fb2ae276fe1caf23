"""How every signal of this group ends: members and evidence gathered for the subjects that are reported."""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters, Signal, against_peers, as_signal

MEMBER_COLUMNS = ("subject_id", "kind", "id", "role")
EVIDENCE_COLUMNS = ("subject_id", "priority", "feed", "key")


def kept(frame: DataFrame) -> DataFrame:
    """A small frame that several branches of a signal use: computed once, kept in memory while it runs."""
    return frame.persist()


def reported(measured: DataFrame, parameters: Parameters) -> DataFrame:
    """Subjects at or above `report_from`, held against all that were measured.

    Members and evidence are looked up for these few rows only; unless kept, each look would measure the
    population again.
    """
    return kept(against_peers(measured, float(parameters["report_from"])))


def worth(rows: DataFrame, parcels: DataFrame) -> DataFrame:
    """`rows` with `value_vnd` of their parcels: what the recipient pays, or the declared value when more."""
    price = F.greatest(F.coalesce("cod_amount_vnd", F.lit(0)), F.coalesce("declared_value_vnd", F.lit(0)))
    sold = parcels.groupBy("subject_id").agg(F.sum(price).alias("value_vnd"))
    return rows.drop("value_vnd").join(sold, "subject_id", "left").fillna({"value_vnd": 0})


def member_rows(frame: DataFrame, kind: str | Column, identifier: str, role: str | Column) -> DataFrame:
    """Members as rows: subject_id, kind, id, role. Rows without an identifier are no members."""
    return frame.where(F.col(identifier).isNotNull()).select(
        "subject_id",
        (F.lit(kind) if isinstance(kind, str) else kind).alias("kind"),
        F.col(identifier).alias("id"),
        (F.lit(role) if isinstance(role, str) else role).alias("role"),
    )


def record_rows(frame: DataFrame, feed: str, key: str | Column, priority: int = 1) -> DataFrame:
    """Evidence as rows: subject_id, priority (1 is kept first when the limit cuts), feed, key."""
    return frame.select(
        "subject_id",
        F.lit(priority).alias("priority"),
        F.lit(feed).alias("feed"),
        (F.col(key) if isinstance(key, str) else key).alias("key"),
    )


def payment_rows(frame: DataFrame, priority: int = 1) -> DataFrame:
    """Every bank's report of a payment (`report_keys`) as evidence."""
    return record_rows(frame, "bank_transactions", F.explode("report_keys"), priority)


def union_all(frames: Sequence[DataFrame]) -> DataFrame:
    """One frame of several with the same columns."""
    return reduce(DataFrame.unionByName, frames)


def close(
    signal: Signal, rows: DataFrame, members: Sequence[DataFrame], evidence: Sequence[DataFrame], limit: int
) -> DataFrame:
    """Join members and the first `limit` records to `rows` (from `reported`) and close the transform."""
    named = (
        union_all(members)
        .groupBy("subject_id", "kind", "id")
        .agg(F.min("role").alias("role"))
        .groupBy("subject_id")
        .agg(F.sort_array(F.collect_list(F.struct("kind", "id", "role"))).alias("members"))
    )
    order = Window.partitionBy("subject_id").orderBy("priority", "feed", "key")
    shown = (
        union_all(evidence)
        .where(F.col("key").isNotNull())
        .groupBy("subject_id", "feed", "key")
        .agg(F.min("priority").alias("priority"))
        .withColumn("place", F.row_number().over(order))
        .where(F.col("place") <= F.lit(limit))
        .groupBy("subject_id")
        .agg(F.sort_array(F.collect_list(F.struct("feed", "key"))).alias("evidence"))
    )
    empty = F.array()
    return as_signal(
        signal,
        rows.join(named, "subject_id", "left")
        .join(shown, "subject_id", "left")
        .withColumn(
            "members",
            F.coalesce("members", empty.cast("array<struct<kind: string, id: string, role: string>>")),
        )
        .withColumn(
            "evidence", F.coalesce("evidence", empty.cast("array<struct<feed: string, key: string>>"))
        ),
    )
