"""Goods in temporary import of which lot after lot leaves in part, or not at all, within its term.

What comes to be re-exported leaves as it came: in one exit of the same quantity, or in parts that add up to
it. A lot without such an exit, of goods of which less left than came (by number, in all such lots together),
is short. A share of all weight hides it where others of the importer's lots left whole; and one lot may wait,
be lost or be sold with permission, but not one after another. Where what leaves names the bill under which
it came, the bill tells how much of that lot left, whatever became of others. What is declared (and taxed) for
use at home has left as well. Machines serve here until a contract ends, but they come in ones and tens: what
comes by the hundred comes to go on. What leaves in another unit can not be told.

Who takes goods out on the way still shows the border that some left. Such lots, of goods of which a good part
is missing, have a rate of their own: papers of whole exits may be missing for many.
Source: Decree 69/2018/NĐ-CP Art. 13 (60 days, with two extensions of 30); Vietnam Customs press cases (goods
taken out of containers in transit and temporary import on the way to the border).
"""

from datetime import date, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.duty_free.duty_free_goods import lots_that_left, with_entries
from jobs.signals.goods.marked_lines import marked_hands
from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of, micro
from jobs.signals.joins.closing import kept
from jobs.signals.schema import Parameters, Signal, against_peers, record

SIGNAL = Signal(
    id="temporary_lots_short",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)
_LOT = ["hand", "goods", "unit", "house_bill_no"]


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value as `marked_detections` gives it, of lots that left whole or whose term is over: of those that are
    short, or of those that left in part, whichever is more."""
    lines = in_window(customs_declarations, as_of, parameters["lookback_days"])
    counted = with_entries(lines, parameters, as_of).where(
        F.col("hand").isNotNull() & (F.col("quantity") > 0)
    )
    digits = int(parameters["goods_digits"])
    goods = counted.withColumn("unit", F.lower(F.coalesce("unit", F.lit("")))).withColumn(
        "goods", heading(F.col("hs_code"), digits)
    )
    lasting = is_one_of(F.col("hs_code"), parameters, "lasting_chapters")
    serves = lasting & (F.col("quantity") < int(parameters["series_from"]))
    came = goods.where(F.col("entry") & ~serves)
    reexported = (F.col("direction") == "export") & is_one_of(F.col("regime"), parameters, "exit_regimes")
    taxed = (F.col("direction") == "import") & is_one_of(F.col("regime"), parameters, "change_of_use_regimes")
    left = goods.where(reexported | taxed)
    bills = kept(_named_bills(came, left))
    told = _told_by_bill(came.join(bills, _LOT), parameters)
    came, left = (lines.join(bills, _LOT, "left_anti") for lines in (came, left))
    pairs = lots_that_left(came, left, digits)
    whole = came.join(
        pairs.select(F.col("brought.record_key").alias("record_key")), "record_key", "left_semi"
    )
    rest = came.where("brought_in").join(whole.select("record_key"), "record_key", "left_anti")
    parts = left.join(pairs.select(F.col("sent.record_key").alias("record_key")), "record_key", "left_anti")
    short = _short(rest, parts, parameters)
    open_lots = rest.join(short, ["hand", "goods"], "left")
    extended = F.lit(as_of - timedelta(days=int(parameters["extended_days"])))
    lots = open_lots.unionByName(whole, allowMissingColumns=True).unionByName(told, allowMissingColumns=True)
    lots = lots.select(
        "hand",
        F.explode(
            F.array(
                *[
                    F.struct(
                        F.lit(kind).alias("kind"), F.coalesce(kind, F.lit(False)).cast("double").alias("mark")
                    )
                    for kind in ("short", "in_part")
                ]
            )
        ).alias("as"),
        (F.col("event_day") > extended).alias("in_order"),
        F.col("customs_value_vnd").alias("value_vnd"),
        F.array(shown_record(record(DECLARATIONS, F.col("record_key")))).alias("shown"),
    )
    past = F.col("support") - F.col("in_order") >= int(parameters["past_extension_lots"])
    innocent = ("within_extension", (F.col("in_order") * 2 > F.col("support")) & ~past)
    marked = lots.select("*", "as.kind", "as.mark").drop("as")
    measured = marked_hands(marked, parameters, innocent, by=("kind",))
    most = F.max_by(F.struct(*measured.columns), F.struct("value", "support", "value_vnd")).alias("most")
    hands = measured.groupBy("hand").agg(most).select("most.*")
    found = against_peers(hands, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, lines, identifiers, parameters)


def _named_bills(came: DataFrame, left: DataFrame) -> DataFrame:
    """hand, goods, unit, house_bill_no, missing: of lots whose bill an exit names, the share that stayed."""
    brought = came.groupBy(*_LOT).agg(F.sum("quantity").alias("came"))
    sent = left.groupBy(*_LOT).agg(F.sum("quantity").alias("left"))
    return brought.join(sent, _LOT).select(
        *_LOT, F.round(1 - F.col("left") / F.col("came"), 9).alias("missing")
    )


def _told_by_bill(lots: DataFrame, parameters: Parameters) -> DataFrame:
    """The lots with `short` and `in_part`; those that may still leave are not judged."""
    short = F.col("missing") > float(parameters["short_share"])
    in_part = F.col("missing") >= float(parameters["in_part_share"])
    return lots.where(F.col("brought_in") | ~short).withColumn("short", short).withColumn("in_part", in_part)


def _short(rest: DataFrame, parts: DataFrame, parameters: Parameters) -> DataFrame:
    """hand, goods, short, in_part: whether less left than came of the lots that no one exit accounts for, and
    whether some did while a good part is missing."""

    def summed(lines: DataFrame, name: str) -> DataFrame:
        return lines.groupBy("hand", "goods").agg(
            F.sum(micro(F.col("quantity"))).alias(name),
            F.collect_set("unit").alias(f"{name}_units"),
        )

    left = F.coalesce("left", F.lit(0))
    short = left <= F.col("came") * (1 - float(parameters["short_share"]))
    in_part = (left > 0) & (left <= F.col("came") * (1 - float(parameters["in_part_share"])))
    units = F.array_union("came_units", F.coalesce("left_units", F.array().cast("array<string>")))
    return (
        summed(rest, "came")
        .join(summed(parts, "left"), ["hand", "goods"], "left")
        .withColumn("one_unit", F.size(units) == 1)
        .select(
            "hand",
            "goods",
            (short & F.col("one_unit")).alias("short"),
            (in_part & F.col("one_unit")).alias("in_part"),
        )
    )
