"""Imports of the same goods, by name and origin, at two prices by one trader.

Who declares some lots at half the price of the others names a false price on them: the trader is its own
peer, so that neither quality nor brand nor a good bargain explains the difference.
Source: Circular 39/2015/TT-BTC as amended by 60/2019 (doubts about a declared value: earlier imports of
identical goods); JRC (EU), unit-price outliers.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.prices.two_levels import at_two_levels, with_article
from jobs.signals.goods.prices.uneven_articles import uneven_detections
from jobs.signals.goods.traders import declared_in_window, micro
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="uneven_prices",
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
    """value as `uneven_detections` gives it; the amount is what the lines are worth at the higher price."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = with_article(kept, parameters, "brand", "origin_country")
    price = F.try_divide(positive(F.col("customs_value_vnd")), positive(F.col("quantity")))
    levelled = (
        at_two_levels(lines, price, parameters)
        .withColumn("size", micro(F.log("quantity")))
        .withColumn("larger", _larger_by() >= float(parameters["larger_by"]) * 1_000_000)
    )
    stake = F.round(F.col("customs_value_vnd") * F.exp("gap")).cast("bigint")
    larger = ("larger_lots", F.col("larger"))
    return uneven_detections(SIGNAL, levelled, F.col("low"), stake, kept, identifiers, parameters, larger)


def _larger_by() -> Column:
    """How much larger (log, millionths) the lots at the lower price are, in the mean of the article."""
    article = Window.partitionBy("article")
    return F.avg(F.when(F.col("low"), F.col("size"))).over(article) - F.avg(
        F.when(~F.col("low"), F.col("size"))
    ).over(article)
