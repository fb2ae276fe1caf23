"""Decisions of agencies that earlier confirmed a violation of a member, less those that cleared one."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.runtime.session import as_fitted
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.earlier_cases.named_subjects import named_members
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="earlier_decisions",
    subject="operator",
    reads={
        "actions": "silver.enforcement_actions",
        "operators": "links.operators",
        "parcels": "flows.parcels",
        "customs": "flows.declarations",
    },
)


def transform(
    *,
    actions: DataFrame,
    operators: DataFrame,
    parcels: DataFrame,
    customs: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of one more than the occasions of one violation, each by its age and kind."""
    recent = actions.where(
        F.col("decided_on").between(F.date_sub(F.lit(as_of), int(parameters["decision_days"])), F.lit(as_of))
    )
    declared = customs.select("declaration_no", "trader_key").distinct()
    about = F.coalesce("subject_id", "subject_value").alias("about")
    named = kept(
        named_members(recent, operators, parcels=parcels, declared=declared).join(
            recent.select(
                *("record_key", "decision_no", "decided_on", "violation", "outcome", "penalty_vnd"),
                *("subject_kind", about),
            ),
            "record_key",
        )
    )
    rows = reported(_measure(named, operators, as_of, parameters), parameters)
    shown = named.where(F.col("outcome") == "confirmed").join(
        subjects_of(rows), named["operator_id"] == F.col("subject_id")
    )
    members = [member_rows(shown, F.col("kind"), "id", "sanctioned")]
    lines = customs.select(F.col("declaration_no").alias("about"), F.col("record_key").alias("line"))
    condemned = shown.where(F.col("subject_kind") == "declaration").join(lines, "about")
    evidence = [
        record_rows(shown, "enforcement_actions", "record_key"),
        record_rows(condemned, "customs_declarations", "line"),
        record_rows(shown.where(F.col("subject_kind") == "waybill"), "shipments", "about"),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _weight(as_of: date, parameters: Parameters) -> Column:
    age = F.date_diff(F.lit(as_of), "decided_on") / F.lit(float(parameters["decision_days"]))
    minor = F.coalesce(F.col("violation").isin("tax", "none"), F.lit(True))
    kind = F.when(minor, float(parameters["weight_minor"])).otherwise(1.0)
    return F.round((1 - age * (1 - float(parameters["weight_oldest"]))) * kind, 6)


def _measure(named: DataFrame, operators: DataFrame, as_of: date, parameters: Parameters) -> DataFrame:
    """One row an operator: whom no decision names stands at 0, so that a tail means something.

    What was decided on one day, or of one declaration (whenever), is one occasion, and only who commits the
    same violation again repeats it (Law on Handling of Administrative Violations 15/2012, Article 2.5, as
    amended by 67/2020). A decision may name the declaration and its trader: it is still one.
    """
    confirmed = F.col("outcome") == "confirmed"
    first = F.min("decided_on").over(Window.partitionBy("operator_id", "outcome", "about"))
    occasion = F.when(F.col("subject_kind") == "declaration", first).otherwise(F.col("decided_on"))
    decisions = (
        named.withColumn("occasion", occasion)
        .groupBy("operator_id", "decision_no", "outcome", "violation")
        .agg(
            F.min("occasion").alias("occasion"),
            F.max(_weight(as_of, parameters)).alias("weight"),
            F.max("decided_on").alias("decided_on"),
            F.max("penalty_vnd").alias("penalty_vnd"),
        )
    )
    occasions = decisions.groupBy("operator_id", "outcome", "violation", "occasion").agg(
        F.max("weight").alias("weight"),
        F.max("decided_on").alias("decided_on"),
        F.sum("penalty_vnd").alias("penalty_vnd"),
    )
    violations = occasions.groupBy("operator_id", "outcome", "violation").agg(
        F.sum("weight").alias("weight"),
        F.count(F.lit(1)).alias("occasions"),
        F.max("decided_on").alias("decided_on"),
        F.sum("penalty_vnd").alias("penalty_vnd"),
    )
    per_operator = violations.groupBy("operator_id").agg(
        F.round(F.max(F.when(confirmed, F.col("weight")).otherwise(0.0)), 6).alias("weight"),
        F.sum(F.when(confirmed, F.col("occasions")).otherwise(0)).alias("support"),
        F.max(F.when(confirmed, F.col("decided_on"))).alias("confirmed_on"),
        F.max(F.when(~confirmed, F.col("decided_on"))).alias("cleared_on"),
        F.sum(F.when(confirmed, F.coalesce("penalty_vnd", F.lit(0))).otherwise(F.lit(0))).alias("value_vnd"),
    )
    cleared = F.coalesce(F.col("cleared_on") >= F.col("confirmed_on"), F.lit(False))
    factor = F.when(cleared, float(parameters["factor_cleared"])).otherwise(1.0)
    everybody = operators.select("operator_id").distinct()
    return as_fitted(per_operator.join(everybody, "operator_id", "full")).select(
        F.col("operator_id").alias("subject_id"),
        F.lit("operators").alias("peer_group"),
        F.round(F.log2(1 + F.coalesce("weight", F.lit(0.0))) * factor, 6).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("cleared_since", cleared)).alias("explanations"),
    )
