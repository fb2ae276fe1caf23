"""Caught hands whose lots are of the same few sellers, or of the same goods, as hardly anybody else's are.

A seller or a commodity code that a whole trade has in common ties nobody by itself; that those who were
caught have nearly all of it in common does.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations
from typing import Any

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.found_rows import Row

SELLER, GOODS = "partner", "goods"
PARTNER_AT_OFFICE = "partner_at_office"
_COLUMN = {SELLER: "partner_name_norm", GOODS: "hs_code"}
_SHARE = {SELLER: "tie_sellers_share", GOODS: "tie_goods_share"}

Trade = dict[str, dict[str, float]]
"""By seller or code: who trades in it, and for what share (0 to 1) of the trader's lines."""
Apart = Callable[[list[str], list[str]], bool]


def with_shares(uses: DataFrame) -> DataFrame:
    """One row for each trader, kind and id of `uses` (one row a line), and its `share` of the trader's."""
    of_kind = Window.partitionBy("trader", "kind")
    counted = uses.groupBy("trader", "kind", "id").agg(F.count(F.lit(1)).alias("lines"))
    return counted.withColumn("trader_lines", F.sum("lines").over(of_kind)).withColumn(
        "share", F.col("lines") / F.col("trader_lines")
    )


def traders_of() -> Column:
    """Array of struct of trader, share and lines (all of the trader's), for sellers and goods."""
    trader = F.struct("trader", "share", F.col("trader_lines").alias("lines"))
    return F.collect_list(F.when(F.col("kind").isin(SELLER, GOODS), trader))


def shares_wanted(parameters: dict[str, Any]) -> bool:
    """Whether a signal ties hands that are alike."""
    return not parameters.keys().isdisjoint(_SHARE.values())


def trade_of(shared: list[Row], parameters: dict[str, Any]) -> dict[str, Trade]:
    """By kind: who trades in what, of all traders with lines enough to tell."""
    least = int(parameters["tie_alike_lines"])
    return {
        kind: {
            row["id"]: {one["trader"]: one["share"] for one in row["traders"] if one["lines"] >= least}
            for row in shared
            if row["kind"] == kind
        }
        for kind, share in _SHARE.items()
        if share in parameters
    }


def alike_hands(
    shown: dict[str, list[Row]], trade: dict[str, Trade], parameters: dict[str, Any]
) -> list[tuple[str, str, str]]:
    """(kind, hand, hand): pairs whose shown lines are of the same sellers, or of the same goods.

    They are for `tie_sellers_share` (`tie_goods_share`) of both and more, and at most `tie_chance_max` of the
    traders who were not caught are as much like the one, or like the other. The same goods tie nobody whose
    lots all come from one seller to whose all come from another: each seller has a ring of its own.
    With `tie_alike_at_office` (1) some seller's lots of both go through one office: whom somebody lets
    through has lots where that one sits.
    """
    caught = {one["trader"] for lines in shown.values() for one in lines}
    pairs = []
    for kind, of_kind in trade.items():
        share = float(parameters[_SHARE[kind]])
        others = {trader for traders in of_kind.values() for trader in traders} - caught
        # As if one more were alike: among a handful of traders nothing is known to be rare.
        usual_most = float(parameters["tie_chance_max"]) * (len(others) + 1) - 1
        unusual = {
            hand: part
            for hand, part in _told(shown, _COLUMN[kind], parameters).items()
            if sum(of_trader >= share for of_trader in _alike(part, of_kind, others)) <= usual_most
        }
        pairs += [(kind, *pair) for pair in _in_agreement(unusual, share, _apart(kind, shown, parameters))]
    return pairs


def _apart(kind: str, shown: dict[str, list[Row]], parameters: dict[str, Any]) -> Apart:
    """Whether two groups of hands stay two, however much they are alike."""
    only_sellers = _only_sellers(shown) if kind == GOODS else {}
    at_offices = {
        hand: {name for one in lines if (name := one.get(PARTNER_AT_OFFICE))} for hand, lines in shown.items()
    }

    def of_two_sellers(first: list[str], second: list[str]) -> bool:
        sellers = [{only_sellers.get(hand) for hand in hands} for hands in (first, second)]
        return None not in set.union(*sellers) and sellers[0].isdisjoint(sellers[1])

    def at_two_offices(first: list[str], second: list[str]) -> bool:
        offices = [set[str]().union(*(at_offices[hand] for hand in hands)) for hands in (first, second)]
        return offices[0].isdisjoint(offices[1])

    if parameters.get("tie_alike_at_office"):
        return at_two_offices
    return of_two_sellers


def _only_sellers(shown: dict[str, list[Row]]) -> dict[str, str]:
    """By hand, the seller of all that is shown of it, where that is one."""
    sellers = {hand: {one.get(_COLUMN[SELLER]) for one in lines} for hand, lines in shown.items()}
    return {hand: seller for hand, named in sellers.items() if len(named) == 1 for seller in named if seller}


def _in_agreement(told: dict[str, dict[str, float]], share: float, apart: Apart) -> list[tuple[str, str]]:
    """Pairs that have `share` in common, most first, where what both belong to by then has it, too.

    A few lines are a rough likeness: of two rings with half of their codes in common some pair has more.
    """
    alike = [(_overlap(told[one], told[other]), one, other) for one, other in combinations(sorted(told), 2)]
    groups = {hand: [hand] for hand in told}
    pairs = []
    for likeness, one, other in sorted(alike, key=lambda pair: (-pair[0], *pair[1:])):
        first, second = groups[one], groups[other]
        if likeness < share or first is second or apart(first, second):
            continue
        if _overlap(_mean([told[hand] for hand in first]), _mean([told[hand] for hand in second])) >= share:
            pairs.append((one, other))
            first += second
            groups |= dict.fromkeys(second, first)
    return pairs


def _mean(parts: list[dict[str, float]]) -> dict[str, float]:
    """The part that each value has, one vote a hand."""
    total: dict[str, float] = defaultdict(float)
    for part in parts:
        for value, share in part.items():
            total[value] += share
    return {value: part / len(parts) for value, part in total.items()}


def _told(
    shown: dict[str, list[Row]], column: str, parameters: dict[str, Any]
) -> dict[str, dict[str, float]]:
    """Of each hand with lines enough to tell: what share of them is of which seller or code."""
    told = {}
    for hand, lines in shown.items():
        counted = Counter(value for one in lines if (value := one.get(column)) is not None)
        if counted.total() >= int(parameters["tie_alike_lines"]):
            told[hand] = {value: count / counted.total() for value, count in counted.items()}
    return told


def _alike(part: dict[str, float], of_kind: Trade, others: set[str]) -> list[float]:
    """How much of their lines the others have in common with a hand: one number for whoever has any."""
    common: dict[str, float] = defaultdict(float)
    for value, of_hand in part.items():
        for trader, of_trader in of_kind.get(value, {}).items():
            if trader in others:
                common[trader] += min(of_hand, of_trader)
    return list(common.values())


def _overlap(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(min(part, other.get(value, 0.0)) for value, part in one.items())
