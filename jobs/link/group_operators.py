"""From ties to operators, on the engine that the number of ties asks for."""

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.links.rules import TieRules
from configs.settings import LinkSettings
from jobs.link.connected_components import connected_components
from models.links.operators import Grouping, form_operators

_LABELS = "node string, label string"


def group_operators(
    edges: DataFrame, refused: DataFrame, rules: TieRules, settings: LinkSettings
) -> DataFrame:
    """`node`, `label` (smallest node of the operator) for every node of `edges`.

    `edges` has `a`, `b`, `weight`; a loop of weight 1 marks a party, which counts towards an operator's size.
    `refused` has `a`, `b`. Below the configured number of edges all of it goes to SciPy at once; beyond,
    Spark finds the components, and only those that must be split come to the driver.
    """
    edges = edges.persist()
    try:
        if edges.count() < settings.spark_components_from_edges:
            return _as_frame(edges, _grouped(edges, refused, rules))
        return _on_spark(edges, refused, rules)
    finally:
        edges.unpersist()


def _on_spark(edges: DataFrame, refused: DataFrame, rules: TieRules) -> DataFrame:
    labels = connected_components(edges).localCheckpoint()
    parties = edges.where("a = b").select(F.col("a").alias("node")).distinct()
    too_large = (
        parties.join(labels, "node")
        .groupBy("label")
        .agg(F.count(F.lit(1)).alias("parties"))
        .where(
            (F.col("parties") > rules.operator_max_parties)
            | (F.col("parties") >= 2 * rules.operator_core_parties)
        )
        .select("label")
    )
    contested = refused.join(labels.withColumnRenamed("node", "a"), "a").select("label")
    to_split = too_large.union(contested).distinct()
    inside = edges.join(labels.join(to_split, "label").select(F.col("node").alias("a"), "label"), "a")
    split = _as_frame(edges, _grouped(inside.select("a", "b", "weight"), refused, rules))
    split = split.withColumnRenamed("label", "part")
    return labels.join(split, "node", "left").select("node", F.coalesce("part", "label").alias("label"))


def _grouped(edges: DataFrame, refused: DataFrame, rules: TieRules) -> Grouping:
    """The step from Spark to the graph: edges as Arrow, grouped on one machine."""
    table = edges.select("a", "b", "weight").toArrow()
    a, b = (table[column].to_numpy(zero_copy_only=False) for column in ("a", "b"))
    weight = np.asarray(table["weight"].to_numpy(), dtype=np.float64)
    pairs = refused.select("a", "b").toArrow().to_pydict()
    return form_operators(
        a,
        b,
        weight,
        set(a[a == b].tolist()),
        list(zip(pairs["a"], pairs["b"], strict=True)),
        rules.operator_max_parties,
        rules.operator_core_parties,
    )


def _as_frame(like: DataFrame, grouping: Grouping) -> DataFrame:
    columns = [pa.array(grouping.nodes, pa.string()), pa.array(grouping.labels, pa.string())]
    return like.sparkSession.createDataFrame(pa.table(columns, names=["node", "label"]), _LABELS)
