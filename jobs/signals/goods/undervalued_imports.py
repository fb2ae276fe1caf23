"""Imports declared persistently below what others declare for the same goods.

Source: JRC unit-price outliers; Vietnam Customs dispatch 3923/2021 (undervaluation in e-commerce imports).
"""

from datetime import date

from pyspark.sql import DataFrame

from jobs.signals.goods.peer_measures import unit_prices
from jobs.signals.goods.price_gaps import Side, gap_detections
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="undervalued_imports",
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
    """Importers whose unit prices (per unit and per kilogram) lie far below the peers'."""
    side = Side(direction="import", sign=-1, peer_group="importers")
    return gap_detections(
        SIGNAL, side, unit_prices(), customs_declarations, operators, identifiers, parameters, as_of
    )
