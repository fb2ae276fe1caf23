"""Accounts that gather small credits from many unrelated payers, and empty them in cash or to one person."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.collection.collected_credits import (
    collecting_accounts,
    describe,
    with_exits,
    with_small_credits,
)
from jobs.signals.payments.ledger import by_account, by_pair, days_in_window, ledger, of_accounts
from jobs.signals.payments.population import measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="fan_in_collection",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)


def transform(*, payments: DataFrame, accounts: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a collecting account. Exits: cash, a transfer abroad, or the one private person who gets most.

    `value` (0..1) as in `collecting_accounts`. Paying suppliers is no exit: what goes
    to a business, or from a business to a person.
    """
    rows = ledger(payments)
    busy = accounts.where(F.col("payers") >= int(parameters["payers_from"]))
    strong = collecting_accounts(_leaving(of_accounts(rows, busy), parameters), parameters)
    theirs = of_accounts(rows, strong.withColumnRenamed("subject_id", "account_id"))
    found = describe(
        strong, _leaving(theirs, parameters), accounts, days_in_window(payments, as_of), parameters
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _leaving(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Ledger rows with small credits, exits, and the main private payee as `beneficiary`."""
    forwarded = F.when(F.col("out"), F.col("amount_vnd"))
    share = float(parameters["main_payee_share"])
    private = (
        F.col("out")
        & ~is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
        & F.col("other").isNotNull()
        & ~F.col("other_context")
        & ~is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))
    )
    main = private & (F.sum(forwarded).over(by_pair()) >= F.sum(forwarded).over(by_account()) * share)
    abroad = F.col("out") & (F.col("other_country") != "VN")
    marked = (
        with_small_credits(rows, parameters)
        .withColumn("main_payee", is_true(main))
        .withColumn("beneficiary", F.when(F.col("main_payee") & ~abroad, F.col("other")))
    )
    leaving = (F.col("out") & F.col("cash")) | F.col("main_payee") | abroad
    return with_exits(marked, leaving, parameters)
