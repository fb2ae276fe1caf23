"""A payee abroad whom many private people pay, each time just under the level at which banks report.

The rules that bind one sender see nothing: each sends little. Only the payee adds up.
Source: Circular 27/2025/TT-NHNN (cross-border transfers from 1,000 USD are reported); FATF, Money Laundering
through Money Remittance and Currency Exchange Providers (2010), smurfing.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.trade import holder_kind
from jobs.signals.payments.reporting_levels import level_on
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="structured_remittances",
    subject="account",
    reads={"payments": "flows.payments", "reports": "silver.bank_transactions"},
)
LAW = "cross_border_reporting_level"


def transform(
    *,
    payments: DataFrame,
    reports: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a payee. `value`: log2 of its private payers x share of their payments just under the level.

    Held against all payees abroad whom private people pay: fewer payers or payments, or fewer just under the
    level, are 0.
    """
    paid = kept(_remittances(payments, reports, parameters))
    rows = reported(_payees(paid, payments, parameters), parameters)
    shown = kept(paid.join(subjects_of(rows), "subject_id"))
    members = [
        member_rows(shown, "account", "subject_id", "beneficiary"),
        member_rows(shown, "account", "debtor_account_id", "payer"),
        member_rows(shown, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "payer"),
    ]
    return close(SIGNAL, rows, members, [payment_rows(shown)], int(parameters["evidence_limit"]))


def _remittances(payments: DataFrame, reports: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of private people to accounts abroad (`subject_id`), `near` the level or not, with `everyday`:
    the remark names school, family or the like.

    The level is in dollars: what is paid in dollars is taken as it is, other money at the median rate of the
    dollar in these payments.
    """
    everyday = F.col("reason_stated") | remark_tells("family_support")
    abroad = payments.where(
        (F.col("creditor_country") != "VN")
        & (F.col("debtor_holder_type") == "individual")
        & F.col("creditor_account_id").isNotNull()
        & (F.col("amount_vnd") > 0)
        & ~F.col("one_holder")
    ).select(
        F.col("creditor_account_id").alias("subject_id"),
        "debtor_account_id",
        "debtor_holder_key",
        "payment_key",
        "report_keys",
        "day",
        "amount_vnd",
        everyday.alias("everyday"),
    )
    paid = F.broadcast(abroad).join(
        reports.select(F.col("record_key").alias("payment_key"), "amount", "currency"), "payment_key"
    )
    in_dollars = F.when(F.col("currency") == "USD", F.col("amount").cast("double"))
    rate = F.percentile(F.try_divide(F.col("amount_vnd"), in_dollars), 0.5).over(Window.partitionBy(F.lit(1)))
    dollars = F.round(F.coalesce(in_dollars, F.try_divide(F.col("amount_vnd"), F.col("rate"))), 2)
    return (
        paid.withColumn("rate", rate)
        .withColumn("dollars", dollars)
        .withColumn("level", level_on(LAW, F.col("day")))
        .withColumn(
            "near",
            is_true(F.col("dollars") >= F.col("level") * float(parameters["floor_share"]))
            & is_true(F.col("dollars") < F.col("level")),
        )
        .drop("amount", "currency", "rate", "dollars", "level")
    )


def _payees(paid: DataFrame, payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Each payee abroad whom private people pay, measured."""
    month = F.trunc("day", "month")
    payers = paid.groupBy("subject_id", "debtor_account_id").agg(
        F.count(F.lit(1)).alias("payments"),
        F.count_if("near").alias("near"),
        F.count_if("everyday").alias("everyday"),
        F.count_distinct(month).alias("months"),
        F.sum("amount_vnd").alias("value_vnd"),
    )
    known = payments.groupBy(F.col("creditor_account_id").alias("subject_id")).agg(
        F.count_distinct("debtor_account_id").alias("clients")
    )
    share = F.col("near") / F.col("support")
    structured = (
        (F.col("payers") >= int(parameters["payers_least"]))
        & (F.col("support") >= int(parameters["payments_least"]))
        & (share >= float(parameters["near_share"]))
    )
    told = F.col("everyday") >= F.col("support") * float(parameters["stated_share_min"])
    platform = F.col("clients") >= int(parameters["platform_clients_least"])
    return (
        payers.groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("payers"),
            F.sum("payments").alias("support"),
            F.sum("near").alias("near"),
            F.sum("everyday").alias("everyday"),
            F.max(F.col("payments") > F.col("months")).alias("often"),
            F.sum("value_vnd").alias("value_vnd"),
        )
        .join(known, "subject_id", "left")
        .select(
            "subject_id",
            F.lit("payees abroad of private people").alias("peer_group"),
            F.when(structured, F.round(F.log2("payers") * share, 6)).otherwise(0.0).alias("value"),
            "support",
            "value_vnd",
            F.array(
                explanation("known_platform", platform),
                explanation("tuition_or_family", told & ~F.col("often")),
            ).alias("explanations"),
        )
    )
