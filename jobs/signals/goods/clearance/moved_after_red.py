"""Traders who leave goods behind once they are to be looked at, and take the same goods to another office.

The red declaration is never cleared; the next ones stand at an office that had none of these goods of theirs,
and are green. Who loses a consignment goes on where it was, and is looked at as often; who declares it anew
at that office and clears it there left nothing behind; and when an office stands still everybody leaves it.
Several traders who take the same goods to the same office act together.
Source: Vietnam Customs dispatch 3923/2021 (goods abandoned or moved to a quieter office).
"""

import math
from collections.abc import Callable
from datetime import date, timedelta

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.clearance.clearance_reports import clearance_is_told
from jobs.signals.goods.clearance.office_moves import joined_rows
from jobs.signals.goods.clearance.standstills import standstills
from jobs.signals.goods.found_rows import as_table
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, heading
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(id="moved_after_red", subject="company", reads={"customs_declarations": "flows.declarations"})
_ARTICLE = ("hand", "code")
_PLACE = ["customs_office", "event_day"]


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row for the hands that took the same goods to one office.

    value of a hand (0 to 1) = square of the share of green declarations there x n / (n + prior) x the share
    of its later declarations of these goods that are there, n = declarations there; of several hands
    1 - (1 - a) (1 - b) ...
    """
    lines = _lines(declared_in_window(customs_declarations, "import", parameters, as_of), parameters, as_of)
    found = against_peers(_moves(lines, parameters), float(parameters["join_from"])).withColumn(
        "all", F.lit(1)
    )
    return found.groupBy("all").applyInArrow(_close(parameters), SIGNAL_DDL)


def _lines(kept: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Lines with a hand, a code and an office; `left`: red, and not cleared after so many days."""
    old = F.col("event_day") <= F.lit(as_of - timedelta(days=int(parameters["patience_days"])))
    uncleared = F.col("cleared_at").isNull()
    lines = (
        kept.withColumn("code", heading(F.col("hs_code"), int(parameters["goods_digits"])))
        .where(F.col("hand").isNotNull() & F.col("code").isNotNull() & F.col("customs_office").isNotNull())
        .withColumn("told", clearance_is_told("customs_office", old, parameters))
        .withColumn("left", uncleared & old & (F.col("channel") == "red") & F.col("told"))
        .join(standstills(kept, parameters).withColumn("still", F.lit(True)), _PLACE, "left")
        .withColumn("left", F.col("left") & F.col("still").isNull())
    )
    anew = _cleared_there(lines, parameters).withColumn("anew", F.lit(True))
    return lines.join(anew, "record_key", "left").withColumn("left", F.col("left") & F.col("anew").isNull())


def _cleared_there(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """record_key of lines that were left, but for as much of the goods that was declared anew at the same
    office within `anew_days` and cleared: nothing was taken elsewhere."""
    lot = [*_ARTICLE, "customs_office", "unit", "quantity"]
    cleared = lines.where(F.col("cleared_at").isNotNull()).select(*lot, F.col("event_day").alias("anew_on"))
    days = F.date_diff("anew_on", "event_day")
    return (
        lines.where("left")
        .join(cleared, lot)
        .where(days.between(0, int(parameters["anew_days"])))
        .select("record_key")
        .distinct()
    )


def _moves(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand, kind of goods and new office."""
    shown = F.struct("trader", record(DECLARATIONS, F.col("record_key")).alias("evidence"))
    left = (
        lines.where("left")
        .groupBy(*_ARTICLE)
        .agg(
            F.min("event_day").alias("since"),
            F.collect_set("customs_office").alias("old_offices"),
            F.collect_list(shown).alias("left_shown"),
        )
    )
    later = F.col("event_day") >= F.col("since")
    cleared = later & F.col("cleared_at").isNotNull()
    green, declaration = F.col("channel") == "green", F.col("declaration_no")
    offices = (
        lines.join(left, list(_ARTICLE))
        .groupBy(*_ARTICLE, F.col("customs_office").alias("office"))
        .agg(
            F.first("old_offices").alias("old_offices"),
            F.first("left_shown").alias("left_shown"),
            F.count_if(~later).alias("before"),
            F.count_distinct(F.when(cleared, declaration)).alias("support"),
            F.count_distinct(F.when(cleared & green, declaration)).alias("green"),
            F.count_distinct(F.when(cleared & found_in_order(), declaration)).alias("matched"),
            F.sum(F.when(cleared, F.col("customs_value_vnd"))).alias("value_vnd"),
            F.collect_list(F.when(cleared, shown)).alias("moved_shown"),
        )
        .withColumn("in_all", F.sum("support").over(Window.partitionBy(*_ARTICLE)))
    )
    moved = offices.where(
        (F.col("before") == 0)
        & ~F.array_contains("old_offices", F.col("office"))
        & (F.col("support") >= int(parameters["least_moved"]))
    )
    sure = F.col("support") / (F.col("support") + float(parameters["prior_moved"]))
    # Where nothing was cleared nothing moved, and Spark may divide before it filters.
    looked_away = F.pow(F.try_divide("green", "support"), F.lit(2.0))
    value = looked_away * sure * F.try_divide("support", "in_all")
    matched = F.col("matched") >= F.col("support") * float(parameters["matched_share"])
    return moved.select(
        "hand",
        "office",
        F.array("code").alias("goods"),
        F.lit("importers at an office that is new to them").alias("peer_group"),
        F.round(value, 6).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("inspected_and_matched", matched)).alias("explanations"),
        F.concat("left_shown", "moved_shown").alias("shown"),
    )


def _close(parameters: Parameters) -> Callable[[pa.Table], pa.Table]:
    least, limit = float(parameters["report_from"]), int(parameters["evidence_limit"])
    return lambda found: as_table(joined_rows(SIGNAL.id, found.to_pylist(), least, limit, _either))


def _either(values: list[float]) -> float:
    return 1 - math.prod(1 - value for value in values)
