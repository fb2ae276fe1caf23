"""Declarations that put value from lines with much duty on lines with little, and leave the sum as it was.

What the seller is paid has to agree with the bank's papers, so the sum of an invoice is true; which goods it
is the price of, the lines alone tell. Prices that are off by chance, or for what the goods are, are as often
off the other way; those of one declaration that make up for one another again and again, and always to the
lower duty, are not.
Source: WCO Customs valuation (splitting a price among goods of one invoice); Vietnam Customs, checks of value
after clearance (Circular 39/2015/TT-BTC as amended by 60/2019).
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import import_prices, lines_with_peers, positive
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, finest_code
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="values_shifted",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)

_KEPT = ("trader", "declaration_no", "hs_code", "inspection_result", "customs_value_vnd", *TIE_COLUMNS)
_BASIS_POINTS = 10_000  # rates as whole numbers, so that sums do not depend on the order of the rows


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of one more than the declarations that shift value to lower duties; 0 where fewer than
    `least_declarations` do, or less than `shifted_share` of all that could, or as many shift it back.

    The amount is what the lines with more duty lack.
    """
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = lines_with_peers(kept, import_prices(), _KEPT, -1, parameters)
    moved = _moved(lines, _rates(kept, parameters), parameters)
    found = against_peers(
        _hands(_declarations(moved, parameters), parameters), float(parameters["join_from"])
    )
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _rates(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """code, rate: what goods of a code pay without a preference, in basis points."""
    paid = F.round(F.col("duty_vnd") / positive(F.col("customs_value_vnd")), 4)
    full = F.percentile(paid, float(parameters["full_rate_quantile"]))
    return (
        lines.groupBy(finest_code(F.col("hs_code")).alias("code"))
        .agg(F.round(full * _BASIS_POINTS).cast("bigint").alias("rate"))
        .where(F.col("code").isNotNull() & F.col("rate").isNotNull())
    )


def _moved(lines: DataFrame, rates: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `code`, `rate`, and `moved`: VND above (below 0: under) what the line would be worth at the peers'
    price; 0 where that is within the usual."""
    value = F.col("customs_value_vnd")
    off = F.abs("gap").between(float(parameters["line_gap"]), float(parameters["line_gap_most"]))
    moved = F.round(value - value / F.exp("gap")).cast("bigint")
    return (
        lines.where(F.abs("gap") <= float(parameters["line_gap_most"]))
        .withColumn("code", finest_code(F.col("hs_code")))
        .join(F.broadcast(rates), "code")
        .withColumn("moved", F.when(off, moved).otherwise(F.lit(0)))
    )


def _declarations(moved: DataFrame, parameters: Parameters) -> DataFrame:
    """hand, way (1: value goes to lower duties, -1: to higher, 0: neither), lacking, in_order, shown: one row
    a declaration of several kinds of goods."""
    low, high = F.col("moved") < 0, F.col("moved") > 0

    def total(side: Column, number: Column) -> Column:
        return F.coalesce(F.sum(F.when(side, F.abs(number))), F.lit(0))

    lines = (
        moved.groupBy("hand", "declaration_no")
        .agg(
            F.count_distinct("code").alias("codes"),
            total(low, F.col("moved")).alias("lacking"),
            total(high, F.col("moved")).alias("beyond"),
            total(low, F.col("moved") * F.col("rate")).alias("lacking_duty"),
            total(high, F.col("moved") * F.col("rate")).alias("beyond_duty"),
            F.max(F.when(low | high, found_in_order())).alias("in_order"),
            F.collect_list(F.when(low | high, shown_record(record(DECLARATIONS, F.col("record_key"))))).alias(
                "shown"
            ),
        )
        .where(F.col("codes") > 1)
    )
    evens_out = F.least("lacking", "beyond") >= F.greatest("lacking", "beyond") * float(
        parameters["evens_out_share"]
    )
    both = (F.col("lacking") > 0) & (F.col("beyond") > 0)
    points = F.try_divide("lacking_duty", "lacking") - F.try_divide("beyond_duty", "beyond")
    least = float(parameters["lower_points"]) * _BASIS_POINTS
    way = F.when(both & evens_out & (points >= least), 1).when(both & evens_out & (points <= -least), -1)
    return lines.withColumn("way", F.coalesce(way, F.lit(0)))


def _hands(declarations: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand, with the columns that `tied_detections` takes."""
    down, up = F.col("way") == 1, F.col("way") == -1
    hands = declarations.groupBy("hand").agg(
        F.count_if(down).alias("times"),
        F.count_if(up).alias("back"),
        F.count(F.lit(1)).alias("mixed"),
        F.count_if(down & F.col("in_order")).alias("in_order"),
        F.coalesce(F.sum(F.when(down, F.col("lacking"))), F.lit(0)).alias("value_vnd"),
        F.flatten(F.collect_list(F.when(down, F.col("shown")))).alias("shown"),
    )
    again = (
        (F.col("times") >= int(parameters["least_declarations"]))
        & (F.col("times") >= F.col("mixed") * float(parameters["shifted_share"]))
        & (F.col("back") <= F.col("times") * float(parameters["back_most"]))
    )
    matched = F.col("in_order") > F.col("times") * float(parameters["matched_share"])
    keep = F.when(matched, float(parameters["keep_inspected_and_matched"])).otherwise(1.0)
    return hands.select(
        "hand",
        F.lit("importers").alias("peer_group"),
        F.when(again, F.round(F.log2(F.col("times") + 1) * keep, 6)).otherwise(0.0).alias("value"),
        F.size("shown").alias("support"),
        "value_vnd",
        F.array(explanation("inspected_and_matched", matched & again)).alias("explanations"),
        "shown",
    )
