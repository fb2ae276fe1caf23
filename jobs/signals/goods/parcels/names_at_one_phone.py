"""Phones at which one sender's parcels arrive under many names, day after day.

An office or a parcel point takes in what many senders send; a class or a team orders once. Where one sender
keeps writing another name for the same phone, the names are invented or borrowed, and the two know each
other: stock that changes hands as if it were sold, or goods that came in on other people's names. Whoever
takes it in may use several phones in one place.
Source: Vietnam Customs dispatch 3923/2021 (many consignees on one phone, false consignees).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.traders import in_window
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    record_rows,
    reported,
    worth,
)
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="names_at_one_phone",
    subject="phone",
    reads={
        "parcels": "flows.parcels",
        "sellers": "silver.sellers",
        "identifiers": "links.identifiers",
    },
)

_ROUNDS = 2


def transform(
    *,
    parcels: DataFrame,
    sellers: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of the given names under which the phone receives from one sender, times the root of that
    sender's share of all that the phone receives.

    A sender is a hand, or a place from which parcels come under several phones. One row a phone, with the
    sender that makes the most of it; phones of one sender that receive in one place are one receiver, under
    the one of them that says most.
    """
    hubs = identifiers.where("hub").select("kind", "id")
    received = kept(_received(parcels, hubs, parameters, as_of))
    measured = _measure(received, parameters)
    phones = reported(measured, parameters)
    parcels_of = kept(
        received.join(F.broadcast(phones.select("subject_id", "sender")), ["subject_id", "sender"])
    )
    phones = kept(_with_receiver(phones, parcels_of, hubs))
    rows = phones.where(F.col("subject_id") == F.col("receiver")).withColumn("support", F.col("all_support"))
    shown = kept(
        parcels_of.join(F.broadcast(phones.select("subject_id", "receiver")), "subject_id")
        .withColumn("phone", F.col("subject_id"))
        .withColumn("subject_id", F.col("receiver"))
    )
    members = [
        member_rows(shown, "phone", "phone", "consignee"),
        *_shops_of_receiver(shown, hubs, sellers, parcels, parameters),
        *_senders(shown, hubs, parameters),
    ]
    evidence = [record_rows(shown, "shipments", "record_key")]
    rows = rows.drop("receiver", "all_support")
    return close(SIGNAL, worth(rows, shown), members, evidence, int(parameters["evidence_limit"]))


def _received(parcels: DataFrame, hubs: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a parcel and sender (the hand; the place it is sent from), by the phone that receives."""
    phones = hubs.where(F.col("kind") == "phone").select(F.col("id").alias("recipient_phone_e164"))
    places = hubs.where(F.col("kind") == "address").select(F.col("id").alias("sender_address_norm"))
    current = (
        in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
        .where(F.col("recipient_phone_e164").isNotNull() & F.col("recipient_name_norm").isNotNull())
        .join(phones, "recipient_phone_e164", "left_anti")
        .join(places.withColumn("hub", F.lit(True)), "sender_address_norm", "left")
    )
    senders = F.array(
        F.coalesce("operator_id", "sender_key"), F.when(F.col("hub").isNull(), F.col("sender_address_norm"))
    )
    return current.withColumn(
        "sender", F.explode(F.array_distinct(F.array_compact(senders)))
    ).withColumnRenamed("recipient_phone_e164", "subject_id")


def _measure(received: DataFrame, parameters: Parameters) -> DataFrame:
    pairs = received.groupBy("subject_id", "sender").agg(
        F.count_distinct("record_key").alias("support"),
        F.count_distinct("day").alias("days"),
        F.count_distinct(F.element_at(F.split("recipient_name_norm", " "), -1)).alias("names"),
        F.count_distinct("recipient_address_norm").alias("places"),
        F.count_distinct(_building("recipient_address_norm")).alias("buildings"),
    )
    everything = received.groupBy("subject_id").agg(
        F.count_distinct("record_key").alias("parcels"),
        F.count_distinct(F.coalesce("operator_id", "sender_key")).alias("hands"),
    )
    again = F.col("days") >= int(parameters["days_least"])
    share = F.col("support") / F.col("parcels")
    best = Window.partitionBy("subject_id").orderBy(F.col("value").desc(), F.col("sender"))
    return (
        pairs.join(everything, "subject_id")
        .withColumn("value", F.when(again, F.log2("names") * F.sqrt(share)).otherwise(0.0))
        .withColumn("place", F.row_number().over(best))
        .where(F.col("place") == 1)
        .select(
            "subject_id",
            "sender",
            F.lit("phones that receive parcels").alias("peer_group"),
            "value",
            "support",
            F.lit(0).alias("value_vnd"),
            F.array(
                explanation(
                    "reception_or_parcel_point",
                    (F.col("hands") >= int(parameters["open_hands"]))
                    & (share < float(parameters["open_share"])),
                ),
                explanation(
                    "desk_of_a_tower",
                    (F.col("places") >= F.col("names") * float(parameters["own_place_share"]))
                    & (F.col("buildings") <= F.col("places") * float(parameters["building_share"])),
                ),
            ).alias("explanations"),
        )
    )


def _with_receiver(phones: DataFrame, shown: DataFrame, hubs: DataFrame) -> DataFrame:
    """Adds `receiver`, the strongest of the phones at which the sender's parcels reach the same places, and
    `all_support`, what comes to all of them. A place of everybody ties nothing."""
    open_places = hubs.where(F.col("kind") == "address").select(F.col("id").alias("place"))
    at = (
        shown.select("subject_id", "sender", F.col("recipient_address_norm").alias("place"))
        .where(F.col("place").isNotNull())
        .distinct()
        .join(open_places, "place", "left_anti")
        .withColumn("group", F.col("subject_id"))
    )
    for _ in range(_ROUNDS):
        for node in (["sender", "place"], ["subject_id"]):
            at = at.withColumn("group", F.min("group").over(Window.partitionBy(*node)))
    groups = at.groupBy("subject_id").agg(F.min("group").alias("group"))
    together = Window.partitionBy("group")
    strongest = F.max(F.struct("value", F.col("subject_id").alias("phone"))).over(together)
    return (
        phones.join(F.broadcast(groups), "subject_id", "left")
        .withColumn("group", F.coalesce("group", "subject_id"))
        .withColumn("receiver", strongest["phone"])
        .withColumn("all_support", F.sum("support").over(together))
        .drop("group")
    )


def _building(address: str) -> Column:
    """A normalised address without the flat, room or block at its beginning."""
    return F.regexp_replace(address, r"^((toa|block|nha|can|can ho|phong|lau|tang|ktx|p) [a-z0-9.\-]+ )+", "")


def _shops_of_receiver(
    shown: DataFrame, hubs: DataFrame, sellers: DataFrame, parcels: DataFrame, parameters: Parameters
) -> list[DataFrame]:
    """Shops that register one of the phones, or the place where it receives most, with their account; and the
    few that send their own parcels from that place, with the account that gets the cash."""
    at_phone = shown.select("subject_id", F.col("phone").alias("phone_e164")).distinct()
    door_share = float(parameters["door_share"])
    at_place = _on_enough(shown, hubs, "address", "recipient_address_norm", door_share).select(
        "subject_id", F.col("recipient_address_norm").alias("pickup_address_norm")
    )
    shops = sellers.join(F.broadcast(at_phone), "phone_e164").unionByName(
        sellers.join(F.broadcast(at_place), "pickup_address_norm")
    )
    there = at_place.withColumnRenamed("pickup_address_norm", "sender_address_norm")
    sending = (
        parcels.where(F.col("seller_key").isNotNull())
        .join(F.broadcast(there), "sender_address_norm")
        .select("subject_id", "seller_key", "cod_account_id")
        .distinct()
        .withColumn("shops", F.size(F.collect_set("seller_key").over(Window.partitionBy("subject_id"))))
        .where(F.col("shops") <= int(parameters["shops_most"]))
    )
    return [
        member_rows(shops, "seller", "seller_key", "sender"),
        member_rows(shops, "account", "settlement_account_id", "sender"),
        member_rows(sending, "seller", "seller_key", "shop"),
        member_rows(sending, "account", "cod_account_id", "collector"),
    ]


def _senders(shown: DataFrame, hubs: DataFrame, parameters: Parameters) -> list[DataFrame]:
    """What names the sender on enough of the parcels."""
    names = (
        ("seller", "seller_key"),
        ("phone", "sender_phone_e164"),
        ("account", "cod_account_id"),
    )
    share = float(parameters["name_share"])
    return [
        member_rows(_on_enough(shown, hubs, kind, column, share), kind, column, "sender")
        for kind, column in names
    ]


def _on_enough(shown: DataFrame, hubs: DataFrame, kind: str, column: str, least: float) -> DataFrame:
    """(subject_id, `column`) on at least so large a share of a receiver's parcels, no hubs."""
    of_kind = hubs.where(F.col("kind") == kind).select(F.col("id").alias(column))
    return (
        shown.withColumn("all", F.count(F.lit(1)).over(Window.partitionBy("subject_id")))
        .where(F.col(column).isNotNull())
        .groupBy("subject_id", column)
        .agg((F.count(F.lit(1)) / F.first("all")).alias("share"))
        .where(F.col("share") >= least)
        .join(of_kind, column, "left_anti")
    )
