"""Goods that one party brings in and another sends out in the same quantity, again and again.

The two need have nothing in common but the goods: what tells them from chance is how often and how soon the
quantities agree, where the importer's own lots and everybody's in the same goods seldom would. The way out is
an exporter, or a buyer abroad whom several exporters serve. What stays in one hand is told by `round_trips`;
what is declared for re-export, processing or temporary import is left out.
Source: FATF, trade-based money laundering indicators 2021 (carousel); WCO, commercial fraud typologies
(origin; transhipment).
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import _parse_datatype_string

from jobs.signals.firm_names import same_group
from jobs.signals.goods.chance_of_lots import Lots, chance_of, expected_by_chance, reaches
from jobs.signals.goods.found_rows import Row, trader_kind
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of, micro, with_hand
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record
from models.links.agreement import adjusted_chances

SIGNAL = Signal(
    id="goods_handed_on",
    subject="company",
    reads={
        "customs_declarations": "silver.customs_declarations",
        "operators": "links.operators",
        "identifiers": "links.identifiers",
    },
)
_SIDE = ("hand", "size", "day", "out")
_PAIR = ("goods", "hand", "out", "way")
_SHOWN = f"""
    struct<trader: string, evidence: struct<feed: string, key: string>,
           {", ".join(f"{name}: string" for name in TIE_COLUMNS)}>
"""
_LOTS = f"""
    array<struct<brought: string, value_vnd: bigint, shown: {_SHOWN}, sent: string, sender: string,
                 by_another: boolean, together: boolean>>
"""
_PAIRS_DDL = f"looked_at bigint, hand string, chance double, lots {_LOTS}"
_HANDS_DDL = f"""
    hand string, beyond double, together boolean, support bigint, value_vnd bigint, shown array<{_SHOWN}>,
    accomplices array<struct<members: array<struct<kind: string, id: string, role: string>>,
                             evidence: array<struct<feed: string, key: string>>>>
"""


def transform(
    *,
    customs_declarations: DataFrame,
    operators: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = how many powers of ten lie between chance and how often an importer's lots went one way out."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    )
    lines = _sized(with_hand(kept, operators).where(F.col("hand").isNotNull()), parameters)
    # Under names of their own: these are the lines that the pairs were made of.
    sides = lines.select(*[F.col(name).alias(f"side_{name}") for name in ("goods", *_SIDE)])
    weighed = (
        _pairs(lines, parameters)
        .groupBy("goods")
        .cogroup(sides.groupBy("side_goods"))
        .applyInArrow(_weigh(dict(parameters)), _PAIRS_DDL)
    )
    hands = weighed.groupBy(F.lit(1).alias("all")).applyInArrow(_judge(dict(parameters)), _HANDS_DDL)
    importers = lines.where(F.col("out").isNull()).select("hand").distinct()
    keep = F.when(F.col("together"), float(parameters["keep_openly_together"])).otherwise(1.0)
    measured = importers.join(hands, "hand", "left").select(
        "hand",
        F.lit("importers").alias("peer_group"),
        F.coalesce(F.col("beyond") * keep, F.lit(0.0)).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("openly_together", F.col("together"))).alias("explanations"),
        "shown",
        "accomplices",
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _sized(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds goods (code, unit), size (logarithm of the quantity, in millionths), day and, to exports, `out`:
    the exporter, and the buyer abroad where one is named. Lines without goods or quantity are left out."""
    code = heading(F.col("hs_code"), int(parameters["goods_digits"]))
    buyer = F.concat(F.lit("buyer "), F.col("partner_name_norm"))
    out = F.array_compact(F.array(F.concat(F.lit("exporter "), F.col("hand")), buyer))
    return (
        lines.withColumn("goods", F.concat(code, F.lit(" "), F.lower("unit")))
        .withColumn("size", micro(F.log(positive(F.col("quantity")))))
        .where(F.col("goods").isNotNull() & F.col("size").isNotNull())
        .withColumn("day", F.unix_date("event_day").cast("bigint"))
        .withColumn("out", F.when(F.col("direction") == "export", out))
    )


def _pairs(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """goods, hand, out, way, lots: an importer and a way out with the lots that agree.

    An export belongs to the import that it is likest to (the latest of those), an import to one export.
    """
    ways = reaches(parameters)
    width = max(max(reach.larger, reach.smaller) for reach in ways.values()) + 1
    step = F.floor(F.col("size") / width)
    side = F.struct(
        "record_key",
        "hand",
        "trader",
        "trader_name_norm",
        "trader_address_norm",
        "consignee_address_norm",
        "customs_value_vnd",
        "size",
        "day",
        shown_record(record(DECLARATIONS, F.col("record_key"))).alias("shown"),
    )
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
    likest = F.struct(-F.abs(larger_by), F.col("brought.day"), F.col("brought.record_key"))
    served = agreeing.groupBy(*_PAIR, "sent.record_key").agg(
        F.max_by("brought", likest).alias("brought"), F.first("sent").alias("sent")
    )
    first = F.struct("sent.day", "sent.record_key")
    lots = served.groupBy(*_PAIR, "brought.record_key").agg(
        F.first("brought").alias("brought"), F.min_by("sent", first).alias("sent")
    )
    by_another = F.col("sent.hand") != F.col("brought.hand")
    lot = F.struct(
        F.col("brought.record_key").alias("brought"),
        F.col("brought.customs_value_vnd").alias("value_vnd"),
        F.col("brought.shown").alias("shown"),
        F.col("sent.record_key").alias("sent"),
        F.col("sent.trader").alias("sender"),
        by_another.alias("by_another"),
        _openly_together().alias("together"),
    )
    # Alone, an importer's own exports are its own trade; to one buyer they count beside another's.
    return (
        lots.groupBy(*_PAIR)
        .agg(F.collect_list(lot).alias("lots"), F.count_if(by_another).alias("by_others"))
        .where(F.size("lots") >= int(parameters["least_lots"]))
        .where(F.col("by_others") >= int(parameters["others_lots"]))
        .drop("by_others")
    )


def _openly_together() -> Column:
    """Whether importer and exporter of a lot share a name or an address."""
    places = [
        F.array_compact(F.array(f"{side}.trader_address_norm", f"{side}.consignee_address_norm"))
        for side in ("brought", "sent")
    ]
    named = same_group("brought.trader_name_norm", "sent.trader_name_norm")
    return F.coalesce(named, F.lit(False)) | F.coalesce(F.arrays_overlap(*places), F.lit(False))


def _weigh(parameters: dict[str, Any]) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """The pairs of one kind of goods with their chance, and in a row without a hand how many there were."""
    ways, least, schema = reaches(parameters), int(parameters["least_lots"]), _arrow(_PAIRS_DDL)

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
            rows.append({"hand": pair["hand"], "chance": chance, "lots": pair["lots"]})
        return pa.Table.from_pylist(rows, schema=schema)

    return weigh


def _judge(parameters: dict[str, Any]) -> Callable[[pa.Table], pa.Table]:
    """Importers whose pairs agree beyond chance, held against all pairs that were looked at."""
    schema = _arrow(_HANDS_DDL)

    def judge(table: pa.Table) -> pa.Table:
        pairs = sorted(
            (row for row in table.to_pylist() if row["hand"] is not None),
            key=lambda row: (row["hand"], row["chance"], sorted(lot["sent"] for lot in row["lots"])),
        )
        looked_at = sum(row["looked_at"] or 0 for row in table.select(["looked_at"]).to_pylist())
        chances = adjusted_chances(np.array([pair["chance"] for pair in pairs]), looked_at)
        of_hand = defaultdict(list)
        for pair, chance in zip(pairs, chances, strict=True):
            if chance <= float(parameters["chance_share"]):
                of_hand[pair["hand"]].append((max(float(chance), np.finfo(float).tiny), pair["lots"]))
        rows = [_hand(hand, of_hand[hand], int(parameters["others_lots"])) for hand in sorted(of_hand)]
        return pa.Table.from_pylist(rows, schema=schema)

    return judge


def _hand(hand: str, found: list[tuple[float, list[Row]]], lots_of_sender: int) -> Row:
    """One importer with the lots of all its pairs, each once, and who sent them out."""
    lots = {lot["brought"]: lot for _, pair in found for lot in pair}
    sent = defaultdict(set)
    for _, pair in found:
        for lot in pair:
            sent[lot["sender"]].add(lot["sent"])
    by_another = [lot["together"] for lot in lots.values() if lot["by_another"]]
    return {
        "hand": hand,
        "beyond": -np.log10(min(chance for chance, _ in found)),
        "together": 2 * sum(by_another) > len(by_another),
        "support": len(lots),
        "value_vnd": sum(lot["value_vnd"] for lot in lots.values()),
        "shown": [lots[key]["shown"] for key in sorted(lots)],
        "accomplices": [
            {
                "members": [{"kind": trader_kind(sender), "id": sender, "role": "trader"}],
                "evidence": [{"feed": DECLARATIONS, "key": key} for key in sorted(keys)],
            }
            for sender, keys in sorted(sent.items())
            if len(keys) >= lots_of_sender and trader_kind(sender) is not None
        ],
    }


def _arrow(ddl: str) -> pa.Schema:
    """To be called where the session is: workers have none."""
    return to_arrow_schema(_parse_datatype_string(ddl))
