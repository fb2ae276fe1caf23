"""Firms that declare parts of one lot: on one master bill, or on house bills that only end differently.

Whoever would be looked at with the whole lot has several firms declare a part of it each, and does so with
the next lot. Many firms share a container, each with goods of its own from a seller of its own; that two of
them bring in the same goods of one seller by the same lot, time and again, is one buyer under several names.
Source: Vietnam Customs dispatch 3923/2021 (house bills split under a master bill).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.firm_names import group_key
from jobs.signals.goods.declarations.gatherings import in_rings, rings_of
from jobs.signals.goods.traders import DECLARATIONS, company_of, heading, in_window
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="firms_in_one_lot",
    subject="company",
    reads={"customs_declarations": "flows.declarations"},
)


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Value: lots that firms of one ring divide; each shares `lots_least` or more with another."""
    imports = in_window(customs_declarations, as_of, parameters["window_days"]).where("direction = 'import'")
    came = kept(_lots(imports, parameters))
    in_ring = in_rings(came, rings_of(_pairs(came, int(parameters["lots_least"]))))
    rows = reported(_measure(came, in_ring), parameters)
    shown = in_ring.join(F.broadcast(rows.select("subject_id")), "subject_id")
    members = [member_rows(shown, "company", "trader", "trader")]
    evidence = [record_rows(shown, DECLARATIONS, F.explode("keys"))]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _lots(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """What each firm declares of one kind of goods on a lot (gathering) that a few firms share."""
    shared = Window.partitionBy("gathering")
    return (
        lines.where(F.col("trader").startswith("tax:") & F.col("hs_code").isNotNull())
        .withColumn("goods", heading(F.col("hs_code"), 4))
        .withColumn("lots", F.array_compact(F.array("master_bill_no", _without_number(parameters))))
        .withColumn("lot", F.explode(F.array_distinct("lots")))
        .where(F.length(F.regexp_replace("lot", "[^0-9]", "")) >= int(parameters["bill_digits"]))
        .groupBy(
            F.concat_ws("|", "lot", "goods").alias("gathering"), company_of(F.col("trader")).alias("trader")
        )
        .agg(
            F.collect_set("record_key").alias("keys"),
            F.collect_set("declaration_no").alias("declarations"),
            F.collect_set("partner_name_norm").alias("sellers"),
            F.min("event_day").alias("day"),
            F.min(group_key("trader_name_norm")).alias("name"),
            F.sum(F.coalesce("customs_value_vnd", F.lit(0))).alias("value_vnd"),
        )
        .withColumn("firms", F.count(F.lit(1)).over(shared))
        .withColumn("sellers", F.array_distinct(F.flatten(F.collect_list("sellers").over(shared))))
        .where(F.col("firms").between(2, int(parameters["firms_most"])) & (F.size("sellers") <= 1))
    )


def _without_number(parameters: Parameters) -> Column:
    """A house bill without the characters that number the bills of one lot."""
    house, number = F.col("house_bill_no"), int(parameters["number_digits"])
    return F.when(F.length(house) > number, F.substring(house, F.lit(1), F.length(house) - number))


def _pairs(came: DataFrame, lots_least: int) -> DataFrame:
    """Two firms that share lots of so many days."""
    first, second = (
        came.select("gathering", "day", F.col("trader").alias(name)) for name in ("first", "second")
    )
    return (
        first.join(second.drop("day"), "gathering")
        .where(F.col("first") < F.col("second"))
        .groupBy("first", "second")
        .agg(F.count_distinct("day").alias("days"))
        .where(F.col("days") >= lots_least)
        .select("first", "second")
    )


def _measure(came: DataFrame, in_ring: DataFrame) -> DataFrame:
    # One part may be found by the master bill and by the house bill.
    parts = in_ring.groupBy("subject_id", "trader", "day").agg(
        F.flatten(F.collect_list("declarations")).alias("declarations"),
        F.max("value_vnd").alias("value_vnd"),
        F.min("name").alias("name"),
    )
    rings = parts.groupBy("subject_id").agg(
        F.count_distinct("day").alias("value"),
        F.size(F.array_distinct(F.flatten(F.collect_list("declarations")))).alias("support"),
        F.sum("value_vnd").alias("value_vnd"),
        ((F.count_distinct("name") == 1) & (F.count("name") == F.count(F.lit(1)))).alias("one_group"),
    )
    alone = (
        came.select("trader")
        .distinct()
        .join(in_ring.select("trader").distinct(), "trader", "left_anti")
        .select(
            F.col("trader").alias("subject_id"),
            F.lit(0).alias("value"),
            F.lit(0).alias("support"),
            F.lit(0).alias("value_vnd"),
            F.lit(False).alias("one_group"),
        )
    )
    return rings.unionByName(alone).select(
        "subject_id",
        F.lit("firms that share a lot").alias("peer_group"),
        F.col("value").cast("double").alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("one_open_group", F.col("one_group"))).alias("explanations"),
    )
