"""Goods brought in as samples, gifts or replacements that nobody pays for, in lots like those that are sold.

A sample is a few pieces, and what a maker replaces is little beside what it sold. Who brings in, again and
again, as much as others buy at once, under a regime or in words that say nothing is paid for it, and at half
of what they pay or less, sells it: no duty is paid on a price that is not declared, and no permit is asked of
a sample. Such lines are kept out of what prices are compared with; here they are held against goods bought.
Source: Decree 134/2016/NĐ-CP Art. 27 (samples are goods of no trade, of hardly any value); Circular
39/2015/TT-BTC (goods without a sale are valued by what the same goods are sold for); WCO, customs valuation.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.prices.price_gaps import names_clearance
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_record, tied_detections
from jobs.signals.goods.traders import (
    DECLARATIONS,
    heading,
    in_window,
    is_one_of,
    listed,
    micro,
    trader_kind,
)
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="samples_in_bulk",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)
_PRICES = ("by_unit", "by_kilogram")
_KEPT = ("hand", "trader", "record_key", "declaration_no", "goods_norm", "inspection_result", *TIE_COLUMNS)


def transform(
    *, customs_declarations: DataFrame, identifiers: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """One row for each group of tied importers of such lots.

    value = how many times its price halves below what others pay (the median of the lots) x n / (n + prior),
    n = declarations; of fewer than `least_lots` it tells nothing alone.
    """
    lines = _named(in_window(customs_declarations, as_of, parameters["window_days"]), parameters)
    found = against_peers(_measure(_given(lines, parameters), parameters), float(parameters["join_from"]))
    # A seller ties those whom it gives goods, however many others buy from it.
    return tied_detections(SIGNAL, found, lines.where("free"), identifiers, parameters)


def _named(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Imports of companies with trader, goods (code and unit), logs of prices, and whether they are free of
    charge or bought."""
    value = positive(F.col("customs_value_vnd"))
    words = "|".join(listed(parameters, "free_words"))
    said = F.coalesce(F.col("goods_norm").rlike(rf"\b({words})\b"), F.lit(False))
    code = heading(F.col("hs_code"), int(parameters["goods_digits"]))
    return (
        lines.where(F.col("direction") == "import")
        .where(F.col("hand").isNotNull() & (trader_kind(F.col("trader")) != "person"))
        .withColumn("goods", F.concat(code, F.lit(" "), F.lower("unit")))
        .withColumn("by_unit", F.log(value / positive(F.col("quantity"))))
        .withColumn("by_kilogram", F.log(value / positive(F.col("net_weight_kg"))))
        .withColumn("size", F.log(positive(F.col("quantity"))))
        .withColumn("free", said | is_one_of(F.col("regime"), parameters, "free_regimes"))
        .withColumn("bought", ~F.col("free") & is_one_of(F.col("regime"), parameters, "sale_regimes"))
    )


def _given(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines free of charge: `times` the price halves, whether it is a `lot` as large as a sale and cheap, and
    whether the hand's are little beside what it bought of the goods."""
    bought = (
        lines.where("bought")
        .groupBy("goods", "hand")
        .agg(
            *[F.avg(micro(F.col(number))).alias(number) for number in (*_PRICES, "size")],
            F.sum(micro(F.col("quantity"))).alias("quantity"),
        )
    )
    market = (
        bought.groupBy("goods")
        .agg(
            F.count(F.lit(1)).alias("buyers"),
            *[
                (F.percentile(number, 0.5) / 1_000_000).alias(f"usual_{number}")
                for number in (*_PRICES, "size")
            ],
        )
        .where(F.col("buyers") >= int(parameters["peer_hands"]))
    )
    gaps = [F.col(f"usual_{price}") - F.col(price) for price in _PRICES]
    # Of two measures the less suspect: a cheap piece may be a small one.
    times = F.round(F.array_min(F.array_compact(F.array(*gaps))) / F.log(F.lit(2.0)), 6)
    share = F.round(F.exp(F.col("size") - F.col("usual_size")), 6)
    own = bought.select("goods", "hand", (F.col("quantity") / 1_000_000).alias("own"))
    given = lines.where("free").groupBy("goods", "hand").agg(F.sum(micro(F.col("quantity"))).alias("given"))
    beside = F.coalesce("own", F.lit(0.0)) * float(parameters["replaced_share"])
    lot = (
        (F.col("quantity") >= float(parameters["least_pieces"]))
        & (share >= float(parameters["lot_share"]))
        & (F.col("times") >= float(parameters["least_halvings"]))
    )
    return (
        lines.where("free")
        .select(*_KEPT, "goods", *_PRICES, "size", "quantity", "customs_value_vnd")
        .join(F.broadcast(market), "goods")
        .join(given, ["goods", "hand"])
        .join(own, ["goods", "hand"], "left")
        .withColumn("times", times)
        .withColumn("replaces", F.col("given") / 1_000_000 <= beside)
        .withColumn("lot", F.coalesce(lot, F.lit(False)))
    )


def _measure(given: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand that had goods free of charge; `value` is nought without such lots."""
    lot = F.col("lot")
    cleared = names_clearance(F.col("goods_norm"), parameters)
    worth = F.round(F.col("customs_value_vnd") * F.pow(F.lit(2.0), F.col("times"))).cast("bigint")
    shown = shown_record(record(DECLARATIONS, F.col("record_key")))
    hands = given.groupBy("hand").agg(
        F.count_distinct(F.when(lot, F.coalesce("declaration_no", "record_key"))).alias("lots"),
        F.percentile(F.when(lot, F.col("times")), 0.5).alias("times"),
        F.count_if(lot).alias("support"),
        F.count_if(lot & cleared).alias("clearance_or_low_grade"),
        F.count_if(lot & found_in_order()).alias("inspected_and_matched"),
        F.count_if(lot & F.col("replaces")).alias("replacements"),
        F.sum(F.when(lot, worth)).alias("value_vnd"),
        F.collect_list(F.when(lot, shown)).alias("shown"),
    )
    innocent: dict[str, Column] = {
        "replacements": F.col("replacements") * 2 >= F.col("support"),
        "clearance_or_low_grade": F.col("clearance_or_low_grade") * 2 >= F.col("support"),
        "inspected_and_matched": F.col("inspected_and_matched")
        >= F.col("support") * float(parameters["matched_share"]),
    }
    value = (
        F.coalesce("times", F.lit(0.0)) * F.col("lots") / (F.col("lots") + float(parameters["prior_lots"]))
    )
    for name, holds in innocent.items():
        value = value * F.when(holds, float(parameters[f"keep_{name}"])).otherwise(1.0)
    alone = F.least(value, F.lit(float(parameters["few_lots_most"])))
    return hands.select(
        "hand",
        F.lit("importers of goods free of charge").alias("peer_group"),
        F.when(F.col("lots") >= int(parameters["least_lots"]), value).otherwise(alone).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
    )
