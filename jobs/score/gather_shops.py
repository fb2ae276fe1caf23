"""Which shop a trader owns, or runs by what it declares: who looks at goods asks where they are sold."""

from collections.abc import Collection
from datetime import timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.catalogue import RankingRules
from configs.links.rules import tie_rules
from jobs.link.nodes import canonical
from jobs.runtime.steps import Run
from jobs.score.gather_holdings import MEMBER_DDL
from jobs.signals.goods.traders import trader_kind
from models.weighing.detections import Member


def gather_shops(run: Run, members: Collection[Member], rules: RankingRules) -> dict[Member, Member]:
    """The shop of each company and person among `members` that has just one.

    A shop is a trader's that its platform registered under the trader's number, or that has left with its
    platform both the phone and the address which the trader, and no other, declares as its own. Either alone
    may be a relative's, an agent's or a house's.
    """
    if not members:
        return {}
    named = F.broadcast(run.lake.frame(sorted(members), MEMBER_DDL))
    shops = run.lake.read("silver.sellers")
    first = run.context.as_of - timedelta(days=rules.tie_declaration_days - 1)
    lines = run.lake.read("flows.declarations").where(
        (F.col("event_day") >= F.lit(first)) & F.col("trader_key").isNotNull()
    )
    numbers = F.array_compact(F.array("owner_key", "tax_key"))
    keys = F.concat(numbers, F.transform(numbers, lambda key: canonical(key, tie_rules(), run.context.as_of)))
    owned = shops.select(F.explode(F.array_distinct(keys)).alias("holder"), "seller_key")
    rows = (
        owned.unionByName(_by_contact(lines, shops))
        .groupBy(trader_kind(F.col("holder")).alias("kind"), F.col("holder").alias("id"))
        .agg(F.min("seller_key").alias("shop"), F.max("seller_key").alias("last"))
        .where(F.col("shop") == F.col("last"))
        .join(named, on=["kind", "id"], how="left_semi")
        .collect()
    )
    return {Member(row["kind"], row["id"]): Member("seller", row["shop"]) for row in rows}


def _by_contact(lines: DataFrame, shops: DataFrame) -> DataFrame:
    """holder, seller_key: shops with the phone and the address that one trader alone declares together."""
    contact = ["phone", "address"]
    declared = (
        lines.select(
            F.col("trader_phone_e164").alias("phone"),
            F.col("trader_address_norm").alias("address"),
            "trader_key",
        )
        .dropna(subset=contact)
        .groupBy(*contact)
        .agg(F.min("trader_key").alias("holder"), F.max("trader_key").alias("last"))
        .where(F.col("holder") == F.col("last"))
    )
    left = shops.select(
        F.col("phone_e164").alias("phone"), F.col("pickup_address_norm").alias("address"), "seller_key"
    )
    return declared.join(left, contact).select("holder", "seller_key")
