"""Goods of one country's origin that a seller in another producing country ships, as hardly anybody does.

A seller in China ships Chinese goods; that these are Korean is what a paper says. Trading places (Hong Kong,
Singapore) ship what others made, and so does a seller none of whose goods are of its own country. Where
many buy goods by the same detour, that is how the trade is. A trader who has it nearly alone, in a good part
of its lines of the goods, whichever of its sellers ships them and whichever origins the papers name, pays a
preferential rate, or none of the duty that the country of the seller bears. What saves no duty counts
little, and nothing where everybody has that origin. Goods of Viet Nam's own origin come home.
Source: WCO, commercial fraud typologies (origin, transhipment); WTO Agreement on Rules of Origin.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from jobs.signals.goods.declarations.saved_duties import (
    mark_of_saving,
    measured_hands,
    saves_duty,
    usual_rates,
)
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import tied_detections
from jobs.signals.goods.traders import declared_in_window, finest_code
from jobs.signals.schema import Parameters, Signal, against_peers

SIGNAL = Signal(
    id="detoured_origins",
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
    """value = log2 of one more than the lines by a detour of their own, each by what it saves."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = kept.where(F.col("hand").isNotNull() & F.col("trader_key").startswith("tax:"))
    marked = _detoured(lines, parameters)
    found = against_peers(measured_hands(marked, parameters), float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _detoured(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines with `mark`: 0, or what a line by a detour that hardly anybody else takes counts."""
    abroad = F.col("partner_country") != F.col("origin_country")
    seller, route = ["partner_name_norm", "partner_country"], ["code", "partner_country", "origin_country"]
    hands = F.collect_set("hand")
    known = (
        lines.withColumn("code", finest_code(F.col("hs_code")))
        .where(F.col("code").isNotNull() & F.col("partner_name_norm").isNotNull())
        .where(F.col("partner_country").isNotNull() & F.col("origin_country").isNotNull())
        .withColumn("rate", F.col("duty_vnd") / positive(F.col("customs_value_vnd")))
    )
    counted = (
        known.withColumn(
            "made_there", F.avg((~abroad).cast("int")).over(Window.partitionBy("partner_country"))
        )
        .withColumn("hands_of_goods", F.size(hands.over(Window.partitionBy("code"))))
        .withColumn("hands_of_origin", F.size(hands.over(Window.partitionBy("code", "origin_country"))))
        .withColumn("own_origins", F.collect_set("origin_country").over(Window.partitionBy("hand", "code")))
        .withColumn("hands_of_route", F.size(hands.over(Window.partitionBy(*route))))
        .withColumn("hands_of_seller", F.size(hands.over(Window.partitionBy(*route, "partner_name_norm"))))
        .withColumn("made_by_seller", F.count_if(~abroad).over(Window.partitionBy(*seller)))
    )
    one_seller = F.col("hands_of_route") == F.col("hands_of_seller")
    detour = (
        abroad
        & (F.round("made_there", 6) >= float(parameters["made_there_share"]))
        & (F.col("made_by_seller") >= int(parameters["made_by_seller"]))
        & (F.col("origin_country") != "VN")
        & (F.col("hands_of_goods") - F.col("hands_of_route") >= int(parameters["other_hands"]))
        & (F.col("hands_of_route") <= F.col("hands_of_goods") * float(parameters["route_share"]))
    )
    saves = F.coalesce(saves_duty(parameters), F.lit(False))
    few = one_seller | (
        F.col("hands_of_route")
        <= F.greatest(
            F.lit(int(parameters["route_hands"])),
            F.col("hands_of_goods") * float(parameters["route_hands_share"]),
        )
    )
    made = usual_rates(known, parameters).withColumnRenamed("origin_country", "partner_country")
    of_goods = Window.partitionBy("hand", "code")
    # Whichever goods go by it, one way is one practice.
    one_way = Window.partitionBy("hand", "partner_country", F.when(F.col("detour"), F.col("origin_country")))
    from_there = Window.partitionBy("hand", "partner_country")
    often = _many(of_goods, of_goods, parameters) | _many(one_way, from_there, parameters)
    # Who gets a few goods by the way that a seller keeps for one who often does is in it as well.
    kept_for = F.max((F.col("detour") & F.col("often")).cast("int")).over(
        Window.partitionBy(*route, "partner_name_norm")
    )
    return (
        counted.join(F.broadcast(_hands_of_origins(known)), "code")
        .join(F.broadcast(made), ["code", "partner_country"], "left")
        .withColumn("detour", detour & F.when(saves, few).otherwise(one_seller & ~_commonest_elsewhere()))
        .withColumn("often", often)
        .withColumn("kept_for", kept_for == 1)
        .withColumn(
            "mark", F.when(F.col("detour") & F.col("kept_for"), mark_of_saving(parameters)).otherwise(0.0)
        )
    )


def _many(lines: WindowSpec, among: WindowSpec, parameters: Parameters) -> Column:
    """Whether the detours of `lines` are `least_lines`, and `own_share` of all lines `among`."""
    detours = F.count_if("detour").over(lines)
    return (detours >= int(parameters["least_lines"])) & (
        detours >= F.count(F.lit(1)).over(among) * float(parameters["own_share"])
    )


def _hands_of_origins(known: DataFrame) -> DataFrame:
    """code, origins: how many hands ever import the code with each origin."""
    hands = known.groupBy("code", "origin_country").agg(F.count_distinct("hand").alias("hands"))
    of_code = F.collect_list(F.struct(F.col("origin_country").alias("origin"), "hands"))
    return hands.groupBy("code").agg(of_code.alias("origins"))


def _commonest_elsewhere() -> Column:
    """Whether no origin of the code has more hands, the line's own left out, than the line's origin."""
    own = F.col("own_origins")
    others = F.transform(
        "origins", lambda one: one["hands"] - F.array_contains(own, one["origin"]).cast("int")
    )
    return F.col("hands_of_origin") - 1 >= F.array_max(others)
