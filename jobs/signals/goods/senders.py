"""Who sends parcels: the hand behind a sender, and what names it as a member."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters, Signal, as_signal, bounded, member

_NAMES = {
    "seller_key": ("seller", "shop"),
    "sender_phone_e164": ("phone", "phone"),
    "sender_address_norm": ("address", "pickup"),
    "cod_account_id": ("account", "collector"),
}


def with_sending_hand(parcels: DataFrame) -> DataFrame:
    """Adds `hand`: the operator of the sender, or the sender itself when no link is known."""
    return parcels.withColumn("hand", F.coalesce("operator_id", "sender_key")).where(
        F.col("hand").isNotNull()
    )


def sender_names() -> Column:
    """What names the sender of a parcel, as an array of members."""
    named = [
        F.when(F.col(column).isNotNull(), member(kind, F.col(column), role))
        for column, (kind, role) in _NAMES.items()
    ]
    return F.filter(F.array(*named), lambda name: name.isNotNull())


def sender_detections(
    signal: Signal, found: DataFrame, identifiers: DataFrame, parameters: Parameters
) -> DataFrame:
    """Close a signal about senders.

    `found`: hand with the columns of `against_peers`, support, value_vnd, explanations, `evidence` (array
    of records) and `names` (one array of members a record). A name is a member when it is no hub and stands
    on at least `name_share` of the hand's records.
    """
    hubs = (
        identifiers.where(F.col("hub"))
        .groupBy(F.col("kind").alias("hub_kind"), F.col("id").alias("hub_id"))
        .agg(F.lit(True).alias("is_hub"))
    )
    records = found.repartition(1).withColumn("total", F.size("names")).withColumn("name", F.explode("names"))
    kept = [name for name in found.columns if name != "names"]
    named = records.select(*kept, "total", F.explode("name").alias("name"))
    counted = (
        named.withColumn("uses", F.count(F.lit(1)).over(Window.partitionBy("hand", "name")))
        .where(F.col("uses") >= float(parameters["name_share"]) * F.col("total"))
        .join(
            hubs,
            (F.col("name.kind") == F.col("hub_kind")) & (F.col("name.id") == F.col("hub_id")),
            "left",
        )
        .where(F.col("is_hub").isNull())
    )
    best = F.struct((F.col("name.kind") == "seller").cast("int"), "uses", "name.id")
    rows = (
        counted.groupBy(*[name for name in kept if name not in ("evidence", "explanations")])
        .agg(
            F.max_by("name", best).alias("subject"),
            F.array_sort(F.collect_set("name")).alias("members"),
            F.max("evidence").alias("evidence"),
            F.max("explanations").alias("explanations"),
        )
        .withColumn("subject_kind", F.col("subject.kind"))
        .withColumn("subject_id", F.col("subject.id"))
        .withColumn("evidence", bounded(F.array_distinct("evidence"), int(parameters["evidence_limit"])))
    )
    return as_signal(signal, rows)
