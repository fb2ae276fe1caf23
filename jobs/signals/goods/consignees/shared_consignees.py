"""Many traders or many consignee names on one phone or address that is no warehouse, tower or dormitory.

Source: Vietnam Customs dispatch 3923/2021 (many consignees on one address, phone or id; false consignees;
several receipts a day).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.firm_names import group_key, names_firm, same_group
from jobs.signals.goods.consignees.hidden_consignees import (
    each_reached,
    receiver_detections,
    sameness,
    shown_bill,
    with_reached,
    with_receiver,
    with_trader_bills,
)
from jobs.signals.goods.consignees.import_bills import import_bills
from jobs.signals.goods.traders import company_of
from jobs.signals.schema import Parameters, Signal, against_peers, explanation

SIGNAL = Signal(
    id="shared_consignees",
    subject="phone",
    reads={
        "customs_declarations": "flows.declarations",
        "parcels": "flows.parcels",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    parcels: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value (0 to 1) = how many names or traders x volume x (same goods, several receipts a day)."""
    bills = with_trader_bills(import_bills(customs_declarations, parcels, parameters, as_of), parameters)
    received = with_reached(with_receiver(bills, identifiers, parameters))
    found = against_peers(_measure(received, parameters), float(parameters["report_from"]))
    return receiver_detections(SIGNAL, found, parameters)


def _measure(received: DataFrame, parameters: Parameters) -> DataFrame:
    group = F.when(names_firm("name"), group_key("name"))
    of_group = F.count(group).over(Window.partitionBy("receiver", group))
    # By others than the one named: what it, or its group, brings in itself says nothing of them.
    brought = (F.col("name") != F.col("trader_name")) & ~F.coalesce(
        same_group("name", "trader_name"), F.lit(False)
    )
    by_goods = (
        received.withColumn("of_group", of_group)
        .withColumn("brought", F.coalesce(brought, F.lit(False)))
        .groupBy("receiver", "goods")
        .agg(
            F.count(F.lit(1)).alias("bills"),
            F.count_if("brought").alias("brought"),
            F.max("alike").alias("alike"),
            F.max("of_group").alias("of_group"),
            F.max("gathered").alias("gathered"),
            # The last word tells people and companies apart; what comes before is written in many ways.
            F.collect_set(F.element_at(F.split("name", " "), -1)).alias("names"),
            # Forwarders whom one receiver uses do not act together.
            F.collect_set(F.when(~F.col("forwarder"), company_of(F.col("trader")))).alias("traders"),
            F.collect_set("event_day").alias("days"),
            F.collect_set("phone").alias("phones"),
            # A courier's own phone reaches no resident.
            F.collect_set(F.when(~F.col("forwarder"), F.col("trader"))).alias("declarants"),
            F.collect_set(F.when(~F.col("forwarder"), F.col("reached"))).alias("reached"),
            F.collect_set("address").alias("addresses"),
            F.sum("amount_vnd").alias("value_vnd"),
            F.collect_list(shown_bill()).alias("shown"),
        )
    )

    def distinct(column: str) -> Column:
        return F.size(F.array_distinct(F.flatten(F.collect_list(column)))).alias(column)

    receivers = by_goods.groupBy("receiver").agg(
        F.sum("bills").alias("support"),
        F.max("alike").alias("alike"),
        F.max("of_group").alias("of_group"),
        F.max("gathered").alias("gathered"),
        distinct("names"),
        distinct("traders"),
        distinct("days"),
        distinct("phones"),
        distinct("addresses"),
        F.array_distinct(F.flatten(F.collect_list("declarants"))).alias("declarants"),
        F.array_distinct(F.flatten(F.collect_list("reached"))).alias("reached"),
        sameness(F.collect_list("bills")).alias("sameness"),
        sameness(F.collect_list("brought")).alias("brought_sameness"),
        F.sum("value_vnd").alias("value_vnd"),
        F.flatten(F.collect_list("shown")).alias("shown"),
    )
    others = F.greatest(F.col("names"), F.col("traders")) - 1
    crowd = others / (others + float(parameters["half_names"]))
    volume = F.col("support") / (F.col("support") + float(parameters["half_bills"]))
    repeats = 1 - F.col("days") / F.col("support")
    hidden = (
        float(parameters["weight_open"])
        + float(parameters["weight_sameness"]) * F.col("sameness")
        + float(parameters["weight_repeats"]) * repeats
    )
    # Time and again from the same few sellers: neither residents nor clients of one agent do so.
    strangers = (
        (others + 1 < int(parameters["acquainted_names"]))
        | (F.col("alike") < float(parameters["acquainted_alike"]))
        | (F.col("support") < (others + 1) * float(parameters["acquainted_bills"]))
    )
    one_name = F.col("names") <= int(parameters["own_names"])
    one_kind = F.coalesce("brought_sameness", F.lit(0.0)) >= float(parameters["entrusted_sameness_most"])
    # Who spreads one kind of goods over several importers of record: neither a group nor a store of many.
    spread = one_name & one_kind & (F.col("traders") > int(parameters["entrusted_traders_most"]))
    innocent = {
        # Companies that openly bear one name hide no receiver.
        "one_open_group": (F.col("of_group") >= float(parameters["group_share"]) * F.col("support"))
        & ~spread,
        # Names stay one: an agent or several importers serve one buyer who hides nothing.
        "entrusted_import": one_name & ~spread,
        # Clients of a forwarder or a broker receive goods of their own, each in one place.
        "forwarder_or_warehouse": ~F.col("gathered")
        & (others + 1 >= int(parameters["forwarder_clients"]))
        & (F.col("alike") < float(parameters["forwarder_sameness"]))
        & ~spread,
        # Each name has a phone of its own: people who live or work at one place.
        "dormitory_or_tower": (each_reached(parameters) & strangers)
        | (
            (F.col("phones") >= float(parameters["own_phone_share"]) * F.col("names"))
            & (F.col("sameness") < float(parameters["tower_sameness"]))
        ),
        # Each party has an address and goods of its own: clients of a customs broker, who leaves its phone
        # everywhere.
        "brokers_clients": ~F.col("gathered")
        & (F.col("addresses") >= float(parameters["own_address_share"]) * (others + 1))
        & strangers
        & (F.col("alike") < float(parameters["broker_alike"])),
    }
    value = crowd * volume * hidden
    for name, holds in innocent.items():
        value = value * F.when(holds, float(parameters[f"keep_{name}"])).otherwise(1.0)
    return receivers.where(F.col("support") >= int(parameters["least_bills"])).select(
        "receiver",
        F.lit("consignees").alias("peer_group"),
        value.alias("value"),
        "support",
        "value_vnd",
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
    )
