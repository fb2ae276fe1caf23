"""Goods that a seller in their country of origin ships, while the house bill was made out in another country.

A house bill number begins with its port or carrier, and thereby tells where the goods were loaded. Which
country a prefix stands for, the declarations themselves tell: nearly all who use it buy there. Goods that
come by a trading place (Hong Kong, Singapore) may be of the declared origin all the same.
Source: WCO, commercial fraud typologies (origin, transhipment).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.declarations.saved_duties import measured_hands
from jobs.signals.goods.tied_traders import tied_detections
from jobs.signals.goods.traders import declared_in_window
from jobs.signals.schema import Parameters, Signal, against_peers

SIGNAL = Signal(
    id="loaded_elsewhere",
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
    """value = log2 of one more than the lines of sellers whose goods are mostly loaded in another country."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = kept.where(F.col("hand").isNotNull() & F.col("trader_key").startswith("tax:"))
    marked = _loaded_elsewhere(lines, parameters)
    measured = measured_hands(marked, parameters, {"transhipment": F.col("by_trading_place")})
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _loaded_elsewhere(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines whose bill tells a country, with `mark` (1 where that is neither the seller's nor the origin) and
    `by_trading_place` (whether that country mostly ships what others made)."""
    # What stands before the first digit or separator.
    prefix = F.nullif(F.regexp_extract(F.upper(F.trim("house_bill_no")), r"^\p{L}+", 0), F.lit(""))
    known = (
        lines.withColumn("prefix", prefix)
        .where(F.col("prefix").isNotNull() & F.col("partner_name_norm").isNotNull())
        .where(F.col("partner_country").isNotNull() & F.col("origin_country").isNotNull())
    )
    told = (
        known.join(F.broadcast(_countries_of_prefixes(known, parameters)), "prefix")
        .join(F.broadcast(_trading_places(lines, parameters)), "bill_country")
        .withColumn(
            "elsewhere",
            (F.col("partner_country") == F.col("origin_country"))
            & (F.col("bill_country") != F.col("partner_country")),
        )
    )
    seller = Window.partitionBy("hand", "partner_name_norm")
    often = (F.count_if("elsewhere").over(seller) >= int(parameters["least_lines"])) & (
        F.count_if("elsewhere").over(seller)
        >= F.count(F.lit(1)).over(seller) * float(parameters["marked_share"])
    )
    return told.withColumn("mark", (F.col("elsewhere") & often).cast("double"))


def _countries_of_prefixes(known: DataFrame, parameters: Parameters) -> DataFrame:
    """prefix, bill_country: where nearly all hands that use it buy, each by most of its lines."""
    lines = known.groupBy("prefix", "hand", "partner_country").agg(F.count(F.lit(1)).alias("lines"))
    votes = lines.groupBy("prefix", "hand").agg(
        F.max(F.struct("lines", "partner_country"))["partner_country"].alias("bill_country")
    )
    hands = F.sum("hands").over(Window.partitionBy("prefix"))
    return (
        votes.groupBy("prefix", "bill_country")
        .agg(F.count(F.lit(1)).alias("hands"))
        .withColumn("all_hands", hands)
        .where(F.col("all_hands") >= int(parameters["prefix_hands"]))
        .where(F.col("hands") >= F.col("all_hands") * float(parameters["prefix_share"]))
        .select("prefix", "bill_country")
    )


def _trading_places(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """bill_country, by_trading_place: whether its sellers mostly ship goods of other origins."""
    made_there = F.round(F.avg((F.col("partner_country") == F.col("origin_country")).cast("int")), 6)
    return lines.groupBy(F.col("partner_country").alias("bill_country")).agg(
        (made_there < float(parameters["made_there_share"])).alias("by_trading_place")
    )
