"""Sellers with no owner in common who show the same rare pictures of branded goods, below the brand's price.

Source: design of this project ("independent" shops that share images); OECD/EUIPO on counterfeits. Control by
one hand is another matter; here the copied catalogue itself counts.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.listings.brand_prices import with_brand_gap
from jobs.signals.goods.listings.shown_pictures import with_picture
from jobs.signals.goods.senders import sender_detections
from jobs.signals.goods.traders import in_window
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, member, record

SIGNAL = Signal(
    id="cloned_catalogues",
    subject="seller",
    reads={
        "listings": "silver.listings",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
    },
)
_ROUNDS = 3


def transform(
    *,
    listings: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value (0 to 1) = how many hands x share of their branded catalogue x how far below the brand."""
    listed = in_window(listings, as_of, parameters["lookback_days"])
    shown = with_picture(listed).where(F.col("image").isNotNull()).select("record_key", "image")
    scored = with_brand_gap(listed, operators, parameters).join(shown, "record_key")
    rare = _with_rare_image(scored, parameters)
    groups = hands_in_common(rare.where("rare"), int(parameters["shared_pictures"]))
    measured = _measure(rare.join(groups, "hand", "inner"), parameters)
    found = against_peers(measured, float(parameters["report_from"]))
    return sender_detections(SIGNAL, found, identifiers, parameters)


def _with_rare_image(scored: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `users` (hands with this picture, sorted) and `rare`: two or more, but not everybody."""
    picture = Window.partitionBy("image")
    return scored.withColumn("users", F.sort_array(F.collect_set("hand").over(picture))).withColumn(
        "rare", F.size("users").between(2, int(parameters["picture_hands_limit"]))
    )


def hands_in_common(shown: DataFrame, least: int) -> DataFrame:
    """hand, group: hands reached over pairs that share at least `least` pictures (`image`, its `users`)."""
    pictures = shown.select("image", "users").distinct()
    pairs = (
        pictures.select("users", F.explode("users").alias("one"))
        .select("one", F.explode("users").alias("other"))
        .where(F.col("one") < F.col("other"))
        .groupBy("one", "other")
        .agg(F.count(F.lit(1)).alias("shared"))
        .where(F.col("shared") >= least)
        .repartition(1)
    )
    edges = pairs.select(
        F.concat_ws("|", "one", "other").alias("pair"), F.explode(F.array("one", "other")).alias("hand")
    ).withColumn("group", F.col("hand"))
    for _ in range(_ROUNDS):
        edges = edges.withColumn("group", F.min("group").over(Window.partitionBy("pair")))
        edges = edges.withColumn("group", F.min("group").over(Window.partitionBy("hand")))
    return edges.groupBy("hand").agg(F.min("group").alias("group"))


def _measure(listed: DataFrame, parameters: Parameters) -> DataFrame:
    groups = listed.groupBy(F.col("group").alias("hand")).agg(
        F.count(F.lit(1)).alias("listings"),
        F.count_if("rare").alias("support"),
        F.size(F.collect_set(F.when(F.col("rare"), F.col("hand")))).alias("hands"),
        F.percentile(F.when(F.col("rare"), F.col("gap")), 0.5).alias("gap"),
        F.sum(F.when(F.col("rare"), F.col("units") * F.col("price_vnd"))).alias("value_vnd"),
        F.collect_list(F.when(F.col("rare"), record("listings", F.col("record_key")))).alias("evidence"),
        F.collect_list(F.when(F.col("rare"), F.array(member("seller", F.col("seller_key"), "shop")))).alias(
            "names"
        ),
    )
    others = F.col("hands") - 1
    crowd = others / (others + float(parameters["half_hands"]))
    floor = float(parameters["weight_usual_price"])
    depth = F.least(F.greatest(-F.col("gap") / float(parameters["full_gap"]), F.lit(0.0)), F.lit(1.0))
    value = crowd * F.sqrt(F.col("support") / F.col("listings")) * (floor + (1 - floor) * depth)
    usual = F.col("gap") > -float(parameters["usual_gap"])
    value = value * F.when(usual, float(parameters["keep_supplier_pictures"])).otherwise(1.0)
    return groups.select(
        "hand",
        F.lit("groups with shared pictures").alias("peer_group"),
        value.alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("supplier_pictures", usual)).alias("explanations"),
        "evidence",
        "names",
    )
