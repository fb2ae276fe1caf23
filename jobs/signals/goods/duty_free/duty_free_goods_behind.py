"""Goods brought in free of duty by who once sent them out again, and has left off to.

A year's sum hides it: what left of the older lots stands for the younger ones as well, and worked goods are
worth more than what they are made of. So a hand is its own measure: what came in the later part of the year
is held against what left since, at the rate at which its own earlier lots left. The later part begins at the
same day for all, or after the last lot that a hand ever sent out, whichever shows more: who has stopped
sending out has no reason to go on bringing in. Only who accounted for its earlier lots, less the usual waste,
shows by its own books how much and how soon its goods leave.
"""

from collections.abc import Callable
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.duty_free.duty_free_goods import last_aged_day, with_entries, without_young
from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, in_window, is_one_of, micro
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record


def goods_behind(identifier: str, peer_group: str) -> tuple[Signal, Callable[..., DataFrame]]:
    """A signal about goods under its parameter `entry_regimes`, with the transform that measures it."""
    signal = Signal(
        id=identifier,
        subject="company",
        reads={
            "customs_declarations": "flows.declarations",
            "identifiers": "links.identifiers",
        },
    )

    def transform(
        *,
        customs_declarations: DataFrame,
        identifiers: DataFrame,
        parameters: Parameters,
        as_of: date,
    ) -> DataFrame:
        """value (0 to 1) = share of the later aged goods that has not left, of what would have left at the
        hand's own earlier rate (by weight or by value, whichever leaves less open), x n / (n + prior)."""
        kept = in_window(customs_declarations, as_of, parameters["lookback_days"])
        lines = without_young(with_entries(kept, parameters, as_of), parameters, as_of)
        measured = _measure(peer_group, _sums(lines, parameters, as_of), parameters)
        found = against_peers(measured, float(parameters["join_from"]))
        return tied_detections(signal, found, kept, identifiers, parameters)

    return signal, transform


def _sums(lines: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a hand and turn: lines, weight and value in and out, of the earlier and of the later part.

    The earlier lots have the same time to leave as the later ones; what leaves meanwhile may be of either,
    and counts for both.
    """
    recent = timedelta(days=int(parameters["recent_days"]))
    exporting = F.col("direction") == "export"
    if parameters["exit_regimes"]:
        exporting &= is_one_of(F.col("regime"), parameters, "exit_regimes")
    taxed = is_one_of(F.col("regime"), parameters, "change_of_use_regimes") & (F.col("direction") == "import")
    day = F.col("event_day")
    later = day > F.col("turn.later_after")
    parts = {
        "early_in": F.col("brought_in") & (day <= F.col("turn.earlier_until")),
        "late_in": F.col("brought_in") & later,
        "early_out": (exporting | taxed) & (day <= F.col("turn.left_until")),
        "late_out": (exporting | taxed) & later,
        "recent_out": exporting & (day > F.lit(as_of - recent)),
    }
    weight = micro(F.coalesce("net_weight_kg", F.lit(0.0)))
    shown = shown_record(record(DECLARATIONS, F.col("record_key")))
    sums = [
        F.coalesce(F.sum(F.when(holds, amount)), F.lit(0)).alias(f"{part}_{name}")
        for part, holds in parts.items()
        for name, amount in (("weight", weight), ("value", F.col("customs_value_vnd")))
    ]
    of_hand = Window.partitionBy("hand")
    own = (
        lines.where(F.col("hand").isNotNull())
        .withColumn("last_exit", F.max(F.when(exporting, day)).over(of_hand))
        .withColumn("entries", F.count_if("brought_in").over(of_hand))
        .where(F.col("entries") >= 2 * int(parameters["least_lines"]))
    )
    return (
        own.withColumn("turn", F.explode(_turns(parameters, as_of)))
        .groupBy("hand", "turn")
        .agg(
            F.count_if(parts["early_in"]).alias("earlier"),
            F.count_if(parts["late_in"]).alias("support"),
            F.collect_list(F.when(parts["late_in"], shown)).alias("shown"),
            *sums,
        )
        .where(F.col("earlier") >= int(parameters["least_lines"]))
        .where(F.col("support") >= int(parameters["least_lines"]))
    )


def _turns(parameters: Parameters, as_of: date) -> Column:
    """Where the year is cut: at one day for all, and at the hand's own last exit (null where it has none).

    What came shortly before the last exit was still in work then, and is of neither part.
    """
    turn = last_aged_day(parameters, as_of) - timedelta(days=int(parameters["later_days"]))
    left_until = turn + timedelta(days=int(parameters["leeway_days"]))
    names = ("earlier_until", "later_after", "left_until")
    in_work = F.date_sub("last_exit", int(parameters["in_work_days"]))
    cuts = [(F.lit(turn), F.lit(turn), F.lit(left_until)), (in_work, F.col("last_exit"), F.col("last_exit"))]
    return F.array(
        *[F.struct(*[day.alias(name) for day, name in zip(cut, names, strict=True)]) for cut in cuts]
    )


def _measure(peer_group: str, hands: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand that once accounted for its goods, with the columns that `tied_detections` takes: of
    its two turns the one that shows more."""
    # Who sends out more than came adds goods of its own: of what came no more than all can leave.
    own_weight = F.least(F.try_divide("early_out_weight", "early_in_weight"), F.lit(1.0))
    own_value = F.try_divide("early_out_value", "early_in_value")
    by_weight = F.try_divide(F.col("late_out_weight"), F.col("late_in_weight") * F.col("own_weight"))
    by_value = F.try_divide(F.col("late_out_value"), F.col("late_in_value") * F.col("own_value"))
    behind = F.round(F.greatest(1 - F.greatest(by_weight, by_value), F.lit(0.0)), 6)
    sure = F.col("support") / (F.col("support") + float(parameters["prior_lines"]))
    still_exporting = F.col("recent_out_weight") >= F.col("late_in_weight") * float(
        parameters["still_exporting_share"]
    )
    kept_share = F.when(still_exporting, float(parameters["keep_still_exporting"])).otherwise(1.0)
    measured = (
        hands.withColumn("own_weight", own_weight)
        .withColumn("own_value", own_value)
        .where(F.col("own_weight") >= 1 - float(parameters["waste_share"]))
        .withColumn("behind", behind)
        .select(
            "hand",
            F.lit(peer_group).alias("peer_group"),
            (F.col("behind") * sure * kept_share).alias("value"),
            "support",
            (F.col("late_in_value") * F.col("behind")).cast("bigint").alias("value_vnd"),
            F.array(explanation("still_exporting", still_exporting)).alias("explanations"),
            "shown",
        )
    )
    told = F.max_by(F.struct(*measured.columns), F.struct("value", "support", "value_vnd"))
    return measured.groupBy("hand").agg(told.alias("told")).select("told.*")
