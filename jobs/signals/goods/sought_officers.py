"""Traders who seek out one officer of an office, and whom that officer clears green, taken together.

One trader who often meets one officer proves little, and nor does a lucky run of green. Several traders who
each go to the same officer of a larger office far more often than its work is shared out, and all come out
green, do not do so by chance. Where officers look after traders of their own, though, many go to one officer:
seeking counts no further than it is rare, and green no further than the trader is not green elsewhere.
The officer is context and stands in the evidence, never among the members.
Source: dispatch 3986/VPCP-V.I, point 4 (those who cover up, abet or shield).
"""

from datetime import date

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from scipy.special import gammaln
from scipy.stats import binom, rankdata

from jobs.signals.goods.traders import DECLARATIONS, in_window, trader_kind, with_hand
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import (
    Parameters,
    Signal,
    against_peers,
    as_signal,
    explanation,
    member,
    record,
)

SIGNAL = Signal(
    id="sought_officers",
    subject="company",
    reads={"customs_declarations": "silver.customs_declarations", "operators": "links.operators"},
)
_JUDGED_DDL = "desk string, hand string, value double"
_CELLS = [
    "desk",
    "hand",
    "here",
    "green",
    "in_office",
    "desk_share",
    "green_rate",
    "elsewhere",
    "green_elsewhere",
]
LEAST_CHANCE = 1e-30


def transform(
    *, customs_declarations: DataFrame, operators: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """One row a desk (an officer of an office).

    value = -log10 of the chance that so many of the desk's traders go there so often and come out green so
    often (see `judge_desks`). The subject is the trader with most declarations there.
    """
    lines = with_hand(in_window(customs_declarations, as_of, parameters["window_days"]), operators)
    declarations = (
        whole_declarations(lines)
        .where(F.col("trader").isNotNull() & F.col("officer").isNotNull() & F.col("channel").isNotNull())
        .withColumn("desk", F.concat_ws("/", "office", "officer"))
        .withColumn("green", (F.col("channel") == "green").cast("int"))
    )
    cells = _cells(declarations).where(F.col("here") >= int(parameters["least_declarations"]))
    # All at once: what is rare shows in all of them together.
    together = cells.select(*_CELLS).groupBy()
    judged = together.applyInPandas(lambda all_cells: judge_desks(all_cells, parameters), _JUDGED_DDL)
    tied = cells.join(F.broadcast(judged), ["desk", "hand"])
    return _close(declarations, tied, cells, parameters)


def _cells(declarations: DataFrame) -> DataFrame:
    """One row a trader (hand) and desk, with what the others do at the desk and in its office.

    desk, hand, here, green (its declarations there), in_office (at any desk), desk_share (of the others'
    declarations in the office, those at this desk), green_rate (of the others' in the office), elsewhere and
    green_elsewhere (its own at other desks).
    """
    office, own = Window.partitionBy("office"), Window.partitionBy("hand", "office")
    desk, hand = Window.partitionBy("desk"), Window.partitionBy("hand")
    others = F.sum("here").over(office) - F.sum("here").over(own)
    return (
        declarations.groupBy("office", "desk", "hand")
        .agg(F.count(F.lit(1)).alias("here"), F.sum("green").alias("green"))
        .select(
            "desk",
            "hand",
            "here",
            "green",
            F.sum("here").over(own).alias("in_office"),
            ((F.sum("here").over(desk) - F.col("here") + 1) / (others + 2)).alias("desk_share"),
            ((F.sum("green").over(office) - F.sum("green").over(own) + 3) / (others + 4)).alias("green_rate"),
            (F.sum("here").over(hand) - F.col("here")).alias("elsewhere"),
            (F.sum("green").over(hand) - F.col("green")).alias("green_elsewhere"),
        )
    )


def judge_desks(cells: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The traders whom each desk's figures tie, each with the value of the whole (`_JUDGED_DDL`).

    For each trader the binomial tails of going to this desk, and of coming out green; who stands out in both
    is a candidate. Its evidence is both together, the first no stronger than the share of all cells that go
    to one desk as much. Over the k most striking of a desk's n traders it adds up, and there are C(n, k) ways
    to choose those; the k that is least likely by chance stands.
    """
    highest, prior = float(parameters["highest_rate"]), float(parameters["prior_elsewhere"])
    share = np.minimum(cells["desk_share"], highest)
    own = (cells["green_elsewhere"] + prior * cells["green_rate"]) / (cells["elsewhere"] + prior)
    rate = np.minimum(np.maximum(cells["green_rate"], own), highest)
    sought = -np.log10(np.maximum(binom.sf(cells["here"] - 1, cells["in_office"], share), LEAST_CHANCE))
    favoured = -np.log10(np.maximum(binom.sf(cells["green"] - 1, cells["here"], rate), LEAST_CHANCE))
    rare = -np.log10(rankdata(-np.round(sought, 9), method="max") / (len(cells) + 1))
    striking = cells.assign(evidence=np.minimum(sought, rare) + favoured)[
        (sought >= float(parameters["sought_least"])) & (favoured >= float(parameters["favoured_least"]))
    ].sort_values(["evidence", "hand"], ascending=[False, True])
    traders = cells["desk"].value_counts()
    tied = [
        least_likely(chosen, int(traders[desk]), int(parameters["least_traders"]))
        for desk, chosen in striking.groupby("desk")
        if len(chosen) >= int(parameters["least_traders"])
    ]
    return pd.concat(tied) if tied else pd.DataFrame(columns=["desk", "hand", "value"])


def least_likely(striking: pd.DataFrame, traders: int, least: int) -> pd.DataFrame:
    """Of a desk's striking ones, strongest first, the first k whom chance explains least; value as above."""
    chosen = np.arange(1, len(striking) + 1)
    ways = (gammaln(traders + 1) - gammaln(chosen + 1) - gammaln(traders - chosen + 1)) / np.log(10)
    values = striking["evidence"].cumsum().to_numpy() - ways
    best = max(int(np.argmax(values)) + 1, least)
    return striking.head(best)[["desk", "hand"]].assign(value=round(float(values[best - 1]), 6))


def _close(declarations: DataFrame, tied: DataFrame, cells: DataFrame, parameters: Parameters) -> DataFrame:
    """The rows of the signal; everybody else's desk stands at 0."""
    shown = declarations.join(F.broadcast(tied.select("desk", "hand", "value")), ["desk", "hand"])
    keys = F.array_sort(F.array_distinct(F.flatten(F.collect_list("keys"))))
    desks = shown.groupBy("desk").agg(
        F.max("value").alias("value"),
        F.count(F.lit(1)).alias("support"),
        F.coalesce(F.sum("value_vnd"), F.lit(0)).cast("bigint").alias("value_vnd"),
        F.array_sort(F.collect_set(member(trader_kind(F.col("trader")), F.col("trader"), "trader"))).alias(
            "members"
        ),
        F.transform(keys, lambda key: record(DECLARATIONS, key)).alias("evidence"),
        F.mode("trader", True).alias("subject_id"),
    )
    # Whoever is green at every desk, or has hardly another, shows no difference that the officer makes.
    elsewhere, all_of_it = F.sum("elsewhere"), F.sum(F.col("elsewhere") + F.col("here"))
    same_everywhere = (elsewhere < all_of_it * float(parameters["elsewhere_share_least"])) | (
        F.sum("green_elsewhere") >= elsewhere * float(parameters["green_elsewhere_most"])
    )
    calm = tied.groupBy("desk").agg(same_everywhere.alias("priority"))
    everyone = cells.select("desk").distinct().join(desks, "desk", "left").join(calm, "desk", "left")
    measured = everyone.select(
        "*",
        F.lit("officers").alias("peer_group"),
        F.array(explanation("priority_trader", F.coalesce("priority", F.lit(False)))).alias("explanations"),
    ).withColumn("value", F.coalesce("value", F.lit(0.0)))
    found = against_peers(measured, float(parameters["report_from"]))
    best = Window.partitionBy("subject_id").orderBy(F.desc("value"), "desk")
    return as_signal(
        SIGNAL,
        found.withColumn("place", F.row_number().over(best))
        .where(F.col("place") == 1)
        .withColumn("evidence", F.slice("evidence", 1, int(parameters["evidence_limit"])))
        .withColumn("subject_kind", trader_kind(F.col("subject_id"))),
    )
