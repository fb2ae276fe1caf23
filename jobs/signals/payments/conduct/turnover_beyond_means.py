"""Money through an account far beyond what its holder declared."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.payments.ledger import days_in_window, ledger
from jobs.signals.payments.population import evidence_of, measured_accounts
from jobs.signals.schema import Parameters, Signal, against_peers, as_signal, explanation, member

SIGNAL = Signal(
    id="turnover_beyond_means",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAYS_A_MONTH = 30


def transform(*, payments: DataFrame, accounts: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row an account with a declared turnover and enough payers; others are not measured.

    `value` is the decimal logarithm of monthly credits over declared monthly turnover, at least 0: 1 is ten
    times as much. Own money, pay and the largest credit do not count (a house is sold once).
    """
    rows = ledger(payments).where(~F.col("out") & ~F.col("one_holder"))
    earned = F.when(~F.col("salary"), F.col("amount_vnd"))
    sums = rows.groupBy(F.col("account_id").alias("subject_id")).agg(
        F.sum(earned).alias("all_vnd"),
        F.max(earned).alias("largest_vnd"),
        F.count(earned).alias("support"),
        F.size(F.collect_set(F.coalesce("other", "other_name"))).alias("payers"),
    )
    register = accounts.select(F.col("account_id").alias("subject_id"), "declared_monthly_turnover_vnd")
    ratio = (F.col("value_vnd") * _DAYS_A_MONTH / F.col("window_days")) / F.col(
        "declared_monthly_turnover_vnd"
    )
    measured = (
        sums.join(register, on="subject_id", how="inner")
        .where(
            (F.col("declared_monthly_turnover_vnd") > 0) & (F.col("payers") >= int(parameters["payers_min"]))
        )
        .join(measured_accounts(accounts), on="subject_id", how="inner")
        .crossJoin(days_in_window(payments, as_of))
        .withColumn("value_vnd", F.col("all_vnd") - F.col("largest_vnd"))
        .withColumn("value", F.round(F.log10(F.greatest(ratio, F.lit(1.0))), 6))
    )
    high = against_peers(measured, float(parameters["report_from"]))
    evidence = (
        rows.withColumnRenamed("account_id", "subject_id")
        .join(high.select("subject_id"), on="subject_id", how="left_semi")
        .groupBy("subject_id")
        .agg(evidence_of(~F.col("salary"), parameters).alias("evidence"))
    )
    described = (
        high.join(evidence, on="subject_id", how="inner")
        .withColumn("members", F.array(member("account", F.col("subject_id"), "collector")))
        .withColumn(
            "explanations",
            F.array(explanation("one_large_sale", F.col("largest_vnd") * 10 >= F.col("all_vnd") * 7)),
        )
    )
    return as_signal(SIGNAL, described)
