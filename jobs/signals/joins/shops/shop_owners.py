"""Who the register says owns the shops of one operator, and whether that is open or explained."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters


def personal_number(tax_key: str) -> Column:
    """The personal number that a tax code of twelve digits is (Circular 86/2024); null for other codes."""
    return F.when(F.col(tax_key).rlike("^tax:[0-9]{12}$"), F.regexp_replace(tax_key, "^tax:", "cccd:"))


def with_owner(shops: DataFrame) -> DataFrame:
    """Shops with `owner`: who owns them, the same for all shops that one party of an operator registered.

    Registers leave fields out, so a party is known by its personal number, a 12-digit tax code (which is the
    personal number, Circular 86/2024), another tax code, or its name; within one operator (`subject_id`) an
    equal name or tax code is one owner. Null where the register names nobody.
    """
    identity = F.coalesce("owner_key", personal_number("tax_key"), "tax_key")
    of_name = F.when(
        F.col("owner_name_norm").isNotNull(),
        F.min(identity).over(Window.partitionBy("subject_id", "owner_name_norm")),
    )
    named = shops.withColumn("owner", F.coalesce(of_name, identity, "owner_name_norm"))
    of_tax = F.when(
        F.col("tax_key").isNotNull(), F.min("owner").over(Window.partitionBy("subject_id", "tax_key"))
    )
    return named.withColumn("owner", F.coalesce(of_tax, "owner"))


def owners_of(shops: DataFrame, parameters: Parameters) -> DataFrame:
    """Per `subject_id`: `shops`, `owners`, `one_surname`, `one_pickup`, and `brand`.

    `shops` carry their `owner` (`with_owner`): one open owner with several numbers, or a company whose branch
    managers stand as owners under one tax code, is one. Shops without any owner do not count.
    `brand`: all shops openly carry one name, the same first two words once words of any shop (`filler_words`,
    a regular expression) are out.
    """
    surname = F.split_part(F.col("owner_name_norm"), F.lit(" "), F.lit(1))
    name = F.trim(F.regexp_replace("shop_name_norm", str(parameters["filler_words"]), ""))
    stem = F.when(name != "", F.concat_ws(" ", F.slice(F.split(name, " +"), 1, 2)))
    return shops.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("shops"),
        F.size(F.collect_set("owner")).alias("owners"),
        (F.size(F.collect_set(surname)) == 1).alias("one_surname"),
        (F.size(F.collect_set("pickup_address_norm")) == 1).alias("one_pickup"),
        ((F.size(F.collect_set(stem)) == 1) & (F.count(stem) == F.count(F.lit(1)))).alias("brand"),
    )


def registered_at_once(shops: DataFrame, days: int) -> DataFrame:
    """Per `subject_id`: `at_once`, of how many owners the first shop was registered within `days` days."""
    firsts = shops.groupBy("subject_id", "owner").agg(F.min("registered_on").alias("registered_on"))
    day = F.unix_date("registered_on")
    following = Window.partitionBy("subject_id").orderBy("day").rangeBetween(0, days - 1)
    known = firsts.where(F.col("registered_on").isNotNull() & F.col("owner").isNotNull())
    counted = known.withColumn("day", day).withColumn("at_once", F.count(F.lit(1)).over(following))
    return counted.groupBy("subject_id").agg(F.max("at_once").alias("at_once"))


def homes_of(shops: DataFrame, accounts: DataFrame) -> DataFrame:
    """Per `subject_id`: `one_home`, when two owners or more have registered an address, and one in common;
    and `residents`, how many owners have registered the address from which half of the shops or more send."""
    owners = shops.where(F.col("owner_key").isNotNull()).select("subject_id", "owner_key").distinct()
    homes = accounts.where(F.col("address_norm").isNotNull()).select(
        F.col("holder_key").alias("owner_key"), "address_norm"
    )
    of_owner = homes.join(F.broadcast(owners), "owner_key").distinct()
    known = of_owner.groupBy("subject_id").agg(F.count_distinct("owner_key").alias("known"))
    of_hand = Window.partitionBy("subject_id")
    pickups = (
        shops.groupBy("subject_id", F.col("pickup_address_norm").alias("address_norm"))
        .agg(F.count(F.lit(1)).alias("here"))
        .withColumn("all", F.sum("here").over(of_hand))
        .where(F.col("here") * 2 >= F.col("all"))
    )
    residents = (
        of_owner.join(pickups, ["subject_id", "address_norm"])
        .groupBy("subject_id")
        .agg(F.count_distinct("owner_key").alias("residents"))
    )
    return (
        of_owner.groupBy("subject_id", "address_norm")
        .agg(F.count(F.lit(1)).alias("living"))
        .groupBy("subject_id")
        .agg(F.max("living").alias("living"))
        .join(known, "subject_id")
        .join(residents, "subject_id", "left")
        .select(
            "subject_id",
            ((F.col("known") >= 2) & (F.col("living") == F.col("known"))).alias("one_home"),
            F.coalesce("residents", F.lit(0)).alias("residents"),
        )
    )
