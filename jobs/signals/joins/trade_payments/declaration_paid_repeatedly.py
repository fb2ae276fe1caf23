"""Declarations that serve to send money abroad again: of others, or paid in full more than once."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.trade import declarations, holder_kind, named_payments, outward_payments
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="declaration_paid_repeatedly",
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
    """Value: doublings of the declared value, less the doubt of few cases.

    Of payers other than the trader; of the trader itself where it pays several of its own in full again.
    Instalments, and a trader that pays too much itself (`paid_above_declared`), are one payer.
    """
    del as_of
    named = kept(named_payments(outward_payments(payments), declarations(customs, operators)))
    strange = kept(_reused(_paid_again(named, parameters), parameters))
    measured = _measure(named, strange, parameters)
    rows = reported(measured, parameters)
    return close(SIGNAL, rows, *_shown(rows, strange), int(parameters["evidence_limit"]))


def _paid_again(named: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `again`: the payer pays the declaration in full at least twice, which no instalment or freight is.

    A trader may pay one of its own twice by mistake: its own count from `own_declarations_least` on.
    """
    in_full = F.col("amount_vnd") >= F.col("declared_vnd") * F.lit(float(parameters["full_share"]))
    times = F.count_if(in_full).over(Window.partitionBy("payer", "declaration_no"))
    own_again = F.collect_set(F.when(F.col("own") & F.col("twice"), F.col("declaration_no")))
    several = F.size(own_again.over(Window.partitionBy("payer"))) >= int(parameters["own_declarations_least"])
    again = F.col("twice") & (~F.col("own") | several)
    return named.withColumn("twice", times >= 2).withColumn("again", again).drop("twice")


def _reused(named: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of strangers, or `again`, on declarations that at least two payers pay, together beyond the
    value, or that one pays in full again."""
    totals = (
        named.groupBy("declaration_no")
        .agg(
            F.size(F.collect_set("payer")).alias("payers"),
            F.sum("amount_vnd").alias("paid_vnd"),
            F.max("declared_vnd").alias("worth_vnd"),
            F.max("again").alias("paid_again"),
        )
        .where(
            ((F.col("payers") >= 2) | F.col("paid_again"))
            & (F.col("paid_vnd") >= F.col("worth_vnd") * F.lit(float(parameters["ratio_least"])))
        )
    )
    return named.where(~F.col("own") | F.col("again")).join(
        totals.select("declaration_no", "paid_vnd", "worth_vnd"), "declaration_no"
    )


def _measure(named: DataFrame, strange: DataFrame, parameters: Parameters) -> DataFrame:
    uses = (
        strange.groupBy("payer", "declaration_no")
        .agg(
            F.max("paid_vnd").alias("paid_vnd"),
            F.max("worth_vnd").alias("worth_vnd"),
            F.sum("amount_vnd").alias("amount_vnd"),
        )
        .groupBy("payer")
        .agg(
            F.count(F.lit(1)).alias("support"),
            F.sum("paid_vnd").alias("paid_vnd"),
            F.sum("worth_vnd").alias("worth_vnd"),
            F.sum("amount_vnd").alias("value_vnd"),
        )
    )
    all_named = named.groupBy("payer").agg(F.size(F.collect_set("declaration_no")).alias("named"))
    ratio = F.least(F.try_divide("paid_vnd", "worth_vnd"), F.lit(float(parameters["ratio_most"])))
    certainty = 1 - F.pow(F.lit(float(parameters["doubt"])), F.col("support"))
    value = F.log2(ratio) * certainty * F.col("support") / F.col("named")
    return (
        all_named.join(uses, "payer", "left")
        .fillna({"support": 0, "value_vnd": 0})
        .select(
            F.col("payer").alias("subject_id"),
            F.lit("payers of known declarations").alias("peer_group"),
            F.round(F.coalesce(value, F.lit(0.0)), 6).alias("value"),
            "support",
            "value_vnd",
            F.array(explanation("one_mistake", F.col("support") == 1)).alias("explanations"),
        )
    )


def _shown(rows: DataFrame, strange: DataFrame) -> tuple[list[DataFrame], list[DataFrame]]:
    """The payer and others on the same declarations; the trader whose number it is may know nothing, unless
    it pays again itself."""
    uses = strange.join(subjects_of(rows), strange["payer"] == F.col("subject_id"))
    common = uses.select("subject_id", "declaration_no").distinct()
    together = strange.join(common, "declaration_no")
    members = [
        member_rows(together, "account", "debtor_account_id", "operator"),
        member_rows(together, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "trader"),
    ]
    lines = together.select("subject_id", "line_keys").distinct()
    return members, [
        payment_rows(together, 1),
        record_rows(lines, "customs_declarations", F.explode("line_keys"), 2),
    ]
