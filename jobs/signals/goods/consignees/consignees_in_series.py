"""Consignees whose phone numbers run on, one after the other: receivers that were made up at a desk.

Numbers of strangers lie millions apart. A company may hold a block of numbers, under its one name.
Source: Vietnam Customs dispatch 3923/2021 (missing or false consignees).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="consignees_in_series",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of a trader's consignees whose phone numbers lie at most `gap_most` from another one's."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    named = kept.where(
        F.col("hand").isNotNull()
        & F.col("consignee_phone_e164").isNotNull()
        & F.col("consignee_name_norm").isNotNull()
    ).withColumn("number", F.regexp_replace("consignee_phone_e164", "[^0-9]", "").cast("bigint"))
    found = against_peers(_measure(named, parameters), float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _measure(named: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand: its consignees in series, a series counted by its names or its numbers, the fewer."""
    shown = shown_record(record(DECLARATIONS, F.col("record_key")))
    numbers = named.groupBy("hand", "number").agg(
        F.collect_set("consignee_name_norm").alias("names"),
        F.sum("customs_value_vnd").alias("value_vnd"),
        F.collect_list(shown).alias("shown"),
    )
    ordered = Window.partitionBy("hand").orderBy("number")
    gap = int(parameters["gap_most"])
    near = (F.col("number") - F.lag("number").over(ordered) <= gap) | (
        F.lead("number").over(ordered) - F.col("number") <= gap
    )
    hands = (
        numbers.withColumn("near", F.coalesce(near, F.lit(False)))
        .groupBy("hand")
        .agg(
            F.count_if("near").alias("numbers"),
            F.size(F.array_distinct(F.flatten(F.collect_list(F.when(F.col("near"), F.col("names")))))).alias(
                "names"
            ),
            F.coalesce(F.sum(F.when(F.col("near"), F.col("value_vnd"))), F.lit(0)).alias("value_vnd"),
            F.flatten(F.collect_list(F.when(F.col("near"), F.col("shown")))).alias("shown"),
        )
    )
    series = F.least("numbers", "names")
    return hands.select(
        "hand",
        F.lit("importers that name consignees").alias("peer_group"),
        F.when(series > 1, F.round(F.log2(series), 6)).otherwise(0.0).alias("value"),
        F.size("shown").cast("bigint").alias("support"),
        "value_vnd",
        F.array(explanation("one_companys_numbers", F.col("names") * 2 <= F.col("numbers"))).alias(
            "explanations"
        ),
        "shown",
    )
