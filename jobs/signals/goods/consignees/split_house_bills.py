"""One hidden consignee behind many house bills, each below the low-value level of its day.

Until 2025-02-17 a bill up to 1 m VND came free of duty and VAT (Decision 78/2010). Since 2025-02-18
(Decision 01/2025) splitting saves no tax by that rule; it still passes trade goods off as personal orders, in
the simplified class, without licence, quality check or a named importer. Hence another level and less weight.
Source: Vietnam Customs dispatch 3923/2021.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

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
from jobs.signals.schema import Parameters, Signal, against_peers, explanation

SIGNAL = Signal(
    id="split_house_bills",
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
    """value (0 to 1) = how many split bills x how hidden (names, same goods) x their share of all bills."""
    bills = with_trader_bills(import_bills(customs_declarations, parcels, parameters, as_of), parameters)
    duty_free = F.col("event_day") <= F.lit(date.fromisoformat(str(parameters["duty_free_until"])))
    level = F.when(duty_free, int(parameters["low_value_vnd"])).otherwise(
        int(parameters["low_value_after_vnd"])
    )
    received = with_reached(with_receiver(bills, identifiers, parameters)).withColumn("level", level)
    received = received.withColumn("low", F.col("bill_vnd") < F.col("level"))
    measured = _measure(_marked(received, parameters), parameters)
    found = against_peers(measured, float(parameters["report_from"]))
    return receiver_detections(SIGNAL, found, parameters)


def _marked(received: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `lead` (one record a bill) and `split`: the bill is low, and so are several others of its master
    bill (or day) for the same receiver, which together exceed the level."""
    bill, batch = Window.partitionBy("receiver", "bill"), Window.partitionBy("receiver", "batch")
    first = F.row_number().over(bill.orderBy("evidence")) == 1
    lead = received.withColumn("lead", first)
    counted = F.col("lead") & F.col("low")
    enough = (F.count_if(counted).over(batch) >= int(parameters["batch_bills"])) & (
        F.sum(F.when(counted, F.col("bill_vnd"))).over(batch)
        >= F.max("level").over(batch) * float(parameters["batch_levels"])
    )
    return lead.withColumn("split", F.col("low") & F.coalesce(enough, F.lit(False)))


def _measure(marked: DataFrame, parameters: Parameters) -> DataFrame:
    after = F.col("event_day") > F.lit(date.fromisoformat(str(parameters["duty_free_until"])))
    split = F.col("lead") & F.col("split")
    by_goods = marked.groupBy("receiver", "goods").agg(
        F.count_if("lead").alias("bills"),
        F.count_if(split).alias("split"),
        F.count_if(F.col("lead") & ~F.col("low")).alias("high"),
        F.count_if(split & after).alias("after"),
        F.collect_set(F.when(F.col("split"), F.col("name"))).alias("names"),
        F.collect_set("trader").alias("declarants"),
        F.collect_set("reached").alias("reached"),
        F.sum(F.when(split, F.col("bill_vnd"))).alias("value_vnd"),
        F.collect_list(F.when(F.col("split"), shown_bill())).alias("shown"),
    )
    receivers = by_goods.groupBy("receiver").agg(
        F.sum("bills").alias("bills"),
        F.sum("split").alias("support"),
        F.sum("high").alias("high"),
        F.sum("after").alias("after"),
        sameness(F.collect_list("split")).alias("sameness"),
        F.size(F.array_distinct(F.flatten(F.collect_list("names")))).alias("names"),
        F.array_distinct(F.flatten(F.collect_list("declarants"))).alias("declarants"),
        F.array_distinct(F.flatten(F.collect_list("reached"))).alias("reached"),
        F.sum("value_vnd").alias("value_vnd"),
        F.flatten(F.collect_list("shown")).alias("shown"),
    )
    others = F.greatest(F.col("names") - 1, F.lit(0))
    spread = others / (others + float(parameters["half_names"]))
    hidden = (
        float(parameters["weight_open"])
        + float(parameters["weight_names"]) * spread
        + float(parameters["weight_sameness"]) * F.coalesce("sameness", F.lit(0.0))
    )
    size = F.col("support") / (F.col("support") + float(parameters["half_bills"]))
    value = size * hidden * F.sqrt(F.col("support") / F.col("bills"))
    innocent = {
        "forwarder": (F.col("names") >= int(parameters["open_names"]))
        & (F.col("sameness") < float(parameters["forwarder_sameness"]))
        & (F.col("high") >= float(parameters["forwarder_high_share"]) * F.col("bills")),
        "dormitory_or_tower": each_reached(parameters),
        "own_orders": (F.col("names") <= int(parameters["own_names"]))
        & (F.col("support") > 0)
        & (F.coalesce("sameness", F.lit(0.0)) < float(parameters["own_sameness"])),
    }
    for name, holds in innocent.items():
        value = value * F.when(holds, float(parameters[f"keep_{name}"])).otherwise(1.0)
    late = F.coalesce(F.try_divide(F.col("after"), F.col("support")), F.lit(0.0))
    value = value * (1 - (1 - float(parameters["keep_after_duty_free"])) * late)
    return receivers.where(F.col("bills") >= int(parameters["least_bills"])).select(
        "receiver",
        F.lit("consignees").alias("peer_group"),
        F.when(F.col("support") > 0, value).otherwise(0.0).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
    )
