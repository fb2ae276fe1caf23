"""Importers who, found out at one office, take the same goods of one seller to another, and go green there.

An inspection ended in a mismatch or violation; after the last such one the goods stand at an office that had
none of them before, and nobody looks. Who goes on where it was found out, and who is looked at wherever it
goes, gained nothing. Several traders who take the same goods, or goods of the same seller, to the same office
act together. Price and papers may be as before: what was found wrong goes on unseen.
Source: Vietnam Customs press cases (goods moved to a quieter office).
"""

import math
from collections.abc import Callable
from datetime import date

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.clearance.office_moves import joined_rows
from jobs.signals.goods.found_rows import as_table
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, heading, is_one_of
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="moved_after_findings", subject="company", reads={"customs_declarations": "flows.declarations"}
)
# The same goods of the same seller.
_ARTICLE = ("hand", "code", "partner_name_norm")


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row for the hands that took the same goods, or goods of one seller, to one office.

    value of a move (0 to 1) = square of the share of green declarations there x n / (n + prior) x the share
    of the article's declarations since its last finding that are there, n = declarations there; of several
    moves 1 - (1 - a) (1 - b) ...
    """
    lines = _lines(declared_in_window(customs_declarations, "import", parameters, as_of), parameters)
    moves = against_peers(_moves(lines, parameters), float(parameters["join_from"]))
    return moves.withColumn("all", F.lit(1)).groupBy("all").applyInArrow(_close(parameters), SIGNAL_DDL)


def _lines(kept: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines of an article at an office; `found_out`: its inspection ended in a mismatch or violation."""
    return (
        kept.withColumn("code", heading(F.col("hs_code"), int(parameters["goods_digits"])))
        .where(F.col("hand").isNotNull() & F.col("code").isNotNull())
        .where(F.col("partner_name_norm").isNotNull() & F.col("customs_office").isNotNull())
        .withColumn("found_out", is_one_of(F.col("inspection_result"), parameters, "findings"))
    )


def _moves(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand, kind of goods, seller and new office."""
    found_out = (
        lines.where("found_out")
        .groupBy(*_ARTICLE)
        .agg(
            F.max("event_day").alias("since"),
            F.collect_set("customs_office").alias("old_offices"),
            F.collect_list(_shown()).alias("found_shown"),
        )
    )
    later, declaration = F.col("event_day") > F.col("since"), F.col("declaration_no")
    offices = (
        lines.join(found_out, list(_ARTICLE))
        .groupBy(*_ARTICLE, F.col("customs_office").alias("office"))
        .agg(
            F.any_value("old_offices").alias("old_offices"),
            F.any_value("found_shown").alias("found_shown"),
            F.count_if(~later).alias("before"),
            F.count_distinct(F.when(later, declaration)).alias("support"),
            F.count_distinct(F.when(later & (F.col("channel") == "green"), declaration)).alias("green"),
            F.count_distinct(F.when(later & found_in_order(), declaration)).alias("matched"),
            F.sum(F.when(later, F.col("customs_value_vnd"))).alias("value_vnd"),
            F.collect_list(F.when(later, _shown())).alias("moved_shown"),
        )
        .withColumn("in_all", F.sum("support").over(Window.partitionBy(*_ARTICLE)))
    )
    moved = offices.where(
        (F.col("before") == 0)
        & ~F.array_contains("old_offices", F.col("office"))
        & (F.col("support") >= int(parameters["least_moved"]))
    )
    sure = F.col("support") / (F.col("support") + float(parameters["prior_moved"]))
    # Where nothing moved there is nothing to divide by, and Spark may divide before it filters.
    unseen = F.pow(F.try_divide("green", "support"), F.lit(2.0))
    matched = F.col("matched") >= F.col("support") * float(parameters["matched_share"])
    return moved.select(
        "hand",
        "office",
        F.array("code", "partner_name_norm").alias("goods"),
        F.lit("importers at an office that is new to them").alias("peer_group"),
        F.round(unseen * sure * F.try_divide("support", "in_all"), 6).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("inspected_and_matched", matched)).alias("explanations"),
        F.concat("found_shown", "moved_shown").alias("shown"),
    )


def _shown() -> Column:
    return F.struct("trader", record(DECLARATIONS, F.col("record_key")).alias("evidence"))


def _close(parameters: Parameters) -> Callable[[pa.Table], pa.Table]:
    least, limit = float(parameters["report_from"]), int(parameters["evidence_limit"])
    return lambda found: as_table(joined_rows(SIGNAL.id, found.to_pylist(), least, limit, _either))


def _either(values: list[float]) -> float:
    return 1 - math.prod(1 - value for value in values)
