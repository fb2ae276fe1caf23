"""What the signals about officers share: whom chance explains least at a desk (an officer of an office)."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from scipy.special import gammaln

from jobs.signals.goods.traders import DECLARATIONS, trader_kind
from jobs.signals.joins.surprise import unlikely
from jobs.signals.schema import (
    Parameters,
    Signal,
    against_peers,
    as_signal,
    explanation,
    member,
    record,
)

LEAST_CHANCE = 1e-30


def with_lowered_channels(declarations: DataFrame, prior: float) -> DataFrame:
    """Adds to `whole_declarations` whether an officer lowered the channel, and how often others' are lowered.

    lowered (0 or 1: to green, without an inspection) and lowered_rate (of the other hands' declarations in
    the office, from `prior` declarations' worth of all offices).
    """
    office, own = Window.partitionBy("office"), Window.partitionBy("office", "hand")
    everywhere = Window.partitionBy(F.lit(0))
    one = F.lit(1)
    lowered = F.sum("lowered").over(office) - F.sum("lowered").over(own)
    others = F.count(one).over(office) - F.count(one).over(own)
    usual = F.sum("lowered").over(everywhere) / F.count(one).over(everywhere)
    return declarations.withColumn(
        "lowered", F.coalesce(F.col("downgraded"), F.lit(False)).cast("int")
    ).withColumn("lowered_rate", F.round((lowered + prior * usual) / (others + prior), 9))


def nothing_lowered(lowered: str, here: str, rate: Column, parameters: Parameters) -> Column:
    """Whether no more channels were lowered than usual, so that the system gave theirs.

    One is lowered for everybody now and then. Where none ever is, the data does not tell: no.
    """
    usual = F.least(F.greatest(rate, F.lit(1e-6)), F.lit(1 - 1e-6))
    unusual = (F.col(lowered) >= 2) & (unlikely(lowered, here, usual) >= float(parameters["lowered_least"]))
    return ~unusual & (rate > 0)


def least_likely(striking: pd.DataFrame, traders: int, least: int) -> pd.DataFrame:
    """Of a desk's striking ones, strongest first, the first k whom chance explains least; value as above."""
    chosen = np.arange(1, len(striking) + 1)
    ways = (gammaln(traders + 1) - gammaln(chosen + 1) - gammaln(traders - chosen + 1)) / np.log(10)
    values = striking["evidence"].cumsum().to_numpy() - ways
    best = max(int(np.argmax(values)) + 1, least)
    return striking.head(best)[["desk", "hand"]].assign(value=round(float(values[best - 1]), 6))


def desk_detections(
    signal: Signal,
    shown: DataFrame,
    desks: DataFrame,
    at_desks: DataFrame,
    innocent: Mapping[str, Column],
    parameters: Parameters,
) -> DataFrame:
    """One row a desk, everybody else's at 0; the subject is the trader with most declarations there.

    `shown`: the declarations (of `whole_declarations`) that a desk's finding rests on, with desk and value;
    `desks`: every desk; `at_desks`: one row a desk that has a finding, `innocent`: when an explanation holds
    there; parameter `keep_<explanation>`, where there is one, is what is then left of the value.
    """
    keys = F.array_sort(F.array_distinct(F.flatten(F.collect_list("keys"))))
    found_at = shown.groupBy("desk").agg(
        F.max("value").alias("value"),
        F.count(F.lit(1)).alias("support"),
        F.coalesce(F.sum("value_vnd"), F.lit(0)).cast("bigint").alias("value_vnd"),
        F.array_sort(F.collect_set(member(trader_kind(F.col("trader")), F.col("trader"), "trader"))).alias(
            "members"
        ),
        F.transform(keys, lambda key: record(DECLARATIONS, key)).alias("evidence"),
        F.mode("trader", True).alias("subject_id"),
    )
    holding = at_desks.select("desk", *[holds.alias(name) for name, holds in innocent.items()])
    left = F.lit(1.0)
    for name in innocent:
        left = left * F.when(F.col(name), float(parameters.get(f"keep_{name}", 1.0))).otherwise(1.0)
    measured = (
        desks.select("desk")
        .distinct()
        .join(found_at, "desk", "left")
        .join(holding, "desk", "left")
        .withColumns({name: F.coalesce(name, F.lit(False)) for name in innocent})
        .withColumn("value", F.coalesce("value", F.lit(0.0)) * left)
        .withColumn("peer_group", F.lit("officers"))
        .withColumn("explanations", F.array(*[explanation(name, F.col(name)) for name in innocent]))
    )
    found = against_peers(measured, float(parameters["report_from"]))
    best = Window.partitionBy("subject_id").orderBy(F.desc("value"), "desk")
    return as_signal(
        signal,
        found.withColumn("place", F.row_number().over(best))
        .where(F.col("place") == 1)
        .withColumn("evidence", F.slice("evidence", 1, int(parameters["evidence_limit"])))
        .withColumn("subject_kind", trader_kind(F.col("subject_id"))),
    )
