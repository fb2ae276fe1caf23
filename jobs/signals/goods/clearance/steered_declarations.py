"""Trades of several traders that mostly go to one officer of an office where work is shared out.

A trade is what one trader buys of one foreign partner under one code. Whoever steers its lots to an officer
steers those of the trade that needs it; over all that a trader declares this drowns, and an officer who
covers up need not clear greener. One such trade may be chance or an officer for those goods; several traders'
at one desk are not. The officer is context and stands in the evidence, never among the members.
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
    id="steered_declarations",
    subject="company",
    reads={"customs_declarations": "flows.declarations"},
)
_CELLS = ["desk", "hand", "trade", "here", "in_office", "desk_share"]
_JUDGED_DDL = "desk string, hand string, trade string, value double"


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a desk (an officer of an office).

    value = -log10 of the chance that so many of the desk's traders have a trade that goes there so often (see
    `judge_desks`). The subject is the trader with most declarations there.
    """
    lines = in_window(customs_declarations, as_of, parameters["window_days"])
    declarations = (
        whole_declarations(lines)
        .where(F.col("trader").isNotNull() & F.col("officer").isNotNull() & F.col("partner").isNotNull())
        .withColumn("desk", F.concat_ws("/", "office", "officer"))
        .withColumn("trade", F.concat_ws("|", "direction", "partner", "hs6"))
    )
    declarations = with_lowered_channels(declarations, float(parameters["prior_office"]))
    cells = _cells(declarations).where(F.col("here") >= int(parameters["least_declarations"]))
    # All at once: what is rare shows in all of them together.
    together = cells.select(*_CELLS).groupBy()
    judged = together.applyInPandas(lambda all_cells: judge_desks(all_cells, parameters), _JUDGED_DDL)
    return _close(declarations, cells.join(F.broadcast(judged), ["desk", "hand", "trade"]), cells, parameters)


def _cells(declarations: DataFrame) -> DataFrame:
    """One row a trade and desk.

    desk, hand, trade, here and lowered (its declarations there), lowered_rate (of others'), in_office (at any
    desk of the office), desk_share (of the other traders' declarations in the office, those at this desk),
    specialist (whether this desk clears most of what other traders declare of these goods in the office).
    """
    office, desk = Window.partitionBy("office"), Window.partitionBy("desk")
    own_office, own_desk = Window.partitionBy("office", "hand"), Window.partitionBy("desk", "hand")
    goods_office, goods_desk = Window.partitionBy("office", "hs6"), Window.partitionBy("desk", "hs6")
    own_goods = Window.partitionBy("office", "hs6", "hand")
    own_goods_desk = Window.partitionBy("desk", "hs6", "hand")
    here = F.sum("here")
    others = here.over(office) - here.over(own_office)
    of_goods = here.over(goods_office) - here.over(own_goods)
    of_goods_here = here.over(goods_desk) - here.over(own_goods_desk)
    return (
        declarations.groupBy("office", "desk", "hand", "trade", "hs6")
        .agg(
            F.count(F.lit(1)).alias("here"),
            F.sum("lowered").alias("lowered"),
            F.max("lowered_rate").alias("lowered_rate"),
        )
        .select(
            "desk",
            "hand",
            "trade",
            "here",
            "lowered",
            "lowered_rate",
            here.over(Window.partitionBy("office", "hand", "trade")).alias("in_office"),
            ((here.over(desk) - here.over(own_desk) + 1) / (others + 2)).alias("desk_share"),
            ((of_goods > 0) & (of_goods_here * 2 > of_goods)).alias("specialist"),
        )
    )


def judge_desks(cells: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The trades whom each desk's figures tie, each with the value of the whole (`_JUDGED_DDL`).

    A trade is striking where most of it goes to this desk, which chance would seldom do (binomial tail); it
    counts no further than the share of all trades that go to one desk as much. The most striking trade of a
    trader counts. Over the k most striking of a desk's n traders it adds up, and there are C(n, k) ways to
    choose those; the k that is least likely by chance stands.
    """
    share = np.minimum(cells["desk_share"], float(parameters["highest_rate"]))
    sought = -np.log10(np.maximum(binom.sf(cells["here"] - 1, cells["in_office"], share), LEAST_CHANCE))
    rare = -np.log10(rankdata(-np.round(sought, 9), method="max") / (len(cells) + 1))
    striking = (
        cells.assign(evidence=np.minimum(sought, rare))[
            (sought >= float(parameters["sought_least"]))
            & (cells["here"] >= cells["in_office"] * float(parameters["most_of_trade"]))
        ]
        .sort_values(["evidence", "hand", "trade"], ascending=[False, True, True])
        .drop_duplicates(["desk", "hand"])
    )
    traders = cells.groupby("desk")["hand"].nunique()
    least = int(parameters["least_traders"])
    tied = [
        least_likely(chosen, int(traders[desk]), least).merge(chosen[["desk", "hand", "trade"]])
        for desk, chosen in striking.groupby("desk")
        if len(chosen) >= least
    ]
    columns = ["desk", "hand", "trade", "value"]
    return pd.concat(tied)[columns] if tied else pd.DataFrame(columns=columns)


def _close(declarations: DataFrame, tied: DataFrame, cells: DataFrame, parameters: Parameters) -> DataFrame:
    """The rows of the signal."""
    trades = ["desk", "hand", "trade"]
    shown = declarations.join(F.broadcast(tied.select(*trades, "value")), trades)
    at_desks = tied.groupBy("desk").agg(
        F.count_if("specialist").alias("specialists"),
        F.count(F.lit(1)).alias("trades"),
        F.sum("here").alias("here"),
        F.sum("lowered").alias("lowered"),
        F.sum(F.col("here") * F.col("lowered_rate")).alias("expected"),
    )
    mostly = F.col("specialists") * 2 > F.col("trades")
    rate = F.col("expected") / F.col("here")
    innocent = {
        "officer_for_these_goods": mostly,
        "channels_of_the_system": nothing_lowered("lowered", "here", rate, parameters),
    }
    return desk_detections(SIGNAL, shown, cells, at_desks, innocent, parameters)
