"""People who on one day at one office bring in equal lots of one foreign seller's goods under an allowance.

What residents of the border and receivers of gifts may bring in free of duty is each person's own. Neighbours
buy what each of them needs. A trader who borrows their names divides its goods evenly among them,
and comes again. Express orders are left out: there a seller's pack is everybody's quantity.
Source: Law 107/2016/QH13 Art. 16 and Decree 134/2016/NĐ-CP (exemptions).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.traders import DECLARATIONS, finest_code, in_window, is_one_of, trader_kind
from jobs.signals.schema import (
    Parameters,
    Signal,
    against_peers,
    as_signal,
    bounded,
    explanation,
    member,
    record,
)

SIGNAL = Signal(
    id="equal_allowances",
    subject="person",
    reads={"customs_declarations": "flows.declarations"},
)


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """value = log2 of the lots that several people brought in alike, where most of a seller's are such."""
    found = against_peers(
        _measure(_gatherings(customs_declarations, parameters, as_of), parameters),
        float(parameters["report_from"]),
    )
    strongest = Window.partitionBy("subject_id").orderBy(F.desc("value"), "evidence")
    return as_signal(
        SIGNAL, found.withColumn("place", F.row_number().over(strongest)).where(F.col("place") == 1)
    )


def _gatherings(lines: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """What people bring in of a seller's goods on one day at one office in one quantity: one row."""
    exempt = in_window(lines, as_of, parameters["window_days"]).where(
        (F.col("direction") == "import") & is_one_of(F.col("regime"), parameters, "exempt_regimes")
    )
    named = exempt.withColumn("goods", F.concat_ws(" ", finest_code(F.col("hs_code")), F.lower("unit")))
    known = F.col("partner_name_norm").isNotNull() & F.col("quantity").isNotNull()
    return (
        named.where(known & (trader_kind(F.col("trader")) == "person"))
        .groupBy("partner_name_norm", "goods", "event_day", "customs_office", "quantity")
        .agg(
            F.collect_set("trader").alias("people"),
            F.count(F.lit(1)).alias("lots"),
            F.sum(F.coalesce("customs_value_vnd", F.lit(0))).alias("value_vnd"),
            F.collect_list(record(DECLARATIONS, F.col("record_key"))).alias("evidence"),
        )
        .withColumn("alike", F.size("people") >= int(parameters["least_people"]))
    )


def _measure(gatherings: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a seller and goods."""
    alike = F.col("alike")
    trades = gatherings.groupBy("partner_name_norm", "goods").agg(
        F.sum("lots").alias("all_lots"),
        F.sum(F.when(alike, F.col("lots"))).alias("support"),
        F.count_distinct(F.when(alike, F.col("event_day"))).alias("days"),
        F.sum(F.when(alike, F.col("value_vnd"))).alias("value_vnd"),
        F.array_sort(F.array_distinct(F.flatten(F.collect_list(F.when(alike, F.col("people")))))).alias(
            "people"
        ),
        F.flatten(F.collect_list(F.when(alike, F.col("evidence")))).alias("evidence"),
    )
    most = F.col("support") >= F.col("all_lots") * float(parameters["alike_share"])
    once = F.col("days") == 1
    keep = F.when(once, float(parameters["keep_reception_or_group_order"])).otherwise(1.0)
    return trades.select(
        F.lit("sellers to people").alias("peer_group"),
        F.when(most, F.log2("support") * keep).otherwise(0.0).alias("value"),
        F.coalesce("support", F.lit(0)).alias("support"),
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.try_element_at("people", F.lit(1)).alias("subject_id"),
        F.transform("people", lambda one: member("person", one, "trader")).alias("members"),
        bounded(F.col("evidence"), int(parameters["evidence_limit"])).alias("evidence"),
        F.array(explanation("reception_or_group_order", once)).alias("explanations"),
    )
