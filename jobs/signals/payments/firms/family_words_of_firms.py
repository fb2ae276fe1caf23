"""Firms that are paid, or pay, in the words of families and friends: "mừng tuổi", "cho em mượn", "gửi mẹ".

A firm has no mother, and brings up nobody's child. Whoever has to write something and does not want to write
what for takes any private reason, the next time another one, and forgets who is on the other side. A lender's
customers write of loans and of nothing else, a canteen's of meals; a firm that gives presents at Tết pays
wages to the same people.
Source: Vietnam Customs dispatch 3923/2021 (remarks "loan", "gift" or blank for what was sold); Decree
123/2020/NĐ-CP (a firm's sales and purchases have invoices, which its remarks name).
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, names_goods
from jobs.signals.payments.collection.pretext_remarks import shops_settling
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.payments.private_remarks import says_gift, says_living, says_loan
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member

SIGNAL = Signal(
    id="family_words_of_firms",
    subject="account",
    reads={
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "sellers": "silver.sellers",
    },
)


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    sellers: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account of a company. `value` = its payments, of either way, that name a private reason.

    They count with those with whom it has `pair_said_least` of them, who make up `said_share` of all with the
    same one; together they have to name `reasons_least` different reasons.
    """
    of_firms = (
        ledger(payments)
        .where((F.col("holder_type") == "company") & F.col("other").isNotNull())
        .where(~F.col("cash") & ~F.col("other_context"))
        .withColumn("reason", F.when(~F.col("reason_stated") & ~names_goods(), _private_reason()))
    )
    firms = (
        _pairs(of_firms, parameters)
        .join(F.broadcast(shops_settling(sellers, "paying_shop")), "account_id", "left")
        .groupBy("firm")
        .agg(
            F.sum("said").alias("said"),
            F.sum("value_vnd").alias("value_vnd"),
            F.count(F.lit(1)).alias("counterparties"),
            F.bool_or("with_firm").alias("with_firm"),
            F.size(F.array_distinct(F.flatten(F.collect_list("reasons")))).alias("reasons"),
            F.collect_list(member("account", F.col("account_id"), _role())).alias("others"),
            F.flatten(F.collect_list("shops")).alias("shops"),
            bounded(F.flatten(F.collect_list("evidence")), int(parameters["evidence_limit"])).alias(
                "evidence"
            ),
        )
        .where(F.col("reasons") >= int(parameters["reasons_least"]))
    )
    household = (F.col("counterparties") == 1) & ~F.col("with_firm")
    holders = accounts.select(F.col("account_id").alias("firm"), "holder_key")
    found = firms.join(holders, "firm", "left").select(
        F.col("firm").alias("subject_id"),
        F.col("said").cast("double").alias("value"),
        F.col("said").alias("support"),
        "value_vnd",
        _members().alias("members"),
        "evidence",
        F.array(explanation("owners_household", household)).alias("explanations"),
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _private_reason() -> Column:
    """The first reason of a remark: one thanks for a loan, and a present may be money to live on."""
    remark = F.col("remittance_norm")
    return (
        F.when(says_loan(remark), F.lit("loan"))
        .when(says_gift(remark), F.lit("gift"))
        .when(says_living(remark), F.lit("living"))
    )


def _pairs(of_firms: DataFrame, parameters: Parameters) -> DataFrame:
    """`firm` and `account_id` on the other side that speak so of most of what is paid, and where nobody
    gets wages."""
    said = F.col("reason").isNotNull()
    return (
        of_firms.groupBy(F.col("account_id").alias("firm"), F.col("other").alias("account_id"))
        .agg(
            F.count(F.lit(1)).alias("payments"),
            F.count_if(said).alias("said"),
            F.sum(F.when(said, F.col("amount_vnd"))).alias("value_vnd"),
            F.collect_set("reason").alias("reasons"),
            F.bool_or("salary").alias("employed"),
            F.bool_or(is_true(F.col("other_type") == "company")).alias("with_firm"),
            F.bool_or("out").alias("paid"),
            evidence_of(said, parameters).alias("evidence"),
        )
        .where((F.col("said") >= int(parameters["pair_said_least"])) & ~F.col("employed"))
        .where(F.col("said") >= F.col("payments") * float(parameters["said_share"]))
    )


def _role() -> Column:
    """Of an account on the other side: private ones, who may not know, join no networks."""
    return F.when(F.col("with_firm"), "firm").when(F.col("paid"), "payee").otherwise("payer")


def _members() -> Column:
    """The firm's account, the firm, the accounts on the other side and the shops that settle there."""
    firm = F.array(member("account", F.col("firm"), "firm"))
    company = F.when(
        F.col("holder_key").startswith("tax:"), F.array(member("company", F.col("holder_key"), "firm"))
    )
    return F.concat(firm, F.coalesce(company, F.array()), "others", F.coalesce("shops", F.array()))
