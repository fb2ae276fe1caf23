"""Sellers with no owner in common who offer one brand far below its price beside the same picture.

A stock picture stands beside many a brand, at any price, and a clearance has pictures of its own. The goods
of one workshop, spread over several shops, keep picture and price. One such picture says it, though two
listings may have it by chance, and a few, or one of each shop, may unless enough of them call the goods
copies; a copied catalogue (`cloned_catalogues`) is another matter.
Source: design of this project ("independent" shops that share images); OECD/EUIPO (price as the mark of
counterfeits).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import is_true
from jobs.signals.goods.listings.brand_prices import with_brand_gap
from jobs.signals.goods.listings.cloned_catalogues import hands_in_common
from jobs.signals.goods.listings.shown_pictures import with_picture
from jobs.signals.goods.listings.told_brands import with_told_brand
from jobs.signals.goods.senders import sender_detections
from jobs.signals.goods.traders import in_window
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, member, record

SIGNAL = Signal(
    id="one_picture_below_brand",
    subject="seller",
    reads={
        "listings": "silver.listings",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    listings: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of the hands x how far below the brand's price they offer it (natural log, median)."""
    listed = in_window(listings, as_of, parameters["lookback_days"])
    named = with_picture(with_told_brand(listed, parameters))
    pictures = named.where(F.col("image").isNotNull()).select("record_key", "image", "brand_name")
    of_one_brand = (
        pictures.groupBy("image")
        .agg(F.count_distinct("brand_name").alias("brands"))
        .where(F.col("brands") == 1)
    )
    picture = Window.partitionBy("image")
    shared = (
        with_brand_gap(listed, operators, parameters)
        .join(pictures.select("record_key", "image"), "record_key")
        .join(of_one_brand, "image", "left_semi")
        .withColumn("usual", F.percentile("gap", 0.5).over(picture))
        .withColumn("all_hands", F.size(F.collect_set("hand").over(picture)))
        .where(
            (F.col("usual") <= -float(parameters["cheap_gap"]))
            & (F.col("all_hands") <= int(parameters["picture_hands_limit"]))
        )
    )
    # Whose picture was copied asks the usual price.
    cheap = (
        shared.where(F.col("gap") <= -float(parameters["least_gap"]))
        .withColumn("users", F.sort_array(F.collect_set("hand").over(picture)))
        .where(F.size("users") >= 2)
    )
    said = listed.select("record_key", is_true(F.col("title_norm").rlike(_copy_words())).alias("copy"))
    groups = (
        cheap.join(said, "record_key")
        .join(hands_in_common(cheap, 1), "hand")
        .groupBy(F.col("group").alias("hand"))
    )
    listings = F.count(F.lit(1))
    each = F.try_divide(F.sum("units"), listings)
    copies = F.avg(F.col("copy").cast("int")) >= float(parameters["copies_share"])
    one_of_each = listings <= F.count_distinct("seller_key") * float(parameters["listings_each"])
    measured = groups.agg(
        (F.log2(F.size(F.collect_set("hand"))) * -F.percentile("gap", 0.5)).alias("value"),
        listings.alias("support"),
        F.sum(F.col("units") * F.col("price_vnd")).alias("value_vnd"),
        F.array(
            explanation("few_units", each <= float(parameters["few_units"])),
            explanation("chance_pair", listings <= int(parameters["chance_listings"])),
            explanation(
                "not_called_copies",
                ((listings <= int(parameters["few_listings"])) | one_of_each) & ~copies,
            ),
        ).alias("explanations"),
        F.collect_list(record("listings", F.col("record_key"))).alias("evidence"),
        F.collect_list(F.array(member("seller", F.col("seller_key"), "shop"))).alias("names"),
    )
    peers = measured.withColumn("peer_group", F.lit("hands with a picture of one brand in common"))
    return sender_detections(
        SIGNAL, against_peers(peers, float(parameters["report_from"])), identifiers, parameters
    )


def _copy_words() -> str:
    words = load_lexicon("counterfeited_brands")["copy_words"]
    return rf"(^|[^a-z0-9])({'|'.join(map(str, words))})([^a-z0-9]|$)"
