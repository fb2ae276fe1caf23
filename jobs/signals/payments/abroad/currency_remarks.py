"""Accounts that change a neighbour's currency for many people, as the remarks of either side say.

Who needs yuan for a supplier or a wallet over the border pays dong to a private dealer, who has the yuan paid
out there, and pays dong to those who sell theirs: "đổi tệ", "nạp alipay", "trả tệ". Banks and their licensed
agents alone may do that. A dealer hands on what comes in, in private payments or cash, or abroad; who sells
the rest of a trip's money, or collects for orders of goods that a card pays, does not.
Source: Ordinance on Foreign Exchange 28/2005/PL-UBTVQH11; FATF, Money Laundering through Money Remittance and
Currency Exchange Providers (2010).
"""

from datetime import date
from functools import lru_cache

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import ledger
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
    id="currency_remarks",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a ring: dealers that have paid each other, most often one account alone.

    `value` = how many others name a currency to them, or are named it by them. The subject is the dealer
    with most of them; `support` and `value_vnd` are the payments that name it.
    """
    rows = ledger(payments).where(~F.col("salary"))
    named = is_true(F.col("remittance_norm").rlike(currency_pattern())) & ~F.col("other_context")
    marked = rows.withColumn("customer", F.when(named, F.coalesce("other", "other_name")))
    dealers = _dealers(marked, parameters)
    known = dealers.select(F.col("account_id").alias("other"), F.lit(True).alias("between"))
    shown = (
        marked.join(F.broadcast(dealers), "account_id")
        .join(F.broadcast(known), "other", "left")
        .withColumn("between", is_true(F.col("between")))
        .where(F.col("customer").isNotNull() | F.col("between"))
        .select(
            "account_id",
            "other",
            "customer",
            "between",
            is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS)).alias("business"),
            "amount_vnd",
            "payment_key",
            "report_keys",
        )
    )

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return describe_dealers(frame, parameters)

    found = shown.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _dealers(marked: DataFrame, parameters: Parameters) -> DataFrame:
    """`account_id` of those who deal with enough customers and hand on enough of what comes in."""
    away = F.col("cash") | (F.col("other_country") != "VN") | ~is_true(F.col("other_type") == "company")
    came_in = F.sum(F.when(~F.col("out"), F.col("amount_vnd")).otherwise(0))
    handed_on = F.sum(F.when(F.col("out") & away & ~F.col("other_context"), F.col("amount_vnd")).otherwise(0))
    return (
        marked.groupBy("account_id")
        .agg(
            F.size(F.collect_set("customer")).alias("customers"),
            came_in.alias("came_in_vnd"),
            handed_on.alias("handed_on_vnd"),
        )
        .where(F.col("customers") >= int(parameters["customers_least"]))
        .where(F.col("handed_on_vnd") >= F.col("came_in_vnd") * float(parameters["handed_least"]))
        .where(F.col("came_in_vnd") > 0)
        .select("account_id")
    )


def describe_dealers(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Dealers tied by payments to each other, one row a ring (`FOUND_COLUMNS`).

    Who asks several dealers looks like one to them, so that dealers need customers who do not.
    """
    candidates = set(frame["account_id"])
    once = frame[~frame["customer"].isin(candidates)].groupby("account_id")["customer"].nunique()
    dealers = set(once[once >= int(parameters["customers_least"])].index)
    theirs = frame[frame["account_id"].isin(dealers)]
    tied = theirs["other"].where(theirs["other"].isin(dealers), theirs["account_id"])
    found = []
    for ring in rings_of(theirs["account_id"], tied):
        rows = theirs[theirs["account_id"].isin(ring)]
        asked = rows[rows["customer"].notna() & ~rows["customer"].isin(ring)]
        customers = asked.groupby("account_id")["customer"].nunique()
        value = asked["customer"].nunique()
        if value < float(parameters["report_from"]):
            continue
        # Most customers first, then the smallest account.
        subject = min(customers.index, key=lambda name: (-customers[name], name))
        value_vnd = int(asked.drop_duplicates("payment_key")["amount_vnd"].sum())
        found.append(
            found_row(
                subject=subject,
                value=float(value),
                value_vnd=value_vnd,
                members=[("account", name, "dealer") for name in ring],
                rows=asked,
                explanations={
                    "licensed_agent": bool(rows["business"].all()),
                    "modest_sums": value_vnd <= int(parameters["modest_vnd"]),
                },
                evidence_limit=int(parameters["evidence_limit"]),
            )
        )
    return pd.DataFrame(found, columns=FOUND_COLUMNS)


@lru_cache(maxsize=1)
def currency_pattern() -> str:
    """One regular expression: a currency or wallet of the lexicon after a verb or a sum, or all by itself."""
    words = load_lexicon("currency_remarks")
    currencies, wallets, verbs, fill, anywhere = (
        "|".join(words[name]) for name in ("currencies", "wallets", "verbs", "verbs_of_wallets", "anywhere")
    )
    sums = "[0-9]+k?"
    phrases = f"({verbs}|{sums}) ({currencies})|({fill}) ({wallets})|{anywhere}"
    return f"(^| )({phrases})( |$)|^({currencies})( {sums})?$"
