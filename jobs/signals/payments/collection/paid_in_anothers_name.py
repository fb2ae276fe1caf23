"""Private accounts that businesses pay for goods in the name of a firm that is not theirs.

A supplier has its own account, and an agent collects for one firm. Who is paid by several businesses, each
time for another firm, by the payee's name that the payer gave or by the remarks, has had their payments
diverted. The accounts that the name of one firm brings together are one hand's.
Source: FBI IC3, Business Email Compromise; FATF/Egmont Group risk indicators 2021.
"""

from datetime import date

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.describe_accounts import HOME_COUNTRY
from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.link.firm_names import group_key, name_key, names_firm, same_name
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import is_context
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="paid_in_anothers_name",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
# From the legal form on, up to the number or the purpose of the payment; a subsidiary or parent is no name.
_FIRM = (
    r"\b(?:cong ty|cty|ctcp|doanh nghiep)\b(?! (?:con|me|thanh vien)\b)(.*?)"
    r"(?:\b(?:hd|hop dong|so|dot|theo|inv|po|tt|thanh toan|ck)\b|[0-9]|$)"
)
_PAYMENT = ("account_id", "payer", "firm", "entrusted", "amount_vnd", "payment_key", "report_keys")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a group of accounts; value = log2 of the payments that they got in the names of others."""
    named = _named(payments, parameters)
    several = (
        named.groupBy("account_id")
        .agg(F.count_distinct("payer").alias("payers"), F.count_distinct("firm").alias("firms"))
        .where(F.col("payers") >= int(parameters["payers_least"]))
        .where(F.col("firms") >= int(parameters["firms_least"]))
    )
    shown = named.join(F.broadcast(several.select("account_id")), "account_id", "left_semi")

    def groups(frame: pd.DataFrame) -> pd.DataFrame:
        return describe_groups(frame, parameters)

    found = shown.groupBy().applyInPandas(groups, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _named(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """`_PAYMENT`: payments of businesses to private accounts in the name of a firm that is neither's.

    Of an account abroad nobody here knows whose it is: sellers of goods have theirs there.
    """
    at_home = F.col("creditor_country") == HOME_COUNTRY
    business = is_true(F.col("creditor_holder_type").isin(*BUSINESS_HOLDERS))
    private = ~is_context("creditor") & ~business & at_home
    from_business = is_true(F.col("debtor_holder_type").isin(*BUSINESS_HOLDERS))
    concerned = from_business & private & F.col("creditor_account_id").isNotNull() & ~F.col("wages")
    in_remark = F.nullif(F.trim(F.regexp_extract("remittance_norm", _FIRM, 1)), F.lit(""))
    payee = F.when(names_firm("creditor_name_norm"), F.col("creditor_name_norm"))
    # `when`, and kept: names are read of few payments, and once.
    naming = kept(
        payments.withColumn("named", F.when(concerned, F.coalesce(payee, in_remark))).where(
            F.col("named").isNotNull()
        )
    )
    return (
        naming.where(~is_true(same_name("named", "debtor_name_norm")))
        .where(payee.isNotNull() | ~is_true(same_name("named", "creditor_name_norm")))
        .withColumn("firm", F.coalesce(group_key("named"), name_key("named")))
        .where(F.col("firm").isNotNull())
        .withColumn("entrusted", is_true(F.col("remittance_norm").rlike(str(parameters["entrusted_words"]))))
        .select(
            F.col("creditor_account_id").alias("account_id"),
            F.coalesce("debtor_holder_key", "debtor_account_id").alias("payer"),
            *_PAYMENT[2:],
        )
    )


def describe_groups(named: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Accounts that the name of a firm ties together, one row a group (`FOUND_COLUMNS`)."""
    if named.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    found = []
    for group in rings_of(named["account_id"], "firm " + named["firm"]):
        rows = named[named["account_id"].isin(group)]
        accounts = sorted(set(rows["account_id"]))
        found.append(
            found_row(
                subject=accounts[0],
                value=float(np.log2(len(rows))),
                value_vnd=int(rows["amount_vnd"].sum()),
                members=[("account", name, "beneficiary") for name in accounts],
                rows=rows,
                explanations={
                    "entrusted_collection": rows["entrusted"].mean() >= float(parameters["entrusted_share"])
                },
                evidence_limit=int(parameters["evidence_limit"]),
            )
        )
    return pd.DataFrame(found, columns=FOUND_COLUMNS)
