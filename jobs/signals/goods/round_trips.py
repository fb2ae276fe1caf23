"""Goods that come in and leave again in the same quantity: carousels, and foreign goods sold as Vietnamese.

What is declared for re-export, processing or temporary import is left out. Goods that go back to the partner
they came from, or that leave as Vietnamese after they came as foreign ones, were neither used nor worked on;
who sells on what keeps its declared origin trades openly, and counts for less.
Source: FATF, trade-based money laundering indicators 2021 (carousel); WCO, commercial fraud typologies
(origin; transhipment).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order, marked_detections
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import shown_record
from jobs.signals.goods.traders import DECLARATIONS, accomplice, heading, in_window, is_one_of
from jobs.signals.schema import Parameters, Signal, record

SIGNAL = Signal(
    id="round_trips",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)
# What tells that two hands have to do with each other.
_IN_COMMON = {
    "partner": ("partner_name_norm",),
    "phone": ("trader_phone_e164", "consignee_phone_e164"),
    "address": ("trader_address_norm", "consignee_address_norm"),
}


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value as `marked_detections` gives it, of weighed lines."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    )
    lines = kept.where(F.col("hand").isNotNull())
    marked = lines.join(_trips(lines, parameters), "record_key", "left").select(
        "hand",
        F.coalesce("weight", F.lit(0.0)).alias("mark"),
        found_in_order().alias("in_order"),
        F.col("customs_value_vnd").alias("value_vnd"),
        F.array(shown_record(record(DECLARATIONS, F.col("record_key")))).alias("shown"),
        F.when(F.col("other").isNotNull(), F.array("other")).alias("others"),
    )
    openly = ("sold_on_openly", F.col("weighed") * 2 < F.col("support"))
    return marked_detections(SIGNAL, marked, kept, identifiers, parameters, openly)


def _trips(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """record_key, weight, other: the lines of every round trip, and who made its other half (null: the same).

    An export belongs to the latest import in the same goods and quantity by its hand, or by one that has a
    partner, a phone or an address in common with it; an import to the first export that it serves.
    """
    by_quantity = positive(F.col("quantity"))
    side = F.struct(
        "record_key",
        "hand",
        "trader",
        F.col("event_day").alias("day"),
        F.col("partner_name_norm").alias("partner"),
        (F.col("origin_country") == "VN").alias("of_vietnam"),
        # Where no quantity is declared, net weights are compared, and only with each other.
        F.when(by_quantity.isNotNull(), F.lower("unit")).otherwise("net weight").alias("unit"),
        F.coalesce(by_quantity, positive(F.col("net_weight_kg"))).alias("amount"),
    )
    goods = heading(F.col("hs_code"), int(parameters["goods_digits"]))
    sides = (
        lines.select("direction", "hand", goods.alias("goods"), side.alias("side"))
        .where(F.col("goods").isNotNull())
        .join(_circles(lines, int(parameters["circle_hands"])), "hand")
        .select("direction", "side", F.concat_ws("|", "circle", "goods").alias("key"))
    )
    imports = sides.where(F.col("direction") == "import").select("key", F.col("side").alias("brought"))
    exports = sides.where(F.col("direction") == "export").select("key", F.col("side").alias("sent"))
    stay = F.datediff("sent.day", "brought.day")
    same_amount = F.col("sent.unit").eqNullSafe(F.col("brought.unit")) & (
        F.abs(F.log(F.col("sent.amount") / F.col("brought.amount"))) <= float(parameters["amount_tolerance"])
    )
    pairs = imports.join(exports, "key").where(
        same_amount & stay.between(0, int(parameters["days_until_return"]))
    )
    served = pairs.groupBy(F.col("sent.record_key").alias("export")).agg(
        F.max_by("brought", F.struct("brought.day", "brought.record_key")).alias("brought"),
        F.first("sent").alias("sent"),
    )
    trips = served.groupBy(F.col("brought.record_key").alias("import")).agg(
        F.first("brought").alias("brought"),
        F.min_by("sent", F.struct("sent.day", "sent.record_key")).alias("sent"),
    )
    back = F.coalesce(F.col("brought.partner") == F.col("sent.partner"), F.lit(False))
    renamed = F.coalesce(~F.col("brought.of_vietnam") & F.col("sent.of_vietnam"), F.lit(False))
    weight = F.when(back | renamed, 1.0).otherwise(float(parameters["open_weight"]))

    def half(one: str, other: str) -> Column:
        with_whom = F.when(
            F.col(f"{one}.hand") != F.col(f"{other}.hand"),
            accomplice(F.col(f"{other}.trader"), F.array(F.col(f"{other}.record_key"))),
        )
        return F.struct(F.col(f"{one}.record_key"), weight.alias("weight"), with_whom.alias("other"))

    return trips.select(
        F.explode(F.array(half("brought", "sent"), half("sent", "brought"))).alias("half")
    ).select("half.*")


def _circles(lines: DataFrame, hands_most: int) -> DataFrame:
    """hand, circle: each hand by itself, and with those who use one of its partners, phones or addresses."""
    names = F.array(
        *[
            F.concat(F.lit(f"{kind}:"), F.col(column))
            for kind, columns in _IN_COMMON.items()
            for column in columns
        ]
    )
    shared = (
        lines.select("hand", F.explode(names).alias("circle"))
        .where(F.col("circle").isNotNull())
        .distinct()
        .withColumn("hands", F.count(F.lit(1)).over(Window.partitionBy("circle")))
        .where(F.col("hands").between(2, hands_most))
    )
    alone = lines.select("hand", F.concat(F.lit("hand:"), F.col("hand")).alias("circle")).distinct()
    return shared.select("hand", "circle").unionByName(alone)
