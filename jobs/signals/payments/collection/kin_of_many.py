"""Accounts that send money "to mother", "to my wife", "from your son" to many different people.

Who works abroad and does not use a bank hands the money to an agent there; the agent's accounts here pay it
out to the families, in the customers' words. Each remark is true of a customer, and all of them of nobody:
one person has one mother (children may be many). Families that get their money through a bank pass on what
came from abroad.
Source: FATF, The Role of Hawala and Other Similar Service Providers (2013); Ordinance on Foreign Exchange
28/2005/PL-UBTVQH11.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.payments.private_remarks import kin_pattern
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="kin_of_many",
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
    """One row an account. `value` = private payees to whom it pays as to its family; the amount is what they
    get so. Of all its payments, `said_share` have to say so: a large family is paid among other things.
    """
    private = F.col("other").isNotNull() & ~is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))
    said = (
        F.col("out")
        & private
        & ~F.col("salary")
        & ~F.col("other_context")
        & is_true(F.col("remittance_norm").rlike(kin_pattern()))
    )
    came_in = F.when(~F.col("out"), F.col("amount_vnd"))
    sums = (
        ledger(payments)
        .withColumn("said", said)
        .groupBy("account_id")
        .agg(
            F.size(F.collect_set(F.when(F.col("said"), F.col("other")))).alias("payees"),
            F.count_if("said").alias("support"),
            F.count_if("out").alias("paid"),
            F.sum(F.when(F.col("said"), F.col("amount_vnd"))).alias("value_vnd"),
            F.coalesce(F.sum(came_in), F.lit(0)).alias("in_vnd"),
            F.coalesce(F.sum(F.when(F.col("other_country") != "VN", came_in)), F.lit(0)).alias("abroad_vnd"),
            evidence_of(F.col("said"), parameters).alias("evidence"),
        )
    )
    found = (
        sums.where(F.col("payees") >= int(parameters["payees_least"]))
        .where(F.col("support") >= F.col("paid") * float(parameters["said_share"]))
        .select(
            F.col("account_id").alias("subject_id"),
            F.col("payees").cast("double").alias("value"),
            "support",
            "value_vnd",
            F.array(member("account", F.col("account_id"), "dealer")).alias("members"),
            "evidence",
            F.array(explanation("through_a_bank", _through_a_bank(parameters))).alias("explanations"),
        )
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _through_a_bank(parameters: Parameters) -> Column:
    return (F.col("abroad_vnd") > 0) & (
        F.col("abroad_vnd") >= F.col("in_vnd") * float(parameters["abroad_share"])
    )
