"""Where shops are settled and companies and people bank: who looks at them asks for these accounts first."""

from collections.abc import Collection

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.links.rules import tie_rules
from jobs.link.describe_accounts import HOME_COUNTRY
from jobs.link.nodes import canonical
from jobs.runtime.steps import Run
from jobs.score.gather_holdings import MEMBER_DDL
from jobs.signals.goods.traders import trader_kind
from models.weighing.detections import Member


def gather_accounts(run: Run, members: Collection[Member]) -> dict[Member, Member]:
    """The account of each shop, company and person among `members` that has one, hubs left out.

    A shop's is the one that its platform settles to. A holder's is the one that deals with other countries
    most often, or else moves most money (by id where neither tells): a till takes many small sums, and trade
    is paid elsewhere.
    """
    if not members:
        return {}
    named = F.broadcast(run.lake.frame(sorted(members), MEMBER_DDL))
    accounts = run.lake.read("links.accounts").where(~F.col("hub"))
    found = _of_holders(run, accounts).unionByName(_of_shops(run, accounts))
    rows = found.join(named, on=["kind", "id"], how="left_semi").collect()
    return {Member(row["kind"], row["id"]): Member("account", row["account_id"]) for row in rows}


def _of_holders(run: Run, accounts: DataFrame) -> DataFrame:
    abroad = (F.col("debtor_country") != HOME_COUNTRY) | (F.col("creditor_country") != HOME_COUNTRY)
    moved = (
        run.lake.read("flows.payments")
        .select(
            F.explode(F.array("debtor_account_id", "creditor_account_id")).alias("account_id"),
            abroad.cast("int").alias("abroad"),
            "amount_vnd",
        )
        .groupBy("account_id")
        .agg(F.sum("abroad").alias("abroad"), F.sum("amount_vnd").alias("moved_vnd"))
        .fillna(0)
    )
    busiest = F.struct(-F.coalesce("abroad", F.lit(0)), -F.coalesce("moved_vnd", F.lit(0)), "account_id")
    # A signal may name a holder by the key that its own records give.
    keys = F.array("holder_key", canonical(F.col("holder_key"), tie_rules(), run.context.as_of))
    return (
        accounts.where(F.col("holder_key").isNotNull())
        .join(moved, "account_id", "left")
        .withColumn("holder", F.explode(F.array_distinct(keys)))
        .groupBy(trader_kind(F.col("holder")).alias("kind"), F.col("holder").alias("id"))
        .agg(F.min_by("account_id", busiest).alias("account_id"))
    )


def _of_shops(run: Run, accounts: DataFrame) -> DataFrame:
    return (
        run.lake.read("silver.sellers")
        .select(
            F.lit("seller").alias("kind"),
            F.col("seller_key").alias("id"),
            F.col("settlement_account_id").alias("account_id"),
        )
        .join(accounts.select("account_id"), "account_id", "left_semi")
    )
