"""Several express consignments of one sender, or of one kind of goods, to one receiver on one day, again and
again.

An order that is broken up goes as many small declarations, each below what is taxed or looked at. A shop
sends what was ordered in one parcel, or now and then in two; several a day from one sender are seldom chance.
Nobody needs the same goods several times a day, day after day, whoever sends them: that is a shop's stock.
Nor does one person order so much of all kinds that several consignments a day arrive more than once.
One receiver needs no invented names for it: who uses several is told by `split_house_bills` too.
Source: Vietnam Customs dispatch 3923/2021 (several receipts a day).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import marked_detections
from jobs.signals.goods.tied_traders import shown_declaration
from jobs.signals.goods.traders import DECLARATIONS, in_window, is_one_of, trader_kind
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="several_receipts",
    subject="person",
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
    """value as `marked_detections` gives it, of express declarations whose sender is known."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        (F.col("direction") == "import") & is_one_of(F.col("regime"), parameters, "express_regimes")
    )
    receiver = F.coalesce("consignee_phone_e164", "trader_phone_e164", "hand")
    of_sender = Window.partitionBy(receiver, "partner", "event_day")
    of_goods = Window.partitionBy(receiver, "hs6", "event_day")
    of_person = Window.partitionBy("trader", "event_day")
    crowded = F.col("of_person") >= int(parameters["any_goods_a_day"])
    crowded_days = F.size(
        F.collect_set(F.when(crowded, F.col("event_day"))).over(Window.partitionBy("trader"))
    )
    goods_again = F.col("of_goods") >= int(parameters["same_goods_a_day"])
    days = F.size(
        F.collect_set(F.when(goods_again, F.col("event_day"))).over(Window.partitionBy(receiver, "hs6"))
    )
    marked = (
        whole_declarations(kept)
        .where(F.col("partner").isNotNull())
        .withColumn("of_sender", F.count(F.lit(1)).over(of_sender))
        .withColumn(
            "of_goods", F.when(F.col("hs6").isNotNull(), F.count(F.lit(1)).over(of_goods)).otherwise(0)
        )
        .withColumn("stock", goods_again & (days >= int(parameters["same_goods_days"])))
        .withColumn("of_person", F.count(F.lit(1)).over(of_person))
        .withColumn(
            "at_once",
            crowded
            & (crowded_days >= int(parameters["any_goods_days"]))
            & (trader_kind(F.col("trader")) == "person"),
        )
        .select(
            "hand",
            (
                (F.col("of_sender") >= int(parameters["receipts_a_day"]))
                | F.col("stock")
                | F.coalesce("at_once", F.lit(False))
            )
            .cast("double")
            .alias("mark"),
            (F.col("inspection") == 1).alias("in_order"),
            "value_vnd",
            shown_declaration(DECLARATIONS).alias("shown"),
        )
    )
    boxes = ("one_order_in_boxes", F.col("support") <= int(parameters["boxes_most"]))
    return marked_detections(SIGNAL, marked, kept, identifiers, parameters, boxes)
