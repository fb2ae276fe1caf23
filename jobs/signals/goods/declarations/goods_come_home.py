"""Vietnamese goods that one party sends out and another brings home in the same quantity, again and again.

Who sends goods round to ask for the tax back, or to show turnover, lets them come home under another name and
from another seller abroad: the two need have nothing in common but the goods. `goods_handed_on` tells the way
in and out; what one hand, or two with a partner, phone or address in common, send round is told by
`round_trips`; goods that are returned or come back from work or repair say so by their regime, and what one
party abroad buys and has handed over here never leaves (both declarations name it).
Where both have lots of one size alone, they agree by nature: there the turns that their lots take tell.
Source: FATF, trade-based money laundering indicators 2021 (carousel); Vietnam Customs and tax press cases
(export turnover made up for VAT refunds).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.declarations.goods_handed_on import handed_on
from jobs.signals.goods.traders import in_window, is_one_of
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="goods_come_home",
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
    """value = powers of ten between chance and how often an exporter's lots came home by one way."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        ~is_one_of(F.col("regime"), parameters, "regimes_left_out") & (F.col("origin_country") == "VN")
    )
    return handed_on(SIGNAL, kept, F.col("direction") == "import", identifiers, parameters)
