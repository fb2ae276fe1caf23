"""Goods brought in for a time (for re-export, for work, for repair) that never leave again.

Source: Decree 69/2018/NĐ-CP Art. 13 (goods in temporary import for re-export stay 60 days at most, with two
extensions of 30); Vietnam Customs press cases (wine, frozen meat and tyres sold at home instead).
"""

from datetime import date

from pyspark.sql import DataFrame

from jobs.signals.goods.duty_free_goods import goods_unaccounted_for
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="temporary_imports_kept",
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
    """value (0 to 1): see `goods_unaccounted_for`; only a re-export accounts for what came in for a time."""
    return goods_unaccounted_for(
        SIGNAL,
        customs_declarations=customs_declarations,
        payments=payments,
        operators=operators,
        identifiers=identifiers,
        parameters=parameters,
        as_of=as_of,
    )
