"""Takings of marketplaces and carriers that several people are paid, and pass on to one account each time.

Whoever sells under borrowed names has each payout go to one of several straw accounts and from there, within
days, to himself. A supplier of shops is paid for goods, by whoever buys them, and not after every payout.
Source: derived here; Vietnam Customs dispatch 3923/2021 for settlement through the accounts of others.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.funnels import funnel_shown
from jobs.signals.payments.ledger import CARRYING_HOLDERS, by_account, by_pair, ledger
from jobs.signals.payments.population import measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="payouts_passed_on",
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
    """One row an account that the takings are passed on to.

    A payment passes takings on when they came within `hold_hours` before, it is no more than all of them, and
    at least `part_least` of the largest. Who passes on counts when this is most of what it pays the account
    and a good share of its takings; staff whom the account pays wages do not. `value`: log2 of those who pass
    on, times their share of all who pay the account.
    """
    receivers = (
        _pairs(payments, parameters)
        .groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("straws"),
            F.sum("passages").alias("support"),
            F.sum("passed_vnd").alias("value_vnd"),
            F.sort_array(F.collect_list("account_id")).alias("straw_ids"),
            F.sum("ordered").alias("ordered"),
            F.first("to_business").alias("to_business"),
            F.flatten(F.collect_list("keys")).alias("keys"),
        )
        .where(F.col("straws") >= int(parameters["straws_least"]))
    )
    known = accounts.select(F.col("account_id").alias("subject_id"), "payers")
    value = F.log2("straws") * F.col("straws") / F.greatest("straws", F.coalesce("payers", F.lit(0)))
    found = (
        known.join(F.broadcast(receivers), "subject_id", "right")
        .withColumn("value", F.round(value, 6))
        .where(F.col("value") >= float(parameters["report_from"]))
        .select(
            "subject_id",
            "value",
            "support",
            "value_vnd",
            *funnel_shown("straw_ids", parameters),
            F.array(
                explanation("declared_business", F.col("to_business")),
                explanation(
                    "ordered_goods",
                    F.col("ordered") >= F.col("support") * float(parameters["ordered_share"]),
                ),
            ).alias("explanations"),
        )
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _pairs(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account that passes takings on and who gets them: account_id, subject_id, passages,
    passed_vnd, ordered (payments for goods), to_business, keys."""
    every = ledger(payments)
    hold = int(parameters["hold_hours"]) * 3600
    before = by_account().orderBy("at_seconds").rangeBetween(-hold, 0)
    payout = ~F.col("out") & is_true(F.col("other_type").isin(*CARRYING_HOLDERS))
    amount = F.when(payout, F.col("amount_vnd"))
    takers = every.where(payout).select("account_id").distinct()
    rows = every.join(F.broadcast(takers), "account_id", "left_semi")
    goods = "|".join(load_lexicon("innocent_remarks")["order"])
    part, whole = float(parameters["part_least"]), float(parameters["whole_most"])
    payments_on = (
        rows.withColumn("takings_vnd", F.sum(amount).over(before))
        .withColumn("largest_vnd", F.max(amount).over(before))
        .withColumn("payouts", F.collect_list(F.when(payout, F.col("report_keys"))).over(before))
        .withColumn("all_takings_vnd", F.sum(amount).over(by_account()))
        .withColumn("employer", F.max(~F.col("out") & F.col("salary")).over(by_pair()))
        .where(F.col("out") & F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary"))
        .withColumn(
            "passage",
            is_true(F.col("amount_vnd").between(F.col("largest_vnd") * part, F.col("takings_vnd") * whole)),
        )
        .withColumn("ordered", is_true(F.col("remittance_norm").rlike(rf"\b({goods})\b")))
    )
    passage = F.col("passage")
    pairs = payments_on.groupBy("account_id", F.col("other").alias("subject_id")).agg(
        F.count_if(passage).alias("passages"),
        F.coalesce(F.sum(F.when(passage, F.col("amount_vnd"))), F.lit(0)).alias("passed_vnd"),
        F.sum("amount_vnd").alias("paid_vnd"),
        F.max("all_takings_vnd").alias("all_takings_vnd"),
        F.max("employer").alias("employer"),
        F.count_if(passage & F.col("ordered")).alias("ordered"),
        is_true(F.first("other_type").isin(*BUSINESS_HOLDERS)).alias("to_business"),
        F.flatten(F.collect_list(F.when(passage, F.concat("report_keys", F.flatten("payouts"))))).alias(
            "keys"
        ),
    )
    passes_on = (
        ~is_true(F.col("employer"))
        & (F.col("passages") >= 1)
        & (F.col("passed_vnd") >= F.col("paid_vnd") * float(parameters["passed_share"]))
        & (F.col("passed_vnd") >= F.col("all_takings_vnd") * float(parameters["takings_share"]))
    )
    return pairs.where(passes_on)
