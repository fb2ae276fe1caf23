"""Whether a declaration that a payment names should be among those that we hold.

Missing may mean: it never existed, it lies before the window, it was withdrawn or quarantined, or its file
was rejected or is late. Only the first is a sign, so the others are tested for, as far as the numbers allow.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.joins.trade import digits
from jobs.signals.schema import Parameters


def known_numbers(customs: DataFrame, history: DataFrame, quarantined: DataFrame) -> DataFrame:
    """Distinct (number, day, office) that reached us in any form; of quarantined rows the number alone."""
    standing = customs.select(
        digits("declaration_no").alias("number"),
        F.col("event_day").alias("day"),
        F.col("customs_office").alias("office"),
    )
    withdrawn = history.select(
        digits("declaration_no").alias("number"),
        F.lit(None).cast("date").alias("day"),
        F.lit(None).cast("string").alias("office"),
    )
    refused = (
        quarantined.where(F.col("feed") == "customs_declarations")
        .withColumn("declaration_no", F.get_json_object("raw", "$.declaration_no"))
        .select(
            digits("declaration_no").alias("number"),
            F.lit(None).cast("date").alias("day"),
            F.lit(None).cast("string").alias("office"),
        )
    )
    return (
        standing.unionByName(withdrawn)
        .unionByName(refused)
        .where(F.col("number").isNotNull())
        .groupBy("number")
        .agg(F.min("day").alias("day"), F.min("office").alias("office"))
    )


def _series() -> Column:
    """Numbers of one length and one leading digit are one series (import and export differ there)."""
    return F.concat_ws(":", F.length("number").cast("string"), F.substring("number", 1, 1))


def series_order(known: DataFrame, parameters: Parameters) -> DataFrame:
    """Per series: `ordered` when neighbours in number are neighbours in time nearly always."""
    line = Window.partitionBy("series").orderBy("number")
    near = F.abs(F.date_diff("day", F.lag("day").over(line))) <= int(parameters["neighbour_days"])
    return (
        known.where(F.col("day").isNotNull())
        .withColumn("series", _series())
        .withColumn("near", near)
        .groupBy("series")
        .agg(
            (
                F.coalesce(F.avg(F.col("near").cast("double")), F.lit(0.0))
                >= F.lit(float(parameters["ordered_share"]))
            ).alias("ordered")
        )
    )


def supposed_days(missing: DataFrame, known: DataFrame, parameters: Parameters) -> DataFrame:
    """`missing` (number) with `supposed_day` and `supposed_office` of the known number before it.

    Only where the series runs in order; `before_data` when the series begins after the number.
    """
    order = series_order(known, parameters)
    line = (
        Window.partitionBy("series")
        .orderBy("number", "asked")
        .rowsBetween(Window.unboundedPreceding, Window.currentRow)
    )
    numbers = missing.select("number", F.lit(1).alias("asked")).distinct()
    placed = (
        known.where(F.col("day").isNotNull())
        .select("number", F.lit(0).alias("asked"), "day", "office")
        .unionByName(numbers, allowMissingColumns=True)
        .withColumn("series", _series())
        .join(order.where("ordered"), "series")
        .withColumn("supposed_day", F.last("day", ignorenulls=True).over(line))
        .withColumn("supposed_office", F.last("office", ignorenulls=True).over(line))
        .where(F.col("asked") == 1)
        .select("number", "supposed_day", "supposed_office", F.lit(True).alias("ordered"))
    )
    return missing.join(placed, "number", "left").withColumn(
        "before_data", F.coalesce("ordered", F.lit(False)) & F.col("supposed_day").isNull()
    )


def refused_days(files: DataFrame) -> DataFrame:
    """(office, day) of declaration files that were rejected whole."""
    return files.where((F.col("feed") == "customs_declarations") & (F.col("outcome") == "rejected")).select(
        F.col("sender").alias("refused_office"), F.col("business_date").alias("refused_day")
    )


def payment_range(matched: DataFrame, known: DataFrame, as_of: date, parameters: Parameters) -> DataFrame:
    """One row: the days in which a payment can only name a declaration that we should hold.

    From the first declarations that we hold plus the usual time from declaration to payment (learnt from the
    payments that match), to `as_of` less the time that files take.
    """
    lag = F.date_diff("paid_day", "day")
    usual = matched.agg(
        F.coalesce(
            F.percentile(lag, F.lit(float(parameters["lag_share"]))),
            F.lit(float(parameters["lag_days_unless_learnt"])),
        ).alias("lag_days")
    )
    return (
        known.agg(F.min("day").alias("first_day"))
        .crossJoin(usual)
        .select(
            F.date_add("first_day", F.ceil("lag_days").cast("int")).alias("from_day"),
            F.date_sub(F.lit(as_of), int(parameters["arrival_days"])).alias("to_day"),
        )
    )
