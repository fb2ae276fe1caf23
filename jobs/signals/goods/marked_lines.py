"""Hands whose lines or declarations bear a mark more often than others: what four signals measure."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.tied_traders import tied_detections
from jobs.signals.goods.whole_declarations import surprise
from jobs.signals.schema import Parameters, Signal, against_peers, explanation


def marked_detections(
    signal: Signal,
    marked: DataFrame,
    lines: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    innocent: tuple[str, Column] | None = None,
) -> DataFrame:
    """value = standard deviations above the rate of such lines, x how many (one or two may be slips).

    `marked`: one row a line or declaration with hand, mark (0 to 1), in_order (whether it was inspected and
    found so), value_vnd, shown (array of `shown_record`), and perhaps others (array of `accomplice`) and
    chance (the mark that the line would bear by chance; taken where the hand's is above the usual rate).
    `lines`: all of the kind, to see who else uses an identifier. `innocent`: an explanation and when it holds
    (of weighed, support and in_order of a hand), else that most marked lines were inspected and in order;
    `keep_<explanation>` of the value is then left.
    """
    measured = marked_hands(marked, parameters, innocent)
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(signal, found, lines, identifiers, parameters)


def marked_hands(
    marked: DataFrame,
    parameters: Parameters,
    innocent: tuple[str, Column] | None = None,
    by: tuple[str, ...] = (),
) -> DataFrame:
    """One row a hand, as `marked_detections` measures it (`by`: kinds of mark, each with its own rate)."""
    also = [F.flatten(F.collect_list("others")).alias("accomplices")] if "others" in marked.columns else []
    chance = F.round(F.avg("chance"), 6) if "chance" in marked.columns else F.lit(0.0)
    hit = F.col("mark") > 0
    base = marked.groupBy(*by).agg(F.round(F.avg("mark"), 6).alias("base"))
    hands = marked.groupBy("hand", *by).agg(
        F.count(F.lit(1)).alias("lines"),
        chance.alias("chance"),
        F.round(F.sum("mark"), 6).alias("weighed"),
        F.count_if(hit).alias("support"),
        F.count_if(hit & F.col("in_order")).alias("in_order"),
        F.sum(F.when(hit, F.col("value_vnd"))).alias("value_vnd"),
        F.flatten(F.collect_list(F.when(hit, F.col("shown")))).alias("shown"),
        *also,
    )
    rate = F.greatest("base", "chance")
    unusual = F.greatest(surprise(F.col("weighed"), F.col("lines"), rate), F.lit(0.0))
    sure = F.col("weighed") / (F.col("weighed") + float(parameters["prior_lines"]))
    name, holds = innocent or ("inspected_and_matched", F.col("in_order") * 2 > F.col("support"))
    keep = F.when(holds, float(parameters[f"keep_{name}"])).otherwise(1.0)
    rated = hands.join(F.broadcast(base), list(by)) if by else hands.crossJoin(F.broadcast(base))
    return rated.select(
        "hand",
        F.lit("traders").alias("peer_group"),
        (unusual * sure * keep).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation(name, holds)).alias("explanations"),
        "shown",
        *(["accomplices"] if also else []),
    )


def found_in_order() -> Column:
    """Whether a line was inspected and matched what was declared."""
    return F.coalesce(F.col("inspection_result") == "match", F.lit(False))
