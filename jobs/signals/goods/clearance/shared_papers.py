"""Declarations that name one paper (a bill, a certificate): how many companies, how far apart, who else."""

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from jobs.signals.goods.traders import accomplice


def distinct(column: Column | str, window: WindowSpec) -> Column:
    """How many values the column has there; what is missing counts for none."""
    return F.size(F.collect_set(column).over(window))


def days_apart(window: WindowSpec) -> Column:
    """Days between the first and the last declaration."""
    return F.datediff(F.max("event_day").over(window), F.min("event_day").over(window))


def with_others(declarations: DataFrame, *paper: str) -> DataFrame:
    """Adds `others` to marked declarations: the marked ones of other hands on the paper, as `accomplice`s."""
    marked = F.when(F.col("mark") > 0, F.struct("hand", "trader", "keys"))
    on_paper = F.collect_list(marked).over(Window.partitionBy("direction", *paper))
    return (
        declarations.withColumn("on_paper", on_paper)
        .withColumn("on_paper", F.when(F.col("mark") > 0, F.col("on_paper")))
        .withColumn("others", F.filter("on_paper", lambda one: one["hand"] != F.col("hand")))
        .withColumn("others", F.transform("others", lambda one: accomplice(one["trader"], one["keys"])))
        .drop("on_paper")
    )
