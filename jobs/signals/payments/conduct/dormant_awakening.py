"""Old accounts that lay still and now carry much money through."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import ledger, of_accounts, payer
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="dormant_awakening",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAYS_A_MONTH = 30


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """One row an account that was opened at least `opened_days_min` before it woke, within `window_days`.

    Still is what the bank says (status `dormant`), or what the window shows: no payment for
    `quiet_days_min` from its start; what moved before the window was awake already. `value` (0..1) =
    sqrt(jump x through) x stillness: the weekly money against the typical account of that holder type on a
    log scale, the share of it that left again, and how long it lay still.
    """
    rows = ledger(payments)
    credit = F.when(~F.col("out"), F.col("amount_vnd"))
    of_business = is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))
    sums = rows.groupBy("account_id").agg(
        F.min("day").alias("woke_on"),
        F.max("day").alias("last_on"),
        F.sum(credit).alias("in_vnd"),
        F.sum(F.when(F.col("out"), F.col("amount_vnd")).otherwise(0)).alias("out_vnd"),
        F.max(credit).alias("largest_vnd"),
        F.sum(F.when(of_business, credit).otherwise(0)).alias("business_vnd"),
        F.size(F.collect_set(payer())).alias("payers"),
    )
    active = F.greatest(F.datediff("last_on", "woke_on") + 1, F.lit(int(parameters["active_days_min"])))
    weekly = F.col("in_vnd") * 7 / active
    register = accounts.select(
        "account_id", "holder_type", "opened_on", "status", "declared_monthly_turnover_vnd"
    )
    first = payments.agg(F.min("day").alias("first_on"))
    measured = (
        sums.join(register, on="account_id", how="inner")
        .crossJoin(first)
        .withColumn("weekly_vnd", F.round(weekly, 6))
        .withColumn("typical_vnd", F.percentile("weekly_vnd", 0.5).over(Window.partitionBy("holder_type")))
    )
    woken = _woken(measured, parameters, as_of)
    evidence = (
        of_accounts(rows, woken)
        .groupBy("account_id")
        .agg(F.count(F.lit(1)).alias("support"), evidence_of(F.lit(True), parameters).alias("evidence"))
    )
    found = woken.join(evidence, on="account_id", how="inner").select(
        F.col("account_id").alias("subject_id"),
        "value",
        "support",
        F.col("in_vnd").alias("value_vnd"),
        F.array(member("account", F.col("account_id"), "mule")).alias("members"),
        "evidence",
        F.array(
            explanation("one_large_sale", F.col("largest_vnd") * 10 >= F.col("in_vnd") * 7),
            explanation(
                "seasonal_business",
                F.col("holder_type").isin(*BUSINESS_HOLDERS)
                & (F.col("declared_monthly_turnover_vnd") * 7 >= F.col("weekly_vnd") * _DAYS_A_MONTH),
            ),
            explanation(
                "from_businesses",
                F.col("business_vnd") >= F.col("in_vnd") * float(parameters["business_share_min"]),
            ),
        ).alias("explanations"),
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _woken(measured: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Accounts that lay still long enough, with their `value`."""
    quiet = F.datediff("woke_on", F.greatest("first_on", "opened_on"))
    said = F.coalesce(F.col("status") == "dormant", F.lit(False))
    stillness = F.when(said, 1.0).otherwise(
        F.least(F.lit(1.0), F.col("quiet_days") / int(parameters["quiet_days_full"]))
    )
    ratio = F.col("weekly_vnd") / F.greatest("typical_vnd", F.lit(1.0))
    jump = F.least(
        F.lit(1.0), F.log(F.greatest(ratio, F.lit(1.0))) / F.log(F.lit(float(parameters["jump_full"])))
    )
    through = F.least(F.lit(1.0), F.col("out_vnd") / F.col("in_vnd"))
    return (
        measured.withColumn("quiet_days", quiet)
        .where(
            (F.datediff(F.lit(as_of), "woke_on") < int(parameters["window_days"]))
            & (F.datediff("woke_on", "opened_on") >= int(parameters["opened_days_min"]))
            & (said | (F.col("quiet_days") >= int(parameters["quiet_days_min"])))
            & (F.col("payers") >= int(parameters["payers_min"]))
        )
        .withColumn("value", F.round(F.sqrt(jump * through) * stillness, 6))
        .where(F.col("value") >= float(parameters["report_from"]))
    )
