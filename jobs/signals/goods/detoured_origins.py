"""Goods of one country's origin that a seller in another producing country ships, as nobody else gets them.

A seller in China ships Chinese goods; that its goods are Korean is what a paper says. Trading places (Hong
Kong, Singapore) ship what others made, and where several buy goods by the same detour, that is how the trade
is. Who alone has it pays a preferential rate, or none of the duty that the country of the seller bears.
Source: WCO, commercial fraud typologies (origin, transhipment); WTO Agreement on Rules of Origin.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, finest_code
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="detoured_origins",
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
    """value = log2 of one more than the lines by a detour of their own, each by what it saves."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = kept.where(F.col("hand").isNotNull() & F.col("trader_key").startswith("tax:"))
    marked = _detoured(lines, parameters)
    found = against_peers(_measure(marked, parameters), float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _detoured(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines with `mark`: 0, or what a line by a detour that nobody else takes counts."""
    abroad = F.col("partner_country") != F.col("origin_country")
    seller, route = ["code", "partner_country", "origin_country", "partner_name_norm"], "route"
    hands = F.collect_set("hand")
    known = (
        lines.withColumn("code", finest_code(F.col("hs_code")))
        .where(F.col("code").isNotNull() & F.col("partner_name_norm").isNotNull())
        .where(F.col("partner_country").isNotNull() & F.col("origin_country").isNotNull())
        .withColumn(route, F.concat_ws("|", "code", "partner_country", "origin_country"))
        .withColumn("rate", F.col("duty_vnd") / positive(F.col("customs_value_vnd")))
    )
    counted = (
        known.withColumn(
            "made_there", F.avg((~abroad).cast("int")).over(Window.partitionBy("partner_country"))
        )
        .withColumn("hands_of_goods", F.size(hands.over(Window.partitionBy("code"))))
        .withColumn("hands_of_route", F.size(hands.over(Window.partitionBy(route))))
        .withColumn("hands_of_seller", F.size(hands.over(Window.partitionBy(*seller))))
        .withColumn("lines_of_seller", F.count(F.lit(1)).over(Window.partitionBy(*seller)))
        .withColumn("own_lines", F.count(F.lit(1)).over(Window.partitionBy("hand", *seller)))
        .withColumn("own_goods", F.count(F.lit(1)).over(Window.partitionBy("hand", "code")))
    )
    alone = (
        abroad
        & (F.round("made_there", 6) >= float(parameters["made_there_share"]))
        & (F.col("hands_of_route") == F.col("hands_of_seller"))
        & (F.col("hands_of_goods") - F.col("hands_of_route") >= int(parameters["other_hands"]))
        & (F.col("hands_of_route") <= F.col("hands_of_goods") * float(parameters["route_share"]))
        & (F.col("lines_of_seller") >= int(parameters["least_lines"]))
        & (F.col("own_lines") >= int(parameters["own_lines"]))
        & (F.col("own_lines") >= F.col("own_goods") * float(parameters["own_share"]))
    )
    return counted.join(_usual_rates(known, parameters), ["code", "partner_country"], "left").withColumn(
        "mark", F.when(alone, _mark(parameters)).otherwise(0.0)
    )


def _usual_rates(known: DataFrame, parameters: Parameters) -> DataFrame:
    """code, partner_country, usual_rate: what goods made in the seller's country pay without a preference."""
    made = known.groupBy("code", F.col("origin_country").alias("partner_country"))
    return F.broadcast(
        made.agg(F.percentile("rate", float(parameters["full_rate_quantile"])).alias("usual_rate"))
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
    return hands.select(
        "hand",
        F.lit("importers").alias("peer_group"),
        F.round(F.log2(1 + F.col("weighed")), 6).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("inspected_and_matched", matched)).alias("explanations"),
        "shown",
    )
