"""Imports whose weight for each declared piece is far below the peers': fewer kilograms declared than came.

Source: FATF/Egmont risk indicators 2021 (quantity or weight that disagree).
"""

from datetime import date

from pyspark.sql import DataFrame

from jobs.signals.goods.peer_measures import unit_weights
from jobs.signals.goods.price_gaps import Side, gap_detections
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="understated_weights",
    subject="company",
    reads={
        "customs_declarations": "silver.customs_declarations",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Importers whose kilograms for each declared piece lie far below the peers'."""
    side = Side(direction="import", sign=-1, peer_group="importers")
    return gap_detections(
        SIGNAL, side, unit_weights(), customs_declarations, operators, identifiers, parameters, as_of
    )
