"""Accounts that pay people a little, soon after each imported goods of a foreign partner in his own name.

What border residents, receivers of gifts and buyers of small things bring in free of duty is each one's own.
People who import for themselves pay; they are not paid. Who pays many of them, far less than the goods are
worth, has borrowed their names. Who sold the goods says nothing: one master bill holds those of many sellers.
Source: Law 107/2016/QH13 Art. 16 and Decree 134/2016/NĐ-CP (exemptions of persons); FATF/Egmont Group risk
indicators 2021.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.trade import holder_kind
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="paid_declarants",
    subject="account",
    reads={"customs_declarations": "flows.declarations", "payments": "flows.payments"},
)
_PAYMENT = ("payment_key", "report_keys", "amount_vnd", "wages", "remittance_norm", "debtor_holder_type")


def transform(
    *, customs_declarations: DataFrame, payments: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """One row an account. Value: log2 of the people whom it pays soon after they imported."""
    imports = _imports(in_window(customs_declarations, as_of, parameters["window_days"]))
    paid = kept(_paid(payments, imports, parameters))
    rows = reported(_measure(paid, parameters), parameters)
    shown = paid.join(subjects_of(rows), "subject_id", "left_semi")
    members = [
        member_rows(shown, "account", "subject_id", "beneficiary"),
        member_rows(shown, "person", "person", "trader"),
    ]
    evidence = [payment_rows(shown, 1), record_rows(shown, "customs_declarations", "record_key", 2)]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _is_person(key: str) -> Column:
    return F.col(key).isNotNull() & (holder_kind(F.col(key)) == "person")


def _imports(declarations: DataFrame) -> DataFrame:
    """person, imports: the lines that each person imported in his own name of a named partner."""
    line = F.struct("record_key", "registered_at", "customs_value_vnd")
    own = (F.col("direction") == "import") & _is_person("trader_key")
    return (
        declarations.where(own & F.col("partner_name_norm").isNotNull())
        .groupBy(F.col("trader_key").alias("person"))
        .agg(F.collect_list(line).alias("imports"))
    )


def _paid(payments: DataFrame, imports: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a payment and a line that its payee had registered up to `days_after` days before.

    subject_id (the account that pays), payees (all people whom it pays), person, record_key,
    customs_value_vnd, and `_PAYMENT`.
    """
    soon = F.expr(f"interval {int(parameters['days_after'])} days")
    lines = F.filter(
        "imports",
        lambda line: F.col("at").between(line["registered_at"], line["registered_at"] + soon),
    )
    to_people = payments.where(
        F.col("debtor_account_id").isNotNull()
        & ~is_true(F.col("debtor_hub"))
        & ~F.col("one_holder")
        & _is_person("creditor_holder_key")
    ).select("at", "debtor_account_id", F.col("creditor_holder_key").alias("person"), *_PAYMENT)
    # All whom an account pays are counted in the same pass that keeps the few payments after an import.
    return (
        to_people.join(imports, "person", "left")
        .withColumn("lines", lines)
        .groupBy(F.col("debtor_account_id").alias("subject_id"))
        .agg(
            F.count_distinct("person").alias("payees"),
            F.collect_list(F.when(F.size("lines") > 0, F.struct("person", *_PAYMENT, "lines"))).alias("paid"),
        )
        .select("subject_id", "payees", F.explode("paid").alias("payment"))
        .select("subject_id", "payees", "payment.*")
        .withColumn("line", F.explode("lines"))
        .select(
            "subject_id",
            "payees",
            "person",
            *_PAYMENT,
            "line.record_key",
            "line.customs_value_vnd",
        )
    )


def _measure(paid: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account that paid somebody soon after an import.

    Value 0 where the people are few, few of those whom it pays, or paid as much as goods cost.
    """
    by_payment = (
        paid.dropDuplicates(["subject_id", "payment_key"])
        .groupBy("subject_id")
        .agg(
            F.count_distinct("person").alias("people"),
            F.max("payees").alias("payees"),
            F.count(F.lit(1)).alias("support"),
            F.percentile("amount_vnd", 0.5).alias("fee"),
            F.count_if(F.col("wages") & (F.col("debtor_holder_type") == "company")).alias("of_wages"),
            F.count_if(remark_tells("refund")).alias("of_refunds"),
        )
    )
    by_line = (
        paid.dropDuplicates(["subject_id", "record_key"])
        .groupBy("subject_id")
        .agg(
            F.percentile("customs_value_vnd", 0.5).alias("price"),
            F.sum("customs_value_vnd").alias("value_vnd"),
        )
    )
    for_a_name = (
        (F.col("people") >= int(parameters["people_least"]))
        & (F.col("people") / F.col("payees") >= float(parameters["payees_share"]))
        & (F.col("fee") < F.col("price") * float(parameters["fee_share"]))
    )
    return by_payment.join(by_line, "subject_id").select(
        "subject_id",
        F.lit("accounts that pay people who import").alias("peer_group"),
        F.when(for_a_name, F.log2("people")).otherwise(0.0).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation("wages_of_a_firm", F.col("of_wages") * 2 > F.col("support")),
            explanation("forwarder_refunds", F.col("of_refunds") * 2 > F.col("support")),
        ).alias("explanations"),
    )
