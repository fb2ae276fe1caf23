"""One house bill behind several declarations: of different traders, or of the same cargo again.

Source: Vietnam Customs dispatch 3923/2021 and press cases (reused and false papers). A house bill stands for
one consignment of one consignee. Who clears it in lots declares different weights, soon after one another.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.tied_traders import shown_declaration, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, accomplice, company_of, in_window, with_hand
from jobs.signals.goods.whole_declarations import surprise, whole_declarations
from jobs.signals.schema import Parameters, Signal, against_peers, explanation

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
    """value = standard deviations above the rate of such declarations, x how many."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"])
    declarations = whole_declarations(with_hand(kept, operators)).where(F.col("bill").isNotNull())
    used = _reused(declarations, parameters)
    base = used.agg(F.round(F.avg(F.col("reused").cast("int")), 6).alias("base"))
    hands = used.groupBy("hand").agg(
        F.count(F.lit(1)).alias("declarations"),
        F.count_if("reused").alias("support"),
        F.count_if(F.col("reused") & (F.col("inspection") == 1)).alias("matched"),
        F.sum(F.when(F.col("reused"), F.col("value_vnd"))).alias("value_vnd"),
        F.flatten(F.collect_list(F.when(F.col("reused"), shown_declaration(DECLARATIONS)))).alias("shown"),
        F.flatten(F.collect_list(F.when(F.col("reused"), F.col("others")))).alias("accomplices"),
    )
    sure = F.col("support") / (F.col("support") + float(parameters["prior_declarations"]))
    matched = F.col("matched") * 2 > F.col("support")
    keep = F.when(matched, float(parameters["keep_inspected_and_matched"])).otherwise(1.0)
    unusual = F.greatest(surprise(F.col("support"), F.col("declarations"), F.col("base")), F.lit(0.0))
    measured = hands.crossJoin(F.broadcast(base)).select(
        "hand",
        F.lit("traders with house bills").alias("peer_group"),
        (unusual * sure * keep).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("inspected_and_matched", matched)).alias("explanations"),
        "shown",
        "accomplices",
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


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
