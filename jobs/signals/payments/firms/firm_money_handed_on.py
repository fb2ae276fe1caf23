"""Private people whom a firm pays large sums, again and again, and who hand most of it on to a few others.

Whoever is bribed is not paid by the firm, and money paid for false invoices comes back to its director in
private: a person with a contract stands between, keeps a part, and passes the rest on within days. A foreman
pays a crew, and small sums; who earns commission spends it, and is paid wages as well.
Source: Penal Code 100/2015/QH13, Art. 203 (false invoices), 354 and 364 (bribes); FATF, Laundering the
Proceeds of Corruption, 2011 (associates and consultants receive for officials).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="firm_money_handed_on",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAY = 24 * 3600


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account of a person; value = payments handed on, times the share of the firm's money that
    they carry (at most 1). Only what is no larger than a payment of the firm shortly before is handed on."""
    rows = _marked(ledger(payments).where(F.col("holder_type") == "individual"), parameters)
    handed = F.col("handed")
    sums = rows.groupBy("account_id").agg(
        F.count_if("from_firm").alias("paid_in"),
        F.collect_set(F.when(F.col("from_firm"), F.col("other"))).alias("firms"),
        F.sum(F.when(F.col("from_firm"), F.col("amount_vnd"))).alias("in_vnd"),
        F.sum(F.when(F.col("large_in"), F.col("amount_vnd"))).alias("large_vnd"),
        F.collect_set(F.when(F.col("salary") & ~F.col("out"), F.col("other"))).alias("employers"),
        F.count_if(handed).alias("times"),
        F.collect_set(F.when(handed, F.col("other"))).alias("payees"),
        F.sum(F.when(handed, F.col("amount_vnd"))).alias("value_vnd"),
        evidence_of(handed | F.col("from_firm"), parameters).alias("evidence"),
    )
    share = F.least(F.col("value_vnd") / F.col("in_vnd"), F.lit(1.0))
    found = sums.where(_stands_between(share, parameters)).select(
        F.col("account_id").alias("subject_id"),
        F.round(F.col("times") * share, 6).alias("value"),
        (F.col("times") + F.col("paid_in")).alias("support"),
        "value_vnd",
        _members().alias("members"),
        "evidence",
        F.array(explanation("employee", F.arrays_overlap("firms", "employers"))).alias("explanations"),
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _marked(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `large_in`, `from_firm` and `handed` to ledger rows of people."""
    least = int(parameters["firm_payment_vnd"])
    known = F.col("other").isNotNull() & ~F.col("other_context")
    large_in = ~F.col("out") & (F.col("amount_vnd") >= least)
    from_firm = large_in & known & is_true(F.col("other_type") == "company") & ~F.col("salary")
    shortly_before = (
        Window.partitionBy("account_id")
        .orderBy("at_seconds")
        .rangeBetween(-int(parameters["hold_days"]) * _DAY, -1)
    )
    covered = F.max(F.when(F.col("from_firm"), F.col("amount_vnd"))).over(shortly_before)
    to_person = F.col("out") & known & is_true(F.col("other_type") == "individual")
    handed = (
        to_person
        & (F.col("amount_vnd") >= least * float(parameters["handed_part"]))
        & (F.col("amount_vnd") <= covered)
    )
    return (
        rows.withColumn("large_in", large_in)
        .withColumn("from_firm", from_firm)
        .withColumn("handed", is_true(handed))
    )


def _stands_between(share: Column, parameters: Parameters) -> Column:
    """Whether one or two firms pay it again and again, and little else, and a few people get most of that."""
    return (
        (F.col("paid_in") >= int(parameters["firm_payments_least"]))
        & (F.size("firms") <= int(parameters["firms_most"]))
        & (F.col("in_vnd") >= F.col("large_vnd") * float(parameters["firm_share"]))
        & (F.col("times") >= int(parameters["handed_least"]))
        & (F.size("payees") <= int(parameters["payees_most"]))
        & (share >= float(parameters["handed_share"]))
    )


def _members() -> Column:
    return F.concat(
        F.array(member("account", F.col("account_id"), "collector")),
        F.transform(F.sort_array("firms"), lambda firm: member("account", firm, "payer")),
        F.transform(F.sort_array("payees"), lambda payee: member("account", payee, "beneficiary")),
    )
