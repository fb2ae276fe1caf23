"""Goods that an enterprise brings in duty-free to process and export, which nobody else processes.

Who has finished goods for consumers (tyres, cosmetics, television sets) cleared for production has no use for
them there: others bring in the same goods for the home market alone. Goods of which it exports some are left
out, and goods so seldom brought in that nobody can tell. A few lines may be for canteen, office or yard.
Source: Vietnam Customs press cases (duty-free goods of export processing enterprises sold at home).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order, marked_detections
from jobs.signals.goods.tied_traders import shown_record
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of
from jobs.signals.schema import Parameters, Signal, record

SIGNAL = Signal(
    id="goods_never_processed",
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
    """value as `marked_detections` gives it, of lines brought in for processing."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"])
    lines = (
        kept.where(F.col("hand").isNotNull())
        .withColumn("goods", heading(F.col("hs_code"), int(parameters["goods_digits"])))
        .withColumn("entry", is_one_of(F.col("regime"), parameters, "entry_regimes"))
        .withColumn("home", is_one_of(F.col("regime"), parameters, "home_regimes"))
    )
    processed = lines.where(F.col("entry") & (F.col("direction") == "import"))
    marked = processed.join(_strange(lines, parameters), ["hand", "goods"], "left").select(
        "hand",
        F.coalesce("strange", F.lit(False)).cast("double").alias("mark"),
        found_in_order().alias("in_order"),
        F.col("customs_value_vnd").alias("value_vnd"),
        F.array(shown_record(record(DECLARATIONS, F.col("record_key")))).alias("shown"),
    )
    few = ("few_of_its_lines", F.col("weighed") < F.col("lines") * float(parameters["few_share"]))
    return marked_detections(SIGNAL, marked, kept, identifiers, parameters, few)


def _strange(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """hand, goods, strange: whether others bring the goods in, and hardly ever to process them."""
    importing = F.col("direction") == "import"
    entry, home = importing & F.col("entry"), importing & F.col("home")
    own = (
        lines.where(F.col("goods").isNotNull())
        .groupBy("hand", "goods")
        .agg(
            F.count_if(entry).alias("entry"),
            F.count_if(home).alias("home"),
            F.count_if(F.col("direction") == "export").alias("exports"),
        )
    )
    every = own.groupBy("goods").agg(
        F.sum("entry").alias("all_entry"), F.sum(F.col("entry") + F.col("home")).alias("all")
    )
    share = own.agg((F.sum("entry") / F.sum(F.col("entry") + F.col("home"))).alias("share"))
    others = F.col("all") - F.col("entry") - F.col("home")
    # As many of the others' lines as would be for processing if the goods were like all goods.
    usual = others * F.col("share")
    return (
        own.where(F.col("entry") > 0)
        .join(every, "goods")
        .crossJoin(F.broadcast(share))
        .select(
            "hand",
            "goods",
            (
                (F.col("exports") == 0)
                & (usual >= float(parameters["least_usual_lines"]))
                & (F.col("all_entry") - F.col("entry") <= usual * float(parameters["hardly_share"]))
            ).alias("strange"),
        )
    )
