"""Rows of a signal about goods that few deal in: all traders found with the same goods are one trade."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.traders import DECLARATIONS, trader_kind
from jobs.signals.schema import Parameters, Signal, as_signal, bounded, member, record


def shown_trader() -> Column:
    """A line's trader and the line, as `one_trade` takes them."""
    return F.struct("trader", record(DECLARATIONS, F.col("record_key")).alias("evidence"))


def one_trade(signal: Signal, found: DataFrame, parameters: Parameters) -> DataFrame:
    """One row for each kind of goods; its measures are those of the strongest hand, its counts sums.

    `found`: one row a hand and `goods`, with the measures, support, value_vnd and shown (an array of
    `shown_trader`).
    """
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
        signal,
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
