"""Companies that live on the shops of a few private people, who buy there on no papers.

A maker or wholesaler sells to whoever comes, and a company that sells goods makes out an invoice to each
buyer. Where several people, each with a shop of its own, keep paying most of what they take to one company
that hardly anybody else pays, and no payment names an invoice, an order or an agent's terms, the shops may be
the company's own outlets under other names: goods that their maker does not want to be asked about.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.shops.shops_pay_one_person import (
    between_strangers,
    handed_on,
    other_payers,
    registered_accounts,
    turnover_of_shops,
)
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="shops_pay_one_company",
    subject="account",
    reads={"payments": "flows.payments", "sellers": "silver.sellers"},
)
_PRIVATE = ("individual", "household_business")


def transform(*, payments: DataFrame, sellers: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Value: sum over the shops' accounts of the share that each hands on (`shops_pay_one_person`)."""
    del as_of
    registered = registered_accounts(sellers)
    turnover = kept(turnover_of_shops(payments, registered))
    private = is_true(F.col("debtor_holder_type").isin(*_PRIVATE))
    paid = payments.where(between_strangers("company") & private)
    handed = kept(handed_on(paid, turnover, remark_tells("papers"), parameters))
    rows = reported(_measure(handed, other_payers(payments, handed), parameters), parameters)
    paying = handed.where(~F.col("explained")).join(subjects_of(rows), "subject_id", "left_semi")
    of_shops = paying.join(registered, "debtor_account_id")
    members = [
        member_rows(rows, "account", "subject_id", "collector"),
        member_rows(paying, "company", "receiver", "collector"),
        member_rows(paying, "account", "debtor_account_id", "paying_shop"),
        member_rows(of_shops, "seller", "seller_key", "paying_shop"),
    ]
    evidence = [payment_rows(paying), record_rows(of_shops, "sellers", "record_key", 2)]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _measure(handed: DataFrame, around: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a company's account; 0 where the shops that name no papers are of too few owners, or bring too
    little of what the company takes."""
    silent = ~F.col("explained")
    half = float(parameters["explained_share"])
    accounts = handed.groupBy("subject_id").agg(
        F.count_distinct(F.when(silent, F.col("owner"))).alias("owners"),
        F.sum(F.when(silent, F.col("share"))).alias("shares"),
        F.sum(F.when(silent, F.col("amount_vnd"))).alias("silent_vnd"),
        F.sum("payments").alias("payments"),
        F.sum("ordered").alias("ordered"),
        F.sum("amount_vnd").alias("value_vnd"),
    )
    lives_on = (F.col("owners") >= int(parameters["owners_least"])) & (
        F.col("silent_vnd") >= F.col("taken_vnd") * float(parameters["of_takings_least"])
    )
    return accounts.join(around, "subject_id", "left").select(
        "subject_id",
        F.lit("companies that shops pay").alias("peer_group"),
        F.when(lives_on, F.round("shares", 6)).otherwise(0.0).alias("value"),
        F.col("payments").alias("support"),
        "value_vnd",
        F.array(explanation("on_papers", F.col("ordered") >= F.col("payments") * half)).alias("explanations"),
    )
