"""Goods brought in duty-free for processing or export production that never leave again.

Source: Vietnam Customs press cases (processing imports sold at home). Young stock is not measured; a change
of use that was declared (and taxed) counts as accounted for.
"""

from datetime import date, timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, in_window, is_one_of, micro, with_hand
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="processing_not_reexported",
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
    """value (0 to 1) = share of the aged weight that is not accounted for, beyond the peers' share."""
    kept = in_window(customs_declarations, as_of, parameters["lookback_days"])
    bonded = is_one_of(F.col("regime"), parameters, "processing_regimes") & (F.col("direction") == "import")
    leaving = F.col("direction") == "export"
    taxed = is_one_of(F.col("regime"), parameters, "change_of_use_regimes") & (F.col("direction") == "import")
    aged = F.col("event_day") <= F.lit(as_of - timedelta(days=int(parameters["leeway_days"])))
    late = F.col("event_day") > F.lit(as_of - timedelta(days=int(parameters["recent_days"])))
    lines = with_hand(kept, operators).withColumn("brought_in", bonded & aged)
    weight = micro(F.coalesce("net_weight_kg", F.lit(0.0)))
    hands = (
        lines.where(F.col("hand").isNotNull())
        .groupBy("hand")
        .agg(
            F.sum(F.when(F.col("brought_in"), weight)).alias("weight_in"),
            F.count_if("brought_in").alias("support"),
            F.sum(F.when(leaving | taxed, weight)).alias("weight_out"),
            F.sum(F.when(leaving & late, weight)).alias("late_out"),
            F.sum(F.when(F.col("brought_in"), F.col("customs_value_vnd"))).alias("value_vnd"),
            F.collect_list(
                F.when(F.col("brought_in"), shown_record(record(DECLARATIONS, F.col("record_key"))))
            ).alias("shown"),
        )
        .where(F.col("support") >= int(parameters["least_lines"]))
        .where(F.col("weight_in") > 0)
    )
    expected = F.col("weight_in") * (1 - float(parameters["waste_share"]))
    out = F.coalesce("weight_out", F.lit(0))
    missing = F.greatest(1 - out / expected, F.lit(0.0))
    everyone = Window.partitionBy(F.lit(1))
    usual = F.when(
        F.count(F.lit(1)).over(everyone) >= int(parameters["peers_for_usual"]),
        F.percentile("missing", 0.5).over(everyone),
    ).otherwise(0.0)
    still_exporting = F.coalesce("late_out", F.lit(0)) >= F.col("weight_in") * float(
        parameters["still_exporting_share"]
    )
    beyond = F.greatest(F.try_divide(F.col("missing") - F.col("usual"), 1 - F.col("usual")), F.lit(0.0))
    sure = F.col("support") / (F.col("support") + float(parameters["prior_lines"]))
    kept_share = F.when(still_exporting, float(parameters["keep_still_exporting"])).otherwise(1.0)
    measured = (
        hands.withColumn("missing", F.round(missing, 6))
        .withColumn("usual", F.round(usual, 6))
        .select(
            "hand",
            F.lit("bonded processors").alias("peer_group"),
            (F.coalesce(beyond, F.lit(0.0)) * sure * kept_share).alias("value"),
            "support",
            (F.col("value_vnd") * F.col("missing")).cast("bigint").alias("value_vnd"),
            F.array(explanation("still_exporting", still_exporting)).alias("explanations"),
            "shown",
        )
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)
