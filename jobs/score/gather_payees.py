"""To whom an account passes most of its money: gathered here, judged in `Network.add_payee`."""

from collections.abc import Collection

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from configs.catalogue import RankingRules
from jobs.runtime.steps import Run
from jobs.score.gather_holdings import MEMBER_DDL
from models.weighing.detections import Member


def gather_payees(run: Run, members: Collection[Member], rules: RankingRules) -> dict[Member, Member]:
    """For each account among `members`, the private account (`lone_payee_types`) that gets the better part of
    what it pays (`lone_payee_share`), in `lone_payee_payments` payments or more, if any.
    """
    accounts = sorted(member for member in members if member.kind == "account")
    if not accounts:
        return {}
    named = run.lake.frame(accounts, MEMBER_DDL).select(F.col("id").alias("debtor_account_id"))
    private = run.lake.read("links.accounts").where(
        ~F.col("hub") & F.col("holder_type").isin(*rules.lone_payee_types)
    )
    found = (
        _paid(run, named)
        .withColumn(
            "share", F.col("paid_vnd") / F.sum("paid_vnd").over(Window.partitionBy("debtor_account_id"))
        )
        .where(F.col("share") >= rules.lone_payee_share)
        .where(F.col("payments") >= rules.lone_payee_payments)
        .join(
            private.select(F.col("account_id").alias("creditor_account_id")),
            "creditor_account_id",
            "left_semi",
        )
        .groupBy("debtor_account_id")
        .agg(F.max_by("creditor_account_id", F.struct("paid_vnd", "creditor_account_id")).alias("payee"))
    )
    return {
        Member("account", row["debtor_account_id"]): Member("account", row["payee"])
        for row in found.collect()
    }


def _paid(run: Run, accounts: DataFrame) -> DataFrame:
    """debtor_account_id, creditor_account_id, payments, paid_vnd, to others than the account's own holder.

    What is drawn in cash or goes to no known account is one row.
    """
    return (
        run.lake.read("flows.payments")
        .join(F.broadcast(accounts), "debtor_account_id", "left_semi")
        .where(~F.col("one_holder") & (F.col("amount_vnd") > 0))
        .groupBy("debtor_account_id", "creditor_account_id")
        .agg(F.count(F.lit(1)).alias("payments"), F.sum("amount_vnd").alias("paid_vnd"))
    )
