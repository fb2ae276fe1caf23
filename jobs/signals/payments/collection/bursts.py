"""The days on which most of something happened."""

from collections.abc import Sequence

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

_DAY = 86_400


def largest_bursts(rows: DataFrame, of: Sequence[str], days: float, least: int) -> DataFrame:
    """Rows of the burst of each group `of`: the most within so many days, the earliest of two as large.

    `at_seconds` tells when. Groups of fewer than `least` rows are left out. Adds `in_all`, the rows of the
    whole group.
    """
    group = Window.partitionBy(*of)
    seconds = int(days * _DAY)
    following = group.orderBy("at_seconds").rangeBetween(0, seconds)
    start = F.struct("ahead", (-F.col("at_seconds")).alias("before"))
    return (
        rows.withColumn("in_all", F.count(F.lit(1)).over(group))
        .where(F.col("in_all") >= least)
        .withColumn("ahead", F.count(F.lit(1)).over(following))
        .withColumn("start", F.max(start).over(group))
        .where((F.col("at_seconds") + F.col("start.before")).between(0, seconds))
        .drop("ahead", "start")
    )
