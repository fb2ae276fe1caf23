"""Traders who come together again and again: rings of those who did so in pairs, and what they bring in."""

import pandas as pd
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.found_rows import Rings
from jobs.signals.joins.closing import kept


def rings_of(pairs: DataFrame) -> DataFrame:
    """trader, subject_id: the traders of `pairs` (first, second), each with the ring that it belongs to."""
    return kept(pairs.groupBy().applyInPandas(_joined, "trader string, subject_id string"))


def in_rings(came: DataFrame, traders: DataFrame) -> DataFrame:
    """The rows of `came` (gathering, trader) at gatherings of two or more of a ring, with its subject_id."""
    of_ring = F.count(F.lit(1)).over(Window.partitionBy("subject_id", "gathering"))
    return kept(
        came.join(F.broadcast(traders), "trader")
        .withColumn("of_ring", of_ring)
        .where(F.col("of_ring") >= 2)
        .drop("of_ring")
    )


def _joined(pairs: pd.DataFrame) -> pd.DataFrame:
    rings = Rings()
    for first, second in pairs.sort_values(["first", "second"]).itertuples(index=False):
        rings.join(first, second)
    traders = sorted({*pairs["first"], *pairs["second"]})
    return pd.DataFrame({"trader": traders, "subject_id": [rings.find(trader) for trader in traders]})
