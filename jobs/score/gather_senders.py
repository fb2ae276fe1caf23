"""For whom parcels leave the addresses at which goods arrive: gathered here, taken in by `networks.doors`."""

from collections.abc import Collection

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.catalogue import RankingRules
from jobs.runtime.steps import Run
from jobs.score.gather_holdings import MEMBER_DDL
from models.networks.doors import Sender
from models.normalise.addresses import part_of_house
from models.weighing.detections import Member


def gather_senders(run: Run, members: Collection[Member], rules: RankingRules) -> list[Sender]:
    """The shop and the account for which most parcels leave an address among `members`, in a fixed order.

    It has `door_share` of the parcels from there that name one, `door_parcels` at least, and `door_own_share`
    of its own parcels leave from there: no warehouse of many, and no shop that ships from several places. The
    floors and back rooms of one house are one door.
    """
    addresses = sorted(member for member in members if member.kind == "address")
    if not addresses:
        return []
    doors = run.lake.frame(addresses, MEMBER_DDL).select("id", _house("id").alias("house"))
    parcels = run.lake.read("flows.parcels").select(
        _house("sender_address_norm").alias("house"), "seller_key", "cod_account_id"
    )
    found = (
        _senders(parcels, "seller", "seller_key", rules)
        .unionByName(_senders(parcels, "account", "cod_account_id", rules))
        .join(F.broadcast(doors), "house")
        .select("id", "kind", "user")
        .collect()
    )
    return sorted(Sender(Member("address", row["id"]), Member(row["kind"], row["user"])) for row in found)


def _house(address: str) -> Column:
    return F.regexp_replace(address, part_of_house(), "")


def _senders(parcels: DataFrame, kind: str, user: str, rules: RankingRules) -> DataFrame:
    """house, kind, user: for whom parcels leave a house and hardly any other."""
    of_house, of_user = Window.partitionBy("house"), Window.partitionBy("user")
    return (
        parcels.where(F.col(user).isNotNull())
        .groupBy("house", F.col(user).alias("user"))
        .agg(F.count(F.lit(1)).alias("parcels"))
        .withColumn("from_house", F.sum("parcels").over(of_house))
        .withColumn("of_user", F.sum("parcels").over(of_user))
        .where(F.col("house").isNotNull() & (F.col("parcels") >= rules.door_parcels))
        .where(F.col("parcels") >= rules.door_share * F.col("from_house"))
        .where(F.col("parcels") >= rules.door_own_share * F.col("of_user"))
        .select("house", F.lit(kind).alias("kind"), "user")
    )
