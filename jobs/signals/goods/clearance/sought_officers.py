"""Traders who seek out one officer of an office, and whom that officer clears green, taken together.

One trader who often meets one officer proves little, and nor does a lucky run of green. Several traders who
each go to the same officer of a larger office far more often than its work is shared out, and all come out
green, do not do so by chance. Where officers look after traders of their own, though, many go to one officer:
seeking counts no further than it is rare, and green no further than the trader is not green elsewhere.
The system gives the first channel, an officer lowers it: lowered channels say more than green ones, and where
channels are lowered but none of theirs, the officer has done nothing for them.
The officer is context and stands in the evidence, never among the members.
Source: dispatch 3986/VPCP-V.I, point 4 (those who cover up, abet or shield).
"""

from datetime import date

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from scipy.stats import binom, rankdata

from jobs.signals.goods.clearance.officer_desks import (
    LEAST_CHANCE,
    desk_detections,
    least_likely,
    nothing_lowered,
    with_lowered_channels,
)
from jobs.signals.goods.traders import in_window
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="sought_officers",
    subject="company",
    reads={"customs_declarations": "flows.declarations"},
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
    "lowered",
    "lowered_rate",
]


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a desk (an officer of an office).

    value = -log10 of the chance that so many of the desk's traders go there so often and come out green so
    often (see `judge_desks`). The subject is the trader with most declarations there.
    """
    lines = in_window(customs_declarations, as_of, parameters["window_days"])
    declarations = (
        whole_declarations(lines)
        .where(F.col("trader").isNotNull() & F.col("officer").isNotNull() & F.col("channel").isNotNull())
        .withColumn("desk", F.concat_ws("/", "office", "officer"))
        .withColumn("green", (F.col("channel") == "green").cast("int"))
    )
    declarations = with_lowered_channels(declarations, float(parameters["prior_office"]))
    cells = _cells(declarations).where(F.col("here") >= int(parameters["least_declarations"]))
    # All at once: what is rare shows in all of them together.
    together = cells.select(*_CELLS).groupBy()
    judged = together.applyInPandas(lambda all_cells: judge_desks(all_cells, parameters), _JUDGED_DDL)
    tied = cells.join(F.broadcast(judged), ["desk", "hand"])
    return _close(declarations, tied, cells, parameters)


def _cells(declarations: DataFrame) -> DataFrame:
    """One row a trader (hand) and desk, with what the others do at the desk and in its office.

    desk, hand, here, green, lowered (its declarations there), in_office (at any desk), desk_share (of the
    others' declarations in the office, those at this desk), green_rate and lowered_rate (of the others' in
    the office), elsewhere and green_elsewhere (its own at other desks).
    """
    office, own = Window.partitionBy("office"), Window.partitionBy("hand", "office")
    desk, hand = Window.partitionBy("desk"), Window.partitionBy("hand")
    others = F.sum("here").over(office) - F.sum("here").over(own)
    return (
        declarations.groupBy("office", "desk", "hand")
        .agg(
            F.count(F.lit(1)).alias("here"),
            F.sum("green").alias("green"),
            F.sum("lowered").alias("lowered"),
            F.max("lowered_rate").alias("lowered_rate"),
        )
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
            "lowered",
            "lowered_rate",
        )
    )


def judge_desks(cells: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The traders whom each desk's figures tie, each with the value of the whole (`_JUDGED_DDL`).

    For each trader the binomial tails of going to this desk, and of coming out green or of channels lowered
    to green, whichever is rarer; who stands out in both is a candidate. Its evidence is both together, the
    first no stronger than the share of all cells that go to one desk as much. Over the k most striking of a
    desk's n traders it adds up, and there are C(n, k) ways to choose those; the k that is least likely by
    chance stands.
    """
    highest, prior = float(parameters["highest_rate"]), float(parameters["prior_elsewhere"])
    share = np.minimum(cells["desk_share"], highest)
    own = (cells["green_elsewhere"] + prior * cells["green_rate"]) / (cells["elsewhere"] + prior)
    rate = np.minimum(np.maximum(cells["green_rate"], own), highest)
    sought = -np.log10(np.maximum(binom.sf(cells["here"] - 1, cells["in_office"], share), LEAST_CHANCE))
    green = -np.log10(np.maximum(binom.sf(cells["green"] - 1, cells["here"], rate), LEAST_CHANCE))
    lowered = binom.sf(cells["lowered"] - 1, cells["here"], cells["lowered_rate"])
    favoured = np.maximum(green, -np.log10(np.maximum(lowered, LEAST_CHANCE)))
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


def _close(declarations: DataFrame, tied: DataFrame, cells: DataFrame, parameters: Parameters) -> DataFrame:
    """The rows of the signal."""
    shown = declarations.join(F.broadcast(tied.select("desk", "hand", "value")), ["desk", "hand"])
    at_desks = tied.groupBy("desk").agg(
        F.sum("elsewhere").alias("elsewhere"),
        F.sum(F.col("elsewhere") + F.col("here")).alias("all_of_it"),
        F.sum("green_elsewhere").alias("green_elsewhere"),
        F.sum("here").alias("here"),
        F.sum("lowered").alias("lowered"),
        F.sum(F.col("here") * F.col("lowered_rate")).alias("expected"),
    )
    by_system = nothing_lowered("lowered", "here", F.col("expected") / F.col("here"), parameters)
    # Whoever is green at every desk, or has hardly another, shows no difference that the officer makes.
    same_everywhere = (
        F.col("elsewhere") < F.col("all_of_it") * float(parameters["elsewhere_share_least"])
    ) | (F.col("green_elsewhere") >= F.col("elsewhere") * float(parameters["green_elsewhere_most"]))
    innocent = {
        "priority_trader": same_everywhere & (by_system | (F.col("expected") == 0)),
        "channels_of_the_system": by_system,
    }
    return desk_detections(SIGNAL, shown, cells, at_desks, innocent, parameters)
