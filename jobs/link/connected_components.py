"""Connected components on Spark, for graphs that are too large for one machine.

Alternating large-star and small-star (Kiveris et al., Connected Components in MapReduce and Beyond, 2014).
The answer is that of `models.graph.components`: every node is labelled with its component's smallest node.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def connected_components(edges: DataFrame) -> DataFrame:
    """`node`, `label` for every node that `edges` (`a`, `b` strings) names; a loop names a lone node.

    Each round cuts the lineage with a local checkpoint; the rounds end when the edges no longer change.
    """
    named = edges.select("a", "b").distinct().localCheckpoint()
    links = named.where("a <> b").select("a", "b").localCheckpoint()
    before = _fingerprint(links)
    while True:
        links = _small_star(_large_star(links)).localCheckpoint()
        after = _fingerprint(links)
        if after == before:
            break
        before = after
    nodes = named.select(F.explode(F.array("a", "b")).alias("node")).distinct()
    # At the end every edge goes from a node to the smallest of its component.
    stars = links.select(F.col("a").alias("node"), F.col("b").alias("label"))
    return nodes.join(stars, "node", "left").select("node", F.coalesce("label", "node").alias("label"))


def _large_star(links: DataFrame) -> DataFrame:
    """Every larger neighbour of a node is tied to the smallest node around it."""
    both = links.union(links.select("b", "a"))
    around = both.groupBy("a").agg(F.min("b").alias("least"), F.collect_set("b").alias("neighbours"))
    least = F.least("least", "a")
    larger = F.filter("neighbours", lambda other: other > F.col("a"))
    return around.select(F.explode(larger).alias("a"), least.alias("b")).where("a <> b").distinct()


def _small_star(links: DataFrame) -> DataFrame:
    """Every node and its smaller neighbours are tied to the smallest of them."""
    downward = links.select(F.greatest("a", "b").alias("a"), F.least("a", "b").alias("b"))
    around = downward.groupBy("a").agg(F.min("b").alias("least"), F.collect_set("b").alias("smaller"))
    members = F.array_union(F.array("a"), "smaller")
    return around.select(F.explode(members).alias("a"), F.col("least").alias("b")).where("a <> b").distinct()


def _fingerprint(links: DataFrame) -> tuple[int, int]:
    """Count and order-free checksum of the edges."""
    checksum = F.coalesce(F.bit_xor(F.xxhash64("a", "b")), F.lit(0))
    row = links.agg(F.count(F.lit(1)).alias("edges"), checksum.alias("checksum")).first()
    return (row["edges"], row["checksum"]) if row else (0, 0)
