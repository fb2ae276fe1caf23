"""Who stands behind the members: the holders of accounts and the owners of shops are looked at with them."""

from collections.abc import Collection

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.runtime.steps import Run
from models.weighing.detections import Member

_MEMBER_DDL = "kind string, id string"


def holders_of(run: Run, members: Collection[Member]) -> dict[Member, Member]:
    """The person or company that holds each account or owns each shop of `members`, where it is known.

    Hubs (carriers, platforms, payment intermediaries) are held by bystanders and are left out.
    """
    if not members:
        return {}
    named = F.broadcast(run.lake.frame(sorted(members), _MEMBER_DDL))
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
    rows: DataFrame = accounts.unionByName(sellers).where(F.col("holder_key").isNotNull())
    found = rows.join(named, on=["kind", "id"], how="left_semi").collect()
    return {
        Member(row["kind"], row["id"]): Member(
            "company" if row["holder_key"].startswith("tax:") else "person", row["holder_key"]
        )
        for row in found
    }
