"""Where shops are settled and companies bank: who looks at them asks for these accounts first."""

from collections.abc import Collection

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.runtime.steps import Run
from models.weighing.detections import Member

_MEMBER_DDL = "kind string, id string"


def gather_accounts(run: Run, members: Collection[Member]) -> dict[Member, Member]:
    """The account of each shop and company among `members` that has one, hubs left out.

    A shop's is the one that its platform settles to. A company's is the one with most counterparties, by id
    where several have as many.
    """
    if not members:
        return {}
    named = F.broadcast(run.lake.frame(sorted(members), _MEMBER_DDL))
    accounts = run.lake.read("links.accounts").where(~F.col("hub"))
    found = _of_companies(accounts).unionByName(_of_shops(run, accounts))
    rows = found.join(named, on=["kind", "id"], how="left_semi").collect()
    return {Member(row["kind"], row["id"]): Member("account", row["account_id"]) for row in rows}


def _of_companies(accounts: DataFrame) -> DataFrame:
    counterparties = F.col("payers") + F.col("payees")
    return (
        accounts.where(F.col("registered") & F.col("holder_key").startswith("tax:"))
        .groupBy(F.lit("company").alias("kind"), F.col("holder_key").alias("id"))
        .agg(F.min_by("account_id", F.struct(-counterparties, "account_id")).alias("account_id"))
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
