"""One payer whose money several accounts take out in cash as soon as it is there."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import by_account, by_pair, ledger
from jobs.signals.payments.population import FEED, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member, record

SIGNAL = Signal(
    id="cashed_out_together",
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
    """One row a payer, with the accounts that take its money out in cash.

    Pay once a month, or coded as pay by the bank, is left out, whatever is drawn of it. A credit is emptied
    when at least `emptied_share` of it is withdrawn within `hold_hours`; an account counts when this happened
    `emptied_min` times and to most of what the payer sent. `value` (0..1): (k - none) / (k - none + half) x
    root of k's share of the payer's private payees, k the accounts that count.
    """
    rows = ledger(payments)
    soon = by_account().orderBy("at_seconds").rangeBetween(0, int(parameters["hold_hours"]) * 3600)
    withdrawn = F.when(F.col("out") & F.col("cash"), F.col("amount_vnd"))
    keys = F.collect_list(F.when(F.col("out") & F.col("cash"), F.col("report_keys")))
    credits = (
        rows.withColumn("withdrawn_vnd", F.coalesce(F.sum(withdrawn).over(soon), F.lit(0)))
        .withColumn("all_withdrawn_vnd", F.sum(withdrawn).over(by_account()))
        .withColumn("withdrawals", keys.over(soon))
        .where(
            ~F.col("out")
            & F.col("other").isNotNull()
            & ~F.col("other_context")
            & ~is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
        )
        .withColumn(
            "emptied", F.col("withdrawn_vnd") >= F.col("amount_vnd") * float(parameters["emptied_share"])
        )
        .withColumn("days_since", F.datediff("day", F.lag("day").over(by_pair().orderBy("at_seconds"))))
        .withColumn("says_wages", is_true(F.col("remittance_norm").rlike(str(parameters["wage_words"]))))
    )
    emptied, month = F.col("emptied"), int(parameters["payroll_days"])
    monthly = F.coalesce(F.min("days_since"), F.lit(month)) >= month
    pairs = credits.groupBy(F.col("other").alias("subject_id"), "account_id").agg(
        F.sum("amount_vnd").alias("credited_vnd"),
        F.sum(F.when(emptied, F.col("amount_vnd")).otherwise(0)).alias("emptied_vnd"),
        F.count(F.when(emptied, 1)).alias("times"),
        F.count_if("says_wages").alias("wages"),
        F.count(F.lit(1)).alias("credits"),
        F.max("all_withdrawn_vnd").alias("all_withdrawn_vnd"),
        (F.min("salary") & (monthly | F.min(is_true(F.col("purpose_code") == "SALA")))).alias("payroll"),
        F.flatten(F.collect_list(F.when(emptied, F.concat("report_keys", F.flatten("withdrawals"))))).alias(
            "keys"
        ),
    )
    share = float(parameters["emptied_share"])
    counts = (
        ~F.col("payroll")
        & (F.col("times") >= int(parameters["emptied_min"]))
        & (F.col("emptied_vnd") >= F.col("credited_vnd") * share)
        # One withdrawal may follow several credits.
        & (F.col("all_withdrawn_vnd") >= F.col("emptied_vnd") * share)
    )
    payers = (
        pairs.withColumn("counts", counts)
        .groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("payees"),
            F.count(F.when(F.col("counts"), 1)).alias("mules"),
            F.sum(F.when(F.col("counts"), F.col("times")).otherwise(0)).alias("support"),
            F.sum(F.when(F.col("counts"), F.col("emptied_vnd")).otherwise(0)).alias("value_vnd"),
            F.sort_array(F.collect_list(F.when(F.col("counts"), F.col("account_id")))).alias("mule_ids"),
            F.sum(F.when(F.col("counts"), F.col("wages")).otherwise(0)).alias("wages"),
            F.sum(F.when(F.col("counts"), F.col("credits")).otherwise(0)).alias("credits"),
            F.flatten(F.collect_list(F.when(F.col("counts"), F.col("keys")))).alias("keys"),
        )
    )
    more = F.greatest(F.col("mules") - int(parameters["mules_none"]), F.lit(0))
    stated = float(parameters["wages_stated_share"])
    size = more / (more + float(parameters["mules_for_half"]))
    found = (
        payers.withColumn("value", F.round(size * F.sqrt(F.col("mules") / F.col("payees")), 6))
        .where(F.col("value") >= float(parameters["report_from"]))
        .select(
            "subject_id",
            "value",
            "support",
            "value_vnd",
            F.concat(
                F.array(member("account", F.col("subject_id"), "operator")),
                F.transform("mule_ids", lambda name: member("account", name, "mule")),
            ).alias("members"),
            bounded(
                F.transform(F.array_distinct("keys"), lambda key: record(FEED, key)),
                int(parameters["evidence_limit"]),
            ).alias("evidence"),
            F.array(explanation("crew", F.col("wages") >= F.col("credits") * stated)).alias("explanations"),
        )
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)
