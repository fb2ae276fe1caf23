"""Senders whose orders a few private payers pay for, each for several other people.

Whoever orders pays, or somebody at home does. One who pays for the orders of several people, with names,
phones and addresses of their own, buys nothing for himself; where a sender has several such payers, the
orders, the payments and the waybills were made for each other.
Source: Guangzhou Customs (order, payment and waybill compared: the same few accounts pay the orders of many).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
    worth,
)
from jobs.signals.joins.parcel_payments import with_order, words_with_number
from jobs.signals.joins.shops.sending_shops import senders_of, sending_hand, shops_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="orders_paid_by_strangers",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
        "sellers": "silver.sellers",
    },
)


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    sellers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2(1 + parcels whose order a stranger paid) x root of their share of those with a payer.

    Only payments that name the order are looked at.
    """
    del as_of
    paid = kept(_paid(parcels, payments, accounts))
    strangers = kept(_strangers(paid, parameters))
    rows = reported(_measure(paid, strangers, parameters), parameters)
    shown = kept(
        paid.where("for_another")
        .join(strangers, ["subject_id", "debtor_account_id"], "left_semi")
        .join(subjects_of(rows), "subject_id", "left_semi")
    )
    known = shown.where(~F.coalesce("creditor_hub", F.lit(False)))
    members = [
        member_rows(senders_of(shown, shops_of(sellers, operators)), "seller", "seller_key", "shop"),
        member_rows(known, "account", "creditor_account_id", "collector"),
        member_rows(shown, "account", "debtor_account_id", "straw_buyer"),
    ]
    evidence = [record_rows(shown, "shipments", "record_key"), payment_rows(shown)]
    rows = worth(rows, shown.dropDuplicates(["record_key"]))
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _paid(parcels: DataFrame, payments: DataFrame, accounts: DataFrame) -> DataFrame:
    """One row a parcel and private payment for its order, with `for_another`: name and phone are not the
    payer's. A given name alone is nobody's.
    """
    private = (
        F.col("debtor_account_id").isNotNull()
        & ~F.coalesce("debtor_hub", F.lit(False))
        & (F.coalesce("debtor_holder_type", F.lit("individual")) == "individual")
    )
    phones = accounts.select(
        F.col("account_id").alias("debtor_account_id"), F.col("phone_e164").alias("payer_phone")
    )
    columns = (
        "debtor_account_id",
        "debtor_name_norm",
        "creditor_account_id",
        "creditor_hub",
        "report_keys",
    )
    another = (
        F.col("recipient_name_norm").contains(" ")
        & (F.col("recipient_name_norm") != F.col("debtor_name_norm"))
        & ~is_true(F.col("recipient_phone_e164") == F.col("payer_phone"))
    )
    return (
        with_order(parcels)
        .withColumn("subject_id", sending_hand())
        .where(F.col("subject_id").isNotNull())
        .join(words_with_number(payments.where(private), *columns), "order")
        .join(phones, "debtor_account_id", "left")
        .withColumn("for_another", is_true(another))
        .select(
            "subject_id",
            "record_key",
            "seller_key",
            "sender_phone_e164",
            "sender_address_norm",
            "cod_account_id",
            "cod_amount_vnd",
            "declared_value_vnd",
            "recipient_name_norm",
            "recipient_phone_e164",
            "recipient_address_norm",
            *columns,
            "for_another",
        )
    )


def _strangers(paid: DataFrame, parameters: Parameters) -> DataFrame:
    """(subject_id, debtor_account_id, elsewhere): payers for enough people who share neither phone nor home.

    `elsewhere` is how many parcels of other senders they pay for others.
    """
    least = int(parameters["people_least"])
    of_payer = Window.partitionBy("debtor_account_id")
    enough = [F.col(one) >= least for one in ("names", "phones", "places")]
    return (
        paid.where("for_another")
        .groupBy("subject_id", "debtor_account_id")
        .agg(
            F.count_distinct("record_key").alias("parcels"),
            F.count_distinct("recipient_name_norm").alias("names"),
            F.count_distinct("recipient_phone_e164").alias("phones"),
            F.count_distinct("recipient_address_norm").alias("places"),
        )
        .withColumn("elsewhere", F.sum("parcels").over(of_payer) - F.col("parcels"))
        .where(enough[0] & enough[1] & enough[2])
        .select("subject_id", "debtor_account_id", "elsewhere")
    )


def _measure(paid: DataFrame, strangers: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a sender of orders whose payers are seen; 0 where a single payer buys for others."""
    payers = strangers.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("payers"), F.sum("elsewhere").alias("elsewhere")
    )
    by_stranger = strangers.select("subject_id", "debtor_account_id", F.lit(True).alias("stranger"))
    theirs = F.col("for_another") & F.coalesce("stranger", F.lit(False))
    hands = (
        paid.join(by_stranger, ["subject_id", "debtor_account_id"], "left")
        .groupBy("subject_id")
        .agg(
            F.count_distinct("record_key").alias("parcels"),
            F.count_distinct(F.when(theirs, F.col("record_key"))).alias("support"),
        )
        .join(payers, "subject_id", "left")
    )
    share = F.col("support") / F.col("parcels")
    several = F.col("payers") >= int(parameters["payers_least"])
    return hands.select(
        "subject_id",
        F.lit("senders of orders whose payers are seen").alias("peer_group"),
        F.when(several, F.round(F.log2(F.col("support") + 1) * F.sqrt(share), 6))
        .otherwise(0.0)
        .alias("value"),
        "support",
        F.lit(0).alias("value_vnd"),
        F.array(explanation("group_buying", F.col("elsewhere") > F.col("support"))).alias("explanations"),
    )
