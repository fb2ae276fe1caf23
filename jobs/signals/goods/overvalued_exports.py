"""Exports declared persistently above what others declare for the same goods.

Source: JRC unit-price outliers; Vietnam Customs on inflated export values (VAT refund claims).
"""

from datetime import date

from pyspark.sql import DataFrame

from jobs.signals.goods.peer_measures import unit_prices
from jobs.signals.goods.price_gaps import Side, gap_detections
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="overvalued_exports",
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
    """Exporters whose unit prices (per unit and per kilogram) lie far above the peers'."""
    side = Side(direction="export", sign=1, peer_group="exporters")
    return gap_detections(
        SIGNAL, side, unit_prices(), customs_declarations, operators, identifiers, parameters, as_of
    )
