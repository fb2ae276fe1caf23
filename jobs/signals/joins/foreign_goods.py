"""Which parcels hold foreign goods, as far as brand, wording and origin say."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.signals.schema import Parameters

_UNSOLD = ("returned", "refused", "lost", "cancelled")


def brand_key(column: str = "brand") -> Column:
    """A brand as it is compared: small letters, single spaces; null when empty."""
    return F.nullif(F.trim(F.regexp_replace(F.lower(column), r"[\s\-_.']+", " ")), F.lit(""))


def with_foreign(parcels: DataFrame, customs: DataFrame, parameters: Parameters) -> DataFrame:
    """Add `foreign`: a brand that others import or that is known abroad, foreign wording, a foreign origin.

    What others declare as imported tells which brands come from abroad; no list of ours could keep up.
    """
    imported = (
        customs.where((F.col("direction") == "import") & (F.coalesce("origin_country", F.lit("VN")) != "VN"))
        .select(brand_key().alias("brand_key"))
        .where(F.col("brand_key").isNotNull() & ~F.col("brand_key").rlike(str(parameters["no_brand"])))
        .distinct()
        .withColumn("imported_brand", F.lit(True))
    )
    known = sorted(
        {str(name) for names in load_lexicon("counterfeited_brands")["brands"].values() for name in names}
    )
    foreign = (
        F.coalesce("imported_brand", F.lit(False))
        | F.coalesce(F.col("brand_key").isin(known), F.lit(False))
        | F.coalesce(F.col("goods_norm").rlike(str(parameters["foreign_words"])), F.lit(False))
        | (F.coalesce("origin_country", F.lit("VN")) != "VN")
    )
    return (
        parcels.withColumn("brand_key", brand_key())
        .join(F.broadcast(imported), "brand_key", "left")
        .withColumn("foreign", foreign)
        .drop("imported_brand", "brand_key")
    )


def sold_parcels(parcels: DataFrame) -> DataFrame:
    """Parcels that were not sent back, with `subject_id` (operator, else the sender) and `sold_vnd`.

    The price is what the recipient pays, or the declared value when that is more (prepaid).
    """
    price = F.greatest(F.coalesce("cod_amount_vnd", F.lit(0)), F.coalesce("declared_value_vnd", F.lit(0)))
    return (
        parcels.where(~F.col("status").isin(*_UNSOLD))
        .withColumn("subject_id", F.coalesce("operator_id", "sender_key"))
        .where(F.col("subject_id").isNotNull())
        .withColumn("sold_vnd", price.cast("bigint"))
    )
