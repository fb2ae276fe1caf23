"""Goods of an origin from which hardly anybody else gets them, bought by several companies from one supplier.

A made-up origin escapes anti-dumping duty, a ban or a licence whatever the rate says; the paper trail then
leads to one seller in the country that is named. One company with a source of its own is a pioneer or an
exclusive distributor. Where rare origins commonly have one seller to several, that is how the trade is.
Source: WCO, commercial fraud typologies (origin; transhipment); Vietnam Customs press cases.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order, marked_detections
from jobs.signals.goods.tied_traders import shown_record
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, heading
from jobs.signals.schema import Parameters, Signal, record

SIGNAL = Signal(
    id="unusual_origins",
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
    """value as `marked_detections` gives it."""
    imports = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = _unusual(imports.where(F.col("hand").isNotNull()), parameters)
    marked = lines.select(
        "hand",
        F.col("unusual").cast("double").alias("mark"),
        found_in_order().alias("in_order"),
        F.col("customs_value_vnd").alias("value_vnd"),
        F.array(shown_record(record(DECLARATIONS, F.col("record_key")))).alias("shown"),
    )
    return marked_detections(SIGNAL, marked, imports, identifiers, parameters)


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
    counted = (
        lines.withColumn("code", heading(F.col("hs_code"), 8))
        .where(F.col("code").isNotNull() & F.col("origin_country").isNotNull())
        .withColumn("hands_of_goods", F.size(hands.over(goods)))
        .withColumn("hands_of_origin", F.size(hands.over(origin)))
        .withColumn("hands_of_supplier", F.size(hands.over(supplier)))
        .withColumn("lines_of_origin", F.count(F.lit(1)).over(origin))
        .withColumn("lines_of_supplier", F.count(F.lit(1)).over(supplier))
        .where(F.col("hands_of_goods") >= int(parameters["goods_hands"]))
        .withColumn("rare", rare)
        .withColumn("together", F.coalesce(rare & together, F.lit(False)))
    )
    unusual = F.col("together") & (F.col("usual_share") <= float(parameters["usual_share_max"]))
    return counted.crossJoin(_usual_share(counted, parameters)).withColumn("unusual", unusual)


def _usual_share(counted: DataFrame, parameters: Parameters) -> DataFrame:
    """One row: of the rare origins of several hands, the share that sellers beyond the first supply."""
    origins = (
        counted.where(F.col("rare") & (F.col("hands_of_origin") >= int(parameters["supplier_hands"])))
        .groupBy("code", "origin_country")
        .agg(F.max(F.when(F.col("together"), F.col("partner_name_norm"))).alias("seller"))
    )
    further = F.greatest(F.countDistinct("seller") - 1, F.lit(0))
    return origins.agg((further / F.greatest(F.count(F.lit(1)), F.lit(1))).alias("usual_share"))
