"""Ordinary goods at many times their price among sellers, again and again to the same few recipients.

A customer pays a wrong price once. Who pays five times the price of a kettle twice, and does so beside others
who do the same at the same shop, buys no kettles: money comes in as sales.
Source: FATF/Egmont Group risk indicators for trade-based money laundering, 2021.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.link.goods_names import goods_name
from jobs.signals.goods.senders import parcel_worth
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.joins.shops.sending_shops import senders_of, sending_hand, shops_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="dear_parcels_to_few",
    subject="operator",
    reads={"parcels": "flows.parcels", "operators": "links.operators", "sellers": "silver.sellers"},
)


def transform(
    *, parcels: DataFrame, operators: DataFrame, sellers: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Value: log2(1 + dear parcels to regular recipients) x root of their share of the hand's parcels."""
    del as_of
    shops = kept(shops_of(sellers, operators))
    sales = kept(_sales(parcels))
    marked = kept(_marked(_compared(sales, parameters), shops, parameters))
    rows = reported(_measure(marked, parameters), parameters)
    shown = marked.where("washed").join(subjects_of(rows), "subject_id", "left_semi")
    members = [
        member_rows(senders_of(shown, shops), "seller", "seller_key", "shop"),
        member_rows(shown, "account", "cod_account_id", "collector"),
        member_rows(shown, "phone", "recipient_phone_e164", "straw_buyer"),
    ]
    evidence = [record_rows(shown, "shipments", "record_key")]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _sales(parcels: DataFrame) -> DataFrame:
    """Delivered parcels of a hand with `goods`, `price` of a piece (of the parcel where no quantity stands)
    and `per_kg`; null where they cannot be known."""
    worth = parcel_worth()
    pieces = F.when(F.col("quantity") > 0, F.col("quantity")).otherwise(1)
    return (
        parcels.withColumn("subject_id", sending_hand())
        .where(F.col("subject_id").isNotNull() & (F.col("status") == "delivered"))
        .select(
            "subject_id",
            "record_key",
            "seller_key",
            "sender_phone_e164",
            "sender_address_norm",
            "recipient_phone_e164",
            "cod_account_id",
            F.coalesce("recipient_phone_e164", "recipient_address_norm").alias("recipient"),
            goods_name(F.col("goods_norm"), F.col("brand")).alias("goods"),
            F.lower("brand").alias("brand"),
            worth.alias("worth_vnd"),
            F.when(worth > 0, worth / pieces).alias("price"),
            F.when((worth > 0) & (F.col("weight_kg") > 0), worth / F.col("weight_kg")).alias("per_kg"),
        )
    )


def _compared(sales: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `times` and `kg_times`, the price and the price of a kilogram in those usual for the goods (one
    vote a hand; null for goods of few hands), and `rare_brand`: one that few of these hands name."""
    priced = sales.where(F.col("goods").isNotNull() & F.col("price").isNotNull())
    usual = (
        priced.groupBy("goods", "subject_id")
        .agg(F.percentile("price", 0.5).alias("price"), F.percentile("per_kg", 0.5).alias("per_kg"))
        .groupBy("goods")
        .agg(
            F.count(F.lit(1)).alias("hands"),
            F.percentile("price", 0.5).alias("usual_price"),
            F.percentile("per_kg", 0.5).alias("usual_per_kg"),
        )
        .where(F.col("hands") >= int(parameters["hands_least"]))
    )
    brands = (
        priced.where(F.col("brand").isNotNull())
        .groupBy("goods", "brand")
        .agg(F.count_distinct("subject_id").alias("brand_hands"))
    )
    rare = F.col("brand_hands") <= F.col("hands") * float(parameters["brand_hands_share"])
    return (
        sales.join(F.broadcast(usual), "goods", "left")
        .join(F.broadcast(brands), ["goods", "brand"], "left")
        .withColumns(
            {
                "times": F.round(F.try_divide("price", "usual_price"), 6),
                "kg_times": F.round(F.try_divide("per_kg", "usual_per_kg"), 6),
                "rare_brand": is_true(rare),
            }
        )
    )


def _marked(compared: DataFrame, shops: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `washed`, a dear parcel to a recipient who gets several from the hand, and `to_shop`: the
    recipient's phone is that of another hand's shop."""
    trading = (
        shops.where(F.col("phone_e164").isNotNull())
        .groupBy(F.col("phone_e164").alias("recipient_phone_e164"))
        .agg(F.collect_set("hand").alias("trading"))
    )
    regular = Window.partitionBy("subject_id", "recipient")
    dear = is_true(F.col("recipient").isNotNull() & (F.col("times") >= float(parameters["dear_from"])))
    others = is_true(~F.array_contains("trading", F.col("subject_id")))
    return (
        compared.join(F.broadcast(trading), "recipient_phone_e164", "left")
        .withColumns({"dear": dear, "to_shop": others})
        .withColumn(
            "washed",
            F.col("dear") & (F.count_if("dear").over(regular) >= int(parameters["regular_parcels"])),
        )
        .drop("trading", "dear")
    )


def _measure(marked: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand; nothing where regular recipients or dear parcels to them are few."""
    washed = F.col("washed")
    hands = marked.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("parcels"),
        F.count_if(washed).alias("support"),
        F.count_distinct(F.when(washed, F.col("recipient"))).alias("regulars"),
        F.count_if(washed & F.col("to_shop")).alias("to_shops"),
        F.count_if(washed & F.col("rare_brand")).alias("branded"),
        F.percentile(F.when(washed, F.col("kg_times")), 0.5).alias("kg_times"),
        F.sum(F.when(washed, F.col("worth_vnd"))).alias("value_vnd"),
    )
    counts = (F.col("regulars") >= int(parameters["regulars_least"])) & (
        F.col("support") >= int(parameters["parcels_least"])
    )
    value = F.log2(F.col("support") + 1) * F.sqrt(F.col("support") / F.col("parcels"))
    return hands.select(
        "subject_id",
        F.lit("senders of parcels").alias("peer_group"),
        F.when(counts, value).otherwise(0.0).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(
            explanation("wholesale", _wholesale(parameters)),
            explanation("premium_goods", _most("branded")),
        ).alias("explanations"),
    )


def _most(column: str) -> Column:
    return F.col(column) * 2 > F.col("support")


def _wholesale(parameters: Parameters) -> Column:
    """By the kilogram they cost what they usually do, so that many pieces are in each; or they go to shops,
    where no weights stand. A shop, too, pays no such price for the weight of one piece."""
    usual_weight_price = F.col("kg_times") < float(parameters["wholesale_kg_below"])
    return F.when(F.col("kg_times").isNotNull(), usual_weight_price).otherwise(_most("to_shops"))
