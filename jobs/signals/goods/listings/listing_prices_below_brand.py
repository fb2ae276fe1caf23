"""Branded goods offered far below what others ask for the brand, many of them, with many sales.

Source: design of this project after OECD/EUIPO (price as the mark of counterfeits); peers as in the JRC's
unit-price outliers.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.listings.brand_prices import with_brand_gap
from jobs.signals.goods.senders import sender_detections
from jobs.signals.goods.traders import in_window
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, member, record

SIGNAL = Signal(
    id="listing_prices_below_brand",
    subject="seller",
    reads={
        "listings": "silver.listings",
        "sellers": "silver.sellers",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    listings: DataFrame,
    sellers: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = depth (robust standard deviations) x root(share of listings) x share of sales that it makes."""
    listed = in_window(listings, as_of, parameters["lookback_days"])
    scored = with_brand_gap(listed, operators, parameters)
    age = F.datediff(F.lit(as_of), F.col("registered_on"))
    settled = (
        sellers.where(age >= int(parameters["settled_days"]))
        .groupBy("seller_key")
        .agg(F.lit(True).alias("old"))
    )
    found = against_peers(
        _measure(scored.join(settled, "seller_key", "left"), parameters), float(parameters["report_from"])
    )
    return sender_detections(SIGNAL, found, identifiers, parameters)


def _measure(scored: DataFrame, parameters: Parameters) -> DataFrame:
    far = (F.col("gap") <= -float(parameters["listing_gap"])) & (
        F.col("z") <= -float(parameters["listing_z"])
    )
    hands = (
        scored.withColumn("far", far)
        .groupBy("hand")
        .agg(
            F.count(F.lit(1)).alias("listings"),
            F.count_if("far").alias("support"),
            F.percentile(F.when(F.col("far"), -F.col("z")), 0.5).alias("depth"),
            F.sum(F.when(F.col("far"), F.col("units"))).alias("units"),
            F.size(F.collect_set(F.when(F.col("far"), F.col("brand_name")))).alias("brands"),
            F.count_if(F.col("far") & F.col("old").isNotNull()).alias("old"),
            F.sum(F.when(F.col("far"), F.col("units") * F.col("price_vnd"))).alias("value_vnd"),
            F.collect_list(F.when(F.col("far"), record("listings", F.col("record_key")))).alias("evidence"),
            F.collect_list(
                F.when(F.col("far"), F.array(member("seller", F.col("seller_key"), "shop")))
            ).alias("names"),
        )
    )
    prior = float(parameters["prior_listings"])
    sold = F.col("units") / (F.col("units") + float(parameters["half_units"]))
    floor = float(parameters["weight_unsold"])
    value = (
        F.least(F.col("depth"), F.lit(float(parameters["depth_limit"])))
        * F.sqrt(F.col("support") / F.col("listings"))
        * F.col("support")
        / (F.col("support") + prior)
        * (floor + (1 - floor) * sold)
    )
    each = F.try_divide(F.col("units"), F.col("support"))
    innocent = {
        # Few pieces of each, of several brands, by a shop that has been there for long.
        "clearance_seller": (each <= float(parameters["clearance_units"]))
        & (F.col("brands") >= int(parameters["clearance_brands"]))
        & (F.col("old") * 2 >= F.col("support")),
        "few_units": each <= float(parameters["few_units"]),
    }
    for name, holds in innocent.items():
        keep = float(parameters[f"keep_{name}"])
        value = value * F.when(F.coalesce(holds, F.lit(False)), keep).otherwise(1.0)
    return hands.where(F.col("listings") >= int(parameters["least_listings"])).select(
        "hand",
        F.lit("sellers of branded goods").alias("peer_group"),
        F.coalesce(value, F.lit(0.0)).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "evidence",
        "names",
    )
