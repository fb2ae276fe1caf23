"""Importers who, after being looked at, take the same goods of the same seller to a quieter office, at less.

A price that falls where nobody looks fell for that reason: goods, seller and trader are the same, only the
office and how often it looks are not. Who moves house pays what it paid before, and who is looked at as often
as before gained nothing. Several traders who take the same goods to the same office act together.
Source: Vietnam Customs press cases (goods moved to a quieter office); WCO, commercial fraud typologies.
"""

from collections.abc import Callable
from datetime import date

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.clearance.office_moves import joined_rows
from jobs.signals.goods.found_rows import as_table
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, heading
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(id="quieter_offices", subject="company", reads={"customs_declarations": "flows.declarations"})
# The same goods of the same seller, by the same measure.
_ARTICLE = ("hand", "goods", "partner_name_norm", "measure")


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row for the hands that took the same goods to one office, with the largest value of theirs.

    value (0 to about 2) = how far the price fell (log) x root of the share of lines that are lower x
    n / (n + prior) x root of how much less is looked at (share of declarations not green, before and after)
    x 1, or `keep_looked_at` where none of the earlier lines was red: somebody read the documents (yellow).
    """
    lines = _priced(declared_in_window(customs_declarations, "import", parameters, as_of))
    moved = _moved(lines, _before(lines, parameters))
    found = against_peers(_measure(moved, parameters), float(parameters["join_from"])).withColumn(
        "all", F.lit(1)
    )
    return found.groupBy("all").applyInArrow(_close(parameters), SIGNAL_DDL)


def _priced(kept: DataFrame) -> DataFrame:
    """Lines with a hand, an office, a seller and a price. `looked_at`: 1 unless green, null where unknown."""
    quantity = F.when(F.col("unit").isNotNull(), positive(F.col("quantity")))
    amount = F.coalesce(quantity, positive(F.col("net_weight_kg")))
    return (
        kept.withColumn("goods", heading(F.col("hs_code"), 6))
        .withColumn("measure", F.when(quantity.isNotNull(), F.lower("unit")).otherwise("kg"))
        .withColumn("log_price", F.log(positive(F.col("customs_value_vnd")) / amount))
        .withColumn("log_quantity", F.log(amount))
        .withColumn("looked_at", (F.col("channel") != "green").cast("int"))
        .withColumn("red", F.col("channel") == "red")
        .where(F.col("log_price").isNotNull() & F.col("customs_office").isNotNull())
        .where(F.col("hand").isNotNull() & F.col("goods").isNotNull())
        .where(F.col("partner_name_norm").isNotNull())
    )


def _before(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Of an article that came to `office`, what other offices had cleared until then."""
    arrivals = lines.groupBy(*_ARTICLE, F.col("customs_office").alias("office")).agg(
        F.min("event_day").alias("first_day")
    )
    earlier = (F.col("customs_office") != F.col("office")) & (F.col("event_day") < F.col("first_day"))
    return (
        lines.join(arrivals, list(_ARTICLE))
        .where(earlier)
        .groupBy(*_ARTICLE, "office")
        .agg(
            F.count(F.lit(1)).alias("before"),
            F.percentile("log_price", 0.5).alias("old_price"),
            F.percentile("log_quantity", 0.5).alias("old_quantity"),
            F.round(F.avg("looked_at"), 6).alias("old_looked_at"),
            F.collect_list(F.when(F.col("red"), _shown())).alias("stopped"),
        )
        .where(F.col("before") >= int(parameters["least_before"]))
    )


def _shown() -> Column:
    return F.struct("trader", record(DECLARATIONS, F.col("record_key")).alias("evidence"))


def _moved(lines: DataFrame, before: DataFrame) -> DataFrame:
    """Lines at the new office with `gap`: log of their price over the article's earlier one."""
    return (
        lines.withColumn("office", F.col("customs_office"))
        .join(before, [*_ARTICLE, "office"])
        .withColumn("gap", F.round(F.col("log_price") - F.col("old_price"), 6))
        .withColumn("more", F.round(F.col("log_quantity") - F.col("old_quantity"), 6))
    )


def _measure(moved: DataFrame, parameters: Parameters) -> DataFrame:
    lower = F.col("gap") <= -float(parameters["lower_by"])
    hands = (
        moved.groupBy("hand", "office")
        .agg(
            F.count(F.lit(1)).alias("lines"),
            F.percentile("gap", 0.5).alias("gap"),
            F.count_if(lower).alias("support"),
            F.percentile("more", 0.5).alias("more"),
            F.count_if(lower & found_in_order()).alias("matched"),
            F.round(F.avg(F.col("old_looked_at") - F.col("looked_at")), 6).alias("quieter"),
            # At the price that the goods had before.
            F.sum(
                F.when(lower, F.round(F.col("customs_value_vnd") * F.exp(-F.col("gap"))).cast("bigint"))
            ).alias("value_vnd"),
            F.array_distinct(F.flatten(F.collect_list("stopped"))).alias("stopped"),
            F.collect_list(F.when(lower, _shown())).alias("shown"),
            F.sort_array(F.collect_set(F.when(lower, F.col("goods")))).alias("goods"),
        )
        .where(F.col("lines") >= int(parameters["least_lines"]))
        .where(F.col("quieter") >= float(parameters["quieter_by"]))
    )
    sure = F.col("lines") / (F.col("lines") + float(parameters["prior_lines"]))
    stopped = F.when(F.size("stopped") > 0, 1.0).otherwise(float(parameters["keep_looked_at"]))
    value = -F.col("gap") * F.sqrt(F.col("support") / F.col("lines")) * sure * F.sqrt("quieter") * stopped
    innocent = {
        "larger_lots": F.col("more") >= float(parameters["larger_by"]),
        "inspected_and_matched": F.col("matched") >= F.col("support") * float(parameters["matched_share"]),
    }
    return hands.where(F.col("support") > 0).select(
        "hand",
        "office",
        "goods",
        F.lit("importers at an office that is new to them").alias("peer_group"),
        F.greatest(value, F.lit(0.0)).alias("value"),
        "support",
        "value_vnd",
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        F.concat("stopped", "shown").alias("shown"),
    )


def _close(parameters: Parameters) -> Callable[[pa.Table], pa.Table]:
    least, limit = float(parameters["report_from"]), int(parameters["evidence_limit"])
    return lambda found: as_table(joined_rows(SIGNAL.id, found.to_pylist(), least, limit, max))
