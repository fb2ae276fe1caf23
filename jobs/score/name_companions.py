"""Who stands behind the members: holders of accounts, owners of shops, and the devices that they share.

The other accounts and shops of the same operator are context as long as no detection names them: to add them
all would put a mule's own little shop beside the money that passed through its account.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.runtime.steps import Run
from models.weighing.detections import Member

_MEMBER_DDL = "kind string, id string"


def companions_of(run: Run, members: Collection[Member]) -> Mapping[Member, Sequence[Member]]:
    """The holder of each account, the owner of each shop, and the devices that several parties use.

    Hubs (carriers, platforms, payment intermediaries) are held by bystanders and are left out, and so are
    devices that are hubs themselves (a branch's counter, an accountant's office).
    """
    if not members:
        return {}
    named = F.broadcast(run.lake.frame(sorted(members), _MEMBER_DDL))
    found = _holders(run).unionByName(_devices(run)).join(named, on=["kind", "id"], how="left_semi").collect()
    behind: dict[Member, set[Member]] = defaultdict(set)
    users: dict[str, set[str]] = defaultdict(set)
    for row in found:
        if row["device_id"] is None:
            kind = "company" if row["party"].startswith("tax:") else "person"
            behind[Member(row["kind"], row["id"])].add(Member(kind, row["party"]))
        else:
            users[row["device_id"]].add(row["party"])
    for row in found:
        if row["device_id"] is not None and len(users[row["device_id"]]) > 1:
            behind[Member(row["kind"], row["id"])].add(Member("device", row["device_id"]))
    return {member: sorted(companions) for member, companions in behind.items()}


def _holders(run: Run) -> DataFrame:
    """kind, id, party: accounts and shops with who holds or owns them."""
    accounts = (
        run.lake.read("links.accounts")
        .where(~F.col("hub"))
        .select(F.lit("account").alias("kind"), F.col("account_id").alias("id"), "holder_key")
    )
    sellers = run.lake.read("silver.sellers").select(
        F.lit("seller").alias("kind"),
        F.col("seller_key").alias("id"),
        F.coalesce("owner_key", "tax_key").alias("holder_key"),
    )
    return (
        accounts.unionByName(sellers)
        .where(F.col("holder_key").isNotNull())
        .select(
            "kind", "id", F.col("holder_key").alias("party"), F.lit(None).cast("string").alias("device_id")
        )
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
