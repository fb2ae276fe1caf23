"""Exports declared far above both the peers and what the exporter itself paid for such goods.

Source: Vietnam Customs and tax press cases (export value inflated for VAT refunds, goods that go round).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.peer_measures import lines_with_peers, positive, unit_prices
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="export_inflation",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)
_KEPT = ("trader", "customs_value_vnd", "price", "cost", "bought", *TIE_COLUMNS)


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = root of (log2 of export over own import price per kilogram x robust z against the peers).

    Measured for exporters that import goods of the same heading; processing regimes add value by right and
    are left out.
    """
    kept = in_window(customs_declarations, as_of, parameters["lookback_days"]).where(
        ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    )
    lines = (
        kept.where(F.col("hand").isNotNull())
        .withColumn("heading", heading(F.col("hs_code"), int(parameters["goods_digits"])))
        .withColumn(
            "price",
            F.round(F.log(positive(F.col("customs_value_vnd")) / positive(F.col("net_weight_kg"))), 6),
        )
    )
    own = Window.partitionBy("hand", "heading")
    bought = (F.col("direction") == "import") & F.col("price").isNotNull()
    exports = in_window(
        lines.withColumn("cost", F.percentile(F.when(bought, F.col("price")), 0.5).over(own)).withColumn(
            "bought", F.count_if(bought).over(own)
        ),
        as_of,
        parameters["window_days"],
    ).where(F.col("direction") == "export")
    compared = (
        lines_with_peers(exports, unit_prices(), _KEPT, 1, parameters)
        .where(F.col("cost").isNotNull())
        .withColumn("times", F.round((F.col("price") - F.col("cost")) / F.log(F.lit(2.0)), 6))
    )
    far = (F.col("times") >= float(parameters["least_doublings"])) & (
        F.col("z") >= float(parameters["line_z"])
    )
    measured = (
        compared.withColumn("far", far)
        .groupBy("hand")
        .agg(
            F.count(F.lit(1)).alias("lines"),
            F.count_if("far").alias("support"),
            F.percentile(F.when(F.col("far"), F.col("times")), 0.5).alias("times"),
            F.percentile(F.when(F.col("far"), F.col("z")), 0.5).alias("z"),
            F.sum(F.when(F.col("far"), F.col("customs_value_vnd"))).alias("value_vnd"),
            F.max("bought").alias("bought"),
            F.collect_list(
                F.when(F.col("far"), shown_record(record(DECLARATIONS, F.col("record_key"))))
            ).alias("shown"),
        )
        .where(F.col("lines") >= int(parameters["least_lines"]))
    )
    single_purchase = F.col("bought") < int(parameters["least_purchases"])
    sure = (
        F.sqrt(F.col("support") / F.col("lines"))
        * F.col("support")
        / (F.col("support") + float(parameters["prior_lines"]))
    )
    keep = F.when(single_purchase, float(parameters["keep_single_purchase"])).otherwise(1.0)
    hands = measured.select(
        "hand",
        F.lit("exporters that import the same goods").alias("peer_group"),
        F.coalesce(F.sqrt(F.col("times") * F.col("z")) * sure * keep, F.lit(0.0)).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("single_purchase", single_purchase)).alias("explanations"),
        "shown",
    )
    found = against_peers(hands, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)
