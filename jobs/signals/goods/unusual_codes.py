"""Goods declared under a code that hardly anybody else uses for goods of that name, mostly at a lower rate.

A television set declared as a monitor keeps its name. Whoever declares goods so called agrees on their code;
one trader does not.
Source: WCO, commercial fraud typologies (misclassification); Vietnam Customs press cases.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.goods_names import goods_name
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.saved_duties import mark_of_saving, measured_hands, usual_rates
from jobs.signals.goods.tied_traders import tied_detections
from jobs.signals.goods.traders import declared_in_window, heading
from jobs.signals.schema import Parameters, Signal, against_peers

SIGNAL = Signal(
    id="unusual_codes",
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
    """value = log2 of one more than the lines under an unusual code, each by what it saves."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = (
        kept.where(F.col("hand").isNotNull())
        .withColumn("name", goods_name(F.col("goods_norm"), F.col("brand")))
        .withColumn("code", heading(F.col("hs_code"), 8))
        .withColumn("rate", F.round(F.col("duty_vnd") / positive(F.col("customs_value_vnd")), 4))
        .where(F.col("name").isNotNull() & F.col("code").isNotNull())
    )
    rates = usual_rates(lines, parameters).withColumnRenamed("code", "usual_code")
    compared = lines.join(F.broadcast(_usual_codes(lines, parameters)), ["name", "code"]).join(
        F.broadcast(rates), ["usual_code", "origin_country"], "left"
    )
    marked = compared.withColumn("mark", F.when(F.col("odd"), mark_of_saving(parameters)).otherwise(0.0))
    found = against_peers(measured_hands(marked, parameters), float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _usual_codes(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """name, code, usual_code, odd: the code that most hands use for a name, and what hardly any uses."""
    votes = lines.groupBy("name", "code").agg(F.count_distinct("hand").alias("hands"))
    usual = votes.groupBy("name").agg(
        F.max_by(F.struct("code", "hands"), F.struct("hands", "code")).alias("usual"),
        F.sum("hands").alias("all_hands"),
    )
    agreed = (F.col("usual.hands") >= int(parameters["peer_hands"])) & (
        F.col("usual.hands") >= F.col("all_hands") * float(parameters["usual_share"])
    )
    few = (F.col("hands") == 1) | (
        (F.col("hands") <= int(parameters["odd_hands"]))
        & (F.col("hands") <= F.col("usual.hands") * float(parameters["odd_share"]))
    )
    odd = (F.col("code") != F.col("usual.code")) & few
    return votes.join(usual.where(agreed), "name").select(
        "name", "code", F.col("usual.code").alias("usual_code"), odd.alias("odd")
    )
