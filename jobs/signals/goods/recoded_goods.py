"""One trader's goods under a second code of less duty that weigh and cost, piece for piece, like its others.

Who moves part of its bicycles to the code of their parts declares parts that weigh and cost what its bicycles
do. The trader is its own peer, so that the goods' name, which the false code brings with it, need not agree.
Source: WCO, commercial fraud typologies (classification); Vietnam Customs press cases.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.goods_names import goods_name
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.saved_duties import measured_hands, usual_rates
from jobs.signals.goods.tied_traders import tied_detections
from jobs.signals.goods.traders import declared_in_window, heading
from jobs.signals.schema import Parameters, Signal, against_peers

SIGNAL = Signal(
    id="recoded_goods",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)

_ALIKE = ("hand", "unit", "origin_country")  # goods of one trader, origin and unit


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of one more than the lines under the code of less duty."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    pieces = positive(F.col("quantity"))
    value = positive(F.col("customs_value_vnd"))
    lines = (
        kept.withColumn("unit", F.lower("unit"))
        .withColumn("code", heading(F.col("hs_code"), 8))
        .withColumn("name", goods_name(F.col("goods_norm"), F.col("brand")))
        .withColumn("price", F.round(F.log(F.try_divide(value, pieces)), 6))
        .withColumn("weight", F.round(F.log(F.try_divide(positive(F.col("net_weight_kg")), pieces)), 6))
        .withColumn("rate", F.round(F.col("duty_vnd") / value, 4))
        .dropna(subset=[*_ALIKE, "code", "price", "weight", "rate"])
    )
    marked = lines.join(
        _recoded(_goods(lines, parameters), parameters).withColumn("mark", F.lit(1.0)),
        [*_ALIKE, "code"],
        "left",
    ).withColumn("mark", F.coalesce("mark", F.lit(0.0)))
    found = against_peers(measured_hands(marked, parameters), float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _goods(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand, unit, origin and code: its lines, usual price, weight and rate, and the code's rate."""
    return (
        lines.groupBy(*_ALIKE, "code")
        .agg(
            F.count(F.lit(1)).alias("lines"),
            *[F.round(F.percentile(one, 0.5), 6).alias(one) for one in ("price", "weight", "rate")],
            F.array_distinct(F.flatten(F.collect_list(F.split("name", " ")))).alias("words"),
        )
        .join(F.broadcast(usual_rates(lines, parameters)), ["code", "origin_country"], "left")
    )


def _recoded(goods: DataFrame, parameters: Parameters) -> DataFrame:
    """hand, unit, origin_country, code: goods like others of the hand under a heading that pays more.

    Where the unit is a weight, that of a piece says nothing: their chapter and more of their names agree.
    """
    other = goods.select(
        *_ALIKE, *[F.col(name).alias(f"other_{name}") for name in goods.columns if name not in _ALIKE]
    )
    points = float(parameters["lower_points"])
    shared = F.coalesce(F.size(F.array_intersect("words", "other_words")), F.lit(0))
    chapter = heading(F.col("code"), 2) == heading(F.col("other_code"), 2)
    akin = F.when(
        _by_weight(parameters), chapter & (shared >= int(parameters["shared_words_by_weight"]))
    ).otherwise(chapter | (shared >= int(parameters["shared_words"])))
    like = _near("weight", parameters) & _near("price", parameters) & akin
    pays_less = (F.col("usual_rate") <= F.col("other_usual_rate") - points) & (
        F.col("rate") <= F.col("other_usual_rate") - points
    )
    return (
        goods.join(other, [*_ALIKE])
        .where(heading(F.col("code"), 4) != heading(F.col("other_code"), 4))
        .where(F.col("lines") >= int(parameters["least_lines"]))
        .where(F.col("other_lines") >= int(parameters["other_lines"]))
        .where(like & pays_less)
        .select(*_ALIKE, "code")
        .distinct()
    )


def _near(number: str, parameters: Parameters) -> Column:
    """Whether the number of both codes' goods is about the same."""
    gap = F.abs(F.col(number) - F.col(f"other_{number}"))
    return F.round(gap, 4) <= float(parameters[f"{number}_gap"])


def _by_weight(parameters: Parameters) -> Column:
    """Whether the goods are counted by weight: a unit weighs a kilogram or a tonne."""
    near = float(parameters["unit_gap"])
    return (F.abs("weight") <= near) | (F.abs(F.col("weight") - F.log(F.lit(1000.0))) <= near)
