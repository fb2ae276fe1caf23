"""Money sent abroad on declarations that do not exist."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.surprise import unlikely
from jobs.signals.joins.trade import holder_kind, outward_payments
from jobs.signals.joins.trade_payments.declaration_numbers import (
    known_numbers,
    payment_range,
    refused_days,
    supposed_days,
)
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="false_declaration_payment",
    subject="operator",
    reads={
        "customs": "silver.customs_declarations",
        "history": "silver.customs_declarations_history",
        "quarantined": "quarantine.rows",
        "files": "bronze.files",
        "payments": "flows.payments",
    },
)


def transform(
    *,
    customs: DataFrame,
    history: DataFrame,
    quarantined: DataFrame,
    files: DataFrame,
    payments: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: how far chance is from explaining a payer's missing declarations (-log10 of its bound)."""
    named = outward_payments(payments).where(F.col("number").isNotNull())
    known = kept(known_numbers(customs, history, quarantined))
    judged = kept(_judged(named, known, files, as_of, parameters))
    surprise = kept(_surprises(judged, parameters))
    measured = _measure(judged, surprise, parameters)
    rows = reported(measured, parameters)
    return close(SIGNAL, rows, *_shown(rows, judged, payments, parameters), int(parameters["evidence_limit"]))


def _judged(
    named: DataFrame, known: DataFrame, files: DataFrame, as_of: date, parameters: Parameters
) -> DataFrame:
    """Payments for which a declaration should be held, with `missing`; what may be excused is left out."""
    looked_up = named.join(
        known.select("number", F.lit(True).alias("held"), F.col("day").alias("held_day")), "number", "left"
    )
    matched = looked_up.where(F.col("held_day").isNotNull()).select(
        F.col("day").alias("paid_day"), F.col("held_day").alias("day")
    )
    usable = payment_range(matched, known, as_of, parameters)
    placed = supposed_days(looked_up.where(F.col("held").isNull()), known, parameters)
    late = F.col("supposed_day") > F.date_sub(F.lit(as_of), int(parameters["arrival_days"]))
    excused = placed.join(
        refused_days(files),
        F.col("refused_day").between(
            F.col("supposed_day"), F.date_add("supposed_day", int(parameters["refused_within_days"]))
        )
        & (F.col("refused_office") == F.col("supposed_office")),
        "left_anti",
    ).where(~F.col("before_data") & ~F.coalesce(late, F.lit(False)))
    columns = named.columns
    missing = excused.select(*columns, F.lit(1).alias("missing"))
    present = looked_up.where("held").select(*columns, F.lit(0).alias("missing"))
    return missing.unionByName(present).join(usable, F.col("day").between(F.col("from_day"), F.col("to_day")))


def _uses(judged: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a payer and number: further payments on it (instalments, or a number used again) weigh less.

    `common`: another payer names the same missing number, which neither instalments nor typing errors do.
    """
    number = Window.partitionBy("number")
    again = (F.col("payments") - 1) * F.lit(float(parameters["repeat_weight"]))
    return (
        judged.groupBy("payer", "number")
        .agg(F.max("missing").alias("missing"), F.count(F.lit(1)).alias("payments"))
        .withColumn("weight", 1 + again)
        .withColumn("common", (F.count(F.lit(1)).over(number) > 1).cast("int") * F.col("missing"))
    )


def _surprises(judged: DataFrame, parameters: Parameters) -> DataFrame:
    """Per payer: declarations named and missing, and the surprise given what others miss."""
    everybody = Window.partitionBy()
    by_payer = (
        _uses(judged, parameters)
        .groupBy("payer")
        .agg(
            F.sum("weight").alias("named"),
            F.sum(F.col("weight") * F.col("missing")).alias("missing"),
            F.sum(F.col("payments") * F.col("missing")).alias("support"),
            F.max("common").alias("common"),
        )
    )
    # A payer that misses nearly everything must not make missing look usual.
    capped = F.least(F.col("missing").cast("double"), F.col("named") * F.lit(float(parameters["usual_cap"])))
    usual = (F.col("all_missing") - F.col("capped") + F.lit(float(parameters["prior_missing"]))) / (
        F.col("all_named") - F.col("named") + F.lit(float(parameters["prior_named"]))
    )
    return (
        by_payer.withColumn("capped", F.round(capped, 6))
        .withColumn("all_missing", F.round(F.sum("capped").over(everybody), 6))
        .withColumn("all_named", F.sum("named").over(everybody))
        .withColumn("usual", F.round(usual, 6))
        .withColumn("surprise", unlikely("missing", "named", F.col("usual")))
    )


def _measure(judged: DataFrame, surprise: DataFrame, parameters: Parameters) -> DataFrame:
    """A payer's own surprise, or that of a payee whose senders nearly all name what does not exist."""
    by_payee = _payees(judged, surprise, parameters)
    through = (
        judged.where(F.col("missing") == 1)
        .join(by_payee, "creditor_account_id")
        .groupBy("payer")
        .agg(F.max("payee_surprise").alias("payee_surprise"))
    )
    lost = judged.where(F.col("missing") == 1).groupBy("payer").agg(F.sum("amount_vnd").alias("value_vnd"))
    own = F.col("surprise")
    together = F.col("common") * F.lit(float(parameters["common_number_points"]))
    with_others = F.coalesce("payee_surprise", F.lit(0.0)) * F.lit(float(parameters["payee_weight"]))
    value = F.when(F.col("missing") > 0, F.greatest(own, with_others) + together).otherwise(0.0)
    return (
        surprise.join(through, "payer", "left")
        .join(lost, "payer", "left")
        .select(
            F.col("payer").alias("subject_id"),
            F.lit("payers of named declarations").alias("peer_group"),
            F.round(value, 6).alias("value"),
            "support",
            F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
            F.array(
                explanation("mistyped_number", F.col("missing") * 2 < F.col("named")),
            ).alias("explanations"),
        )
    )


def _payees(judged: DataFrame, surprise: DataFrame, parameters: Parameters) -> DataFrame:
    """Foreign accounts to which at least two payers send, nearly always on missing declarations."""
    return (
        judged.where(F.col("creditor_account_id").isNotNull())
        .groupBy("creditor_account_id", "payer", "number")
        .agg(F.max("missing").alias("missing"))
        .join(surprise.select("payer", "usual"), "payer")
        .groupBy("creditor_account_id")
        .agg(
            F.count(F.lit(1)).alias("payee_named"),
            F.sum("missing").alias("payee_missing"),
            F.size(F.collect_set("payer")).alias("payers"),
            F.max("usual").alias("usual"),
        )
        .where(
            (F.col("payers") >= 2)
            & (F.col("payee_missing") >= F.col("payee_named") * F.lit(float(parameters["payee_share_least"])))
        )
        .select(
            "creditor_account_id",
            unlikely("payee_missing", "payee_named", F.col("usual")).alias("payee_surprise"),
        )
    )


def _shown(
    rows: DataFrame, judged: DataFrame, payments: DataFrame, parameters: Parameters
) -> tuple[list[DataFrame], list[DataFrame]]:
    sent = kept(
        judged.where(F.col("missing") == 1).join(subjects_of(rows), judged["payer"] == F.col("subject_id"))
    )
    # A payee that mostly receives on held declarations is an ordinary foreign supplier.
    mostly_false = (
        judged.where(F.col("creditor_account_id").isNotNull())
        .groupBy("creditor_account_id")
        .agg(F.avg("missing").alias("missing_share"))
        .where(F.col("missing_share") >= float(parameters["payee_share_least"]))
    )
    beneficiaries = sent.join(mostly_false, "creditor_account_id", "left_semi")
    feeding = _feeding(sent, payments, parameters)
    members = [
        member_rows(sent, "account", "debtor_account_id", "operator"),
        member_rows(sent, holder_kind(F.col("debtor_holder_key")), "debtor_holder_key", "trader"),
        member_rows(beneficiaries, "account", "creditor_account_id", "beneficiary"),
        member_rows(feeding, "account", "debtor_account_id", "depositor"),
    ]
    return members, [payment_rows(sent, 1), payment_rows(feeding, 2)]


def _feeding(sent: DataFrame, payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of private accounts that live to fill the remitting account: most of theirs goes there."""
    filled = F.broadcast(
        sent.groupBy("subject_id", F.col("debtor_account_id").alias("creditor_account_id")).agg(
            F.sum("amount_vnd").alias("remitted_vnd")
        )
    )
    private = ~F.coalesce("debtor_hub", F.lit(False)) & F.coalesce(
        F.col("debtor_holder_type") == "individual", F.lit(True)
    )
    into = payments.where(private & F.col("debtor_account_id").isNotNull()).join(
        filled, "creditor_account_id"
    )
    by_feeder = into.groupBy("subject_id", "debtor_account_id", "creditor_account_id").agg(
        F.sum("amount_vnd").alias("fed_vnd"),
        F.count(F.lit(1)).alias("times"),
        F.max("remitted_vnd").alias("remitted_vnd"),
    )
    spent = (
        payments.join(
            F.broadcast(by_feeder.select("debtor_account_id").distinct()), "debtor_account_id", "left_semi"
        )
        .groupBy("debtor_account_id")
        .agg(F.sum("amount_vnd").alias("spent_vnd"))
    )
    feeders = (
        by_feeder.join(F.broadcast(spent), "debtor_account_id")
        .where(
            (F.col("times") >= int(parameters["feeder_payments_least"]))
            & (F.col("fed_vnd") >= F.col("spent_vnd") * float(parameters["feeder_share_least"]))
            & (F.col("fed_vnd") >= F.col("remitted_vnd") * float(parameters["feeder_of_remitted_least"]))
        )
        .select("subject_id", "debtor_account_id", "creditor_account_id")
    )
    return payments.join(F.broadcast(feeders), ["debtor_account_id", "creditor_account_id"])
