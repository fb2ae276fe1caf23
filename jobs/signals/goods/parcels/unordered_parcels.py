"""Parcels that nobody ordered: one sum to collect from many strangers for anything, and half come back.

Whoever got hold of addresses sends trifles for cash and lives on those who pay. An honest shop asks what each
article costs, and a shop with one article says which; few of its parcels are refused.
Source: derived here; warnings of the Ministry of Public Security and of carriers on unordered cash parcels.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.senders import collecting_parcels, sender_detections, sender_names
from jobs.signals.goods.whole_declarations import surprise
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="unordered_parcels",
    subject="phone",
    reads={"parcels": "flows.parcels", "identifiers": "links.identifiers"},
)


def transform(
    *, parcels: DataFrame, identifiers: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """value = standard deviations by which parcels of one sum come back more often than any, times the share
    of that sum in all that the sender collects, times that of its recipients who get but one."""
    collected = collecting_parcels(parcels, parameters, as_of)
    found = against_peers(_measure(collected, parameters), float(parameters["report_from"]))
    shown = (
        collected.join(
            F.broadcast(found.select("hand", "cod_amount_vnd")), ["hand", "cod_amount_vnd"], "left_semi"
        )
        .groupBy("hand")
        .agg(
            F.collect_list(record("shipments", F.col("record_key"))).alias("evidence"),
            F.collect_list(sender_names()).alias("names"),
        )
    )
    return sender_detections(SIGNAL, found.join(shown, "hand"), identifiers, parameters)


def _measure(collected: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand, with the sum that it asks for most often."""
    hand, everywhere = Window.partitionBy("hand"), Window.partitionBy(F.lit(0))
    sums = (
        collected.groupBy("hand", "cod_amount_vnd")
        .agg(
            F.count(F.lit(1)).alias("support"),
            F.count_if("back").alias("back"),
            F.count_distinct("goods_norm").alias("goods"),
            F.count_distinct("recipient_phone_e164").alias("recipients"),
        )
        .withColumn("rate", F.sum("back").over(everywhere) / F.sum("support").over(everywhere))
        .withColumn("share", F.col("support") / F.sum("support").over(hand))
        .withColumn(
            "place",
            F.row_number().over(hand.orderBy(F.desc("support"), "cod_amount_vnd")),
        )
    )
    often = F.col("place").eqNullSafe(1) & (F.col("support") >= int(parameters["parcels_least"]))
    one_sum = F.col("share") >= float(parameters["share_least"])
    excess = F.greatest(surprise(F.col("back"), F.col("support"), F.col("rate")), F.lit(0.0))
    value = excess * F.col("share") * F.least(F.col("recipients") / F.col("support"), F.lit(1.0))
    return sums.where(F.col("place") == 1).select(
        "hand",
        "cod_amount_vnd",
        F.lit("senders of parcels to be paid for").alias("peer_group"),
        F.when(often & one_sum, F.round(value, 6)).otherwise(0.0).alias("value"),
        "support",
        (F.col("cod_amount_vnd") * (F.col("support") - F.col("back"))).cast("bigint").alias("value_vnd"),
        F.array(explanation("one_article", F.col("goods") <= 1)).alias("explanations"),
    )
