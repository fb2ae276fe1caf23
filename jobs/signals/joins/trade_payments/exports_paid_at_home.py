"""Exporters whom private people and cash at home pay for what nobody abroad does.

Proceeds of exports come home from the buyer through a bank; the refund of VAT depends on it. Where hardly
anything comes from abroad, while people at home put in a good part of the price as loans, capital or cash, it
was settled past the banks, or nobody bought and the money only has to look like takings.
Source: FATF/Egmont Group risk indicators 2021 (payments by third parties, in cash, unlike the contract);
Pháp lệnh Ngoại hối 28/2005/PL-UBTVQH11 and Decree 70/2014/NĐ-CP (proceeds of exports are brought home);
Luật Thuế giá trị gia tăng 48/2024/QH15 Art. 14, before it Circular 219/2013/TT-BTC Art. 16 (VAT on exports is
given back when they are paid without cash).
"""

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
from jobs.signals.goods.traders import declared_in_window
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.operators import parties_of
from jobs.signals.joins.trade import holder_kind
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="exports_paid_at_home",
    subject="operator",
    reads={
        "customs": "flows.declarations",
        "payments": "flows.payments",
        "operators": "links.operators",
    },
)


def transform(
    *, customs: DataFrame, payments: DataFrame, operators: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Value: share of the exported value that people and cash at home paid, at most 1; 0 where the buyers
    abroad paid a fair part, or businesses at home more than the people.

    `support`: payments of people and cash; `value_vnd`: what they brought.
    """
    lines = kept(_exports(customs, operators, parameters, as_of))
    credits = kept(_credits(payments, lines, as_of, parameters))
    rows = reported(_measure(lines, credits, parameters, as_of), parameters)
    brought = credits.where("brought").join(subjects_of(rows), "subject_id")
    own = lines.join(subjects_of(rows), "subject_id")
    whole = F.sum("amount_vnd").over(Window.partitionBy("subject_id"))
    by_payer = F.sum("amount_vnd").over(Window.partitionBy("subject_id", "debtor_account_id"))
    payers = brought.withColumn("part", by_payer / whole).where(
        F.col("part") >= float(parameters["payer_share"])
    )
    members = [
        member_rows(own, holder_kind(F.col("trader_key")), "trader_key", "trader"),
        member_rows(brought, "account", "creditor_account_id", "trader"),
        member_rows(payers, "account", "debtor_account_id", "payer"),
        member_rows(payers, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "payer"),
    ]
    evidence = [payment_rows(brought), record_rows(own, "customs_declarations", "record_key")]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _exports(customs: DataFrame, operators: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Export lines of the window that a buyer has to pay for: subject_id (the exporter's hand)."""
    declared = declared_in_window(customs, "export", parameters, as_of)
    return (
        declared.where(F.col("trader_key").isNotNull() & (F.col("customs_value_vnd") > 0))
        .join(parties_of(operators, "trader_key", "trader_operator"), "trader_key", "left")
        .select(
            F.coalesce("trader_operator", "trader_key").alias("subject_id"),
            "trader_key",
            "customs_value_vnd",
            "event_day",
            "record_key",
        )
    )


def _credits(payments: DataFrame, lines: DataFrame, as_of: date, parameters: Parameters) -> DataFrame:
    """What exporters are paid in the window, by others than themselves: `abroad`, or `brought` by people and
    in cash, or by who else pays at home."""
    abroad = F.coalesce("debtor_country", F.lit("VN")) != "VN"
    private = is_true(F.col("debtor_holder_type") == "individual")
    cash = F.col("debtor_account_id").isNull() & is_true(F.col("channel") == "cash_deposit")
    first = as_of - timedelta(days=int(parameters["window_days"]) - 1)
    return (
        payments.where(F.col("day").between(F.lit(first), F.lit(as_of)) & ~F.col("one_holder"))
        .withColumn("subject_id", F.coalesce("creditor_operator", "creditor_holder_key"))
        .join(F.broadcast(lines.select("subject_id").distinct()), "subject_id")
        .where(~is_true(F.col("debtor_operator") == F.col("subject_id")))
        .select(
            "subject_id",
            "amount_vnd",
            "report_keys",
            "creditor_account_id",
            "debtor_account_id",
            "debtor_holder_key",
            abroad.alias("abroad"),
            (~abroad & (private | cash)).alias("brought"),
            remark_tells("border_trade").alias("border_trade"),
        )
    )


def _measure(lines: DataFrame, credits: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row an exporter of enough lines whose account is known to be paid."""
    recent = F.col("event_day") > F.lit(as_of - timedelta(days=int(parameters["credit_days"])))
    exported = lines.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("lines"),
        F.sum("customs_value_vnd").alias("exported_vnd"),
        _sum_where(recent, "customs_value_vnd").alias("recent_vnd"),
    )
    brought = F.col("brought")
    received = credits.groupBy("subject_id").agg(
        _sum_where(F.col("abroad"), "amount_vnd").alias("abroad_vnd"),
        _sum_where(brought, "amount_vnd").alias("value_vnd"),
        _sum_where(~brought & ~F.col("abroad"), "amount_vnd").alias("others_vnd"),
        _sum_where(brought & F.col("border_trade"), "amount_vnd").alias("border_vnd"),
        F.count_if(brought).alias("support"),
        F.count_distinct(F.when(brought, F.col("debtor_account_id"))).alias("payers"),
        F.count_if(brought & F.col("debtor_account_id").isNull()).alias("deposits"),
    )
    share = F.col("value_vnd") / F.col("exported_vnd")
    counts = (
        (F.col("abroad_vnd") < F.col("exported_vnd") * float(parameters["abroad_share"]))
        & (share >= float(parameters["brought_share"]))
        & (F.col("value_vnd") > F.col("others_vnd"))
    )
    return (
        exported.where(F.col("lines") >= int(parameters["lines_least"]))
        .join(received, "subject_id")
        .select(
            "subject_id",
            F.lit("exporters").alias("peer_group"),
            F.when(counts, F.least(share, F.lit(1.0))).otherwise(0.0).alias("value"),
            "support",
            "value_vnd",
            F.array(
                explanation("owner_pays_in", (F.col("payers") == 1) & (F.col("deposits") == 0)),
                explanation("sells_at_home", F.col("payers") >= int(parameters["customers_least"])),
                explanation("sold_on_credit", F.col("recent_vnd") * 2 > F.col("exported_vnd")),
                explanation("border_trade", F.col("border_vnd") * 2 > F.col("value_vnd")),
            ).alias("explanations"),
        )
    )


def _sum_where(condition: Column, amount: str) -> Column:
    return F.coalesce(F.sum(F.when(condition, F.col(amount))), F.lit(0))
