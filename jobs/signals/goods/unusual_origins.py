"""Goods of an origin from which hardly anybody else gets them, bought by several companies from one supplier.

A made-up origin escapes anti-dumping duty, a ban or a licence whatever the rate says; the paper trail then
leads to one seller in the country that is named. One company with a source of its own is a pioneer or an
exclusive distributor.
Source: WCO, commercial fraud typologies (origin; transhipment); Vietnam Customs press cases.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of, with_hand
from jobs.signals.goods.whole_declarations import surprise
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="unusual_origins",
    subject="company",
    reads={
        "customs_declarations": "silver.customs_declarations",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = standard deviations above the rate of such lines, x how many."""
    imports = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        (F.col("direction") == "import") & ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    )
    lines = _unusual(with_hand(imports, operators).where(F.col("hand").isNotNull()), parameters)
    base = lines.agg(F.round(F.avg(F.col("unusual").cast("int")), 6).alias("base"))
    hit = F.col("unusual")
    shown = shown_record(record(DECLARATIONS, F.col("record_key")))
    hands = lines.groupBy("hand").agg(
        F.count(F.lit(1)).alias("lines"),
        F.count_if(hit).alias("support"),
        F.count_if(hit & (F.col("inspection_result") == "match")).alias("matched"),
        F.sum(F.when(hit, F.col("customs_value_vnd"))).alias("value_vnd"),
        F.collect_list(F.when(hit, shown)).alias("shown"),
    )
    beyond = F.greatest(surprise(F.col("support"), F.col("lines"), F.col("base")), F.lit(0.0))
    sure = F.col("support") / (F.col("support") + float(parameters["prior_lines"]))
    matched = F.col("matched") * 2 > F.col("support")
    keep = F.when(matched, float(parameters["keep_inspected_and_matched"])).otherwise(1.0)
    measured = hands.crossJoin(F.broadcast(base)).select(
        "hand",
        F.lit("importers").alias("peer_group"),
        (beyond * sure * keep).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("inspected_and_matched", matched)).alias("explanations"),
        "shown",
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, imports, identifiers, parameters)


def _unusual(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines of goods that many hands import, with `unusual`: few have this origin, most from one supplier."""
    goods = Window.partitionBy("code")
    origin = Window.partitionBy("code", "origin_country")
    supplier = Window.partitionBy("code", "origin_country", "partner_name_norm")
    hands = F.collect_set("hand")
    rare = (F.col("hands_of_origin") <= int(parameters["origin_hands_max"])) & (
        F.col("hands_of_origin") <= F.col("hands_of_goods") * float(parameters["origin_share_max"])
    )
    together = (
        F.col("partner_name_norm").isNotNull()
        & (F.col("hands_of_supplier") >= int(parameters["supplier_hands"]))
        & (F.col("lines_of_supplier") >= F.col("lines_of_origin") * float(parameters["supplier_share"]))
    )
    return (
        lines.withColumn("code", heading(F.col("hs_code"), 8))
        .where(F.col("code").isNotNull() & F.col("origin_country").isNotNull())
        .withColumn("hands_of_goods", F.size(hands.over(goods)))
        .withColumn("hands_of_origin", F.size(hands.over(origin)))
        .withColumn("hands_of_supplier", F.size(hands.over(supplier)))
        .withColumn("lines_of_origin", F.count(F.lit(1)).over(origin))
        .withColumn("lines_of_supplier", F.count(F.lit(1)).over(supplier))
        .where(F.col("hands_of_goods") >= int(parameters["goods_hands"]))
        .withColumn("unusual", F.coalesce(rare & together, F.lit(False)))
    )
