"""One house bill behind several declarations: of different traders, or of the same cargo again.

Source: Vietnam Customs dispatch 3923/2021 and press cases (reused and false papers). A house bill stands for
one consignment of one consignee. Who clears it in lots declares different weights, soon after one another.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import marked_detections
from jobs.signals.goods.tied_traders import shown_declaration
from jobs.signals.goods.traders import DECLARATIONS, accomplice, company_of, in_window, with_hand
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="reused_bills",
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
    """value as `marked_detections` gives it, of declarations that name a house bill."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"])
    declarations = whole_declarations(with_hand(kept, operators)).where(F.col("bill").isNotNull())
    marked = _reused(declarations, parameters).select(
        "hand",
        F.col("reused").cast("double").alias("mark"),
        (F.col("inspection") == 1).alias("in_order"),
        "value_vnd",
        shown_declaration(DECLARATIONS).alias("shown"),
        "others",
    )
    return marked_detections(SIGNAL, marked, kept, identifiers, parameters)


def _reused(declarations: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `reused` and `others`: what else stands on the declaration's house bill.

    Reused: cleared on a bill of several companies, or for a weight that the same company declared on it long
    before or after (a correction follows within days). A bill that many companies name is no bill.
    """
    company = company_of(F.col("trader"))
    bill = Window.partitionBy("direction", "bill")
    cargo = Window.partitionBy("direction", "bill", company, "hs6", F.round("weight_kg"))
    apart = F.datediff(F.max("event_day").over(cargo), F.min("event_day").over(cargo))
    companies = F.size(F.collect_set(company).over(bill))
    reused = (companies.between(2, int(parameters["companies_max"]))) | (
        (companies == 1) & (apart >= int(parameters["correction_days"]))
    )
    on_bill = F.collect_list(F.struct("hand", "trader", "keys")).over(bill)
    return (
        declarations.where(F.col("cleared_at").isNotNull())
        .withColumn("reused", reused)
        .withColumn("on_bill", F.when(F.col("reused"), on_bill))
        .withColumn("others", F.filter("on_bill", lambda one: one["hand"] != F.col("hand")))
        .withColumn("others", F.transform("others", lambda one: accomplice(one["trader"], one["keys"])))
        .drop("on_bill")
    )
