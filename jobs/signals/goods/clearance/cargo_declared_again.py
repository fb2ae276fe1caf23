"""The same cargo, to the piece and to the decimal of its weight, declared and cleared again weeks later.

An order may be repeated in the same number; no two shipments weigh the same to the decimal, unless every
piece of the goods does. One shipment under several invoices, each with a declaration to pay against, leaves
the same cargo twice, whatever bill the later declaration names (one bill twice is told by `reused_bills`). A
correction follows within days, and what left again in between (returned, repaired) may come back.
Source: FATF/Egmont, trade-based money laundering risk indicators 2021 (multiple invoicing of one shipment).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="cargo_declared_again",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)
_GOODS = ("hand", "direction", "goods", "unit")
_CARGO = (*_GOODS, "partner_name_norm", "quantity", "weight")


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of one more than the declarations of a cargo that was declared before."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    )
    again = F.count_if("again")
    hands = (
        _declared_again(_weighed(kept, parameters), parameters)
        .groupBy("hand")
        .agg(
            # Whose lots are all of one number has many that may weigh the same: it shows nothing alone.
            F.count_distinct(F.when(F.col("again"), F.struct("goods", "unit", "quantity"))).alias("numbers"),
            again.alias("times"),
            F.count_if(F.col("again") & F.col("in_order")).alias("in_order"),
            F.count_if("of_these").alias("support"),
            F.coalesce(F.sum(F.when(F.col("again"), F.col("customs_value_vnd"))), F.lit(0)).alias(
                "value_vnd"
            ),
            F.collect_list(F.when(F.col("of_these"), F.col("shown"))).alias("shown"),
        )
    )
    matched = F.col("in_order") * 2 > F.col("times")
    enough = F.col("numbers") >= int(parameters["least_numbers"])
    keep = F.when(matched, float(parameters["keep_inspected_and_matched"])).otherwise(1.0)
    measured = hands.select(
        "hand",
        F.lit("traders").alias("peer_group"),
        F.when(enough, F.log2(F.col("times") + 1) * keep).otherwise(0.0).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("inspected_and_matched", matched)).alias("explanations"),
        "shown",
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _weighed(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines of known goods, number and weight, with `cleared`, `piece` (what one weighs) and `standard`:
    whether lots of other numbers weigh as much a piece, the hand's own or those of many, so that equal
    numbers mean equal weights."""
    named = (
        lines.where(F.col("hand").isNotNull() & F.col("partner_name_norm").isNotNull())
        .withColumn("goods", heading(F.col("hs_code"), int(parameters["goods_digits"])))
        .withColumn("unit", F.lower("unit"))
        .withColumn("quantity", positive(F.col("quantity")))
        .withColumn("weight", F.round(positive(F.col("net_weight_kg")), 3))
        .where(F.col("goods").isNotNull() & F.col("unit").isNotNull())
        .where(F.col("quantity").isNotNull() & F.col("weight").isNotNull())
        .withColumn("cleared", F.col("cleared_at").isNotNull())
        .withColumn("piece", F.round(F.log(F.col("weight") / F.col("quantity")), 4))
    )

    def distinct(column: Column, *of: str) -> Column:
        return F.size(F.collect_set(column).over(Window.partitionBy(*of)))

    alike = distinct(F.col("hand"), "goods", "unit", "piece")
    everybody = distinct(F.col("hand"), "goods", "unit")
    own_sizes = distinct(F.col("quantity"), *_GOODS, "piece")
    many = (alike >= int(parameters["standard_hands"])) & (
        alike >= float(parameters["standard_share"]) * everybody
    )
    return named.withColumn("standard", (own_sizes >= 2) | many)


def _declared_again(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a declaration of a cargo: `again`, where the cargo was declared and cleared long enough
    before, and `of_these`, where it or a later one of the cargo was."""
    elsewhere = lines.select(
        "hand",
        "goods",
        "unit",
        "quantity",
        F.when(F.col("direction") == "import", "export").otherwise("import").alias("direction"),
    ).distinct()
    cargoes = (
        lines.where(F.col("cleared") & ~F.col("standard"))
        # What the hand sent the other way as well goes to and fro: `round_trips` looks at it.
        .join(elsewhere, [*_GOODS, "quantity"], "left_anti")
        .groupBy(*_CARGO, "declaration_no")
        .agg(
            F.min("event_day").alias("day"),
            F.sum("customs_value_vnd").alias("customs_value_vnd"),
            F.max(found_in_order()).alias("in_order"),
            F.min_by(shown_record(record(DECLARATIONS, F.col("record_key"))), "record_key").alias("shown"),
        )
    )
    in_turn = Window.partitionBy(*_CARGO).orderBy("day", "declaration_no")
    since = F.date_diff(F.col("day"), F.lag("day").over(in_turn))
    again = F.coalesce(since >= int(parameters["correction_days"]), F.lit(False))
    return cargoes.withColumn("again", again).withColumn(
        "of_these", F.max("again").over(Window.partitionBy(*_CARGO))
    )
