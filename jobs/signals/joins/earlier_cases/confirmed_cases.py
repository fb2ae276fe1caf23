"""Whom decisions name whose violation stands."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def confirmed_cases(actions: DataFrame, as_of: date) -> DataFrame:
    """Subjects with a confirmed violation that no later decision clears.

    subject_kind, case_id, decided_on (the first confirmed decision), confirmed_on, cleared_on, decision_keys.
    """
    known = actions.where((F.col("decided_on") <= F.lit(as_of)) & F.col("subject_id").isNotNull())
    confirmed = F.col("outcome") == "confirmed"
    return (
        known.groupBy("subject_kind", F.col("subject_id").alias("case_id"))
        .agg(
            F.min(F.when(confirmed, F.col("decided_on"))).alias("decided_on"),
            F.max(F.when(confirmed, F.col("decided_on"))).alias("confirmed_on"),
            F.max(F.when(~confirmed, F.col("decided_on"))).alias("cleared_on"),
            F.sort_array(F.collect_set(F.when(confirmed, F.col("record_key")))).alias("decision_keys"),
        )
        .where(
            F.col("decided_on").isNotNull()
            & ~F.coalesce(F.col("cleared_on") >= F.col("confirmed_on"), F.lit(False))
        )
    )
