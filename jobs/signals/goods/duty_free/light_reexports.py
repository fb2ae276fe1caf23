"""Goods in temporary import that leave in the number that came, but lighter: part of them stayed.

An exit of the same goods in the same quantity is the lot that came; its weight tells what the number hides.
Where a lot leaves in parts, no exit is the whole of it: what a piece weighs is then held against the lightest
of the trader's lots that had come by then. Scales and packings differ: only what lies far below counts, and
only where a trader's lots do so more often than everybody's.
Source: Decree 69/2018/NĐ-CP Art. 13; Vietnam Customs press cases (transit goods taken out on the way).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.duty_free.duty_free_goods import lots_that_left
from jobs.signals.goods.marked_lines import found_in_order, marked_detections
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import shown_record
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of
from jobs.signals.schema import Parameters, Signal, record

SIGNAL = Signal(
    id="light_reexports",
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
    """value as `marked_detections` gives it, of lots that left; a lot without a weight is none."""
    lines = in_window(customs_declarations, as_of, parameters["window_days"])
    came = lines.where(
        is_one_of(F.col("regime"), parameters, "entry_regimes") & (F.col("direction") == "import")
    )
    left = lines.where(
        is_one_of(F.col("regime"), parameters, "exit_regimes") & (F.col("direction") == "export")
    )
    lots = lots_that_left(came, left, int(parameters["goods_digits"]))
    light = F.col("sent.net_weight_kg") <= F.col("brought.net_weight_kg") * (
        1 - float(parameters["short_share"])
    )
    marked = lots.where(
        (F.col("brought.net_weight_kg") > 0) & F.col("sent.net_weight_kg").isNotNull()
    ).select(
        "hand",
        light.cast("double").alias("mark"),
        F.col("sent.in_order").alias("in_order"),
        F.col("brought.customs_value_vnd").alias("value_vnd"),
        F.array("brought.shown", "sent.shown").alias("shown"),
    )
    whole = lots.select(F.col("sent.record_key").alias("record_key"))
    parts = _parts(came, left.join(whole, "record_key", "left_anti"), parameters)
    return marked_detections(SIGNAL, marked.unionByName(parts), lines, identifiers, parameters)


def _parts(came: DataFrame, left: DataFrame, parameters: Parameters) -> DataFrame:
    """What left and is no whole lot, marked where a piece weighs far less than in any lot that had come."""
    goods = heading(F.col("hs_code"), int(parameters["goods_digits"]))
    piece = F.try_divide(positive(F.col("net_weight_kg")), positive(F.col("quantity")))

    def weighed(lines: DataFrame) -> DataFrame:
        return (
            lines.withColumn("goods", goods)
            .withColumn("measure", F.lower("unit"))
            .withColumn("piece", piece)
            .where(F.col("piece").isNotNull())
        )

    brought = weighed(came).select(
        "hand",
        "goods",
        "measure",
        F.col("event_day").alias("came_on"),
        F.col("piece").alias("came_piece"),
        F.col("record_key").alias("came_key"),
    )
    sent = weighed(left)
    held = (
        sent.join(brought, ["hand", "goods", "measure"])
        .where(F.col("came_on") <= F.col("event_day"))
        .groupBy("record_key")
        .agg(
            F.min("came_piece").alias("least"),
            F.max(F.struct("came_on", "came_key")).alias("latest"),
        )
        .select("record_key", "least", F.col("latest.came_key").alias("came_key"))
    )
    shown = shown_record(record(DECLARATIONS, F.col("record_key")))
    latest = came.select(F.col("record_key").alias("came_key"), shown.alias("came_shown"))
    light = F.col("piece") <= F.col("least") * (1 - float(parameters["short_share"]))
    return (
        sent.join(held, "record_key")
        .join(latest, "came_key")
        .select(
            "hand",
            light.cast("double").alias("mark"),
            found_in_order().alias("in_order"),
            F.col("customs_value_vnd").alias("value_vnd"),
            F.array("came_shown", shown).alias("shown"),
        )
    )
