"""One private account takes the cash of parcels that others send in their own names, and pays these others.

People along a border who each send a part of what one of them brings over, and crews that write parcels by
turns, have the cash come in at one place and share it out. A relative's account collects for one person, and
is no crew: it takes two whom the account pays by name. A parcel agency hands each receipt on whole, less its
fee, to the one who sent it. Farmers of a cooperative do the same with their
produce, and where most people's cash goes through a relative's account nobody stands out.
Source: derived here (border pickup of foreign goods with no declaration; shops that share an account); Decree
52/2013/NĐ-CP on e-commerce, amended by Decree 85/2021/NĐ-CP (who sells is to be known to the buyer).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.parcels.farm_produce import is_farm_produce
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.schema import Parameters, Signal, explanation, share_of_all

SIGNAL = Signal(
    id="collector_pays_senders",
    subject="account",
    reads={
        "shipments": "silver.shipments",
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
    },
)
_PEERS = "private accounts that take the cash of parcels"


def transform(
    *,
    shipments: DataFrame,
    parcels: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of one more than the senders whom the account pays under the names on its parcels.

    One row an account. `support`: the parcels in the senders' names and the payments to them; `value_vnd`:
    the cash on delivery of these parcels.
    """
    del as_of
    private = accounts.where(~is_true(F.col("hub")) & (F.col("holder_type") == "individual"))
    sent = kept(_sent(shipments, parcels, private))
    shared = kept(_shared(sent, payments, private, parameters))
    rows = reported(_measure(sent, shared, parameters), parameters)
    subjects = subjects_of(rows)
    paid = shared.join(subjects, "subject_id", "left_semi")
    shown = sent.join(paid.select("subject_id", "sender_name").distinct(), ["subject_id", "sender_name"])
    members = [
        member_rows(rows, "account", "subject_id", "collector"),
        member_rows(paid, "account", "payee", "sender"),
    ]
    evidence = [payment_rows(paid), record_rows(shown, "shipments", "record_key", 2)]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _sent(shipments: DataFrame, parcels: DataFrame, private: DataFrame) -> DataFrame:
    """Parcels whose cash goes to a private account: subject_id, sender_name, record_key, cod_vnd, farmed."""
    collectors = private.select(F.col("account_id").alias("subject_id"))
    named = shipments.where(F.col("sender_name_norm").isNotNull()).select("record_key", "sender_name_norm")
    return (
        parcels.where(F.col("cod_account_id").isNotNull())
        .select(
            F.col("cod_account_id").alias("subject_id"),
            "record_key",
            F.coalesce("cod_amount_vnd", F.lit(0)).alias("cod_vnd"),
            is_farm_produce(F.col("goods_norm")).alias("farmed"),
        )
        .join(collectors, "subject_id")
        .join(named, "record_key")
        .withColumnRenamed("sender_name_norm", "sender_name")
    )


def _shared(sent: DataFrame, payments: DataFrame, private: DataFrame, parameters: Parameters) -> DataFrame:
    """What a collector pays a private account in a sender's name: subject_id, payee, sender_name, payments,
    how many of them hand on one receipt and report_keys. Its own holder's name is no other's."""
    named = private.where(F.col("holder_name_norm").isNotNull())
    payees = named.select(
        F.col("account_id").alias("payee"),
        F.col("holder_name_norm").alias("sender_name"),
        F.col("holder_key").alias("payee_key"),
    )
    own = named.select(F.col("account_id").alias("subject_id"), F.col("holder_name_norm").alias("own_name"))
    collectors = sent.select(F.col("subject_id").alias("debtor_account_id")).distinct()
    paid = payments.where(~F.col("one_holder") & (F.col("amount_vnd") > 0))
    return (
        _marked_handed_on(paid.join(collectors, "debtor_account_id"), payments, parameters)
        .groupBy(F.col("debtor_account_id").alias("subject_id"), F.col("creditor_account_id").alias("payee"))
        .agg(
            F.count(F.lit(1)).alias("payments"),
            F.count_if("handed_on").alias("handed_on"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .join(payees, "payee")
        .join(sent.select("subject_id", "sender_name").distinct(), ["subject_id", "sender_name"])
        .join(own, "subject_id", "left")
        .where(~is_true(F.col("own_name") == F.col("sender_name")))
        .drop("own_name")
    )


def _marked_handed_on(paid: DataFrame, payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of collectors, with `handed_on`: the sum of one carrier's settlement of the days before, less
    a fee."""
    receipts = payments.where(F.col("channel") == "cod_settlement").select(
        F.col("creditor_account_id").alias("collector"),
        F.col("day").alias("received"),
        F.col("amount_vnd").alias("receipt"),
    )
    days = F.date_diff(F.col("day"), F.col("received"))
    matching = (
        (F.col("debtor_account_id") == F.col("collector"))
        & days.between(0, int(parameters["handed_on_days"]))
        & (F.col("amount_vnd") <= F.col("receipt"))
        & (F.col("amount_vnd") >= F.col("receipt") * (1 - float(parameters["fee_most"])))
    )
    on = paid.join(receipts, matching, "left_semi").select("payment_key").withColumn("handed_on", F.lit(True))
    return paid.join(on, "payment_key", "left").withColumn("handed_on", is_true(F.col("handed_on")))


def _measure(sent: DataFrame, shared: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account that takes the cash of `parcels_least` parcels."""
    pays = shared.groupBy("subject_id").agg(
        F.count_distinct("sender_name").alias("senders"),
        F.sum("payments").alias("payments"),
        F.sum("handed_on").alias("handed_on"),
    )
    of_them = sent.join(shared.select("subject_id", "sender_name").distinct(), ["subject_id", "sender_name"])
    theirs = of_them.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("in_their_names"),
        F.count_if("farmed").alias("farmed"),
        F.sum("cod_vnd").alias("value_vnd"),
    )
    collected = sent.groupBy("subject_id").agg(F.count(F.lit(1)).alias("parcels"))
    measured = (
        collected.where(F.col("parcels") >= int(parameters["parcels_least"]))
        .join(pays, "subject_id", "left")
        .join(theirs, "subject_id", "left")
        .withColumn(
            "everyday", share_of_all(F.col("senders").isNotNull()) > float(parameters["everyday_share"])
        )
    )
    counts = (F.col("senders") >= int(parameters["senders_least"])) & ~F.col("everyday")
    return measured.select(
        "subject_id",
        F.lit(_PEERS).alias("peer_group"),
        F.when(counts, F.log2(1 + F.col("senders"))).otherwise(0.0).alias("value"),
        F.coalesce(F.col("payments") + F.col("in_their_names"), F.lit(0)).alias("support"),
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(
            explanation("farm_produce", F.col("farmed") * 2 > F.col("in_their_names")),
            explanation(
                "each_receipt_handed_on",
                F.col("handed_on") >= F.col("payments") * float(parameters["handed_on_share"]),
            ),
        ).alias("explanations"),
    )
