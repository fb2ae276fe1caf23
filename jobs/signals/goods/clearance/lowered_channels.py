"""Traders whose red and yellow declarations turn green, uninspected, far more often than those of others.

Whatever the reason given, nobody looked. Now and then that happens to everybody, to nobody again and again.
Source: Vietnam Customs dispatch 3923/2021 and press cases (channels changed); dispatch 3986/VPCP-V.I, point 4
(those who cover up, abet or shield).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.tied_traders import shown_declaration, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, in_window
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.joins.surprise import unlikely
from jobs.signals.schema import Parameters, Signal, against_peers, explanation

SIGNAL = Signal(
    id="lowered_channels",
    subject="company",
    reads={"customs_declarations": "flows.declarations", "identifiers": "links.identifiers"},
)


def transform(
    *, customs_declarations: DataFrame, identifiers: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Value: how far chance is from explaining the lowered channels of a hand (-log10 of its bound)."""
    lines = in_window(customs_declarations, as_of, parameters["window_days"])
    measured = _measure(whole_declarations(lines))
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, lines, identifiers, parameters)


def _measure(declarations: DataFrame) -> DataFrame:
    """One row a hand, against the share of all declarations whose channel is lowered."""
    lowered = F.col("downgraded")
    usual = F.round(F.avg(lowered.cast("int")).over(Window.partitionBy()), 9)
    hands = (
        declarations.withColumn("usual", usual)
        .groupBy("hand")
        .agg(
            F.count(F.lit(1)).alias("declarations"),
            F.count_if(lowered).alias("support"),
            F.count_if(F.col("inspection") == 1).alias("matched"),
            F.max("usual").alias("usual"),
            F.sum(F.when(lowered, F.col("value_vnd"))).alias("value_vnd"),
            F.flatten(F.collect_list(F.when(lowered, shown_declaration(DECLARATIONS)))).alias("shown"),
        )
        .where(F.col("support") > 0)
    )
    return hands.select(
        "hand",
        F.lit("traders with a lowered channel").alias("peer_group"),
        unlikely("support", "declarations", F.col("usual")).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("inspected_and_matched", F.col("matched") >= F.col("support"))).alias(
            "explanations"
        ),
        "shown",
    )
