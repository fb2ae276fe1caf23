"""Goods declared under a code that hardly anybody else uses for goods of that name, mostly at a lower rate.

A television set declared as a monitor keeps its name. Whoever declares goods so called agrees on their code;
one trader does not.
Source: WCO, commercial fraud typologies (misclassification); Vietnam Customs press cases.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.declarations.saved_duties import mark_of_saving, measured_hands, usual_rates
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import tied_detections
from jobs.signals.goods.traders import declared_in_window, heading, is_one_of
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
        .withColumnRenamed("goods_name", "name")
        .withColumn("code", heading(F.col("hs_code"), 8))
        .withColumn("rate", F.round(F.col("duty_vnd") / positive(F.col("customs_value_vnd")), 4))
        .withColumn("private", _is_private(parameters))
        .where(F.col("name").isNotNull() & F.col("code").isNotNull())
    )
    rates = usual_rates(lines, parameters).withColumnRenamed("code", "usual_code")
    compared = lines.join(F.broadcast(_usual_codes(lines, parameters)), ["name", "code"]).join(
        F.broadcast(rates), ["usual_code", "origin_country"], "left"
    )
    marked = compared.withColumn("mark", F.when(F.col("odd"), mark_of_saving(parameters)).otherwise(0.0))
    found = against_peers(measured_hands(marked, parameters), float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _is_private(parameters: Parameters) -> Column:
    """Whether a line is a private person's, or simplified as what couriers declare for such."""
    person = F.coalesce(F.col("trader_key").startswith("cccd:"), F.lit(False))
    return person | is_one_of(F.col("regime"), parameters, "private_regimes")


def _usual_codes(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """name, code, usual_code, odd: the code that most hands use for a name, and what hardly any uses.

    Where companies import goods so called, they alone say which code is usual.
    """
    votes = lines.groupBy("name", "code").agg(
        F.count_distinct("hand").alias("hands"),
        F.count_distinct(F.when(~F.col("private"), F.col("hand"))).alias("companies"),
    )
    of_name = Window.partitionBy("name")
    voters = F.when(F.max("companies").over(of_name) > 0, F.col("companies")).otherwise(F.col("hands"))
    votes = votes.withColumn("voters", voters)
    usual = votes.groupBy("name").agg(
        F.max_by(F.struct("code", F.col("voters").alias("hands")), F.struct("voters", "code")).alias("usual"),
        F.sum("voters").alias("all_hands"),
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
