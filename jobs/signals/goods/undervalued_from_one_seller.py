"""Importers who buy the same goods from one foreign seller, all far below what other sellers' goods cost.

Several companies of one operator, importers who relieve each other or a price cartel split a seller's goods,
so that each of them has few lines; pooled by seller they show. Sellers are held against sellers: an honest
one may be cheap. Who alone declares low is the business of `undervalued_imports`.
Source: JRC unit-price outliers; WCO, commercial fraud typologies (undervaluation).
"""

from collections.abc import Callable
from datetime import date

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.firm_names import group_key, supplier_key
from jobs.signals.goods.found_rows import Members, Rings, Row, as_table, by_ring, records, signal_row
from jobs.signals.goods.found_rows import trader_kind as kind_of
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import lines_with_peers, unit_prices
from jobs.signals.goods.price_gaps import Side, distance, names_clearance, stake
from jobs.signals.goods.traders import (
    DECLARATIONS,
    company_of,
    finest_code,
    in_window,
    is_one_of,
    micro,
    trader_kind,
    with_trader,
)
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="undervalued_from_one_seller",
    subject="company",
    reads={"customs_declarations": "silver.customs_declarations"},
)
_SIDE = Side(direction="import", sign=-1, peer_group="sellers", of_prices=True)
_KEPT = (
    "importer",
    "trader",
    "group_name",
    "hs_code",
    "goods_norm",
    "inspection_result",
    "customs_value_vnd",
)


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """value = how far below other sellers' price the importers buy who buy low, shrunk for few lines.

    The strongest of them is left out of it: what one does alone is no agreement.
    """
    kept = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        (F.col("direction") == _SIDE.direction) & ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    )
    # Prices are compared between sellers: the hand of a line is here who sold the goods.
    lines = (
        with_trader(kept)
        .where(trader_kind(F.col("trader")).isNotNull())
        .withColumn("hand", supplier_key("partner_name_norm", int(parameters["name_letters"])))
        .withColumn("importer", company_of(F.col("trader")))
        .withColumn("group_name", F.coalesce(group_key("trader_name_norm"), "importer"))
    )
    scored = (
        lines_with_peers(lines, unit_prices(), _KEPT, _SIDE.sign, parameters)
        .withColumn("distance", distance(_SIDE, parameters))
        .withColumn("off", F.col("gap") <= -float(parameters["line_gap"]))
        .withColumn("stake", stake(_SIDE))
    )
    sellers = _measure_sellers(_importers(scored, parameters), parameters)
    found = against_peers(sellers, float(parameters["report_from"])).withColumn("all", F.lit(1))
    return found.groupBy("all").applyInArrow(_close(int(parameters["evidence_limit"])), SIGNAL_DDL)


def _importers(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """One row for each importer of a seller's goods; it buys low when enough of its lines stand far below.

    Its level is its usual distance, or where that is more its low lines' times the root of their share.
    """
    off = F.col("off")
    count = F.count(F.lit(1))
    depth = F.percentile(F.when(off, F.col("distance")), 0.5) * F.sqrt(F.count_if("off") / count)
    level = micro(F.greatest(F.percentile("distance", 0.5), depth))
    strength = F.struct(
        F.round(level * _sure(count, parameters)).alias("shrunk"),
        (level * count).alias("weighed"),
        count.alias("lines"),
    )
    return (
        lines.groupBy("hand", finest_code(F.col("hs_code")).alias("goods"), "importer")
        .agg(
            count.alias("lines"),
            F.max("group_name").alias("group_name"),
            strength.alias("strength"),
            F.count_if("off").alias("off"),
            F.count_if(off & names_clearance(F.col("goods_norm"), parameters)).alias("clearance"),
            F.count_if(off & found_in_order()).alias("matched"),
            micro(F.percentile(F.when(off, F.col("excess_quantity")), 0.5)).alias("excess"),
            F.sum(F.when(off, F.col("stake"))).alias("stake"),
            F.collect_list(
                F.when(off, F.struct("trader", record(DECLARATIONS, F.col("record_key")).alias("evidence")))
            ).alias("shown"),
        )
        .withColumn("low", F.col("off") >= F.col("lines") * float(parameters["low_share"]))
    )


def _sure(lines: Column, parameters: Parameters) -> Column:
    """How far so many lines tell a seller's price from the scatter of its lines, 0 to 1."""
    return lines / (lines + float(parameters["prior_lines"]))


def _measure_sellers(importers: DataFrame, parameters: Parameters) -> DataFrame:
    """One row for each seller and goods that two or more import: value, support and explanations."""
    low = F.col("low")

    def of_low(part: str) -> Column:
        return F.when(low, F.col(part))

    pools = (
        importers.groupBy("hand", "goods")
        .agg(
            F.count(F.lit(1)).alias("importers"),
            F.sum("lines").alias("lines"),
            F.count_if(low).alias("low_importers"),
            F.count_distinct(of_low("group_name")).alias("groups"),
            F.sum(of_low("lines")).alias("low_lines"),
            F.sum(of_low("strength.weighed")).alias("weighed"),
            F.max(of_low("strength")).alias("strongest"),
            F.sum(of_low("off")).alias("support"),
            F.sum(of_low("clearance")).alias("clearance"),
            F.sum(of_low("matched")).alias("matched"),
            (F.sum(of_low("excess")) / F.count_if(low) / 1_000_000).alias("excess"),
            F.sum(of_low("stake")).alias("value_vnd"),
            F.flatten(F.collect_list(of_low("shown"))).alias("shown"),
        )
        .where(F.col("importers") >= int(parameters["least_importers"]))
    )
    innocent = {
        "one_open_group": F.col("groups") == 1,
        "bulk_purchase": F.col("excess") >= float(parameters["quantity_excess"]),
        "clearance_or_low_grade": F.col("clearance") * 2 >= F.col("support"),
        "inspected_and_matched": (F.col("matched") >= int(parameters["matched_lines"]))
        & (F.col("matched") >= F.col("support") * float(parameters["matched_share"])),
        "seller_mostly_ordinary": F.col("support") * 2 < F.col("lines"),
    }
    others = F.col("low_lines") - F.col("strongest.lines")
    level = F.try_divide(F.col("weighed") - F.col("strongest.weighed"), others) / 1_000_000
    value = F.greatest(level, F.lit(0.0)) * _sure(others, parameters)
    for name, holds in innocent.items():
        keep = float(parameters[f"keep_{name}"])
        value = value * F.when(F.coalesce(holds, F.lit(False)), keep).otherwise(1.0)
    enough = (F.col("low_importers") >= int(parameters["least_importers"])) & (
        F.col("low_lines") >= int(parameters["least_lines"])
    )
    return pools.select(
        "hand",
        F.lit(_SIDE.peer_group).alias("peer_group"),
        F.when(enough, value).otherwise(0.0).alias("value"),
        "support",
        "value_vnd",
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
    )


def _close(evidence_limit: int) -> Callable[[pa.Table], pa.Table]:
    return lambda found: as_table(joined_rows(found.to_pylist(), evidence_limit))


def joined_rows(found: list[Row], evidence_limit: int) -> list[Row]:
    """One row for each group of importers: what a seller sells to them, and other sellers whom they share."""
    rings = Rings()
    for row in found:
        for one in row["shown"]:
            rings.join(row["shown"][0]["trader"], one["trader"])
    rows = []
    traders = {one["trader"] for row in found for one in row["shown"]}
    for root, ring in by_ring(rings, traders).items():
        pools = [row for row in found if rings.find(row["shown"][0]["trader"]) == root]
        head = max(pools, key=lambda row: (row["value"], row["support"], row["hand"]))
        members = Members()
        for trader in ring:
            members.add(kind_of(trader) or "", trader, "trader")
        measured = head | {
            "support": sum(row["support"] for row in pools),
            "value_vnd": sum(row["value_vnd"] for row in pools),
        }
        subject = min(one["trader"] for one in head["shown"])
        named = (one["evidence"] for row in pools for one in row["shown"])
        evidence = records(named, evidence_limit)
        rows.append(signal_row(SIGNAL.id, measured, (kind_of(subject) or "", subject), members, evidence))
    return rows
