"""Goods that weigh and cost like those of another code, which pay more duty.

A word is soon changed in a declaration, goods are not: whole motorcycles declared as their parts still weigh
what a motorcycle weighs, and are paid for as one. The other code is looked for where it lies at hand: among
what the same hand declares, and what the same seller sells to anybody.
Source: WCO, commercial fraud typologies (misclassification). Method: the likelihood ratio of two simple
hypotheses (Neyman and Pearson, 1933), each code's goods log-normal in weight and in price.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.declarations.saved_duties import measured_hands
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import tied_detections
from jobs.signals.goods.traders import declared_in_window, finest_code
from jobs.signals.schema import Parameters, Signal, against_peers

SIGNAL = Signal(
    id="goods_of_another_code",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)

_QUARTILES_TO_SIGMA = 1.349  # between the quartiles of a normal distribution, in standard deviations
_NUMBERS = ("weight", "price")  # of a piece, of a kilogram: together they say what a piece costs


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of one more than the lines whose goods are rather those of a dearer code."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = _measurable(kept)
    codes = F.broadcast(_codes(lines, parameters).persist())
    likely = _likeliest(lines, codes, parameters)
    mark = F.when(F.col("likelihood") >= float(parameters["likelihood_least"]), 1.0).otherwise(0.0)
    marked = lines.join(likely.where(_is_like_it(parameters)), "record_key").withColumn("mark", mark)
    found = against_peers(measured_hands(marked, parameters), float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _measurable(declared: DataFrame) -> DataFrame:
    """Adds `article` (code and unit), `weight` and `price` (logs of kilograms a piece, of VND a kilogram) and
    `rate`, to lines that have them."""
    kilograms = positive(F.col("net_weight_kg"))
    value = positive(F.col("customs_value_vnd"))
    return (
        declared.where(F.col("hand").isNotNull())
        .withColumn("article", F.concat_ws("|", finest_code(F.col("hs_code")), F.lower("unit")))
        .withColumn("unit", F.lower("unit"))
        .withColumn("weight", F.round(F.log(kilograms / positive(F.col("quantity"))), 6))
        .withColumn("price", F.round(F.log(value / kilograms), 6))
        .withColumn("rate", F.round(F.col("duty_vnd") / value, 4))
        .where(F.col("unit").isNotNull() & F.col("weight").isNotNull() & F.col("price").isNotNull())
    )


def _codes(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """article, rate, and for both numbers centre and scale: what the goods of a code are like.

    One vote a hand, so that a large importer does not say what its code's goods are like.
    """
    votes = lines.groupBy("article", "hand").agg(*[F.percentile(name, 0.5).alias(name) for name in _NUMBERS])
    quartiles = [F.percentile(name, [0.25, 0.5, 0.75]).alias(name) for name in _NUMBERS]
    likeness = votes.groupBy("article").agg(F.count(F.lit(1)).alias("hands"), *quartiles)
    full_rate = F.percentile("rate", float(parameters["full_rate_quantile"])).alias("rate")
    rates = lines.groupBy("article").agg(full_rate)

    def scale(name: str) -> Column:
        sigma = (F.col(name)[2] - F.col(name)[0]) / _QUARTILES_TO_SIGMA
        return F.round(F.greatest(sigma, F.lit(float(parameters["least_scale"]))), 6)

    return (
        likeness.where(F.col("hands") >= int(parameters["peer_hands"]))
        .join(rates.where(F.col("rate").isNotNull()), "article")
        .select(
            "article",
            "rate",
            *[F.round(F.col(name)[1], 6).alias(f"{name}_centre") for name in _NUMBERS],
            *[scale(name).alias(f"{name}_scale") for name in _NUMBERS],
        )
    )


def _likeliest(lines: DataFrame, codes: DataFrame, parameters: Parameters) -> DataFrame:
    """record_key, likelihood, apart, fit: of the dearer codes at hand, the one that a line's goods are most
    like.

    `likelihood`: the log of the likelihood ratio over the declared code; `apart`: of the weight, from the
    centre of the declared code; `fit`: of both numbers the farther from the centre of the other, in scales.
    """
    hand = F.struct(F.lit("hand").alias("side"), F.col("hand").alias("name"))
    seller = F.struct(F.lit("seller").alias("side"), F.col("partner_name_norm").alias("name"))
    sides = F.explode(F.array(hand, seller)).alias("party")
    other = codes.select(*[F.col(name).alias(f"other_{name}") for name in codes.columns])
    dealt = (
        lines.select(sides, F.col("article").alias("other_article"), "unit")
        .where(F.col("party.name").isNotNull())
        .distinct()
        .join(other, "other_article")
    )
    least = F.col("rate") + float(parameters["lower_points"])
    compared = (
        lines.select("record_key", "article", "unit", *_NUMBERS, sides)
        .join(codes, "article")
        .join(dealt, ["party", "unit"])
        .where(F.round(F.col("other_rate") - least, 6) >= 0)
    )
    ratio = F.round(_log_density("other_") - _log_density(""), 6)
    best = F.max_by(
        F.struct(
            ratio.alias("likelihood"),
            F.abs(F.col("weight") - F.col("weight_centre")).alias("apart"),
            F.greatest(*[F.abs(_standard(name, "other_")) for name in _NUMBERS]).alias("fit"),
        ),
        F.struct(ratio, "other_article"),
    )
    return compared.groupBy("record_key").agg(best.alias("best")).select("record_key", "best.*")


def _standard(name: str, prefix: str) -> Column:
    return (F.col(name) - F.col(f"{prefix}{name}_centre")) / F.col(f"{prefix}{name}_scale")


def _log_density(prefix: str) -> Column:
    """Of both numbers under a code, but for a constant."""
    terms = [
        -F.pow(_standard(name, prefix), F.lit(2.0)) / 2 - F.log(f"{prefix}{name}_scale") for name in _NUMBERS
    ]
    return terms[0] + terms[1]


def _is_like_it(parameters: Parameters) -> Column:
    """A price alone may be a bargain: the goods have to weigh otherwise, and be like the other code's."""
    return (F.col("apart") >= float(parameters["weight_apart"])) & (
        F.col("fit") <= float(parameters["fit_most"])
    )
