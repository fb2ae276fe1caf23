"""With whom accounts deal: gathered here, judged in `networks.partners`."""

from collections.abc import Collection

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.catalogue import RankingRules
from jobs.runtime.steps import Run
from jobs.score.gather_holdings import MEMBER_DDL
from models.networks.partners import BENEFICIARY, FUNDER, Dealing
from models.weighing.detections import Member


def gather_dealings(run: Run, members: Collection[Member], rules: RankingRules) -> list[Dealing]:
    """What each account among `members` receives from others and pays to them.

    Named are partners with private accounts (`partner_types`), whom anybody may not pay, that have at least
    `partner_own_share` of their own money with all of `members`; all others of an account are one row, and
    so is cash.
    """
    accounts = sorted(member for member in members if member.kind == "account")
    if not accounts:
        return []
    named = run.lake.frame(accounts, MEMBER_DDL).select(
        F.col("id").alias("account_id"), F.lit(True).alias("named")
    )
    private = (
        run.lake.read("links.accounts")
        .where(~F.col("hub") & F.col("holder_type").isin(*rules.partner_types))
        .select(F.col("account_id").alias("partner_id"))
    )
    paid = _paid(run)
    sides = [(FUNDER, "creditor", "debtor"), (BENEFICIARY, "debtor", "creditor")]
    seen = [
        _with_partners(
            paid.select(
                F.col(f"{account}_account_id").alias("account_id"),
                F.col(f"{partner}_account_id").alias("partner_id"),
                "payments",
                "amount_vnd",
            ).join(F.broadcast(named), "account_id", "left"),
            private,
            rules.partner_own_share,
        ).withColumn("role", F.lit(role))
        for role, account, partner in sides
    ]
    rows = seen[0].unionByName(seen[1]).orderBy("account_id", "role", "partner_id").collect()
    return [
        Dealing(
            Member("account", row["account_id"]),
            row["role"],
            Member("account", row["partner_id"]) if row["partner_id"] else None,
            row["payments"],
            row["amount_vnd"],
            row["partner_vnd"],
        )
        for row in rows
    ]


def _paid(run: Run) -> DataFrame:
    """debtor_account_id, creditor_account_id, payments, amount_vnd, between different holders.

    What is paid in or drawn in cash, or deals with no known account, has no account on one side.
    """
    return (
        run.lake.read("flows.payments")
        .where(~F.col("one_holder") & (F.col("amount_vnd") > 0))
        .groupBy("debtor_account_id", "creditor_account_id")
        .agg(F.count(F.lit(1)).alias("payments"), F.sum("amount_vnd").alias("amount_vnd"))
    )


def _with_partners(edges: DataFrame, private: DataFrame, own_share: float) -> DataFrame:
    """account_id, partner_id, payments, amount_vnd, partner_vnd; who is no partner of any is summed."""
    partners = (
        edges.groupBy("partner_id")
        .agg(
            F.sum("amount_vnd").alias("partner_vnd"),
            F.sum(F.when(F.col("named"), F.col("amount_vnd"))).alias("with_named_vnd"),
        )
        .where(F.col("with_named_vnd") >= own_share * F.col("partner_vnd"))
        .join(private, "partner_id", "left_semi")
        .select("partner_id", "partner_vnd", F.col("partner_id").alias("known_id"))
    )
    return (
        edges.where("named")
        .join(partners, "partner_id", "left")
        .groupBy("account_id", F.col("known_id").alias("partner_id"))
        .agg(
            F.sum("payments").alias("payments"),
            F.sum("amount_vnd").alias("amount_vnd"),
            F.coalesce(F.first("partner_vnd"), F.lit(0)).alias("partner_vnd"),
        )
    )
