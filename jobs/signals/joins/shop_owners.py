"""Who the register says owns the shops of one operator, and whether that is open or explained."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters


def owners_of(shops: DataFrame, parameters: Parameters) -> DataFrame:
    """Per `subject_id`: `shops`, `owners`, `one_surname`, `one_pickup`, and `brand`.

    `owners` are those that no name, personal number or tax code shows to be one: the smallest of the three
    counts, so that one open owner with several numbers, or a company whose branch managers stand as owners
    under one tax code, is one owner. Shops without any owner do not count.
    `brand`: all shops openly carry one name, the same first two words once words of any shop (`filler_words`,
    a regular expression) are out.
    """
    by_key = F.coalesce("owner_key", "tax_key", "owner_name_norm")
    by_name = F.coalesce("owner_name_norm", "owner_key", "tax_key")
    by_tax = F.coalesce("tax_key", "owner_key", "owner_name_norm")
    surname = F.split_part(F.col("owner_name_norm"), F.lit(" "), F.lit(1))
    name = F.trim(F.regexp_replace("shop_name_norm", str(parameters["filler_words"]), ""))
    stem = F.when(name != "", F.concat_ws(" ", F.slice(F.split(name, " +"), 1, 2)))
    return shops.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("shops"),
        F.least(*[F.size(F.collect_set(owner)) for owner in (by_key, by_name, by_tax)]).alias("owners"),
        (F.size(F.collect_set(surname)) == 1).alias("one_surname"),
        (F.size(F.collect_set("pickup_address_norm")) == 1).alias("one_pickup"),
        ((F.size(F.collect_set(stem)) == 1) & (F.count(stem) == F.count(F.lit(1)))).alias("brand"),
    )


def homes_of(shops: DataFrame, accounts: DataFrame) -> DataFrame:
    """Per `subject_id`: `one_home`, when at least two owners have one registered address, and one only."""
    owners = shops.where(F.col("owner_key").isNotNull()).select("subject_id", "owner_key").distinct()
    homes = accounts.where(F.col("address_norm").isNotNull()).select(
        F.col("holder_key").alias("owner_key"), "address_norm"
    )
    return (
        homes.join(F.broadcast(owners), "owner_key")
        .groupBy("subject_id")
        .agg(
            ((F.size(F.collect_set("owner_key")) >= 2) & (F.size(F.collect_set("address_norm")) == 1)).alias(
                "one_home"
            )
        )
    )
