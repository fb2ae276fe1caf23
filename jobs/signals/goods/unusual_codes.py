"""Goods declared under a code that hardly anybody else uses for goods of that name, mostly at a lower rate.

A television set declared as a monitor keeps its name. Whoever declares goods so called agrees on their code;
one trader does not.
Source: WCO, commercial fraud typologies (misclassification); Vietnam Customs press cases.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.goods_names import goods_name
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, heading
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="unusual_codes",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of one more than the lines under an unusual code, each by what it saves."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = (
        kept.where(F.col("hand").isNotNull())
        .withColumn("name", goods_name(F.col("goods_norm")))
        .withColumn("code", heading(F.col("hs_code"), 8))
        .withColumn("rate", F.round(F.col("duty_vnd") / positive(F.col("customs_value_vnd")), 4))
        .where(F.col("name").isNotNull() & F.col("code").isNotNull())
    )
    compared = lines.join(F.broadcast(_usual_codes(lines, parameters)), ["name", "code"]).join(
        F.broadcast(_usual_rates(lines, parameters)), ["usual_code", "origin_country"], "left"
    )
    marked = compared.withColumn("mark", F.when(F.col("odd"), _mark(parameters)).otherwise(0.0))
    found = against_peers(_measure(marked, parameters), float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _usual_codes(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """name, code, usual_code, odd: the code that most hands use for a name, and what hardly any uses."""
    votes = lines.groupBy("name", "code").agg(F.count_distinct("hand").alias("hands"))
    usual = votes.groupBy("name").agg(
        F.max_by(F.struct("code", "hands"), F.struct("hands", "code")).alias("usual"),
        F.sum("hands").alias("all_hands"),
    )
    agreed = (F.col("usual.hands") >= int(parameters["peer_hands"])) & (
        F.col("usual.hands") >= F.col("all_hands") * float(parameters["usual_share"])
    )
    few = (F.col("hands") == 1) | (
        (F.col("hands") <= int(parameters["odd_hands"]))
        & (F.col("hands") <= F.col("usual.hands") * float(parameters["odd_share"]))
    )
    odd = (F.col("code") != F.col("usual.code")) & few
    return votes.join(usual.where(agreed), "name").select(
        "name", "code", F.col("usual.code").alias("usual_code"), odd.alias("odd")
    )


def _usual_rates(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """usual_code, origin_country, usual_rate: what goods of an origin pay that have no preference."""
    return lines.groupBy(F.col("code").alias("usual_code"), "origin_country").agg(
        F.percentile("rate", float(parameters["full_rate_quantile"])).alias("usual_rate")
    )


def _mark(parameters: Parameters) -> Column:
    saved = F.round(F.col("usual_rate") - F.col("rate"), 6)
    return F.when(saved >= float(parameters["lower_points"]), 1.0).otherwise(
        float(parameters["same_rate_mark"])
    )


def _measure(marked: DataFrame, parameters: Parameters) -> DataFrame:
    hit = F.col("mark") > 0
    hands = marked.groupBy("hand").agg(
        F.round(F.sum("mark"), 6).alias("weighed"),
        F.count_if(hit).alias("support"),
        F.count_if(hit & found_in_order()).alias("in_order"),
        F.sum(F.when(hit, F.col("customs_value_vnd"))).alias("value_vnd"),
        F.collect_list(F.when(hit, shown_record(record(DECLARATIONS, F.col("record_key"))))).alias("shown"),
    )
    matched = F.col("in_order") > F.col("support") * float(parameters["matched_share"])
    keep = F.when(matched, float(parameters["keep_inspected_and_matched"])).otherwise(1.0)
    return hands.select(
        "hand",
        F.lit("importers").alias("peer_group"),
        F.round(F.log2(1 + F.col("weighed")) * keep, 6).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("inspected_and_matched", matched)).alias("explanations"),
        "shown",
    )
