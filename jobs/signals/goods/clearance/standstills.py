"""Days on which a customs office stood still: a storm, a strike, a system that was down.

Then many leave what they had declared and take it elsewhere, and nobody of them has anything to hide.
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters


def standstills(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """customs_office, event_day: where and when many hands left a good part of what was declared uncleared.

    Of the declarations about the day (`standstill_days` before and after), at least `standstill_share`, by
    `standstill_hands` or more.
    """
    about = int(parameters["standstill_days"])
    uncleared = F.col("cleared_at").isNull()
    days = lines.groupBy("customs_office", "event_day").agg(
        F.count_distinct("declaration_no").alias("all"),
        F.count_distinct(F.when(uncleared, F.col("declaration_no"))).alias("left"),
        F.collect_set(F.when(uncleared, F.col("hand"))).alias("hands"),
    )
    window = (
        Window.partitionBy("customs_office").orderBy(F.unix_date("event_day")).rangeBetween(-about, about)
    )
    hands = F.size(F.array_distinct(F.flatten(F.collect_list("hands").over(window))))
    return (
        days.withColumn("share", F.sum("left").over(window) / F.sum("all").over(window))
        .withColumn("many", hands >= int(parameters["standstill_hands"]))
        .where(F.col("many") & (F.col("share") >= float(parameters["standstill_share"])))
        .select("customs_office", "event_day")
    )
