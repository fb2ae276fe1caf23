"""Goods that come in and leave again in the same quantity: carousels, and foreign goods sold as Vietnamese.
Goods that leave and come home again go round as well.

Two hands that share no more than a partner whom many deal with go round together when lots that nobody but
them declares with it, to the piece, leave with the one and come in with the other, again and again.

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
_LOT = "lot"
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
    pairs = _pairs(lines, parameters)
    trips, by_chance = _trips(pairs.where("agrees")), _by_chance(pairs.where("NOT agrees"), parameters)
    marked = (
        lines.join(trips, "record_key", "left")
        .join(by_chance, "record_key", "left")
        .select(
            "hand",
            F.coalesce("weight", F.lit(0.0)).alias("mark"),
            F.coalesce("chance", F.lit(0.0)).alias("chance"),
            found_in_order().alias("in_order"),
            F.col("customs_value_vnd").alias("value_vnd"),
            F.array(shown_record(record(DECLARATIONS, F.col("record_key")))).alias("shown"),
            F.when(F.col("other").isNotNull(), F.array("other")).alias("others"),
        )
    )
    openly = ("sold_on_openly", F.col("weighed") * 2 < F.col("support"))
    return marked_detections(SIGNAL, marked, kept, identifiers, parameters, openly)


def _pairs(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """brought, sent, weight, agrees: an import and an export of like quantity in the same goods, by one hand
    or by two that have a partner, a phone or an address in common.

    The export follows; or it comes first, and the goods come home, from its partner or as Vietnamese. Lots
    that two hands alone declare with a partner (`_lots_of_two`) make pairs as well, if they are several.
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
    every = lines.select("direction", "hand", goods.alias("goods"), side.alias("side")).where(
        F.col("goods").isNotNull()
    )
    in_circles = every.join(_circles(lines, int(parameters["circle_hands"])), "hand").select(
        "direction", "side", F.concat_ws("|", "circle", "goods").alias("key")
    )
    sides = in_circles.unionByName(_lots_of_two(every, parameters))
    imports = sides.where(F.col("direction") == "import").select("key", F.col("side").alias("brought"))
    exports = sides.where(F.col("direction") == "export").select("key", F.col("side").alias("sent"))
    stay = F.datediff("sent.day", "brought.day")
    apart = F.abs(F.log(F.col("sent.amount") / F.col("brought.amount")))
    back = F.coalesce(F.col("brought.partner") == F.col("sent.partner"), F.lit(False))
    renamed = F.coalesce(~F.col("brought.of_vietnam") & F.col("sent.of_vietnam"), F.lit(False))
    home = back | F.coalesce(F.col("brought.of_vietnam"), F.lit(False))
    days = int(parameters["days_until_return"])
    weight = F.when(back | renamed | (stay < 0), 1.0).otherwise(float(parameters["open_weight"]))
    return (
        imports.join(exports, "key")
        .where(F.col("sent.unit").eqNullSafe(F.col("brought.unit")))
        .where(apart <= float(parameters["amount_near"]))
        .where(stay.between(0, days) | (home & stay.between(-days, -1)))
        .withColumn("chance", _meet_by_chance(int(parameters["lots_least"])))
        .where(~F.col("chance"))
        .select("brought", "sent", weight.alias("weight"))
        .withColumn("agrees", apart <= float(parameters["amount_tolerance"]))
        .persist()
    )


def _lots_of_two(every: DataFrame, parameters: Parameters) -> DataFrame:
    """direction, side, key: lines of a partner, with just so many goods as only two hands declare."""
    lot = ["side.partner", "goods", "side.unit", "side.amount"]
    key = F.concat_ws("|", F.lit(_LOT), *[F.col(part).cast("string") for part in lot])
    return (
        every.where(F.col("side.partner").isNotNull())
        .where(F.col("side.amount") >= float(parameters["lot_amount_least"]))
        .withColumn("hands", F.size(F.collect_set("hand").over(Window.partitionBy(*lot))))
        .where(F.col("hands") == 2)
        .select("direction", "side", key.alias("key"))
    )


def _meet_by_chance(lots_least: int) -> Column:
    """Whether a pair by its lot alone is of two hands that have fewer such lots, or of one."""
    two = Window.partitionBy("brought.hand", "sent.hand", F.startswith("key", F.lit(_LOT)))
    lots = [F.size(F.collect_set(F.col(f"{end}.record_key")).over(two)) for end in ("brought", "sent")]
    one_hand = F.col("brought.hand") == F.col("sent.hand")
    return F.startswith("key", F.lit(_LOT)) & (one_hand | (F.least(*lots) < lots_least))


def _trips(agreeing: DataFrame) -> DataFrame:
    """record_key, weight, other: the lines of every round trip, and who made its other half (null: the same).

    An export belongs to the import that it agrees with and that is nearest in time, an import to the nearest
    such export: a lot that goes round ten times makes ten trips.
    """
    apart = F.abs(F.datediff("sent.day", "brought.day"))
    served = agreeing.groupBy(F.col("sent.record_key").alias("export")).agg(
        F.min_by(
            F.struct("brought", "weight", apart.alias("apart")),
            F.struct(apart, "brought.day", "brought.record_key"),
        ).alias("of"),
        F.first("sent").alias("sent"),
    )
    trips = (
        served.groupBy(F.col("of.brought.record_key").alias("import"))
        .agg(
            F.first("of.brought").alias("brought"),
            F.min_by(
                F.struct("sent", "of.weight"), F.struct("of.apart", "sent.day", "sent.record_key")
            ).alias("by"),
        )
        .select("brought", "by.*")
    )

    def half(one: str, other: str) -> Column:
        with_whom = F.when(
            F.col(f"{one}.hand") != F.col(f"{other}.hand"),
            accomplice(F.col(f"{other}.trader"), F.array(F.col(f"{other}.record_key"))),
        )
        return F.struct(F.col(f"{one}.record_key"), F.col("weight"), with_whom.alias("other"))

    return trips.select(
        F.explode(F.array(half("brought", "sent"), half("sent", "brought"))).alias("half")
    ).select("half.*")


def _by_chance(near_misses: DataFrame, parameters: Parameters) -> DataFrame:
    """record_key, chance: the weight that a line would have by chance, told by the lots that nearly agree.

    Among lots of like size, as many agree by chance as the width of agreement has part in that of nearness.
    """
    tolerance = float(parameters["amount_tolerance"])
    ratio = tolerance / (float(parameters["amount_near"]) - tolerance)
    sides = F.array("brought.record_key", "sent.record_key")
    # Two lots meet in every circle that they share.
    near = near_misses.select(F.col("weight"), sides.alias("sides")).distinct()
    return (
        near.select("weight", F.explode("sides").alias("record_key"))
        .groupBy("record_key")
        .agg(F.least(F.round(F.sum("weight") * ratio, 6), F.lit(1.0)).alias("chance"))
    )


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
