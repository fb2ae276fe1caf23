"""Imports of one branded article whose origin is now the seller's country, now one that costs less duty.

A trader buys the same article where it is made, and declares some lots as made elsewhere, though the seller
still sits in the first country: the claimed origin escapes a duty or earns a preference. Where both pay the
same, makers with several factories fill their orders from each.
Goods without a brand come from many places and are left out, and so is an origin that many others declare for
the brand: it is made there as well.
Source: WCO, commercial fraud typologies (origin); Vietnam Customs press cases.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.prices.uneven_articles import uneven_detections
from jobs.signals.goods.traders import declared_in_window, heading
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="uneven_origins",
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
    article = [F.col("hand"), heading(F.col("hs_code"), 8), F.col("goods_name"), F.lower("brand")]
    named = F.col("origin_country").isNotNull()
    for part in article:
        named = named & part.isNotNull()
    lines = (
        kept.where(named)
        .withColumn("article", F.concat_ws("|", *article))
        .withColumns({"code": heading(F.col("hs_code"), 8), "maker": F.lower("brand")})
        .withColumn("rate", F.round(F.col("duty_vnd") / positive(F.col("customs_value_vnd")), 4))
    )
    claimed = _claimed_origins(lines, parameters).withColumn("claimed", F.lit(True))
    flagged = lines.join(claimed, ["article", "origin_country", "partner_country"], "left").join(
        F.broadcast(_factories(lines, parameters)), ["code", "maker", "origin_country"], "left"
    )
    false = F.coalesce("claimed", F.lit(False)) & ~F.coalesce("made_there", F.lit(False))
    return uneven_detections(
        SIGNAL, flagged, false, F.col("customs_value_vnd"), kept, identifiers, parameters
    )


def _factories(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """code, maker, origin_country, made_there: origins that many hands declare for a brand's goods."""
    by_origin = lines.groupBy("code", "maker", "origin_country").agg(F.count_distinct("hand").alias("hands"))
    buyers = lines.groupBy("code", "maker").agg(F.count_distinct("hand").alias("buyers"))
    many = (F.col("hands") > int(parameters["factory_hands"])) & (
        F.col("hands") >= F.col("buyers") * float(parameters["factory_share"])
    )
    return (
        by_origin.join(buyers, ["code", "maker"])
        .where(many)
        .select("code", "maker", "origin_country", F.lit(True).alias("made_there"))
    )


def _claimed_origins(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """article, origin_country, partner_country: origins that another of the article gives away.

    The seller's country is an origin of the same article, and the one that is claimed pays less duty.
    """
    rate = F.percentile("rate", 0.5)
    saved = F.round(F.col("usual_rate") - F.col("claimed_rate"), 6)
    usual = lines.groupBy("article", F.col("origin_country").alias("partner_country")).agg(
        F.count(F.lit(1)).alias("usual_lines"), rate.alias("usual_rate")
    )
    other = (
        lines.where(F.col("partner_country") != F.col("origin_country"))
        .groupBy("article", "origin_country", "partner_country")
        .agg(F.count(F.lit(1)).alias("lines"), rate.alias("claimed_rate"))
    )
    return (
        other.join(usual, ["article", "partner_country"])
        .where(F.col("lines") >= int(parameters["least_lines"]))
        .where(F.col("usual_lines") >= int(parameters["usual_lines"]))
        .where(F.coalesce(saved >= float(parameters["lower_points"]), F.lit(False)))
        .select("article", "origin_country", "partner_country")
    )
