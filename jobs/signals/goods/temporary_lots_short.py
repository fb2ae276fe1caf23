"""Goods in temporary import of which lot after lot leaves in part, or not at all, within its term.

What comes to be re-exported leaves as it came: in one exit of the same quantity, or in parts that add up to
it. A lot without such an exit, of goods of which less left than came (by number, in all such lots together),
is short. A share of all weight hides it where others of the importer's lots left whole; and one lot may wait,
be lost or be sold with permission, but not one after another. What is declared (and taxed) for use at home
has left as well. Machines serve here until a contract ends; what leaves in another unit can not be told.
Source: Decree 69/2018/NĐ-CP Art. 13 (60 days, with two extensions of 30); Vietnam Customs press cases (goods
taken out of containers in transit and temporary import on the way to the border).
"""

from datetime import date, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.duty_free_goods import lots_that_left, with_entries
from jobs.signals.goods.marked_lines import marked_detections
from jobs.signals.goods.tied_traders import shown_record
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of, micro
from jobs.signals.schema import Parameters, Signal, record

SIGNAL = Signal(
    id="temporary_lots_short",
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
    """value as `marked_detections` gives it, of lots that left whole or whose term is over."""
    lines = in_window(customs_declarations, as_of, parameters["lookback_days"])
    counted = with_entries(lines, parameters, as_of).where(
        F.col("hand").isNotNull() & (F.col("quantity") > 0)
    )
    digits = int(parameters["goods_digits"])
    goods = counted.withColumn("unit", F.lower(F.coalesce("unit", F.lit("")))).withColumn(
        "goods", heading(F.col("hs_code"), digits)
    )
    lasting = is_one_of(F.col("hs_code"), parameters, "lasting_chapters")
    came = goods.where(F.col("entry") & ~lasting)
    reexported = (F.col("direction") == "export") & is_one_of(F.col("regime"), parameters, "exit_regimes")
    taxed = (F.col("direction") == "import") & is_one_of(F.col("regime"), parameters, "change_of_use_regimes")
    left = goods.where(reexported | taxed)
    pairs = lots_that_left(came, left, digits)
    whole = came.join(
        pairs.select(F.col("brought.record_key").alias("record_key")), "record_key", "left_semi"
    )
    rest = came.where("brought_in").join(whole.select("record_key"), "record_key", "left_anti")
    parts = left.join(pairs.select(F.col("sent.record_key").alias("record_key")), "record_key", "left_anti")
    short = _short(rest, parts, parameters)
    open_lots = rest.join(short, ["hand", "goods"], "left").withColumn(
        "mark", F.coalesce("short", F.lit(False)).cast("double")
    )
    extended = F.lit(as_of - timedelta(days=int(parameters["extended_days"])))
    marked = open_lots.unionByName(whole.withColumns({"short": F.lit(False), "mark": F.lit(0.0)})).select(
        "hand",
        "mark",
        (F.col("event_day") > extended).alias("in_order"),
        F.col("customs_value_vnd").alias("value_vnd"),
        F.array(shown_record(record(DECLARATIONS, F.col("record_key")))).alias("shown"),
    )
    innocent = ("within_extension", F.col("in_order") * 2 > F.col("support"))
    return marked_detections(SIGNAL, marked, lines, identifiers, parameters, innocent)


def _short(rest: DataFrame, parts: DataFrame, parameters: Parameters) -> DataFrame:
    """hand, goods, short: whether less left than came of the lots that no one exit accounts for."""

    def summed(lines: DataFrame, name: str) -> DataFrame:
        return lines.groupBy("hand", "goods").agg(
            F.sum(micro(F.col("quantity"))).alias(name),
            F.collect_set("unit").alias(f"{name}_units"),
        )

    least = F.col("came") * (1 - float(parameters["short_share"]))
    units = F.array_union("came_units", F.coalesce("left_units", F.array().cast("array<string>")))
    return (
        summed(rest, "came")
        .join(summed(parts, "left"), ["hand", "goods"], "left")
        .select(
            "hand",
            "goods",
            ((F.coalesce("left", F.lit(0)) <= least) & (F.size(units) == 1)).alias("short"),
        )
    )
