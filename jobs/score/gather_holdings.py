"""Who holds accounts and phones, owns shops, uses devices: gathered here, judged in `networks.companions`."""

from collections.abc import Collection

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.links.rules import tie_rules
from jobs.link.nodes import canonical
from jobs.runtime.steps import Run
from models.networks.companions import Holding
from models.weighing.detections import Member

MEMBER_DDL = "kind string, id string"


def gather_holdings(run: Run, members: Collection[Member]) -> list[Holding]:
    """Who holds each account and phone, owns each shop, and uses which device, in a fixed order.

    Hubs (carriers, platforms, payment intermediaries) are held by bystanders and are left out, and so are
    devices that are hubs themselves (a branch's counter, an accountant's office). Who is known by a tax code
    here and a personal number there is one party where the law of the day says that they are one.
    """
    if not members:
        return []
    named = F.broadcast(run.lake.frame(sorted(members), MEMBER_DDL))
    behind = _holders(run).unionByName(_phones(run)).unionByName(_devices(run))
    found = behind.join(named, on=["kind", "id"], how="left_semi").collect()
    holdings = {Holding(Member(row["kind"], row["id"]), row["party"], row["device_id"]) for row in found}
    return sorted(holdings, key=lambda holding: (holding.member, holding.party, holding.device or ""))


def _holders(run: Run) -> DataFrame:
    """kind, id, party: accounts and shops with who holds or owns them.

    Where a platform asked for no papers, who bears the name of a shop's owner and holds the account to which
    its takings go is the owner: the bank has seen the papers.
    """
    held = run.lake.read("links.accounts").where(~F.col("hub"))
    accounts = held.select(F.lit("account").alias("kind"), F.col("account_id").alias("id"), "holder_key")
    takings = held.select(
        F.col("account_id").alias("settlement_account_id"),
        F.col("holder_name_norm").alias("owner_name_norm"),
        F.col("holder_key").alias("taken_by"),
    )
    sellers = (
        run.lake.read("silver.sellers")
        .join(takings, ["settlement_account_id", "owner_name_norm"], "left")
        .select(
            F.lit("seller").alias("kind"),
            F.col("seller_key").alias("id"),
            F.coalesce("owner_key", "tax_key", "taken_by").alias("holder_key"),
        )
    )
    return (
        accounts.unionByName(sellers)
        .where(F.col("holder_key").isNotNull())
        .select(
            "kind",
            "id",
            canonical(F.col("holder_key"), tie_rules(), run.context.as_of).alias("party"),
            F.lit(None).cast("string").alias("device_id"),
        )
    )


def _phones(run: Run) -> DataFrame:
    """kind, id, party: phones that one party alone has left with its banks, who know their customers."""
    return (
        run.lake.read("links.usages")
        .where("kind = 'phone' AND role = 'phone' AND entity_kind = 'account' AND institution IS NULL")
        .where(F.col("party").rlike("^(tax|cccd|passport):"))
        .groupBy("kind", "id")
        .agg(F.min("party").alias("party"), F.max("party").alias("last"))
        .where(F.col("party") == F.col("last"))
        .select("kind", "id", "party", F.lit(None).cast("string").alias("device_id"))
    )


def _devices(run: Run) -> DataFrame:
    """kind, id, party, device_id: the devices with which accounts pay and shops are run, no hubs."""
    hubs = (
        run.lake.read("links.identifiers")
        .where("hub AND kind = 'device'")
        .select(F.col("id").alias("hub_id"))
    )
    return (
        run.lake.read("links.usages")
        .where("kind = 'device'")
        .select(
            F.col("entity_kind").alias("kind"),
            F.col("entity_id").alias("id"),
            "party",
            F.col("id").alias("device_id"),
        )
        .join(F.broadcast(hubs), F.col("device_id") == F.col("hub_id"), "left_anti")
    )
