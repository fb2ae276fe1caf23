"""Importers of different names whose lots of one foreign seller repeat the same uncommon quantities.

One order divided among hired names (a quota, a vehicle in parts), or papers used again, leave equal lots. Two
customers of a seller agree in a few common quantities; in how many by chance follows from how many
others declare just as much where lots are of like size. Goods declared anew within days for a correction
are one lot.
Source: WCO/FATF guidance on trade-based money laundering 2020 (several invoices for one shipment, shell
companies); Vietnam Customs dispatch 3923/2021 (companies under hired directors).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import combinations

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from scipy.stats import poisson

from jobs.link.firm_names import group_key
from jobs.signals.goods.found_rows import (
    Members,
    Rings,
    Row,
    as_table,
    by_ring,
    records,
    signal_row,
    trader_kind,
)
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, heading
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, record
from models.links.agreement import adjusted_chances

SIGNAL = Signal(
    id="lots_repeated_by_others",
    subject="company",
    reads={"customs_declarations": "flows.declarations"},
)

# What two hands' equal lots are shown and compared by.
_OF_TWINS = ("codes", "days", "value_vnd", "evidence")


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """value = powers of ten between chance and the equal lots of two hands, held against all pairs."""
    lots = _with_rarity(
        _lots(declared_in_window(customs_declarations, "import", parameters, as_of)), parameters
    )
    buyers = lots.select("seller", "hand").distinct().groupBy("seller").agg(F.count(F.lit(1)).alias("buyers"))
    sellers = buyers.where(F.col("buyers").between(2, int(parameters["seller_buyers"])))
    pairs = sellers.agg(F.sum(F.expr("buyers * (buyers - 1) div 2")).alias("looked_at"))
    twins = F.count(F.lit(1)).over(Window.partitionBy("seller", "unit", "quantity")) > 1
    hands = (
        lots.join(F.broadcast(sellers), "seller", "left_semi")
        .withColumn("twin", twins)
        .groupBy("seller", "hand")
        .agg(
            F.min("trader").alias("trader"),
            F.max("group").alias("group"),
            F.count_if("twin").alias("twins"),
            F.collect_list(
                F.struct(
                    "unit",
                    "size",
                    "rarity",
                    *[F.when(F.col("twin"), F.col(of)).alias(of) for of in ("quantity", *_OF_TWINS)],
                )
            ).alias("lots"),
        )
        .where(F.col("twins") >= int(parameters["least_equal"]))
    )
    rows = hands.crossJoin(F.broadcast(pairs)).withColumn("all", F.lit(1))
    return rows.groupBy("all").applyInArrow(_close(parameters), SIGNAL_DDL)


def _lots(lines: DataFrame) -> DataFrame:
    """What a hand declares of one seller in one quantity: one row, with its codes, days and records."""
    named = lines.withColumn("quantity", positive(F.col("quantity")))
    known = F.col("hand").isNotNull() & F.col("partner_name_norm").isNotNull() & F.col("quantity").isNotNull()
    return (
        named.where(known & F.col("unit").isNotNull())
        .groupBy(
            "hand", F.col("partner_name_norm").alias("seller"), F.lower("unit").alias("unit"), "quantity"
        )
        .agg(
            F.min("trader").alias("trader"),
            F.max(group_key("trader_name_norm")).alias("group"),
            F.collect_set(heading(F.col("hs_code"), 8)).alias("codes"),
            F.collect_set("event_day").alias("days"),
            F.sum(F.coalesce("customs_value_vnd", F.lit(0))).alias("value_vnd"),
            F.collect_list(record(DECLARATIONS, F.col("record_key"))).alias("evidence"),
        )
    )


def _with_rarity(lots: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `size` (lots of like size have the same) and `rarity`: the share of lots of that size, of any
    hand, that have exactly this quantity, its own left out."""
    size = F.floor(F.log10("quantity") * int(parameters["sizes_a_decade"]))
    uses = (
        lots.withColumn("size", size)
        .select("hand", "unit", "size", "quantity")
        .distinct()
        .groupBy("unit", "size", "quantity")
        .agg(F.count(F.lit(1)).alias("hands"))
    )
    others = F.greatest(F.col("hands") - 1, F.lit(1))
    of_size = F.sum("hands").over(Window.partitionBy("unit", "size"))
    rarities = uses.withColumn("rarity", F.round(others / of_size, 9)).drop("hands")
    return lots.join(rarities, ["unit", "quantity"])


def _close(parameters: Parameters) -> Callable[[pa.Table], pa.Table]:
    def close(hands: pa.Table) -> pa.Table:
        return as_table(repeated_rows(hands.to_pylist(), parameters))

    return close


def repeated_rows(hands: Sequence[Row], parameters: Parameters) -> list[Row]:
    """One row for each ring of hands whose lots are equal beyond chance."""
    of_seller: dict[str, list[Row]] = defaultdict(list)
    for hand in sorted(hands, key=lambda row: (row["seller"], row["hand"])):
        of_seller[hand["seller"]].append(hand)
    pairs = []
    for buyers in of_seller.values():
        for one, other in combinations(buyers, 2):
            equal = equal_lots(one, other, int(parameters["correction_days"]))
            if len({(lot["unit"], lot["quantity"]) for lot, _ in equal}) >= int(parameters["least_equal"]):
                pairs.append((one, other, equal))
    chances = np.array([chance_of_equal(*pair) for pair in pairs])
    adjusted = adjusted_chances(chances, int(hands[0]["looked_at"]) if hands else 0)
    found = [
        (*pair, max(float(chance), np.finfo(float).tiny))
        for pair, chance in zip(pairs, adjusted, strict=True)
        if chance <= float(parameters["chance_share"])
    ]
    return _rows(found, len(pairs), parameters)


def equal_lots(one: Row, other: Row, correction_days: int) -> list[tuple[Row, Row]]:
    """Lots of two hands in one quantity, but those of the same goods within `correction_days`."""
    theirs = {(lot["unit"], lot["quantity"]): lot for lot in other["lots"] if lot["quantity"] is not None}
    both = [(lot, theirs.get((lot["unit"], lot["quantity"]))) for lot in one["lots"]]
    return [
        (mine, its)
        for mine, its in both
        if its is not None
        and not (set(mine["codes"]) & set(its["codes"]) and _apart(mine, its) <= correction_days)
    ]


def _apart(one: Row, other: Row) -> int:
    """Days between the nearest two declarations of two lots."""
    return min(abs((mine - its).days) for mine in one["days"] for its in other["days"])


def chance_of_equal(one: Row, other: Row, equal: Sequence[tuple[Row, Row]]) -> float:
    """How likely two hands with lots of these sizes agree in so many quantities by chance (Poisson)."""
    expected = max(_expected(one, other), _expected(other, one))
    distinct = {(lot["unit"], lot["quantity"]) for lot, _ in equal}
    return float(poisson.sf(len(distinct) - 1, expected))


def _expected(one: Row, other: Row) -> float:
    """In how many quantities any hand with as many lots as `other` has would agree with `one`."""
    draws: dict[tuple[str, int], int] = defaultdict(int)
    for lot in other["lots"]:
        draws[lot["unit"], lot["size"]] += 1
    return math.fsum(lot["rarity"] * draws[lot["unit"], lot["size"]] for lot in one["lots"])


def _rows(
    found: Iterable[tuple[Row, Row, list[tuple[Row, Row]], float]], peers: int, parameters: Parameters
) -> list[Row]:
    rings, hands, lots = Rings(), {}, defaultdict(list)
    chances: dict[str, float] = {}
    for one, other, equal, chance in found:
        rings.join(one["hand"], other["hand"])
        for hand in (one, other):
            hands[hand["hand"]] = hand
            chances[hand["hand"]] = min(chance, chances.get(hand["hand"], 1.0))
        lots[one["hand"]] += [mine for mine, _ in equal]
        lots[other["hand"]] += [its for _, its in equal]
    rows = []
    for ring in by_ring(rings, hands).values():
        value = -math.log10(min(chances[hand] for hand in ring))
        one_group = len({hands[hand]["group"] or hand for hand in ring}) == 1
        value *= float(parameters["keep_one_group_of_companies"]) if one_group else 1.0
        if value >= float(parameters["report_from"]):
            rows.append(
                _row(
                    [hands[hand] for hand in ring],
                    [lots[h] for h in ring],
                    value,
                    one_group,
                    peers,
                    parameters,
                )
            )
    return rows


def _row(
    ring: Sequence[Row],
    lots: Sequence[Sequence[Row]],
    value: float,
    one_group: bool,
    peers: int,
    parameters: Parameters,
) -> Row:
    members = Members()
    for hand in ring:
        members.add(trader_kind(hand["trader"]) or "", hand["trader"], "trader")
    # A lot equal to those of several hands is one.
    shown = [lot for of_hand in lots for lot in {id(lot): lot for lot in of_hand}.values()]
    evidence = [one for lot in shown for one in lot["evidence"]]
    measured = {
        "peer_group": "hands of one seller with equal lots",
        "value": round(value, 6),
        "typical": 0.0,
        "tail": round(1 / max(1, peers), 9),
        "peers": peers,
        "support": len(evidence),
        "value_vnd": sum(lot["value_vnd"] for lot in shown),
        "explanations": [{"id": "one_group_of_companies", "holds": one_group}],
    }
    subject = ring[0]["trader"]
    limit = int(parameters["evidence_limit"])
    return signal_row(
        SIGNAL.id, measured, (trader_kind(subject) or "", subject), members, records(evidence, limit)
    )
