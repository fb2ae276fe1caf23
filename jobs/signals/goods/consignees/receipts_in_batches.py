"""Several consignments from abroad a day for one phone, on one day after another.

What people order arrives when it arrives: two consignments a day are chance, three on several days are a lot
that was broken up, or the stock of somebody who writes other names. A class, an office or a group orders
together too, but seldom, and each of its people something else; a shopper does on a sale day. Whoever
declares, and whichever names stand on it: the phone is where the goods are handed over. Carriers report what
comes from abroad too, whether its declaration reached us or not.
Source: Vietnam Customs dispatch 3923/2021 (several receipts a day, many consignees on one phone).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.consignees.hidden_consignees import sameness
from jobs.signals.goods.consignees.import_bills import PARCELS, crossing
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of, trader_kind
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="receipts_in_batches",
    subject="phone",
    reads={
        "customs_declarations": "flows.declarations",
        "parcels": "flows.parcels",
        "sellers": "silver.sellers",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    parcels: DataFrame,
    sellers: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2(1 + days with a batch) x (1 + `alike_weight` x sameness of the goods), of days with
    `batch_least` consignments or more; 0 where there are fewer such days than `days_least`."""
    declared = kept(_received(customs_declarations, parameters, as_of))
    carried = _carried(parcels, declared, parameters, as_of)
    received = kept(_with_batches(declared.unionByName(carried)))
    rows = reported(_measure(received, parameters), parameters)
    shown = kept(received.join(subjects_of(rows), "subject_id", "left_semi"))
    shops = sellers.join(
        F.broadcast(rows.select("subject_id", F.col("subject_id").alias("phone_e164"))), "phone_e164"
    )
    places = kept(_usual_places(received, shown, identifiers, parameters))
    beside = _phones_beside(received, shown, places)
    members = [
        member_rows(shown, "phone", "subject_id", "consignee"),
        member_rows(places, "address", "place", "consignee"),
        member_rows(_seen_again(beside, parameters), "phone", "phone", "consignee"),
        member_rows(shops, "seller", "seller_key", "shop"),
        member_rows(shops, "account", "settlement_account_id", "settlement"),
    ]
    evidence = [
        record_rows(rows_of.where(F.col("feed") == feed), feed, F.explode("keys"), order)
        for order, rows_of in enumerate((shown, beside), 1)
        for feed in (DECLARATIONS, PARCELS)
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _received(lines: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row an express declaration for a known phone: its goods (by worth), name, place and day."""
    by_value = F.struct("customs_value_vnd", "record_key")
    return (
        in_window(lines, as_of, parameters["window_days"])
        .where((F.col("direction") == "import") & is_one_of(F.col("regime"), parameters, "express_regimes"))
        .where(F.col("consignee_phone_e164").isNotNull())
        .groupBy(F.col("consignee_phone_e164").alias("subject_id"), "declaration_no")
        .agg(
            F.min("event_day").alias("day"),
            F.max_by(F.coalesce(heading(F.col("hs_code"), 6), F.col("goods_norm")), by_value).alias("goods"),
            F.min("consignee_name_norm").alias("name"),
            F.min("trader").alias("trader"),
            F.min("consignee_address_norm").alias("place"),
            F.sum("customs_value_vnd").alias("value_vnd"),
            F.sort_array(F.collect_set("record_key")).alias("keys"),
            F.lit(DECLARATIONS).alias("feed"),
        )
    )


def _carried(parcels: DataFrame, declared: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """The same of parcels that somebody abroad sends, but for those whose declaration is there."""
    at_home = F.coalesce(F.col("sender_phone_e164").startswith("+84"), F.lit(False))
    return (
        in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
        .where(crossing() & F.col("seller_key").isNull() & ~at_home)
        .where(F.col("recipient_phone_e164").isNotNull())
        .join(declared.select("declaration_no"), "declaration_no", "left_anti")
        .select(
            F.col("recipient_phone_e164").alias("subject_id"),
            "declaration_no",
            "day",
            F.coalesce(heading(F.col("hs_code"), 6), F.col("goods_norm")).alias("goods"),
            F.col("recipient_name_norm").alias("name"),
            F.lit(None).cast("string").alias("trader"),
            F.col("recipient_address_norm").alias("place"),
            F.coalesce("declared_value_vnd", F.lit(0)).alias("value_vnd"),
            F.array("record_key").alias("keys"),
            F.lit(PARCELS).alias("feed"),
        )
    )


def _with_batches(received: DataFrame) -> DataFrame:
    """Adds `of_day`: how many reach the phone on that day."""
    return received.withColumn("of_day", F.count(F.lit(1)).over(Window.partitionBy("subject_id", "day")))


def _measure(received: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a phone with consignments from abroad.

    The clients of a courier or an agent, who leaves its phone for all of them, are named once each and order
    things of all kinds: 0.
    """
    batch_day = F.when(F.col("of_day") >= int(parameters["batch_least"]), F.col("day"))
    by_goods = received.groupBy("subject_id", "goods").agg(
        F.count(F.lit(1)).alias("declarations"),
        F.collect_set(batch_day).alias("days"),
        F.collect_set("name").alias("names"),
        F.count_if(F.col("name").rlike(str(parameters["cooperative_name"]))).alias("for_cooperative"),
        F.sum("value_vnd").alias("value_vnd"),
    )
    phones = by_goods.groupBy("subject_id").agg(
        F.sum("declarations").alias("support"),
        F.size(F.array_distinct(F.flatten(F.collect_list("days")))).alias("days"),
        F.size(F.array_distinct(F.flatten(F.collect_list("names")))).alias("names"),
        F.sum("for_cooperative").alias("for_cooperative"),
        sameness(F.collect_list(F.when(F.col("goods").isNotNull(), F.col("declarations")))).alias("sameness"),
        F.sum("value_vnd").alias("value_vnd"),
    )
    alike = F.coalesce("sameness", F.lit(0.0))
    of_all_kinds = alike < float(parameters["kinds_sameness"])
    of_clients = of_all_kinds & (F.col("names") >= F.col("support") * float(parameters["client_names_share"]))
    often = F.col("days") >= int(parameters["days_least"])
    value: Column = F.log2(1 + F.col("days")) * (1 + alike * float(parameters["alike_weight"]))
    return phones.select(
        "subject_id",
        F.lit("phones that receive consignments from abroad").alias("peer_group"),
        F.when(often & ~of_clients, value).otherwise(0.0).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation(
                "group_order",
                of_all_kinds & (F.col("names") > 1) & (F.col("days") <= int(parameters["group_days"])),
            ),
            explanation(
                "own_orders",
                of_all_kinds & (F.col("names") <= 1) & (F.col("days") <= int(parameters["sale_days"])),
            ),
            explanation("cooperative", F.col("for_cooperative") == F.col("support")),
        ).alias("explanations"),
    )


def _usual_places(
    received: DataFrame, shown: DataFrame, identifiers: DataFrame, parameters: Parameters
) -> DataFrame:
    """(subject_id, place) where so large a share arrives (`place_share`); no place of everybody, nor one
    where more than `place_phones_most` phones receive."""
    hubs = identifiers.where(F.col("hub") & (F.col("kind") == "address")).select(F.col("id").alias("place"))
    crowded = (
        received.groupBy("place")
        .agg(F.count_distinct("subject_id").alias("phones"))
        .where(F.col("phones") > int(parameters["place_phones_most"]))
    )
    everybodys = hubs.unionByName(crowded.where(F.col("place").isNotNull()).select("place"))
    all_of = F.count(F.lit(1)).over(Window.partitionBy("subject_id"))
    return (
        shown.withColumn("all", all_of)
        .where(F.col("place").isNotNull())
        .groupBy("subject_id", "place")
        .agg((F.count(F.lit(1)) / F.first("all")).alias("share"))
        .where(F.col("share") >= float(parameters["place_share"]))
        .join(everybodys, "place", "left_anti")
    )


def _phones_beside(received: DataFrame, shown: DataFrame, places: DataFrame) -> DataFrame:
    """(subject_id, phone, keys): what other phones receive of the same goods at the receiver's places. Who
    declares in the own name needs no phone to be known by."""
    goods = shown.select("subject_id", "goods").distinct()
    others = received.withColumnRenamed("subject_id", "phone")
    return (
        others.join(F.broadcast(places.select("subject_id", "place")), "place")
        .join(F.broadcast(goods), ["subject_id", "goods"])
        .where(F.col("phone") != F.col("subject_id"))
        .where(~F.coalesce(trader_kind(F.col("trader")) == "person", F.lit(False)))
        .select("subject_id", "phone", "keys", "feed")
    )


def _seen_again(beside: DataFrame, parameters: Parameters) -> DataFrame:
    """Of `beside` the phones that receive there again: one that stands on a single bill leads to nobody."""
    receipts = F.count(F.lit(1)).over(Window.partitionBy("subject_id", "phone"))
    return beside.withColumn("receipts", receipts).where(
        F.col("receipts") >= int(parameters["beside_receipts_least"])
    )
