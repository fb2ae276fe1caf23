"""Imports that pay less duty than their goods: a code that others do not use for this description, or a rate
that others do not get for this code.

Source: Vietnam Customs on misdeclared codes and origins (WCO commercial fraud typologies: misclassification,
origin). Parts of a thing are classified apart from it, and a preference that many claim is an ordinary one.
One that an agreement offers goods straight from their origin is likely lawful: not every importer has it.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order, marked_detections
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import shown_line
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, heading, is_one_of, listed
from jobs.signals.schema import Parameters, Signal, record

SIGNAL = Signal(
    id="avoided_duties",
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
    """value as `marked_detections` gives it."""
    imports = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = (
        imports.where(F.col("hand").isNotNull())
        .withColumn("goods_class", heading(F.col("hs_code"), int(parameters["class_digits"])))
        .withColumn("code", heading(F.col("hs_code"), 8))
        .withColumn("called", _called(parameters))
        .withColumn("rate", F.round(F.col("duty_vnd") / positive(F.col("customs_value_vnd")), 4))
    )
    compared = (
        lines.join(F.broadcast(_usual_classes(lines, parameters)), ["called", "goods_class"], "left")
        .join(F.broadcast(_usual_rates(lines, parameters)), "code", "left")
        .where(F.coalesce("class_rate", "code_rate").isNotNull() & F.col("rate").isNotNull())
    )
    marked = _marked(compared, parameters).select(
        "hand",
        _mark(parameters).alias("mark"),
        found_in_order().alias("in_order"),
        F.col("customs_value_vnd").alias("value_vnd"),
        F.array(shown_line(record(DECLARATIONS, F.col("record_key")))).alias("shown"),
    )
    return marked_detections(SIGNAL, marked, imports, identifiers, parameters)


def _called(parameters: Parameters) -> Column:
    """The first two words of the description, which name the goods; null for parts and accessories."""
    filler = "|".join(listed(parameters, "filler_words"))
    text = F.regexp_replace("goods_norm", rf"^(({filler}) )+", "")
    words = F.split(text, " ")
    parts = "|".join(listed(parameters, "part_words"))
    return F.when(
        (F.size(words) >= 2) & ~F.col("goods_norm").rlike(rf"\b({parts})\b"),
        F.concat_ws(" ", F.slice(words, 1, 2)),
    )


def _usual_classes(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """called, goods_class, odd, class_rate: where most hands classify goods so called, and who hardly does.

    `odd`: so few hands use this class for goods so called that it is not one of several kinds of them.
    `class_rate`: what is paid in the class that most use.
    """
    votes = (
        lines.where(F.col("called").isNotNull() & F.col("goods_class").isNotNull())
        .groupBy("called", "goods_class")
        .agg(F.count_distinct("hand").alias("hands"), F.percentile("rate", 0.5).alias("class_rate"))
    )
    together = Window.partitionBy("called")
    most = F.max_by(F.struct("goods_class", "class_rate", "hands"), F.struct("hands", "goods_class"))
    few = F.greatest(
        F.lit(float(parameters["odd_class_hands"])), F.col("all_hands") * float(parameters["odd_class_share"])
    )
    return (
        votes.withColumn("most", most.over(together))
        .withColumn("all_hands", F.sum("hands").over(together))
        .where(F.col("most.hands") >= int(parameters["peer_hands"]))
        .where(F.col("most.hands") >= F.col("all_hands") * float(parameters["usual_share"]))
        .select(
            "called",
            "goods_class",
            ((F.col("goods_class") != F.col("most.goods_class")) & (F.col("hands") <= few)).alias("odd"),
            F.col("most.class_rate"),
        )
    )


def _usual_rates(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """code, code_rate: the rate that most hands pay for a code (one vote a hand)."""
    votes = (
        lines.where(F.col("code").isNotNull())
        .groupBy("code", "hand")
        .agg(F.percentile("rate", 0.5).alias("vote"))
    )
    return (
        votes.groupBy("code")
        .agg(F.count("vote").alias("hands"), F.percentile("vote", 0.5).alias("code_rate"))
        .where((F.col("hands") >= int(parameters["rate_hands"])) & (F.col("code_rate") > 0))
        .select("code", "code_rate")
    )


def _marked(compared: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `way`: 1 for another class at a lower rate, 2 for a rate that the code does not have, else 0."""
    other_class = F.col("odd") & _lower(F.col("class_rate"), parameters)
    low = F.coalesce(_lower(F.col("code_rate"), parameters), F.lit(False))
    country = F.coalesce("origin_country", F.lit("?"))
    return (
        compared.withColumn("low", low)
        .withColumn(
            "for_these_goods", _preferred(Window.partitionBy("code", country), "preference_share", parameters)
        )
        .withColumn("for_its_origin", _preferred(Window.partitionBy(country), "agreement_share", parameters))
        .withColumn(
            "way",
            F.when(F.coalesce(other_class, F.lit(False)), 1)
            .when(F.col("low") & ~F.col("for_these_goods") & ~F.col("for_its_origin"), 2)
            .otherwise(0),
        )
    )


def _lower(usual: Column, parameters: Parameters) -> Column:
    """Whether the rate lies far below the usual one, in proportion and in points."""
    saved = usual - F.col("rate")
    return (saved > usual * float(parameters["lower_share"])) & (saved >= float(parameters["lower_points"]))


def _mark(parameters: Parameters) -> Column:
    """How far a line counts, from 0 to 1."""
    origin = F.col("origin_country")
    straight = F.coalesce(F.col("partner_country") == origin, F.lit(True))
    offered = F.coalesce(is_one_of(origin, parameters, "agreement_origins"), F.lit(False))
    return (
        F.when(F.col("way") == 0, 0.0)
        .when((F.col("way") == 2) & offered & straight, float(parameters["agreement_mark"]))
        .when((F.col("way") == 2) & offered, float(parameters["third_country_mark"]))
        .otherwise(1.0)
    )


def _preferred(origin: WindowSpec, share: str, parameters: Parameters) -> Column:
    """Whether so many hands pay less for this origin that an agreement must be behind it."""
    claimants = F.size(F.collect_set(F.when(F.col("low"), F.col("hand"))).over(origin))
    hands = F.size(F.collect_set("hand").over(origin))
    return (claimants >= int(parameters["preference_hands"])) & (
        claimants >= hands * float(parameters[share])
    )
