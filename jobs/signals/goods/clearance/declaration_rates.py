"""Rates of one outcome over a hand's declarations against the population: the measurement of two signals."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.tied_traders import shown_declaration, tied_detections
from jobs.signals.goods.traders import DECLARATIONS
from jobs.signals.goods.whole_declarations import surprise
from jobs.signals.schema import Parameters, Signal, against_peers, explanation


def rate_detections(
    signal: Signal,
    declarations: DataFrame,
    hit: Column,
    peer_group: Column,
    lines: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    innocent: Mapping[str, Column] | None = None,
) -> DataFrame:
    """Hands whose share of hits is surprising.

    value = surprise (standard deviations above the chapter's rate) x root of the share of hits.
    `declarations`: those that could be hit, as `whole_declarations` gives them. Parameters:
    `least_declarations`, `prior_declarations`, `least_hits` (fewer is the innocent `isolated_case`).
    `innocent`: further explanations, each by what holds of a declaration; one holds where that does of
    `explained_share` of the hits. With `uneven_deviations` among the parameters, `by_chance` is one too
    (`_spread_by_chance`).
    """
    told = innocent or {}
    prior = float(parameters["prior_declarations"])
    chapter = Window.partitionBy("chapter")
    everything = Window.partitionBy(F.lit(1))
    rated = (
        declarations.withColumn("hit", F.coalesce(hit, F.lit(False)))
        .withColumn("chapter", F.substring("hs6", 1, 2))
        .withColumn("group", peer_group)
        .withColumn("base", F.round(F.avg(F.col("hit").cast("int")).over(everything), 6))
        .withColumn(
            "rate",
            F.round(
                (F.count_if("hit").over(chapter) + prior * F.col("base"))
                / (F.count(F.lit(1)).over(chapter) + prior),
                6,
            ),
        )
    )
    hands = rated.groupBy("hand").agg(
        F.max("group").alias("peer_group"),
        F.count(F.lit(1)).alias("declarations"),
        F.count_if("hit").alias("support"),
        (F.sum(F.round(F.col("rate") * 1_000_000).cast("bigint")) / 1_000_000).alias("expected"),
        F.sum(F.when(F.col("hit"), F.col("value_vnd"))).alias("value_vnd"),
        F.flatten(F.collect_list(F.when(F.col("hit"), shown_declaration(DECLARATIONS)))).alias("shown"),
        *[F.count_if(F.col("hit") & holds).alias(f"of_{name}") for name, holds in told.items()],
    )
    chance = {}
    if "uneven_deviations" in parameters:
        hands = hands.withColumn("by_chance", _spread_by_chance(float(parameters["uneven_deviations"])))
        chance = {"by_chance": F.col("by_chance") & (F.col("support") > 0)}
    unusual = surprise(F.col("support"), F.col("declarations"), F.col("expected") / F.col("declarations"))
    isolated = F.col("support") < int(parameters["least_hits"])
    keep = F.when(isolated, float(parameters["keep_isolated_case"])).otherwise(1.0)
    measured = hands.where(F.col("declarations") >= int(parameters["least_declarations"])).select(
        "hand",
        "peer_group",
        (F.greatest(unusual, F.lit(0.0)) * F.sqrt(F.col("support") / F.col("declarations")) * keep).alias(
            "value"
        ),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(
            explanation("isolated_case", isolated & (F.col("support") > 0)),
            *[explanation(name, _share_of_hits(name, parameters)) for name in told],
            *[explanation(name, holds) for name, holds in chance.items()],
        ).alias("explanations"),
        "shown",
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(signal, found, lines, identifiers, parameters)


def _spread_by_chance(deviations: float) -> Column:
    """Whether hits are spread over the hands no more unevenly than by chance: then repeats tell of nobody.

    Chi-squared of a common rate, at most its degrees of freedom and so many standard deviations.
    """
    everybody = Window.partitionBy(F.lit(1))
    rate = F.sum("support").over(everybody) / F.sum("declarations").over(everybody)
    expected = F.col("declarations") * rate
    apart = F.round(F.try_divide(F.pow(F.col("support") - expected, 2.0), expected * (1 - rate)), 9)
    freedom = F.count(F.lit(1)).over(everybody) - 1
    return F.sum(apart).over(everybody) <= freedom + deviations * F.sqrt(2.0 * freedom)


def _share_of_hits(name: str, parameters: Parameters) -> Column:
    explained = F.col(f"of_{name}")
    return (explained > 0) & (explained >= F.col("support") * float(parameters["explained_share"]))
