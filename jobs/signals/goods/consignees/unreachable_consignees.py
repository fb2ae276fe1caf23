"""Traders whose goods are declared for consignees whom nobody could find.

Goods have to be handed over: an express company writes down a phone or a door for each consignee, a trader
who takes the goods in itself writes its own name. A name that is not the trader's, with no telephone that
exists and no house number, is there to fill the field.
Source: Vietnam Customs dispatch 3923/2021 (missing or false consignee).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order, marked_detections
from jobs.signals.goods.tied_traders import shown_line
from jobs.signals.goods.traders import DECLARATIONS, in_window
from jobs.signals.schema import Parameters, Signal, record

SIGNAL = Signal(
    id="unreachable_consignees",
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
    """value as `marked_detections` gives it, of import lines for others; placeholders of telephones are none.

    How often contacts are left out goes by those who import for others: couriers' clerks forget a phone now
    and then, who imports for itself has none to forget.
    """
    imports = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        (F.col("direction") == "import") & F.col("hand").isNotNull()
    )
    other = F.col("consignee_name_norm").isNotNull() & ~F.col("consignee_name_norm").eqNullSafe(
        F.col("trader_name_norm")
    )
    no_door = ~F.coalesce(F.col("consignee_address_norm").rlike("[0-9]"), F.lit(False))
    marked = imports.where(other).select(
        "hand",
        (F.col("consignee_phone_e164").isNull() & no_door).cast("double").alias("mark"),
        found_in_order().alias("in_order"),
        F.col("customs_value_vnd").alias("value_vnd"),
        F.array(shown_line(record(DECLARATIONS, F.col("record_key")))).alias("shown"),
    )
    return marked_detections(SIGNAL, marked, imports, identifiers, parameters)
