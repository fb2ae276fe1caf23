"""Goods brought in duty-free for processing or export production that never leave again.

Source: Vietnam Customs press cases (processing imports sold at home).
"""

from datetime import date

from pyspark.sql import DataFrame

from jobs.signals.goods.duty_free_goods import goods_unaccounted_for
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="processing_not_reexported",
    subject="company",
    reads={
        "customs_declarations": "silver.customs_declarations",
        "payments": "flows.payments",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    payments: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value (0 to 1): see `goods_unaccounted_for`; any export accounts for what was brought in."""
    return goods_unaccounted_for(
        SIGNAL,
        customs_declarations=customs_declarations,
        payments=payments,
        operators=operators,
        identifiers=identifiers,
        parameters=parameters,
        as_of=as_of,
    )
