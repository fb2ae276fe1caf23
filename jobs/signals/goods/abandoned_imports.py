"""Imports that are declared and never cleared, again and again: goods left behind once they are looked at.

Source: Vietnam Customs dispatch 3923/2021 (goods abandoned or moved to a quieter office).
"""

from datetime import date, timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.declaration_rates import rate_detections
from jobs.signals.goods.traders import in_window
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="abandoned_imports",
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
    """Importers whose declarations stay uncleared beyond `patience_days`; offices that report no clearance
    times (fewer than `cleared_share`) are left out."""
    lines = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        F.col("direction") == "import"
    )
    office = Window.partitionBy("office")
    old = F.col("event_day") <= F.lit(as_of - timedelta(days=int(parameters["patience_days"])))
    declarations = (
        whole_declarations(lines)
        .where(old)
        .withColumn("reported", F.avg(F.col("cleared_at").isNotNull().cast("int")).over(office))
        .where(F.col("reported") >= float(parameters["cleared_share"]))
    )
    hit = F.col("cleared_at").isNull()
    return rate_detections(SIGNAL, declarations, hit, F.lit("importers"), lines, identifiers, parameters)
