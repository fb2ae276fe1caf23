"""Branded listings with the price of each against the brand: the measurement behind two signals."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.listings.told_brands import with_told_brand
from jobs.signals.goods.peer_measures import point, positive, with_peers
from jobs.signals.schema import Parameters

KEPT = ("seller_key", "brand_name", "units", "price_vnd")


def with_brand_gap(listings: DataFrame, operators: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a branded listing with enough peers: record_key, hand, the `KEPT` columns, `gap` and `z`.

    The brand is that of its own column or of the title (`with_told_brand`).

    `hand` is the operator of the seller. `gap` is the log of the price over the median of the brand in the
    category (else of the brand), one vote a hand; `z` the same in the peers' scale. Listings that name an
    accessory, a sample or used goods (`other_goods_words`) are not the brand's goods and are left out.
    """
    words = "|".join(word.strip() for word in str(parameters["other_goods_words"]).split(","))
    owners = (
        operators.where(F.col("kind") == "seller")
        .groupBy(F.col("id").alias("seller_key"))
        .agg(F.min("operator_id").alias("seller_operator"))
    )
    branded = (
        with_told_brand(listings, parameters)
        .where(F.col("brand_name").isNotNull() & F.col("seller_key").isNotNull())
        .where(~F.coalesce(F.col("title_norm").rlike(rf"\b({words})\b"), F.lit(False)))
        .join(owners, "seller_key", "left")
        .select(
            "record_key",
            F.coalesce("seller_operator", "seller_key").alias("hand"),
            "seller_key",
            "brand_name",
            F.coalesce("units_sold", F.lit(0)).alias("units"),
            "price_vnd",
            F.lower(F.coalesce("category", F.lit("?"))).alias("category"),
        )
    )
    price = positive(F.col("price_vnd"))
    points = [
        point("price", 0, F.concat_ws("|", F.lit("0"), "brand_name", "category"), price),
        point("price", 1, F.concat_ws("|", F.lit("1"), "brand_name"), price),
    ]
    no_quantity = F.lit(None).cast("double")
    return with_peers(branded, points, ["price"], no_quantity, KEPT, -1, parameters).select(
        "record_key", "hand", *KEPT, "gap", "z"
    )
