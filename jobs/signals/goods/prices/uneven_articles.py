"""Traders who declare goods of the same name by two prices or weights, and the false lines."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record


def uneven_detections(
    signal: Signal,
    lines: DataFrame,
    false: Column,
    stake: Column,
    declared: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    explained: tuple[str, Column] | None = None,
) -> DataFrame:
    """value = log2 of one more than the lines at the false level of a hand's articles.

    `lines` as `at_two_levels` gives them; `false`: whether a line is at the level that is taken to be false;
    `stake`: goods value of a false line in VND; `declared`: all lines, to see who else uses an identifier;
    `explained`: a further explanation, and of which lines it holds.
    """
    further, of_lines = explained or ("", F.lit(False))
    article = Window.partitionBy("article")
    days = [
        side(F.when(false == which, F.col("event_day"))).over(article)
        for which in (True, False)
        for side in (F.min, F.max)
    ]
    marked = (
        lines.withColumn("false", F.coalesce(false, F.lit(False)))
        .withColumn("days", F.array(*days))
        .withColumn("apart", (F.col("days")[0] > F.col("days")[3]) | (F.col("days")[1] < F.col("days")[2]))
    )
    hands = marked.groupBy("hand").agg(
        F.count_if("false").alias("support"),
        F.count_if(F.col("false") & found_in_order()).alias("in_order"),
        F.count_if(F.col("false") & F.coalesce("apart", F.lit(False))).alias("changed"),
        F.count_if(F.col("false") & F.coalesce(of_lines, F.lit(False))).alias("explained"),
        F.sum(F.when(F.col("false"), stake)).alias("value_vnd"),
        F.collect_list(F.when(F.col("false"), shown_record(record(DECLARATIONS, F.col("record_key"))))).alias(
            "shown"
        ),
    )
    innocent = {
        "changed_once": F.col("changed") * 2 > F.col("support"),
        "inspected_and_matched": F.col("in_order") > F.col("support") * float(parameters["matched_share"]),
    }
    if explained:
        innocent[further] = F.col("explained") * 2 > F.col("support")
    value = F.log2(1 + F.col("support"))
    for name, holds in innocent.items():
        value = value * F.when(holds, float(parameters[f"keep_{name}"])).otherwise(1.0)
    measured = hands.select(
        "hand",
        F.lit("importers").alias("peer_group"),
        F.round(value, 6).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(signal, found, declared, identifiers, parameters)
