"""Traders who all deal with one foreign partner in the same goods, far from what other partners' goods cost.

Several companies of one operator, traders who relieve each other or a price cartel split a partner's goods,
so that each of them has few lines; pooled by partner they show. Partners are held against partners: an honest
one may be cheap. Who alone declares so is the business of the signals of `price_gaps`.
"""

from collections.abc import Callable
from datetime import date
from itertools import combinations

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.firm_names import group_key, supplier_key
from jobs.signals.goods.found_rows import Members, Rings, Row, as_table, by_ring, records, signal_row
from jobs.signals.goods.found_rows import trader_kind as kind_of
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import import_prices, lines_with_peers, unit_prices
from jobs.signals.goods.prices.price_gaps import (
    Side,
    bears_duty,
    distance,
    duty_explains,
    names_clearance,
    quantity_explains,
    stake,
)
from jobs.signals.goods.traders import (
    DECLARATIONS,
    company_of,
    declared_in_window,
    finest_code,
    micro,
    trader_kind,
)
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, against_peers, explanation, record

_KEPT = (
    "party",
    "trader",
    "group_name",
    "hs_code",
    "goods_norm",
    "inspection_result",
    "customs_value_vnd",
    "duty_vnd",
)


def one_partner_signal(identifier: str, side: Side) -> tuple[Signal, Callable[..., DataFrame]]:
    """A signal about the prices of several traders with one partner, with the transform that measures it."""
    signal = Signal(id=identifier, subject="company", reads={"customs_declarations": "flows.declarations"})

    def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
        return one_partner_detections(signal, side, customs_declarations, parameters, as_of)

    return signal, transform


def one_partner_detections(
    signal: Signal, side: Side, customs_declarations: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """value = how far on the suspect side of other partners' prices the traders are who deviate, shrunk for
    few lines.

    The strongest of them is left out of it: what one does alone is no agreement.
    """
    kept = declared_in_window(customs_declarations, side.direction, parameters, as_of)
    # Prices are compared between partners: the hand of a line is here who sold or bought the goods abroad.
    lines = (
        kept.withColumn("hand", supplier_key("partner_name_norm", int(parameters["name_letters"])))
        .withColumn("party", company_of(F.col("trader")))
        .withColumn("group_name", F.coalesce(group_key("trader_name_norm"), "party"))
    )
    prices = import_prices() if side.direction == "import" else unit_prices()
    scored = (
        lines_with_peers(lines, prices, _KEPT, side.sign, parameters)
        .withColumn("distance", distance(side, parameters))
        .withColumn("off", side.sign * F.col("gap") >= float(parameters["line_gap"]))
        .withColumn("stake", stake(side))
        # People who order from one shop abroad all pay what it asks.
        .where(trader_kind(F.col("trader")) != "person")
    )
    partners = _measure_partners(_parties(scored, side, parameters), side, parameters)
    found = against_peers(partners, float(parameters["report_from"])).withColumn("all", F.lit(1))
    limit = int(parameters["evidence_limit"])
    return found.groupBy("all").applyInArrow(_close(signal.id, limit), SIGNAL_DDL)


def _parties(lines: DataFrame, side: Side, parameters: Parameters) -> DataFrame:
    """One row for each trader of a partner's goods; it deviates when enough of its lines stand far off.

    Its level is its usual distance, or where that is more its far lines' times the root of their share.
    """
    off = F.col("off")
    count = F.count(F.lit(1))
    depth = F.percentile(F.when(off, F.col("distance")), 0.5) * F.sqrt(F.count_if("off") / count)
    level = micro(F.greatest(F.percentile("distance", 0.5), depth))
    # Who agrees on a price has much the same; who is merely somewhat low with this partner has no part.
    pool = Window.partitionBy("hand", "goods")
    shrunk = F.col("strength.shrunk")
    levels = F.collect_list(F.when(F.col("deviates"), shrunk)).over(pool)
    agreed = float(parameters["agreed_share"])
    strength = F.struct(
        F.round(level * _sure(count, parameters)).alias("shrunk"),
        (level * count).alias("weighed"),
        count.alias("lines"),
    )
    return (
        lines.groupBy("hand", finest_code(F.col("hs_code")).alias("goods"), "party")
        .agg(
            count.alias("lines"),
            F.max("group_name").alias("group_name"),
            strength.alias("strength"),
            F.count_if("off").alias("off"),
            F.count_if(off & names_clearance(F.col("goods_norm"), parameters)).alias("clearance"),
            F.count_if(off & found_in_order()).alias("matched"),
            F.count_if(off & bears_duty(side, parameters)).alias("dutied"),
            micro(F.percentile(F.when(off, F.col("excess_quantity")), 0.5)).alias("excess"),
            F.sum(F.when(off, F.col("stake"))).alias("stake"),
            F.collect_list(
                F.when(off, F.struct("trader", record(DECLARATIONS, F.col("record_key")).alias("evidence")))
            ).alias("shown"),
        )
        .withColumn("deviates", F.col("off") >= F.col("lines") * float(parameters["low_share"]))
        .withColumn("second", F.get(F.sort_array(levels, asc=False), F.lit(1)))
        .withColumn(
            "deviates",
            F.col("deviates") & F.coalesce(shrunk >= agreed * F.col("second"), F.lit(False)),
        )
        .drop("second")
    )


def _sure(lines: Column, parameters: Parameters) -> Column:
    """How far so many lines tell a partner's price from the scatter of its lines, 0 to 1."""
    return lines / (lines + float(parameters["prior_lines"]))


def _measure_partners(parties: DataFrame, side: Side, parameters: Parameters) -> DataFrame:
    """One row for each partner and goods that two or more trade in: value, support and explanations."""
    deviates = F.col("deviates")

    def of_far(part: str) -> Column:
        return F.when(deviates, F.col(part))

    pools = (
        parties.groupBy("hand", "goods")
        .agg(
            F.count(F.lit(1)).alias("parties"),
            F.sum("lines").alias("lines"),
            F.count_if(deviates).alias("far_parties"),
            F.count_distinct(of_far("group_name")).alias("groups"),
            F.sum(of_far("lines")).alias("far_lines"),
            F.sum(of_far("strength.weighed")).alias("weighed"),
            F.max(of_far("strength")).alias("strongest"),
            F.sum(of_far("off")).alias("support"),
            F.sum(of_far("clearance")).alias("clearance"),
            F.sum(of_far("matched")).alias("matched"),
            F.sum(of_far("dutied")).alias("dutied"),
            (F.sum(of_far("excess")) / F.count_if(deviates) / 1_000_000).alias("excess"),
            F.sum(of_far("stake")).alias("value_vnd"),
            F.flatten(F.collect_list(of_far("shown"))).alias("shown"),
        )
        .where(F.col("parties") >= int(parameters["least_parties"]))
    )
    innocent = {
        "one_open_group": F.col("groups") == 1,
        **quantity_explains(side, parameters),
        **duty_explains(side),
        "clearance_or_low_grade": F.col("clearance") * 2 >= F.col("support"),
        "inspected_and_matched": (F.col("matched") >= int(parameters["matched_lines"]))
        & (F.col("matched") >= F.col("support") * float(parameters["matched_share"])),
        "partner_mostly_ordinary": F.col("support") * 2 < F.col("lines"),
    }
    others = F.col("far_lines") - F.col("strongest.lines")
    level = F.try_divide(F.col("weighed") - F.col("strongest.weighed"), others) / 1_000_000
    value = F.greatest(level, F.lit(0.0)) * _sure(others, parameters)
    for name, holds in innocent.items():
        keep = float(parameters[f"keep_{name}"])
        value = value * F.when(F.coalesce(holds, F.lit(False)), keep).otherwise(1.0)
    enough = (F.col("far_parties") >= int(parameters["least_parties"])) & (
        F.col("far_lines") >= int(parameters["least_lines"])
    )
    return pools.select(
        "hand",
        "goods",
        F.lit(side.peer_group).alias("peer_group"),
        F.when(enough, value).otherwise(0.0).alias("value"),
        "support",
        "value_vnd",
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
    )


def _close(signal: str, evidence_limit: int) -> Callable[[pa.Table], pa.Table]:
    return lambda found: as_table(joined_rows(signal, found.to_pylist(), evidence_limit))


def joined_rows(signal: str, found: list[Row], evidence_limit: int) -> list[Row]:
    """One row for each group of traders: what they trade with a partner, and other partners they share.

    Pools join when two traders stand in both, or one trader with the same partner: many a trader buys low
    from one and low from another without any agreement.
    """
    found = sorted(found, key=lambda row: (row["hand"], row["goods"] or ""))
    traders = [{one["trader"] for one in row["shown"]} for row in found]
    rings = Rings()
    for (first, one), (second, other) in combinations(enumerate(found), 2):
        common = len(traders[first] & traders[second])
        if common >= 2 or (common and one["hand"] == other["hand"]):
            rings.join(str(first), str(second))
    rows, subjects = [], set[str]()
    for ring in by_ring(rings, map(str, range(len(found)))).values():
        pools = [found[int(place)] for place in ring]
        head = max(pools, key=lambda row: (row["value"], row["support"], row["hand"]))
        members = Members()
        for trader in set().union(*[traders[int(place)] for place in ring]):
            members.add(kind_of(trader) or "", trader, "trader")
        measured = head | {
            "support": sum(row["support"] for row in pools),
            "value_vnd": sum(row["value_vnd"] for row in pools),
        }
        # Each row has a subject of its own, also where one trader stands in several.
        subject = min({one["trader"] for one in head["shown"]}, key=lambda one: (one in subjects, one))
        subjects.add(subject)
        named = (one["evidence"] for row in pools for one in row["shown"])
        evidence = records(named, evidence_limit)
        rows.append(signal_row(signal, measured, (kind_of(subject) or "", subject), members, evidence))
    return rows
