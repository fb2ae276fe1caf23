"""Importers of different names with one trade: the same goods, foreign sellers and customs office.

Competitors share a seller, neighbours an office. Who shares several sellers, the goods and the office, or
takes them all over once the other is gone, carries on one business under another name.
Source: Vietnam Customs dispatch 3923/2021 (companies set up one after the other under hired directors);
WCO/FATF guidance on trade-based money laundering 2020 (indicators for shell companies).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import combinations
from statistics import median

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

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
from jobs.signals.goods.prices.ordinary_prices import ORDINARY_PRICES, ordinary_prices, price_levels
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, finest_code
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, record

SIGNAL = Signal(
    id="importers_alike",
    subject="company",
    reads={"customs_declarations": "flows.declarations"},
)


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """value (0 to 1) = sellers x goods x office in common, of the pairs that tie a group of importers.

    Few lines count for less.
    """
    # Private people share sellers as customers do.
    lines = declared_in_window(customs_declarations, "import", parameters, as_of).where(
        F.col("hand").isNotNull() & F.col("trader_key").startswith("tax:")
    )
    hands = lines.groupBy("hand").agg(
        F.min("trader").alias("trader"),
        F.count(F.lit(1)).alias("all_lines"),
        F.min("event_day").alias("first"),
        F.max("event_day").alias("last"),
        F.collect_set("trader_address_norm").alias("seats"),
        F.min("trader_name_norm").alias("name"),
    )
    hands = hands.join(_counted(lines, finest_code(F.col("hs_code")), "goods"), "hand").join(
        _counted(lines, F.col("customs_office"), "offices"), "hand"
    )
    levels = price_levels(customs_declarations, F.col("hand"), parameters, as_of).withColumnRenamed(
        "by", "hand"
    )
    named = (
        hands.where(F.col("all_lines") >= int(parameters["least_lines"]))
        .withColumn("group", group_key("name"))
        .join(levels, "hand", "left")
    )
    bought = (
        lines.where(F.col("partner_name_norm").isNotNull())
        .groupBy("hand", "partner_name_norm")
        .agg(
            F.count(F.lit(1)).alias("lines"),
            F.sum(F.coalesce("customs_value_vnd", F.lit(0))).alias("value_vnd"),
            F.collect_list(record(DECLARATIONS, F.col("record_key"))).alias("evidence"),
        )
        .join(named, "hand")
        .withColumn("all", F.lit(1))
    )
    return bought.groupBy("all").applyInArrow(_alike(parameters), SIGNAL_DDL)


def _counted(lines: DataFrame, of: Column, name: str) -> DataFrame:
    """hand and, under `name`, its lines by what they are `of` (array of struct of value and lines)."""
    counts = lines.groupBy("hand", of.alias("value")).agg(F.count(F.lit(1)).alias("lines"))
    return counts.groupBy("hand").agg(F.sort_array(F.collect_list(F.struct("value", "lines"))).alias(name))


def _alike(parameters: Parameters) -> Callable[[pa.Table], pa.Table]:
    def close(bought: pa.Table) -> pa.Table:
        return as_table(rows_of_groups(bought.to_pylist(), parameters))

    return close


def rows_of_groups(bought: Iterable[Row], parameters: Parameters) -> list[Row]:
    """One row for each group of importers that reaches `report_from`.

    `bought`: one row for each hand and seller with lines, value_vnd, evidence and what the hand is: trader,
    all_lines, first, last, seats, group, priced and level (see `price_levels`), goods and offices (value and
    lines; null where they do not say).
    """
    of_hand: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in bought:
        of_hand[row["hand"]][row["partner_name_norm"]] = row
    pairs = {
        (one, other): value
        for one, other in _candidates(of_hand, parameters)
        if (value := alike(of_hand[one], of_hand[other], parameters)) >= float(parameters["join_from"])
    }
    rings, strength = Rings(), dict[str, float]()
    tying: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one, other in sorted(pairs, key=lambda pair: (-pairs[pair], pair)):
        before = rings.find(one), rings.find(other)
        if before[0] != before[1]:
            left = (1 - strength.pop(before[0], 0.0)) * (1 - strength.pop(before[1], 0.0))
            rings.join(one, other)
            strength[rings.find(one)] = 1 - left * (1 - pairs[one, other])
    for one, other in pairs:
        tying[rings.find(one)].append((one, other))
    groups = by_ring(rings, {hand for pair in pairs for hand in pair})
    values = sorted(strength.values())
    return [
        _row([of_hand[hand] for hand in hands], strength[ring], values, parameters)
        for ring, hands in groups.items()
        if strength[ring] >= float(parameters["report_from"])
    ]


def _candidates(of_hand: Mapping[str, Mapping[str, Row]], parameters: Parameters) -> list[tuple[str, str]]:
    """Pairs of hands with enough sellers in common that few others buy from."""
    buyers: dict[str, list[str]] = defaultdict(list)
    for hand in sorted(of_hand):
        for seller in of_hand[hand]:
            buyers[seller].append(hand)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for hands in buyers.values():
        if len(hands) <= int(parameters["seller_buyers"]):
            for pair in combinations(hands, 2):
                shared[pair] += 1
    return [pair for pair, sellers in shared.items() if sellers >= int(parameters["least_sellers"])]


def alike(one: Mapping[str, Row], other: Mapping[str, Row], parameters: Parameters) -> float:
    """From 0 to 1: how far two importers have one trade; `one` and `other` are their rows by seller.

    Who begins when the other is gone needs no office in common.
    """
    ours, theirs = next(iter(one.values())), next(iter(other.values()))
    lines = min(ours["all_lines"], theirs["all_lines"])
    place = max(_common(ours["offices"], theirs["offices"]), float(in_turn(ours, theirs, parameters)))
    value = _shared_sellers(one, other) * _common(ours["goods"], theirs["goods"]) * place
    return value * lines / (lines + float(parameters["prior_lines"]))


def in_turn(one: Row, other: Row, parameters: Parameters) -> bool:
    """Whether one begins after the other's last line and not long after."""
    before, after = sorted((one, other), key=lambda row: (row["first"], row["last"]))
    return 0 < (after["first"] - before["last"]).days <= int(parameters["pause_days"])


def _shared_sellers(one: Mapping[str, Row], other: Mapping[str, Row]) -> float:
    return sum(
        min(one[seller]["lines"] / one[seller]["all_lines"], row["lines"] / row["all_lines"])
        for seller, row in other.items()
        if seller in one
    )


def _common(ours: Iterable[Row], theirs: Iterable[Row]) -> float:
    """What two distributions have in common, from 0 to 1; lines that do not say count as different."""
    mine, other = _shares(ours), _shares(theirs)
    return sum(min(share, other[key]) for key, share in mine.items() if key in other)


def _shares(counted: Iterable[Row]) -> dict[str, float]:
    entries = list(counted)
    total = sum(entry["lines"] for entry in entries)
    return {entry["value"]: entry["lines"] / total for entry in entries if entry["value"] is not None}


def _row(hands: list[dict[str, Row]], value: float, values: list[float], parameters: Parameters) -> Row:
    sold = [seller for seller in {name for hand in hands for name in hand} if _sold_to_two(seller, hands)]
    bought = [hand[seller] for hand in hands for seller in sold if seller in hand]
    heads = [next(iter(hand.values())) for hand in hands]
    members = Members()
    for head in heads:
        members.add(trader_kind(head["trader"]) or "", head["trader"], "trader")
    groups = {head["group"] for head in heads}
    seats = [set(head["seats"] or ()) for head in heads]
    innocent = {
        "one_group_of_companies": len(groups) == 1 and None not in groups,
        "openly_taken_over": bool(set.intersection(*seats)),
        ORDINARY_PRICES: ordinary_prices(heads, parameters),
    }
    measured = {
        "peer_group": "importers with sellers in common",
        "value": round(value, 6),
        "typical": round(median(values), 6),
        "tail": round(sum(other >= value for other in values) / len(values), 9),
        "peers": len(values),
        "support": sum(row["lines"] for row in bought),
        "value_vnd": sum(row["value_vnd"] for row in bought),
        "explanations": [{"id": name, "holds": holds} for name, holds in innocent.items()],
    }
    subject = min(head["trader"] for head in heads)
    evidence = records((one for row in bought for one in row["evidence"]), int(parameters["evidence_limit"]))
    return signal_row(SIGNAL.id, measured, (trader_kind(subject) or "", subject), members, evidence)


def _sold_to_two(seller: str, hands: Iterable[Mapping[str, Row]]) -> bool:
    return sum(seller in hand for hand in hands) >= 2
