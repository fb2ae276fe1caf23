"""Imports of the same goods, by their name, by two weights a piece: one of the two is false.

What a piece weighs does not change. Where the lighter pieces cost less as well, weight and value are
understated together; else the heavier ones are too few for their weight.
Source: FATF/Egmont risk indicators 2021 (quantity or weight that disagree between documents).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.prices.two_levels import at_two_levels, with_article
from jobs.signals.goods.prices.uneven_articles import uneven_detections
from jobs.signals.goods.traders import declared_in_window, micro
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="uneven_weights",
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
    """value as `uneven_detections` gives it; the amount is as declared."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = with_article(kept, parameters, "brand")
    pieces = positive(F.col("quantity"))
    weight = F.try_divide(positive(F.col("net_weight_kg")), pieces)
    price = micro(F.log(F.try_divide(positive(F.col("customs_value_vnd")), pieces)))
    levelled = at_two_levels(lines, weight, parameters).withColumn("price", price)
    article = Window.partitionBy("article")
    dearer = F.avg(F.when(~F.col("low"), F.col("price"))).over(article) - F.avg(
        F.when(F.col("low"), F.col("price"))
    ).over(article)
    cheaper_too = F.coalesce(dearer >= float(parameters["cheaper_by"]) * 1_000_000, F.lit(False))
    false = F.when(cheaper_too, F.col("low")).otherwise(~F.col("low"))
    judged = levelled.withColumn("false_level", false)
    return uneven_detections(
        SIGNAL, judged, F.col("false_level"), F.col("customs_value_vnd"), kept, identifiers, parameters
    )
