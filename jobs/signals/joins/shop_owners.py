"""Who the register says owns the shops of one operator, and whether that is open or explained."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters


def independent_owners(shops: DataFrame) -> DataFrame:
    """Per `subject_id`: shops, and owners that no name, personal number or tax code shows to be one.

    The smallest of the three counts: one open owner with several numbers, or a company whose branch managers
    stand as owners under one tax code, is one owner. Shops without any owner do not count.
    """
    by_key = F.coalesce("owner_key", "tax_key", "owner_name_norm")
    by_name = F.coalesce("owner_name_norm", "owner_key", "tax_key")
    by_tax = F.coalesce("tax_key", "owner_key", "owner_name_norm")
    return shops.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("shops"),
        F.least(*[F.size(F.collect_set(owner)) for owner in (by_key, by_name, by_tax)]).alias("owners"),
    )


def looks_like_family(shops: DataFrame, accounts: DataFrame, parameters: Parameters) -> DataFrame:
    """Per `subject_id`: `family`, when few owners live together, or have one surname and one pickup address.

    A household address is that of the owners' registered accounts.
    """
    homes = accounts.where(F.col("address_norm").isNotNull()).select(
        F.col("holder_key").alias("owner_key"), "address_norm"
    )
    lived = (
        shops.select("subject_id", "owner_key")
        .distinct()
        .join(homes.groupBy("owner_key").agg(F.min("address_norm").alias("home")), "owner_key")
        .groupBy("subject_id")
        .agg(F.count(F.lit(1)).alias("owners_with_home"), F.size(F.collect_set("home")).alias("homes"))
    )
    named = shops.groupBy("subject_id").agg(
        F.size(F.collect_set(F.coalesce("owner_key", "owner_name_norm"))).alias("owners"),
        F.size(F.collect_set(F.split_part(F.col("owner_name_norm"), F.lit(" "), F.lit(1)))).alias("surnames"),
        F.size(F.collect_set("pickup_address_norm")).alias("pickups"),
    )
    one_home = (F.col("homes") == 1) & (F.col("owners_with_home") >= 2)
    one_name = (F.col("surnames") == 1) & (F.col("pickups") == 1)
    return named.join(lived, "subject_id", "left").select(
        "subject_id",
        (
            F.col("owners").between(2, int(parameters["family_owners_most"]))
            & (F.coalesce(one_home, F.lit(False)) | one_name)
        ).alias("family"),
    )


def shares_a_brand(shops: DataFrame, parameters: Parameters) -> DataFrame:
    """Per `subject_id`: `brand`, when all shops openly carry one name.

    One name: the same first two words, once words of any shop (`filler_words`, a regular expression) are out.
    """
    name = F.trim(F.regexp_replace("shop_name_norm", str(parameters["filler_words"]), ""))
    words = F.split(name, " +")
    stem = F.when(name != "", F.concat_ws(" ", F.slice(words, 1, 2)))
    return shops.groupBy("subject_id").agg(
        ((F.size(F.collect_set(stem)) == 1) & (F.count(stem) == F.count(F.lit(1)))).alias("brand")
    )
