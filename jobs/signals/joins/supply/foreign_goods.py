"""Which parcels hold foreign goods, as far as brand, wording and origin say."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import is_true
from jobs.signals.goods.senders import parcel_worth
from jobs.signals.schema import Parameters

_UNSOLD = ("returned", "refused", "lost", "cancelled")


def brand_key(column: str = "brand") -> Column:
    """A brand as it is compared: small letters, single spaces; null when empty."""
    return F.nullif(F.trim(F.regexp_replace(F.lower(column), r"[\s\-_.']+", " ")), F.lit(""))


def with_foreign(parcels: DataFrame, customs: DataFrame, parameters: Parameters) -> DataFrame:
    """Add `foreign`: a foreign origin, foreign wording or, where no origin is given, a brand from abroad.

    What others declare as imported tells which brands come from abroad; no list of ours could keep up. A
    brand whose parcels mostly give Vietnam as origin is made or stocked here.
    """
    abroad = F.col("origin_country") != "VN"
    imported = (
        customs.where((F.col("direction") == "import") & abroad)
        .select(brand_key().alias("brand_key"))
        .where(F.col("brand_key").isNotNull() & ~F.col("brand_key").rlike(str(parameters["no_brand"])))
        .distinct()
        .withColumn("imported_brand", F.lit(True))
    )
    named = parcels.withColumn("brand_key", brand_key())
    from_here = (
        named.where(F.col("brand_key").isNotNull())
        .groupBy("brand_key")
        .agg(F.avg((~abroad).cast("int")).alias("from_here"))
        .where(F.col("from_here") >= float(parameters["brand_from_here"]))
        .select("brand_key", F.lit(True).alias("domestic_brand"))
    )
    known = sorted(
        {str(name) for names in load_lexicon("counterfeited_brands")["brands"].values() for name in names}
    )
    foreign_brand = is_true(F.col("imported_brand") | F.col("brand_key").isin(known)) & ~is_true(
        F.col("domestic_brand")
    )
    foreign = is_true(F.col("goods_norm").rlike(str(parameters["foreign_words"]))) | F.coalesce(
        abroad, foreign_brand
    )
    return (
        named.join(F.broadcast(imported), "brand_key", "left")
        .join(F.broadcast(from_here), "brand_key", "left")
        .withColumn("foreign", foreign)
        .drop("imported_brand", "domestic_brand", "brand_key")
    )


def sold_parcels(parcels: DataFrame) -> DataFrame:
    """Parcels that were not sent back, with `subject_id` (operator, else the sender) and `sold_vnd`.

    The price is what the recipient pays, or the declared value when that is more (prepaid).
    """
    price = parcel_worth()
    return (
        parcels.where(~F.col("status").isin(*_UNSOLD))
        .withColumn("subject_id", F.coalesce("operator_id", "sender_key"))
        .where(F.col("subject_id").isNotNull())
        .withColumn("sold_vnd", price.cast("bigint"))
    )
