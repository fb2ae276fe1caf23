"""Parcels too light for what they hold, at its full price, again and again to the same recipients.

A forged order needs a waybill, and a waybill needs a parcel: what travels is an envelope or a piece of scrap.
One that is light but weighs something passes for a small make; a shop whose parcels mostly weigh less than
half of what others send under the same name, cost what it costs elsewhere, and go to a few recipients who
come back, sells next to nothing. Samples are light and cheap; who buys often gets what weighs, but for a
light make, and so it counts for little alone.
Source: design of this project (weightless parcels, a few recipients); Guangzhou Customs on forged waybills.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.parcels.usual_parcels import piece_worth, with_usual_parcel
from jobs.signals.goods.senders import (
    parcel_worth,
    sender_detections,
    sender_names,
    with_sending_hand,
)
from jobs.signals.goods.traders import in_window
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="light_parcels_to_few",
    subject="seller",
    reads={"parcels": "flows.parcels", "identifiers": "links.identifiers"},
)


def transform(
    *, parcels: DataFrame, identifiers: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """value (0 to 1) = share of the parcels that are light at full price x share that go to who has had one
    x volume."""
    current = in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
    judged = with_usual_parcel(with_sending_hand(current), parameters).where(
        F.col("weight_kg").isNotNull() & F.col("usual_kg").isNotNull()
    )
    found = against_peers(_measure(judged, parameters), float(parameters["report_from"]))
    return sender_detections(SIGNAL, found, identifiers, parameters)


def _light_at_full_price(parameters: Parameters) -> Column:
    light = F.col("weight_kg") <= float(parameters["light_share"]) * F.col("usual_kg")
    full_price = piece_worth() >= float(parameters["price_share"]) * F.col("usual_vnd")
    return F.coalesce(light & full_price, F.lit(False))


def _measure(judged: DataFrame, parameters: Parameters) -> DataFrame:
    light = F.col("light")
    hands = (
        judged.withColumn("light", _light_at_full_price(parameters))
        .groupBy("hand")
        .agg(
            F.count(F.lit(1)).alias("parcels"),
            F.count_if(light).alias("support"),
            F.count_distinct(F.coalesce("recipient_phone_e164", "recipient_address_norm")).alias(
                "recipients"
            ),
            F.count_distinct("recipient_address_norm").alias("places"),
            F.sum(F.when(light, parcel_worth())).alias("value_vnd"),
            F.collect_list(F.when(light, record("shipments", F.col("record_key")))).alias("evidence"),
            F.collect_list(F.when(light, sender_names())).alias("names"),
        )
        .where(F.col("parcels") >= int(parameters["least_parcels"]))
    )
    share = F.col("support") / F.col("parcels")
    coming_back = 1 - F.col("recipients") / F.col("parcels")
    enough = (share >= float(parameters["least_light"])) & (coming_back >= float(parameters["least_again"]))
    value = share * coming_back * F.col("support") / (F.col("support") + float(parameters["half_parcels"]))
    return hands.select(
        "hand",
        F.lit("senders").alias("peer_group"),
        F.when(enough, value).otherwise(0.0).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(
            explanation("one_place", F.col("places") <= F.col("recipients") * float(parameters["one_place"]))
        ).alias("explanations"),
        "evidence",
        "names",
    )
