"""Traders whose goods are declared for consignees with a name that is nobody's (Nguyễn Văn A, Người nhận).

A telephone or a door may be forgotten; such a name is chosen, to fill the field and name no one.
Source: Vietnam Customs dispatch 3923/2021 (missing or false consignee).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.signals.goods.marked_lines import found_in_order, marked_detections
from jobs.signals.goods.tied_traders import shown_line
from jobs.signals.goods.traders import DECLARATIONS, in_window
from jobs.signals.schema import Parameters, Signal, record

SIGNAL = Signal(
    id="names_of_nobody",
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
    """value as `marked_detections` gives it, of import lines that name a consignee.

    Where everybody fills the field so, it tells of nobody.
    """
    imports = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        (F.col("direction") == "import") & F.col("hand").isNotNull()
    )
    nobody = F.col("consignee_name_norm").isin(load_lexicon("nobody_names")["names"])
    marked = imports.where(F.col("consignee_name_norm").isNotNull()).select(
        "hand",
        nobody.cast("double").alias("mark"),
        found_in_order().alias("in_order"),
        F.col("customs_value_vnd").alias("value_vnd"),
        F.array(shown_line(record(DECLARATIONS, F.col("record_key")))).alias("shown"),
    )
    return marked_detections(SIGNAL, marked, imports, identifiers, parameters)
