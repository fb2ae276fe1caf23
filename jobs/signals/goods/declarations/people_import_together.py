"""People who bring in the same goods on the same days as each other, and again.

Whoever splits a lot into small consignments needs names, and uses the names that there are each time a lot
comes, whichever senders stand on it. Strangers who order the same goods on the same day do so once; that the
same people do so twice is not chance, unless they order them all the time, and that each of them does so with
two others less still. Offers that bring many people on one day are left out.
Source: Vietnam Customs dispatch 3923/2021 (house bills split under a master bill).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.nodes import person_kind
from jobs.signals.goods.declarations.gatherings import in_rings, rings_of
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="people_import_together",
    subject="person",
    reads={"customs_declarations": "flows.declarations"},
)


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Value: people of one ring; each came on `days_least` days or more with the same two others or more."""
    came = kept(_gatherings(customs_declarations, parameters, as_of))
    people = rings_of(_pairs(came, int(parameters["days_least"]), float(parameters["days_share"])))
    of_rings = in_rings(came, people)
    rows = reported(_measure(came, of_rings, parameters), parameters)
    shown = of_rings.join(F.broadcast(rows.select("subject_id")), "subject_id")
    members = [member_rows(shown, "person", "trader", "trader")]
    evidence = [record_rows(shown, DECLARATIONS, F.explode("keys"))]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _gatherings(lines: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """What each person brings in of one kind of goods on a day when a few do so: one row.

    `times`: how many such rows the person has, with others or alone.
    """
    imports = in_window(lines, as_of, parameters["window_days"]).where(
        (F.col("direction") == "import")
        & (person_kind(F.col("trader")) == "person")
        & F.col("hs_code").isNotNull()
    )
    gathering = F.concat_ws("|", heading(F.col("hs_code"), 6), F.col("event_day").cast("string"))
    of = F.count(F.lit(1))
    return (
        imports.withColumn("gathering", gathering)
        .groupBy("gathering", "event_day", "trader")
        .agg(
            F.collect_set("record_key").alias("keys"),
            F.count_distinct("declaration_no").alias("declarations"),
            F.sum(F.coalesce("customs_value_vnd", F.lit(0))).alias("value_vnd"),
            F.min(F.coalesce("consignee_address_norm", "trader_address_norm")).alias("home"),
        )
        .withColumn("times", of.over(Window.partitionBy("trader")))
        .withColumn("people", of.over(Window.partitionBy("gathering")))
        .where(F.col("people").between(2, int(parameters["people_most"])))
        .drop("people")
    )


def _pairs(came: DataFrame, days_least: int, days_share: float) -> DataFrame:
    """Two people who came together on so many days, and on so large a share of all times that either came;
    each of whom did so with two others or more."""
    others = came.select("gathering", F.col("trader").alias("second"), F.col("times").alias("of_second"))
    pairs = (
        came.select(
            "gathering", "event_day", F.col("trader").alias("first"), F.col("times").alias("of_first")
        )
        .join(others, "gathering")
        .where(F.col("first") != F.col("second"))
        .groupBy("first", "second")
        .agg(
            F.count_distinct("event_day").alias("days"),
            F.max(F.greatest("of_first", "of_second")).alias("times"),
        )
        .where((F.col("days") >= days_least) & (F.col("days") >= days_share * F.col("times")))
    )
    company = F.count(F.lit(1))
    return (
        pairs.withColumn("of_first", company.over(Window.partitionBy("first")))
        .withColumn("of_second", company.over(Window.partitionBy("second")))
        .where((F.col("of_first") >= 2) & (F.col("of_second") >= 2) & (F.col("first") < F.col("second")))
        .select("first", "second")
    )


def _measure(came: DataFrame, of_rings: DataFrame, parameters: Parameters) -> DataFrame:
    rings = of_rings.groupBy("subject_id").agg(
        F.count_distinct("trader").alias("value"),
        F.sum("declarations").alias("support"),
        F.sum("value_vnd").alias("value_vnd"),
        F.count_distinct("home").alias("homes"),
    )
    ringed = of_rings.select("trader").distinct()
    alone = (
        came.select("trader")
        .distinct()
        .join(ringed, "trader", "left_anti")
        .select(
            F.col("trader").alias("subject_id"),
            F.lit(1).alias("value"),
            F.lit(0).alias("support"),
            F.lit(0).alias("value_vnd"),
            F.lit(0).alias("homes"),
        )
    )
    household = (F.col("value") <= int(parameters["household_most"])) & (F.col("homes") == 1)
    return rings.unionByName(alone).select(
        "subject_id",
        F.lit("people who import what others do").alias("peer_group"),
        F.col("value").cast("double").alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("household", household)).alias("explanations"),
    )
