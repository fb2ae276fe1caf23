"""What the signals about misdeclared codes and origins share: lines that count by the duty that they save."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.tied_traders import shown_record
from jobs.signals.goods.traders import DECLARATIONS
from jobs.signals.schema import Parameters, explanation, record


def usual_rates(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """code, origin_country, usual_rate: what goods of an origin pay that have no preference.

    `lines`: code, origin_country and rate (duty as a share of the customs value).
    """
    quantile = F.percentile("rate", float(parameters["full_rate_quantile"]))
    return lines.groupBy("code", "origin_country").agg(quantile.alias("usual_rate"))


def saves_duty(parameters: Parameters) -> Column:
    """Whether a line's `rate` lies below its `usual_rate` by `lower_points`; null where one is unknown."""
    saved = F.round(F.col("usual_rate") - F.col("rate"), 6)
    return saved >= float(parameters["lower_points"])


def mark_of_saving(parameters: Parameters) -> Column:
    """What a line counts by its `rate` and `usual_rate`: 1 where it pays less, else `same_rate_mark`."""
    return F.when(saves_duty(parameters), 1.0).otherwise(float(parameters["same_rate_mark"]))


def measured_hands(
    marked: DataFrame, parameters: Parameters, innocent: Mapping[str, Column] | None = None
) -> DataFrame:
    """One row a hand, as `tied_detections` takes it: value = log2 of one more than its marks.

    `marked`: declaration lines with `mark` (0 where a line does not count). Where most of those that count
    were inspected and found in order, `keep_inspected_and_matched` of the value is left, or all.
    `innocent`: further explanations, and which lines are so explained; one holds where more than `<id>_share`
    of those that count are.
    """
    explained = innocent or {}
    hit = F.col("mark") > 0
    hands = marked.groupBy("hand").agg(
        F.round(F.sum("mark"), 6).alias("weighed"),
        F.count_if(hit).alias("support"),
        F.count_if(hit & found_in_order()).alias("in_order"),
        F.sum(F.when(hit, F.col("customs_value_vnd"))).alias("value_vnd"),
        F.collect_list(F.when(hit, shown_record(record(DECLARATIONS, F.col("record_key"))))).alias("shown"),
        *[F.count_if(hit & lines).alias(name) for name, lines in explained.items()],
    )
    further = [
        explanation(name, F.col(name) > F.col("support") * float(parameters[f"{name}_share"]))
        for name in explained
    ]
    matched = F.col("in_order") > F.col("support") * float(parameters["matched_share"])
    keep = F.when(matched, float(parameters.get("keep_inspected_and_matched", 1.0))).otherwise(1.0)
    return hands.select(
        "hand",
        F.lit("importers").alias("peer_group"),
        F.round(F.log2(1 + F.col("weighed")) * keep, 6).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("inspected_and_matched", matched), *further).alias("explanations"),
        "shown",
    )
