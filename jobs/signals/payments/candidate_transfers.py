"""The transfers that a money pattern could be made of."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import names_goods, remark_tells
from jobs.signals.payments.ledger import is_context
from jobs.signals.schema import Parameters


def transfers(payments: DataFrame, parameters: Parameters, *further: str, pay: bool = False) -> DataFrame:
    """Transfers between accounts of different people, no hub among them, from `amount_vnd_min`; no wages
    unless `pay`.

    debtor, creditor, the types of both, at_seconds, amount_vnd, payment_key, report_keys, reason_stated, and
    the `further` columns that a judge needs. One narrow pass: a search looks at arrays of millions of rows.
    """
    return payments.where(
        F.col("debtor_account_id").isNotNull()
        & F.col("creditor_account_id").isNotNull()
        & (F.col("amount_vnd") >= int(parameters["amount_vnd_min"]))
        & ~is_context("debtor")
        & ~is_context("creditor")
        & ~F.col("one_holder")
        & (F.lit(pay) | ~F.col("wages"))
    ).select(
        F.col("debtor_account_id").alias("debtor"),
        F.col("creditor_account_id").alias("creditor"),
        F.col("debtor_holder_type").alias("debtor_type"),
        F.col("creditor_holder_type").alias("creditor_type"),
        F.col("at").cast("bigint").alias("at_seconds"),
        "amount_vnd",
        "payment_key",
        "report_keys",
        "reason_stated",
        *further,
    )


_PRIVATE = ("lending", "family_support", "school", "savings_club")


def says_kept_private() -> Column:
    """Whether the remark tells what relatives pass on: a loan, upkeep, school money, a savings club's share
    (lexicon `innocent_remarks`); null where it says nothing."""
    return _of_what_is_said(remark_tells(*_PRIVATE))


def says_goods() -> Column:
    """Whether the remark names goods (`names_goods`); null where it says nothing."""
    return _of_what_is_said(names_goods())


def _of_what_is_said(speaks: Column) -> Column:
    return F.when(F.length(F.trim("remittance_norm")) > 0, speaks)
