"""Traders whose inspected declarations end in a mismatch or violation far more often than their peers'.

Source: FATF/Egmont risk indicators 2021 (documents that disagree); earlier outcomes (design of this project).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.clearance.declaration_rates import rate_detections
from jobs.signals.goods.traders import in_window
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="failed_inspections",
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
    """Only inspected declarations are measured: green ones are unlabelled, not clean."""
    lines = in_window(customs_declarations, as_of, parameters["window_days"])
    inspected = whole_declarations(lines).where(F.col("inspection") >= 1)
    failed = F.col("inspection") >= 2
    group = F.lit("inspected traders")
    return rate_detections(SIGNAL, inspected, failed, group, lines, identifiers, parameters)
