"""Levels that the law sets, by day."""

from datetime import date

from pyspark.sql import functions as F

from jobs.signals.payments.reporting_levels import level_on


def test_the_level_follows_the_law_of_the_day(spark):
    days = spark.createDataFrame(
        [(date(2023, 11, 30),), (date(2023, 12, 1),), (date(2010, 1, 1),)], "day date"
    )
    row = days.select(
        level_on("cash_reporting_level", F.col("day")).alias("cash"),
        level_on("cross_border_reporting_level", F.col("day")).alias("abroad"),
    ).collect()
    assert [one.cash for one in row] == [300_000_000, 400_000_000, None]
    assert [one.abroad for one in row] == [1000, 1000, None]
