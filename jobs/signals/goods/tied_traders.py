"""Traders caught at the same conduct who share a consignee, a phone or an address become one detection."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.traders import member_kind, trader_member, with_trader
from jobs.signals.schema import Parameters, Signal, as_signal, bounded, member

# Label passing over shared identifiers; a longer chain of traders stays in parts, which is harmless.
_ROUNDS = 3
_TIES = {
    "trader_phone_e164": ("phone", "phone"),
    "trader_address_norm": ("address", "pickup"),
    "consignee_phone_e164": ("phone", "consignee"),
    "consignee_address_norm": ("address", "consignee"),
}
TIE_COLUMNS = tuple(_TIES)


def shown_record(evidence: Column) -> Column:
    """One record that shows the conduct, with its trader and what may tie that trader to others."""
    return F.struct(F.col("trader"), evidence.alias("evidence"), *[F.col(name) for name in TIE_COLUMNS])


def shown_declaration(feed: str) -> Column:
    """The lines of a whole declaration (column `keys`) as an array of `shown_record`."""
    ties = [F.col(name) for name in TIE_COLUMNS]
    return F.transform(
        "keys",
        lambda key: F.struct(
            F.col("trader"), F.struct(F.lit(feed).alias("feed"), key.alias("key")).alias("evidence"), *ties
        ),
    )


def _identifiers(prefix: str) -> Column:
    """The identifiers of a record as an array of (kind, id, role)."""
    named = [
        F.when(
            F.col(prefix + column).isNotNull(),
            F.struct(
                F.lit(kind).alias("kind"), F.col(prefix + column).alias("id"), F.lit(role).alias("role")
            ),
        )
        for column, (kind, role) in _TIES.items()
    ]
    return F.filter(F.array(*named), lambda tie: tie.isNotNull())


def _shared_by_traders(declarations: DataFrame, identifiers: DataFrame) -> DataFrame:
    """kind, id, users: identifiers that stand beside two or more traders and are no hubs."""
    uses = with_trader(declarations).select("trader", F.explode(_identifiers("")).alias("tie"))
    hubs = identifiers.where(F.col("hub")).select("kind", "id").distinct()
    return (
        uses.where(F.col("trader").isNotNull())
        .groupBy(F.col("tie.kind").alias("kind"), F.col("tie.id").alias("id"))
        .agg(F.size(F.collect_set("trader")).alias("users"))
        .where(F.col("users") >= 2)
        .join(hubs, ["kind", "id"], "left_anti")
    )


def tied_detections(
    signal: Signal,
    found: DataFrame,
    declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
) -> DataFrame:
    """Close a signal about traders: one row for each group of tied hands.

    `found`: hand, value, typical, tail, peers, peer_group, support, value_vnd, explanations and `shown`
    (array of `shown_record`), for hands from `join_from` up. `declarations`: all lines, to see who else uses
    an identifier: one that mostly others use (a broker's phone, a forwarder's warehouse) ties none.
    A group is reported when its strongest hand reaches `report_from`; its value is that hand's, its support
    and amount are sums.
    """
    # What was found is little: in one partition, no step below needs to move rows.
    records = (
        found.repartition(1)
        .withColumn("record", F.explode("shown"))
        .where(member_kind(F.col("record.trader")).isNotNull())
        .drop("shown")
    )
    uses = records.select("*", F.explode_outer(_identifiers("record.")).alias("tie")).select(
        "*", F.col("tie.kind").alias("kind"), F.col("tie.id").alias("id"), F.col("tie.role").alias("role")
    )
    shared = F.broadcast(_shared_by_traders(declarations, identifiers))
    return as_signal(
        signal, _grouped(_ringed(uses.join(shared, ["kind", "id"], "left"), parameters), parameters)
    )


def _ringed(uses: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `ties` (whether the identifier does) and `ring`, the smallest hand reached over those that do."""
    one = Window.partitionBy("kind", "id")
    caught = F.size(F.collect_set("record.trader").over(one))
    ties = (
        caught.between(2, int(parameters["tied_traders_limit"]))
        & (caught >= float(parameters["tied_share"]) * F.col("users"))
        & F.col("users").isNotNull()
    )
    edges = (
        uses.withColumn("ties", F.coalesce(ties, F.lit(False)))
        # One role for an identifier, whatever column it came from.
        .withColumn("role", F.min("role").over(one))
        .withColumn("node", F.when(F.col("ties"), F.concat_ws("|", "kind", "id")).otherwise(F.col("hand")))
        .withColumn("ring", F.col("hand"))
    )
    for _ in range(_ROUNDS):
        edges = edges.withColumn("ring", F.min("ring").over(Window.partitionBy("node")))
        edges = edges.withColumn("ring", F.min("ring").over(Window.partitionBy("hand")))
    return edges


def _grouped(edges: DataFrame, parameters: Parameters) -> DataFrame:
    by_hand = edges.groupBy(
        "ring",
        "hand",
        "value",
        "typical",
        "tail",
        "peers",
        "peer_group",
        "support",
        "value_vnd",
        "explanations",
    ).agg(
        F.collect_set(trader_member(F.col("record.trader"))).alias("traders"),
        F.collect_set(F.when(F.col("ties"), member(F.col("kind"), F.col("id"), F.col("role")))).alias(
            "shared"
        ),
        F.collect_set("record.evidence").alias("evidence"),
        F.min("record.trader").alias("subject_id"),
    )
    strongest = F.struct("value", "support", "hand")
    head = F.struct("typical", "peers", "peer_group", "explanations", "subject_id")
    return (
        by_hand.groupBy("ring")
        .agg(
            F.max("value").alias("value"),
            F.min("tail").alias("tail"),
            F.max_by(head, strongest).alias("head"),
            F.sum("support").alias("support"),
            F.sum("value_vnd").alias("value_vnd"),
            F.array_distinct(F.flatten(F.collect_list(F.concat("traders", "shared")))).alias("members"),
            F.array_distinct(F.flatten(F.collect_list("evidence"))).alias("evidence"),
        )
        .where(F.col("value") >= float(parameters["report_from"]))
        .select("value", "tail", "support", "value_vnd", "members", "evidence", "head.*")
        .withColumn("members", F.array_sort("members"))
        .withColumn("evidence", bounded(F.col("evidence"), int(parameters["evidence_limit"])))
        .withColumn("subject_kind", member_kind(F.col("subject_id")))
    )
