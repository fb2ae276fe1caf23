"""Goods in temporary import that leave in the number that came, but lighter: part of them stayed.

An exit of the same goods in the same quantity is the lot that came; its weight tells what the number hides.
Scales and packings differ: only what lies far below counts, and only where a trader's lots do so more often
than everybody's.
Source: Decree 69/2018/NĐ-CP Art. 13; Vietnam Customs press cases (transit goods taken out on the way).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.duty_free_goods import lots_that_left
from jobs.signals.goods.marked_lines import marked_detections
from jobs.signals.goods.traders import in_window, is_one_of
from jobs.signals.schema import Parameters, Signal

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
    came = is_one_of(F.col("regime"), parameters, "entry_regimes") & (F.col("direction") == "import")
    left = is_one_of(F.col("regime"), parameters, "exit_regimes") & (F.col("direction") == "export")
    lots = lots_that_left(lines.where(came), lines.where(left), int(parameters["goods_digits"]))
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
    return marked_detections(SIGNAL, marked, lines, identifiers, parameters)
