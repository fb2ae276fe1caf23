"""Parcels that cannot have travelled: delivered too soon, without weight, to the same few recipients.

Without weight is also what weighs a small part of what such goods weigh: an envelope with the label of shoes.

Source: design of this project (impossible delivery times, weightless parcels, a few recipients); Guangzhou
Customs on forged waybills.
"""

from datetime import date
from typing import Any

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.signals.goods.parcels.usual_parcels import with_usual_parcel
from jobs.signals.goods.senders import sender_detections, sender_names, with_sending_hand
from jobs.signals.goods.traders import in_window
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, member, record

SIGNAL = Signal(
    id="impossible_parcels",
    subject="seller",
    reads={"parcels": "flows.parcels", "identifiers": "links.identifiers"},
)


def transform(
    *, parcels: DataFrame, identifiers: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """value (0 to 1) = volume x root(share of impossible parcels) x how few recipients they have."""
    current = in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
    marked = _marked(with_usual_parcel(with_sending_hand(current), parameters), parameters)
    found = against_peers(_measure(marked, parameters), float(parameters["report_from"]))
    return sender_detections(SIGNAL, found, identifiers, parameters)


def _minutes(first: str, last: str) -> Column:
    return (F.unix_timestamp(last) - F.unix_timestamp(first)) / 60


def _across_the_country() -> Column:
    """Whether a parcel goes from the north to the south, or back."""
    north, south = _codes_of("north"), _codes_of("south")
    sender, recipient = F.col("sender_province_code"), F.col("recipient_province_code")
    return (sender.isin(north) & recipient.isin(south)) | (sender.isin(south) & recipient.isin(north))


def _codes_of(region: str) -> list[str]:
    """Province codes of both eras."""
    provinces: Any = load_lexicon("provinces")["provinces"]
    return sorted({province["code"] for province in provinces if province["region"] == region})


def _marked(parcels: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `impossible`. Odd times or weights of a carrier that often reports such prove nothing."""
    travel = _minutes("picked_up_at", "delivered_at")
    far_apart = F.col("sender_province_code") != F.col("recipient_province_code")
    too_soon = (
        (travel < 0)
        | (_minutes("created_at", "delivered_at") < 0)
        | (far_apart & (travel < float(parameters["minutes_between_provinces"])))
        | (_across_the_country() & (travel < float(parameters["minutes_across_the_country"])))
        | (travel < float(parameters["minutes_within_a_province"]))
    )
    nothing = F.coalesce("weight_kg", F.lit(0.0)) <= float(parameters["weightless_kg"])
    hardly_anything = F.col("weight_kg") <= float(parameters["light_share"]) * F.col("usual_kg")
    weightless = nothing | F.coalesce(hardly_anything, F.lit(False))
    carrier = Window.partitionBy("carrier")
    arrived = F.col("delivered_at").isNotNull()
    limit = float(parameters["carrier_gap_share"])
    return (
        parcels.withColumn("too_soon", F.coalesce(too_soon, F.lit(False)))
        .withColumn("weightless", weightless)
        .withColumn("odd_times", F.count_if("too_soon").over(carrier) / F.count(F.lit(1)).over(carrier))
        .withColumn("odd_weights", F.count_if("weightless").over(carrier) / F.count(F.lit(1)).over(carrier))
        .withColumn(
            "impossible",
            (F.col("too_soon") & (F.col("odd_times") <= limit))
            | (F.col("weightless") & (F.col("odd_weights") <= limit) & arrived),
        )
        .withColumn("recipient", F.coalesce("recipient_phone_e164", "recipient_address_norm"))
    )


def _measure(marked: DataFrame, parameters: Parameters) -> DataFrame:
    hit = F.col("impossible")
    words = "|".join(word.strip() for word in str(parameters["weightless_words"]).split(","))
    paper = F.coalesce(F.col("goods_norm").rlike(rf"\b({words})\b"), F.lit(False))
    # A recipient of impossible parcels from several hands is the buyer that they share.
    recipient = Window.partitionBy(F.coalesce("recipient_phone_e164", F.col("record_key")))
    shared = (
        F.col("recipient_phone_e164").isNotNull()
        & (F.size(F.collect_set(F.when(hit, F.col("hand"))).over(recipient)) >= 2)
        & (F.count_if(hit).over(recipient) >= int(parameters["recipient_parcels"]))
        & (
            F.count_if(hit).over(recipient)
            >= float(parameters["recipient_share"]) * F.count(F.lit(1)).over(recipient)
        )
    )
    names = F.concat(
        sender_names(),
        F.filter(
            F.array(F.when(F.col("shared"), member("phone", F.col("recipient_phone_e164"), "phone"))),
            lambda name: name.isNotNull(),
        ),
    )
    hands = (
        marked.withColumn("shared", shared)
        .groupBy("hand")
        .agg(
            F.count(F.lit(1)).alias("parcels"),
            F.count_if(hit).alias("support"),
            F.count_if(hit & F.col("too_soon")).alias("too_soon"),
            F.count_if(hit & paper).alias("paper"),
            F.size(F.collect_set(F.when(hit, F.col("recipient")))).alias("recipients"),
            F.sum(
                F.when(hit, F.coalesce(F.nullif("cod_amount_vnd", F.lit(0)), "declared_value_vnd", F.lit(0)))
            ).alias("value_vnd"),
            F.collect_list(F.when(hit, record("shipments", F.col("record_key")))).alias("evidence"),
            F.collect_list(F.when(hit, names)).alias("names"),
        )
    )
    volume = F.col("support") / (F.col("support") + float(parameters["half_parcels"]))
    few = 1 - F.col("recipients") / F.greatest(F.col("support"), F.lit(1))
    open_weight = float(parameters["weight_many_recipients"])
    value = volume * F.sqrt(F.col("support") / F.col("parcels")) * (open_weight + (1 - open_weight) * few)
    vouchers = (F.col("paper") * 2 >= F.col("support")) & (F.col("support") > 0)
    value = value * F.when(vouchers, float(parameters["keep_vouchers_or_documents"])).otherwise(1.0)
    return hands.where(F.col("parcels") >= int(parameters["least_parcels"])).select(
        "hand",
        F.lit("senders").alias("peer_group"),
        value.alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("vouchers_or_documents", vouchers)).alias("explanations"),
        "evidence",
        "names",
    )
