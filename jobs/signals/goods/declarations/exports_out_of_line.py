"""Goods that hardly anybody exports, sent out at twice what importers pay by who trades in other goods.

With too few exporters there are no prices of peers. What importers pay for the same goods stands in for them:
nobody pays here twice what the goods cost from abroad. A maker's goods may be worth more than what comes
under their code; so only who otherwise trades in other goods, did so first and never brought such goods in
is measured. Several who send out the same goods are one trade.
Source: FATF, trade-based money laundering indicators 2021 (goods out of line with the trader's business;
prices that differ greatly from the market's); Vietnam Customs and tax press cases (export value inflated for
VAT refunds).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.declarations.one_trade import one_trade, shown_trader
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.traders import heading, in_window, is_one_of, micro
from jobs.signals.schema import Parameters, Signal, against_peers, explanation

SIGNAL = Signal(
    id="exports_out_of_line", subject="company", reads={"customs_declarations": "flows.declarations"}
)
_PRICES = ("by_unit", "by_kilogram")


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row for the exporters of one kind of goods, with the largest value of theirs.

    value = doublings over what importers pay (the least of by unit and by kilogram, the median of the lines)
    x n / (n + prior), n = lines.
    """
    lines = _priced(in_window(customs_declarations, as_of, parameters["window_days"]), parameters)
    found = against_peers(_measure(lines, parameters), float(parameters["report_from"]))
    return one_trade(SIGNAL, found, parameters)


def _priced(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines with trader, goods (code and unit), logs of their prices, and whether they lie out of the line of
    the hand's other trade."""
    value = positive(F.col("customs_value_vnd"))
    named = (
        lines.where(~is_one_of(F.col("regime"), parameters, "regimes_left_out"))
        .where(F.col("hand").isNotNull())
        .withColumn("kind", heading(F.col("hs_code"), int(parameters["kind_digits"])))
        .withColumn(
            "goods",
            F.concat(heading(F.col("hs_code"), int(parameters["goods_digits"])), F.lit(" "), F.lower("unit")),
        )
        .withColumn("leaves", F.col("direction") == "export")
        .withColumn("by_unit", F.log(value / positive(F.col("quantity"))))
        .withColumn("by_kilogram", F.log(value / positive(F.col("net_weight_kg"))))
    )
    hand, kind = Window.partitionBy("hand"), Window.partitionBy("hand", "kind")
    every = F.count(F.lit(1))
    other = 1 - F.try_divide(every.over(kind), every.over(hand))
    return named.withColumn(
        "out_of_line",
        (F.round(other, 6) >= float(parameters["other_trade_share"]))
        & (F.min("event_day").over(hand) < F.min("event_day").over(kind))
        & (F.count_if(~F.col("leaves")).over(kind) == 0),
    )


def _measure(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand and goods that importers bring in as well."""
    votes = (
        lines.where(~F.col("leaves"))
        .groupBy("goods", "hand")
        .agg(*[F.avg(micro(F.col(price))).alias(price) for price in _PRICES])
    )
    market = (
        votes.groupBy("goods")
        .agg(
            F.count(F.lit(1)).alias("importers"),
            *[(F.percentile(price, 0.5) / 1_000_000).alias(f"usual_{price}") for price in _PRICES],
        )
        .where(F.col("importers") >= int(parameters["peer_hands"]))
    )
    gaps = [F.col(price) - F.col(f"usual_{price}") for price in _PRICES]
    # Of several measures the least suspect: a dear piece may be a large one.
    times = F.round(F.array_min(F.array_compact(F.array(*gaps))) / F.log(F.lit(2.0)), 6)
    hands = (
        lines.where(F.col("leaves"))
        .join(F.broadcast(market), "goods")
        .withColumn("times", times)
        .withColumn("in_order", found_in_order())
        .where(F.col("times").isNotNull())
        .groupBy("hand", "goods")
        .agg(
            F.count(F.lit(1)).alias("support"),
            F.percentile("times", 0.5).alias("times"),
            F.bool_and("out_of_line").alias("out_of_line"),
            F.count_if("in_order").alias("matched"),
            F.sum("customs_value_vnd").alias("value_vnd"),
            F.collect_list(shown_trader()).alias("shown"),
        )
        .withColumn("exporters", F.count(F.lit(1)).over(Window.partitionBy("goods")))
    )
    counts = (
        F.col("out_of_line")
        & (F.col("exporters") < int(parameters["peer_hands"]))
        & (F.col("support") >= int(parameters["least_lines"]))
        & (F.round("times", 6) >= float(parameters["least_doublings"]))
    )
    matched = F.col("matched") >= F.col("support") * float(parameters["matched_share"])
    keep = F.when(matched, float(parameters["keep_inspected_and_matched"])).otherwise(1.0)
    sure = F.col("support") / (F.col("support") + float(parameters["prior_lines"]))
    return hands.select(
        "hand",
        "goods",
        F.lit("exporters of goods that others bring in").alias("peer_group"),
        F.when(counts, F.col("times") * sure * keep).otherwise(0.0).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("inspected_and_matched", matched)).alias("explanations"),
        "shown",
    )
