"""The ledger: every payment seen from each of its accounts. One shuffle by account serves a whole signal."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.runtime.session import gathered_by

# Holders whose accounts carry other people's money by trade: context, never a party to a pattern.
CARRYING_HOLDERS = ("carrier", "platform", "payment_intermediary")


def is_context(side: str) -> Column:
    """Whether the account on `side` ('debtor' or 'creditor') is a hub or carries money by trade."""
    return is_true(F.col(f"{side}_hub")) | is_true(F.col(f"{side}_holder_type").isin(*CARRYING_HOLDERS))


def ledger(payments: DataFrame) -> DataFrame:
    """Two rows a payment between different people, one for each account that is no context.

    Cash is no payment between two people, whoever's name stands on the slip: who pays cash into the own
    account brings in money that nobody has seen before.

    account_id, holder_type: whose row it is. `out`: the account paid. `other` (account, null for cash),
    `other_name`, `other_type`, `other_context`, `other_country`: the counterparty. `salary`, `cash` (no
    account on the other side, by a cash channel), `one_holder` (only of cash: the holder's own name stands on
    the slip) and the payment's own columns.

    Persisted, and laid out by account and time: Spark knows the same plan again, so that all signals share
    one ledger, and nothing that groups or windows by account shuffles or sorts once more.
    """
    sides = F.array(_side("debtor", "creditor", out=True), _side("creditor", "debtor", out=False))
    rows = (
        payments.withColumn("cash", F.col("channel").isin("cash_deposit", "cash_withdrawal"))
        .where((F.col("amount_vnd") > 0) & (~F.col("one_holder") | F.col("cash")))
        .withColumn("salary", F.col("wages"))
        .withColumn("side", F.explode(sides))
        .where(F.col("side.account_id").isNotNull() & ~F.col("side.context"))
    )
    selected = rows.select(
        "side.*",
        F.col("at").cast("bigint").alias("at_seconds"),
        "day",
        "amount_vnd",
        "channel",
        "salary",
        "cash",
        "one_holder",
        "remittance_norm",
        "purpose_code",
        "declaration_no",
        "device_id",
        "payment_key",
        "report_keys",
        "reason_stated",
    ).drop("context")
    laid_out = gathered_by(selected, "account_id").sortWithinPartitions(
        "account_id", "at_seconds", "payment_key"
    )
    return laid_out.persist()


def of_accounts(rows: DataFrame, accounts: DataFrame) -> DataFrame:
    """Ledger rows of the accounts in `accounts` (column `account_id`)."""
    return rows.join(accounts.select("account_id"), on="account_id", how="left_semi")


def _side(mine: str, other: str, *, out: bool) -> Column:
    return F.struct(
        F.col(f"{mine}_account_id").alias("account_id"),
        F.col(f"{mine}_holder_type").alias("holder_type"),
        is_context(mine).alias("context"),
        F.lit(out).alias("out"),
        F.col(f"{other}_account_id").alias("other"),
        F.col(f"{other}_name_norm").alias("other_name"),
        F.col(f"{other}_holder_type").alias("other_type"),
        is_context(other).alias("other_context"),
        F.coalesce(F.col(f"{other}_country"), F.lit("VN")).alias("other_country"),
    )


def payer() -> Column:
    """Who brings money in, of a ledger row: an account, or the name on a slip. Nobody, of the own cash."""
    return F.when(~F.col("out") & ~F.col("one_holder"), F.coalesce("other", "other_name"))


def days_in_window(payments: DataFrame, as_of: date) -> DataFrame:
    """One row, `window_days`: from the first day that has a payment to `as_of`, at least 1."""
    first = F.coalesce(F.min("day"), F.lit(as_of))
    return payments.agg(F.greatest(F.datediff(F.lit(as_of), first) + 1, F.lit(1)).alias("window_days"))


def paid_in_at_home() -> Column:
    """Whether a row of the ledger is a credit from an account at home that is no context."""
    return ~F.col("out") & ~F.col("other_context") & (F.col("other_country") == "VN")


def by_account() -> WindowSpec:
    """All rows of one account. (Windows need a session, so they cannot be constants.)"""
    return Window.partitionBy("account_id")


def by_pair() -> WindowSpec:
    """All rows of one account with one counterparty."""
    return Window.partitionBy("account_id", "other")
