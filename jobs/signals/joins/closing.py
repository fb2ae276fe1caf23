"""How every signal of this group ends: members and evidence gathered for the subjects that are reported."""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.runtime.session import as_fitted
from jobs.signals.goods.senders import parcel_worth
from jobs.signals.schema import Parameters, Signal, against_peers, as_signal


def kept(frame: DataFrame) -> DataFrame:
    """A frame that several branches of a signal use: computed once, and cut off from what it came from.

    A cached frame would still carry its whole plan into every branch, and planning then costs more than
    measuring. The rows are given up with the frame, or written to disk when memory is short.
    """
    return as_fitted(frame).localCheckpoint()


def reported(measured: DataFrame, parameters: Parameters) -> DataFrame:
    """Subjects at or above `report_from`, held against all that were measured.

    Members and evidence are looked up for these few rows only; unless kept, each look would measure the
    population again.
    """
    return kept(against_peers(measured, float(parameters["report_from"])))


def subjects_of(rows: DataFrame) -> DataFrame:
    """The reported subjects, few enough to be sent to where the rows are."""
    return F.broadcast(rows.select("subject_id"))


def worth(rows: DataFrame, parcels: DataFrame) -> DataFrame:
    """`rows` with `value_vnd` of their parcels: what the recipient pays, or the declared value when more."""
    price = parcel_worth()
    sold = parcels.groupBy("subject_id").agg(F.sum(price).alias("value_vnd"))
    return rows.drop("value_vnd").join(F.broadcast(sold), "subject_id", "left").fillna({"value_vnd": 0})


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
    """One frame of several; a column that one of them lacks is null there."""
    return as_fitted(reduce(lambda left, right: left.unionByName(right, allowMissingColumns=True), frames))


def close(
    signal: Signal, rows: DataFrame, members: Sequence[DataFrame], evidence: Sequence[DataFrame], limit: int
) -> DataFrame:
    """Join members and the first `limit` records to `rows` (from `reported`) and close the transform."""
    shown = union_all([*members, *evidence])
    gathered = shown.groupBy("subject_id").agg(
        F.sort_array(F.collect_set(F.when(F.col("kind").isNotNull(), F.struct("kind", "id", "role")))).alias(
            "members"
        ),
        F.sort_array(
            F.collect_set(F.when(F.col("key").isNotNull(), F.struct("feed", "key", "priority")))
        ).alias("evidence"),
    )
    of_type = "array<struct<kind: string, id: string, role: string>>"
    return as_signal(
        signal,
        rows.join(gathered, "subject_id", "left")
        .withColumn("members", F.coalesce(_first_of_each("members", "kind", "id"), F.array().cast(of_type)))
        .withColumn(
            "evidence",
            F.coalesce(_kept_records(limit), F.array().cast("array<struct<feed: string, key: string>>")),
        ),
    )


def _first_of_each(column: str, *identity: str) -> Column:
    """Of a sorted array, the first entry of each identity: a member named twice keeps one role."""
    whole = F.col(column)

    def differs(entry: Column, place: Column) -> Column:
        before = F.get(whole, place - 1)
        same = F.lit(True)
        for name in identity:
            same = same & entry[name].eqNullSafe(before[name])
        return ~same

    return F.filter(whole, lambda entry, place: (place == 0) | differs(entry, place))


def _kept_records(limit: int) -> Column:
    """The first `limit` records by priority, then by feed and key, each once."""
    once = _first_of_each("evidence", "feed", "key")
    by_priority = F.sort_array(
        F.transform(
            once,
            lambda entry: F.struct(
                entry["priority"].alias("priority"), entry["feed"].alias("feed"), entry["key"].alias("key")
            ),
        )
    )
    return F.sort_array(
        F.transform(
            F.slice(by_priority, 1, limit),
            lambda entry: F.struct(entry["feed"].alias("feed"), entry["key"].alias("key")),
        )
    )
