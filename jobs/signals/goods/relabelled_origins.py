"""Foreign goods under duty elsewhere that leave for there as Vietnamese, as much as came and never before it.

Lots may be split and put together, so that none leaves as it came; the balance still shows that nothing was
made here. Several traders who do so with the same goods for the same market are one trade.
Source: WCO, commercial fraud typologies (origin; transhipment).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.traders import (
    DECLARATIONS,
    heading,
    in_window,
    is_one_of,
    listed,
    trader_kind,
    with_trader,
)
from jobs.signals.schema import (
    Parameters,
    Signal,
    against_peers,
    as_signal,
    bounded,
    explanation,
    member,
    record,
)

SIGNAL = Signal(
    id="relabelled_origins", subject="company", reads={"customs_declarations": "flows.declarations"}
)
_ARTICLE = ("hand", "goods")


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row for the traders of one kind of goods, with the largest value of theirs.

    value (0 to 1) = min(left / came, 1) x n / (n + prior), n = lots that left.
    """
    lots = _crossing(in_window(customs_declarations, as_of, parameters["window_days"]), parameters)
    return _joined(against_peers(_measure(lots, parameters), float(parameters["join_from"])), parameters)


def _crossing(kept: DataFrame, parameters: Parameters) -> DataFrame:
    """Lots of foreign goods under duty, and lots of Vietnamese ones for the markets that lay it.

    Adds trader, goods (code, unit), leaves, and signed: the quantity, less than 0 where it leaves.
    """
    quantity = positive(F.col("quantity"))
    code = heading(F.col("hs_code"), int(parameters["goods_digits"]))
    leaves = F.col("direction") == "export"
    comes = F.col("origin_country").isin(listed(parameters, "origins_under_duty"))
    sent = (F.col("origin_country") == "VN") & F.col("partner_country").isin(
        listed(parameters, "markets_with_duty")
    )
    return (
        with_trader(kept.where(~is_one_of(F.col("regime"), parameters, "regimes_left_out")))
        .where(F.when(leaves, sent).otherwise(comes))
        .withColumn("goods", F.concat(code, F.lit(" "), F.lower("unit")))
        .withColumn("leaves", leaves)
        .withColumn("signed", F.when(leaves, -quantity).otherwise(quantity))
        .where(F.col("goods").isNotNull() & F.col("signed").isNotNull() & F.col("hand").isNotNull())
    )


def _measure(lots: DataFrame, parameters: Parameters) -> DataFrame:
    # What comes and leaves on one day came first.
    until_then = Window.partitionBy(*_ARTICLE).orderBy("event_day").rangeBetween(Window.unboundedPreceding, 0)
    leaves, value = F.col("leaves"), F.col("customs_value_vnd")
    hands = (
        lots.withColumn("stock", F.sum("signed").over(until_then))
        .groupBy(*_ARTICLE)
        .agg(
            F.sum(F.when(~leaves, F.col("signed"))).alias("came"),
            F.sum(F.when(leaves, -F.col("signed"))).alias("left"),
            F.count_if(~leaves).alias("lots_came"),
            F.count_if(leaves).alias("lots_left"),
            F.min("stock").alias("least_stock"),
            F.sum(F.when(~leaves, value)).alias("cost"),
            F.sum(F.when(leaves, value)).alias("value_vnd"),
            F.count_if(leaves & found_in_order()).alias("matched"),
            F.collect_list(_shown()).alias("shown"),
        )
        .where(F.least("lots_came", "lots_left") >= int(parameters["least_lots"]))
        .withColumn("share", F.round(F.col("left") / F.col("came"), 6))
    )
    balanced = F.col("share").between(float(parameters["share_least"]), float(parameters["share_most"])) & (
        F.col("least_stock") >= -F.col("came") * float(parameters["short_share"])
    )
    sure = F.col("lots_left") / (F.col("lots_left") + float(parameters["prior_lots"]))
    dearer = F.log(positive(F.col("value_vnd")) / F.col("left") / (positive(F.col("cost")) / F.col("came")))
    innocent = {
        "worked_on_here": F.coalesce(dearer >= float(parameters["dearer_by"]), F.lit(False)),
        "inspected_and_matched": F.col("matched") >= F.col("lots_left") * float(parameters["matched_share"]),
    }
    return hands.select(
        *_ARTICLE,
        F.lit("importers who send the same goods out").alias("peer_group"),
        F.when(balanced, F.round(F.least("share", F.lit(1.0)) * sure, 6)).otherwise(0.0).alias("value"),
        F.col("lots_left").alias("support"),
        "value_vnd",
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
    )


def _shown() -> Column:
    return F.struct("trader", record(DECLARATIONS, F.col("record_key")).alias("evidence"))


def _joined(found: DataFrame, parameters: Parameters) -> DataFrame:
    """One row for each kind of goods; its measures are those of the strongest hand, its counts sums."""
    measures = ("value", "typical", "tail", "peers", "peer_group", "explanations")
    strongest = F.max_by(F.struct(*measures), F.struct("value", "support", "hand"))
    rows = found.groupBy("goods").agg(
        strongest.alias("strongest"),
        F.sum("support").alias("support"),
        F.sum("value_vnd").alias("value_vnd"),
        F.flatten(F.collect_list("shown")).alias("shown"),
    )
    trader = F.array_min("shown.trader")
    named = F.transform(F.array_distinct("shown.trader"), lambda t: member(trader_kind(t), t, "trader"))
    return as_signal(
        SIGNAL,
        rows.select(
            *[F.col(f"strongest.{name}").alias(name) for name in measures],
            "support",
            "value_vnd",
            trader_kind(trader).alias("subject_kind"),
            trader.alias("subject_id"),
            F.filter(F.sort_array(named), lambda one: one["kind"].isNotNull()).alias("members"),
            bounded(F.array_distinct("shown.evidence"), int(parameters["evidence_limit"])).alias("evidence"),
        ).where(F.col("subject_kind").isNotNull()),
    )
