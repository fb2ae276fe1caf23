"""Phones whose receiver sends back, again and again, what shop after shop delivered.

Everybody returns something that does not fit; who returns most of it, to shops that have nothing to do with
each other, may send back other goods than came and take the refund. To refuse at the door is no return.
Source: derived here (goods swapped before they are sent back, refunds taken for them).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.traders import in_window
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of, worth
from jobs.signals.joins.shops.sending_shops import sending_hand
from jobs.signals.joins.surprise import unlikely
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="returned_by_one_receiver",
    subject="phone",
    reads={"parcels": "flows.parcels", "identifiers": "links.identifiers"},
)


def transform(
    *, parcels: DataFrame, identifiers: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Value: -log10 of the chance that so many of the phone's finished parcels are returned, at the share of
    all finished parcels that are, times root(share returned).

    `value_vnd` is what the returned parcels are worth.
    """
    finished = kept(_finished(parcels, parameters, as_of))
    hubs = identifiers.where(F.col("hub") & (F.col("kind") == "phone")).select(
        F.col("id").alias("subject_id")
    )
    received = finished.where(F.col("subject_id").isNotNull()).join(hubs, "subject_id", "left_anti")
    usual = finished.agg(F.avg(F.col("back").cast("int")).alias("usual"))
    rows = reported(_measure(received, usual, parameters), parameters)
    shown = received.join(subjects_of(rows), "subject_id", "left_semi")
    members = [member_rows(rows, "phone", "subject_id", "consignee")]
    evidence = [
        record_rows(shown.where("back"), "shipments", "record_key", 1),
        record_rows(shown.where(~F.col("back")), "shipments", "record_key", 2),
    ]
    rows = worth(rows, shown.where("back"))
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _finished(parcels: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Delivered and returned parcels of the window: subject_id (the phone), hand (who sent), back, name."""
    current = in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
    return current.where(F.col("status").isin("delivered", "returned")).select(
        "record_key",
        F.col("recipient_phone_e164").alias("subject_id"),
        sending_hand().alias("hand"),
        (F.col("status") == "returned").alias("back"),
        F.element_at(F.split("recipient_name_norm", " "), -1).alias("name"),
        "cod_amount_vnd",
        "declared_value_vnd",
    )


def _measure(received: DataFrame, usual: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a phone that got enough; 0 where too few came back, or to too few senders."""
    phones = received.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("parcels"),
        F.count_if("back").alias("support"),
        F.count_distinct(F.when(F.col("back"), F.col("hand"))).alias("hands"),
        F.count_distinct("name").alias("names"),
        F.count("name").alias("named"),
    )
    share = F.col("support") / F.col("parcels")
    counts = (F.col("support") >= int(parameters["back_least"])) & (
        F.col("hands") >= int(parameters["hands_least"])
    )
    one_name = (F.col("names") == 1) & (F.col("named") == F.col("parcels"))
    return (
        phones.where(F.col("parcels") >= int(parameters["parcels_least"]))
        .crossJoin(F.broadcast(usual))
        .select(
            "subject_id",
            F.lit("phones that receive parcels").alias("peer_group"),
            F.when(counts, unlikely("support", "parcels", F.col("usual")) * F.sqrt(share))
            .otherwise(0.0)
            .alias("value"),
            "support",
            F.lit(0).alias("value_vnd"),
            F.array(
                explanation("one_fussy_buyer", one_name & (share < float(parameters["fussy_share"]))),
                explanation("parcel_point", F.col("names") >= int(parameters["names_most"])),
            ).alias("explanations"),
        )
    )
