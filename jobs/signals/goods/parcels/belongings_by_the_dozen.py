"""Parcels of "personal belongings" or "presents", many pieces in each, time and again for one phone.

Goods that travellers and crews carry in for a trader go on to the trader as luggage. Belongings come once,
when somebody moves, and presents a few pieces at a time, from one's family; a charity receives from many.
Shops of gift baskets sell goods that have names of their own.
Source: Government Office dispatch 3986/VPCP-V.I, point 1; Decree 134/2016/NĐ-CP Art. 6 (allowances of
travellers).
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.senders import parcel_worth
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="belongings_by_the_dozen",
    subject="phone",
    reads={"parcels": "flows.parcels", "sellers": "silver.sellers", "identifiers": "links.identifiers"},
)


def transform(
    *,
    parcels: DataFrame,
    sellers: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of the parcels of belongings, with `pieces_least` pieces or more, that reach a phone."""
    current = in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
    hubs = identifiers.where(F.col("hub") & (F.col("kind") == "phone")).select(
        F.col("id").alias("subject_id")
    )
    received = kept(
        current.where(F.col("goods_norm").rlike(str(parameters["belongings"])))
        .where(F.col("quantity") >= int(parameters["pieces_least"]))
        .withColumn("subject_id", F.col("recipient_phone_e164"))
        .where(F.col("subject_id").isNotNull())
        .join(F.broadcast(hubs), "subject_id", "left_anti")
    )
    rows = reported(_measure(received, parameters), parameters)
    shown = received.join(subjects_of(rows), "subject_id")
    shops = sellers.withColumn("subject_id", F.col("phone_e164")).join(subjects_of(rows), "subject_id")
    members = [
        member_rows(shown, "phone", "subject_id", "phone"),
        member_rows(shown, "phone", "sender_phone_e164", "sender"),
        member_rows(shops, "seller", "seller_key", "shop"),
        member_rows(shops, "account", "settlement_account_id", "settlement"),
    ]
    evidence = [record_rows(shown, "shipments", "record_key"), record_rows(shops, "sellers", "record_key", 2)]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _measure(received: DataFrame, parameters: Parameters) -> DataFrame:
    charity = is_true(F.col("recipient_name_norm").rlike(str(parameters["charity_words"])))
    parcels, days = F.count(F.lit(1)), F.count_distinct("day")
    return received.groupBy("subject_id").agg(
        F.lit("phones that receive belongings").alias("peer_group"),
        _value(parcels, F.count_distinct("sender_phone_e164"), parameters).alias("value"),
        parcels.alias("support"),
        F.coalesce(F.sum(parcel_worth()), F.lit(0)).alias("value_vnd"),
        F.array(
            explanation("moves_house", days <= int(parameters["moving_days"])),
            explanation("charity", F.count_if(charity) * 2 >= parcels),
        ).alias("explanations"),
    )


def _value(parcels: Column, senders: Column, parameters: Parameters) -> Column:
    return F.when(senders >= int(parameters["senders_least"]), F.round(F.log2(parcels), 6)).otherwise(0.0)
