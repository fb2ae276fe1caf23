"""Shops whose parcels go to phone numbers that lie side by side: recipients that were made up at a desk.

Numbers of strangers lie far apart. Where numbers are given out in blocks, everybody's customers have them; a
company may hold a block, under its one name.
Source: Vietnam Customs dispatch 3923/2021 (missing or false consignees); Guangzhou Customs (order, payment
and waybill compared).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.senders import (
    parcel_worth,
    sender_detections,
    sender_names,
    with_sending_hand,
)
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.surprise import unlikely
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="recipients_in_series",
    subject="seller",
    reads={"parcels": "flows.parcels", "identifiers": "links.identifiers"},
)


def transform(
    *,
    parcels: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = -log10 of the chance that so many numbers of the hands' recipients lie in one block.

    One row for the hands that each send to several numbers of a block. By chance a number lies in the
    block as often as the numbers do to which the others send.
    """
    digits = int(parameters["block_digits"])
    current = in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
    sent = (
        with_sending_hand(current)
        .where(F.col("recipient_phone_e164").isNotNull())
        .withColumn("block", F.regexp_replace("recipient_phone_e164", rf"[0-9]{{{digits}}}$", ""))
    )
    numbers = sent.groupBy("block", "hand", "recipient_phone_e164").agg(
        F.count(F.lit(1)).alias("parcels"),
        F.collect_set("recipient_name_norm").alias("people"),
        F.sum(parcel_worth()).alias("value_vnd"),
        F.collect_list(record("shipments", F.col("record_key"))).alias("evidence"),
        F.collect_list(sender_names()).alias("names"),
    )
    found = against_peers(_measure(numbers, parameters), float(parameters["report_from"]))
    return sender_detections(SIGNAL, found, identifiers, parameters)


def _measure(numbers: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand, the first of those that have several numbers in a block, with all such blocks."""
    of_hand = Window.partitionBy("hand")
    in_block = Window.partitionBy("hand", "block")
    hands = numbers.withColumn("all_numbers", F.count(F.lit(1)).over(of_hand)).withColumn(
        "in_block", F.count(F.lit(1)).over(in_block)
    )
    total = numbers.agg(F.count(F.lit(1)).alias("total"))
    often = F.col("in_block") >= int(parameters["numbers_each"])
    blocks = (
        hands.groupBy("block")
        .agg(
            F.count(F.lit(1)).alias("of_all"),
            F.count_if(often).alias("cases"),
            F.sum(F.when(often, F.col("all_numbers") / F.col("in_block"))).alias("named"),
            F.min(F.when(often, F.col("hand"))).alias("hand"),
            F.coalesce(F.sum(F.when(often, F.col("parcels"))), F.lit(0)).alias("support"),
            F.coalesce(F.sum(F.when(often, F.col("value_vnd"))), F.lit(0)).alias("value_vnd"),
            F.array_distinct(F.flatten(F.collect_list(F.when(often, F.col("people"))))).alias("people"),
            F.flatten(F.collect_list(F.when(often, F.col("evidence")))).alias("evidence"),
            F.flatten(F.collect_list(F.when(often, F.col("names")))).alias("names"),
        )
        .where(F.col("cases") > 0)
        .crossJoin(F.broadcast(total))
        .withColumn("usual", (F.col("of_all") - F.col("cases") + 1) / (F.col("total") - F.col("named") + 1))
        .withColumn("value", F.round(unlikely("cases", "named", F.col("usual")), 6))
    )
    people = F.size(F.array_distinct(F.flatten(F.collect_list("people"))))
    one_company = (people > 0) & (people * 2 <= F.sum("cases"))
    return blocks.groupBy("hand").agg(
        F.lit("hands with several recipients in one block of numbers").alias("peer_group"),
        F.max("value").alias("value"),
        F.sum("support").alias("support"),
        F.sum("value_vnd").alias("value_vnd"),
        F.array(explanation("one_companys_numbers", one_company)).alias("explanations"),
        F.flatten(F.collect_list("evidence")).alias("evidence"),
        F.flatten(F.collect_list("names")).alias("names"),
    )
