"""Declaration lines as whole declarations, and rates held against what the population would give."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.tied_traders import TIE_COLUMNS


def whole_declarations(lines: DataFrame, *also: str) -> DataFrame:
    """One row a declaration, from lines with `hand` and `trader`; one for each value of the columns `also`.

    Columns: declaration_no, hand, trader, direction, office, officer, channel, first_channel, downgraded,
    inspection (worst of the lines), registered_at, cleared_at, event_day, weight_kg, value_vnd, hs6, goods,
    partner, bill (house bill), master (master bill), keys (record keys of its lines) and the TIE_COLUMNS.
    """
    by_value = F.struct("customs_value_vnd", "record_key")
    history = F.split(F.lower("channel_history"), r"\s*>\s*")
    severity = (
        F.when(F.col("inspection_result") == "violation", 3)
        .when(F.col("inspection_result") == "mismatch", 2)
        .when(F.col("inspection_result") == "match", 1)
        .otherwise(0)
    )
    return (
        lines.where(F.col("hand").isNotNull())
        .groupBy("declaration_no", "hand", "trader", "direction", *also)
        .agg(
            F.min("customs_office").alias("office"),
            F.min("officer_code").alias("officer"),
            F.min("channel").alias("channel"),
            F.min(F.coalesce(history[0], F.col("channel"))).alias("first_channel"),
            F.max(severity).alias("inspection"),
            F.min("registered_at").alias("registered_at"),
            F.max("cleared_at").alias("cleared_at"),
            F.min("event_day").alias("event_day"),
            (F.sum(F.round(F.col("net_weight_kg") * 1000).cast("bigint")) / 1000).alias("weight_kg"),
            F.sum("customs_value_vnd").alias("value_vnd"),
            F.max_by(F.substring("hs_code", 1, 6), by_value).alias("hs6"),
            F.max_by("goods_norm", by_value).alias("goods"),
            F.max_by("partner_name_norm", by_value).alias("partner"),
            F.min("house_bill_no").alias("bill"),
            F.min("master_bill_no").alias("master"),
            F.sort_array(F.collect_set("record_key")).alias("keys"),
            *[F.min(column).alias(column) for column in TIE_COLUMNS],
        )
        .withColumn(
            "downgraded",
            (F.col("channel") == "green") & (F.col("first_channel") != "green") & (F.col("inspection") == 0),
        )
    )


def surprise(hits: Column, trials: Column, rate: Column) -> Column:
    """How far `hits` lie above `trials` draws at `rate`, in standard deviations; one more hit's worth of
    caution in the variance keeps two or three trials from standing out."""
    expected = trials * rate
    return (hits - expected) / F.sqrt(expected * (1 - rate) + 1)
