"""Goods that one party brings in and another sends out in the same quantity, again and again.

The two need have nothing in common but the goods: what tells them from chance is how often and how soon the
quantities agree, where the importer's own lots and everybody's in the same goods seldom would. The way out is
an exporter, or a buyer abroad whom several exporters serve. What stays in one hand is told by `round_trips`;
what is declared for re-export, processing or temporary import is left out.
Source: FATF, trade-based money laundering indicators 2021 (carousel); WCO, commercial fraud typologies
(origin; transhipment).
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.declarations.chance_of_lots import (
    Lots,
    chance_of,
    chance_of_turns,
    expected_by_chance,
    reaches,
)
from jobs.signals.goods.declarations.lots_beyond_chance import (
    PAIRS_DDL,
    arrow,
    lot,
    lot_side,
    lots_beyond_chance,
    sized,
)
from jobs.signals.goods.found_rows import Row
from jobs.signals.goods.traders import in_window, is_one_of
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="goods_handed_on",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)
_SIDE = ("hand", "size", "day", "out")
_PAIR = ("goods", "hand", "out", "way")


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = how many powers of ten lie between chance and how often an importer's lots went one way out."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    )
    return handed_on(SIGNAL, kept, F.col("direction") == "export", identifiers, parameters)


def handed_on(
    signal: Signal, kept: DataFrame, second: Column, identifiers: DataFrame, parameters: Parameters
) -> DataFrame:
    """The rows of a signal: lots that go over the border, and the same lots that another hand takes over it
    again the other way (`second`)."""
    lines = _sized(kept.where(F.col("hand").isNotNull()), second, parameters)
    # Under names of their own: these are the lines that the pairs were made of.
    sides = lines.select(*[F.col(name).alias(f"side_{name}") for name in ("goods", *_SIDE)])
    weighed = (
        _pairs(lines, parameters)
        .groupBy("goods")
        .cogroup(sides.groupBy("side_goods"))
        .applyInArrow(_weigh(dict(parameters)), PAIRS_DDL)
    )
    importers = lines.where(F.col("out").isNull()).select("hand").distinct()
    return lots_beyond_chance(signal, weighed, importers, kept, identifiers, parameters, ("openly_together",))


def _sized(lines: DataFrame, second: Column, parameters: Parameters) -> DataFrame:
    """Lots with their size and, the `second` way, `out`: who takes them, and the party abroad where named."""
    buyer = F.concat(F.lit("buyer "), F.col("partner_name_norm"))
    out = F.array_compact(F.array(F.concat(F.lit("exporter "), F.col("hand")), buyer))
    return sized(lines, parameters).withColumn("out", F.when(second, out))


def _pairs(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """goods, hand, out, way, lots: an importer and a way out with the lots that agree.

    An export belongs to the import that it is likest to (the latest of those), an import to one export.
    """
    ways = reaches(parameters)
    width = max(max(reach.larger, reach.smaller) for reach in ways.values()) + 1
    step = F.floor(F.col("size") / width)
    side = lot_side()
    steps = F.explode(F.array(step - 1, step, step + 1)).alias("step")
    brought = lines.where(F.col("out").isNull()).select("goods", "hand", side.alias("brought"), steps)
    sent = lines.where(F.col("out").isNotNull()).select(
        "goods", "out", side.alias("sent"), step.alias("step")
    )
    larger_by = F.col("brought.size") - F.col("sent.size")
    days = F.col("sent.day") - F.col("brought.day")
    fits = [
        F.when(larger_by.between(-reach.smaller, reach.larger) & days.between(0, reach.days), F.lit(way))
        for way, reach in ways.items()
    ]
    agreeing = (
        brought.join(sent, ["goods", "step"])
        .withColumn("way", F.explode(F.array_compact(F.array(*fits))))
        .withColumn("out", F.explode("out"))
        .where(F.col("out") != F.concat(F.lit("exporter "), F.col("hand")))
    )
    if int(parameters["partners_differ"]):
        partners = [F.col(f"{side}.shown.partner_name_norm") for side in ("brought", "sent")]
        agreeing = agreeing.where(F.coalesce(partners[0] != partners[1], F.lit(True)))
    likest = F.struct(-F.abs(larger_by), F.col("brought.day"), F.col("brought.record_key"))
    served = agreeing.groupBy(*_PAIR, "sent.record_key").agg(
        F.max_by("brought", likest).alias("brought"), F.first("sent").alias("sent")
    )
    first = F.struct("sent.day", "sent.record_key")
    lots = served.groupBy(*_PAIR, "brought.record_key").agg(
        F.first("brought").alias("brought"), F.min_by("sent", first).alias("sent")
    )
    by_another = F.col("sent.hand") != F.col("brought.hand")
    # Alone, an importer's own exports are its own trade; to one buyer they count beside another's.
    return (
        lots.groupBy(*_PAIR)
        .agg(F.collect_list(lot()).alias("lots"), F.count_if(by_another).alias("by_others"))
        .where(F.size("lots") >= int(parameters["least_lots"]))
        .where(F.col("by_others") >= int(parameters["others_lots"]))
        .drop("by_others")
    )


def _weigh(parameters: dict[str, Any]) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """The pairs of one kind of goods with their chance, and in a row without a hand how many there were."""
    ways, least, schema = reaches(parameters), int(parameters["least_lots"]), arrow(PAIRS_DDL)
    turns = int(parameters["least_turns"])

    def weigh(pairs: pa.Table, sides: pa.Table) -> pa.Table:
        hand, size, day = (sides[f"side_{name}"].to_numpy() for name in _SIDE[:-1])
        lots, outs = Lots(size, day), sides["side_out"].combine_chunks()
        came = outs.is_null().to_numpy(zero_copy_only=False)
        out, line = outs.flatten().to_numpy(zero_copy_only=False), outs.value_parent_indices().to_numpy()
        importers, exits = (
            int(np.sum(np.unique(names, return_counts=True)[1] >= least)) for names in (hand[came], out)
        )
        rows: list[Row] = [{"looked_at": importers * exits * len(ways)}]
        for pair in pairs.to_pylist():
            own, went = lots.of(came & (hand == pair["hand"])), lots.of(line[out == pair["out"]])
            expected = expected_by_chance(own, lots.of(came), went, ways[pair["way"]])
            chance = chance_of(len(pair["lots"]), expected)
            if turns:
                in_turn = chance_of_turns(own, lots.of(came), went, ways[pair["way"]], turns)
                chance = chance if in_turn is None else min(chance, in_turn)
            rows.append({"hand": pair["hand"], "chance": chance, "lots": pair["lots"]})
        return pa.Table.from_pylist(rows, schema=schema)

    return weigh
