"""Importers whose lots leave by one way more often than by chance: what two signals have in common.

Each finds pairs of an importer and a way out with the lots that agree, and weighs how likely they agree by
chance; here the pairs are held against all that were looked at, and become detections.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType, _parse_datatype_string

from jobs.link.firm_names import same_group
from jobs.signals.goods.found_rows import Row, trader_kind
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, heading, micro
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record
from models.links.agreement import adjusted_chances

_SHOWN = f"""
    struct<trader: string, evidence: struct<feed: string, key: string>,
           {", ".join(f"{name}: string" for name in TIE_COLUMNS)}>
"""
_LOTS = f"""
    array<struct<brought: string, value_vnd: bigint, shown: {_SHOWN}, sent: string, sender: string,
                 by_another: boolean, together: boolean, in_order: boolean>>
"""
# One row a pair, or one without a hand that says how many more were looked at.
PAIRS_DDL = f"looked_at bigint, hand string, chance double, lots {_LOTS}"
_HANDS_DDL = f"""
    hand string, beyond double, openly_together boolean, inspected_and_matched boolean, support bigint,
    value_vnd bigint, shown array<{_SHOWN}>,
    accomplices array<struct<members: array<struct<kind: string, id: string, role: string>>,
                             evidence: array<struct<feed: string, key: string>>>>
"""


def sized(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds goods (code, unit), size (logarithm of the quantity, in millionths) and day.

    Lines without goods or quantity are left out.
    """
    code = heading(F.col("hs_code"), int(parameters["goods_digits"]))
    return (
        lines.withColumn("goods", F.concat(code, F.lit(" "), F.lower("unit")))
        .withColumn("size", micro(F.log(positive(F.col("quantity")))))
        .where(F.col("goods").isNotNull() & F.col("size").isNotNull())
        .withColumn("day", F.unix_date("event_day").cast("bigint"))
    )


def lot_side(*also: str) -> Column:
    """One side of a lot: what `lot` and who pairs lots need to know of a line."""
    return F.struct(
        "record_key",
        "hand",
        "trader",
        "trader_name_norm",
        "trader_address_norm",
        "consignee_address_norm",
        "customs_value_vnd",
        "size",
        "day",
        found_in_order().alias("in_order"),
        shown_record(record(DECLARATIONS, F.col("record_key"))).alias("shown"),
        *also,
    )


def lot() -> Column:
    """A lot of `PAIRS_DDL`, of its two sides `brought` and `sent`."""
    return F.struct(
        F.col("brought.record_key").alias("brought"),
        F.col("brought.customs_value_vnd").alias("value_vnd"),
        F.col("brought.shown").alias("shown"),
        F.col("sent.record_key").alias("sent"),
        F.col("sent.trader").alias("sender"),
        (F.col("sent.hand") != F.col("brought.hand")).alias("by_another"),
        _openly_together().alias("together"),
        F.col("sent.in_order").alias("in_order"),
    )


def _openly_together() -> Column:
    """Whether importer and exporter of a lot share a name or an address."""
    places = [
        F.array_compact(F.array(f"{side}.trader_address_norm", f"{side}.consignee_address_norm"))
        for side in ("brought", "sent")
    ]
    named = same_group("brought.trader_name_norm", "sent.trader_name_norm")
    return F.coalesce(named, F.lit(False)) | F.coalesce(F.arrays_overlap(*places), F.lit(False))


def lots_beyond_chance(
    signal: Signal,
    weighed: DataFrame,
    importers: DataFrame,
    declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    innocent: tuple[str, ...],
) -> DataFrame:
    """value = how many powers of ten lie between chance and how often an importer's lots went one way out.

    `weighed`: rows of `PAIRS_DDL`. `importers`: the hands that were looked at. `innocent`: which explanations
    are tested (`openly_together`, `inspected_and_matched`); `keep_<explanation>` of the value is then left.
    """
    hands = weighed.groupBy(F.lit(1).alias("all")).applyInArrow(_judge(dict(parameters)), _HANDS_DDL)
    value = F.col("beyond")
    for name in innocent:
        value = value * F.when(F.col(name), float(parameters[f"keep_{name}"])).otherwise(1.0)
    measured = importers.join(hands, "hand", "left").select(
        "hand",
        F.lit("importers").alias("peer_group"),
        F.coalesce(value, F.lit(0.0)).alias("value"),
        "support",
        "value_vnd",
        F.array(*[explanation(name, F.col(name)) for name in innocent]).alias("explanations"),
        "shown",
        "accomplices",
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(signal, found, declarations, identifiers, parameters)


def _judge(parameters: dict[str, Any]) -> Callable[[pa.Table], pa.Table]:
    """Importers whose pairs agree beyond chance, held against all pairs that were looked at."""
    schema = arrow(_HANDS_DDL)

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
        "openly_together": 2 * sum(by_another) > len(by_another),
        "inspected_and_matched": 2 * sum(lot["in_order"] for lot in lots.values()) > len(lots),
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


def arrow(ddl: str) -> pa.Schema:
    """To be called where the session is: workers have none."""
    return to_arrow_schema(cast(StructType, _parse_datatype_string(ddl)))
