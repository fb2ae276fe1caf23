"""Shops whose refunds go, again and again, to the same few people who never paid them.

Who is given money back has paid before, or took a parcel to pay at the door, once. An account that gets one
refund after the other, of one shop or of several, has bought nothing: the refunds carry takings away.
Source: design of this project (money out under the name of returned goods); Guangzhou Customs (order, payment
and waybill compared).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.shops.sending_shops import known_accounts, sending_hand, shops_of
from jobs.signals.payments.ledger import is_context
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="refunds_to_others",
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
    """One row a shop's hand. Value: log2 of one more than its refunds to people who never paid it and are
    refunded over and over, times their share of its refunds to the account."""
    del as_of
    shops = kept(shops_of(sellers, operators))
    registered = shops.select("hand").distinct()
    sent = parcels.withColumn("hand", sending_hand())
    own = kept(known_accounts(sent, shops, accounts, operators).join(registered, "hand", "left_semi"))
    refunds = kept(_refunds(payments, own, parameters))
    rows = reported(_measure(refunds, parameters), parameters)
    shown = refunds.where("odd").join(subjects_of(rows), "subject_id")
    of_shops = shops.withColumnRenamed("hand", "subject_id").join(
        shown.select("subject_id", F.col("debtor_account_id").alias("settlement_account_id")).distinct(),
        ["subject_id", "settlement_account_id"],
        "left_semi",
    )
    members = [
        member_rows(of_shops, "seller", "seller_key", "shop"),
        member_rows(shown, "account", "debtor_account_id", "operator"),
        member_rows(shown, "account", "creditor_account_id", "beneficiary"),
    ]
    evidence = [payment_rows(shown), record_rows(of_shops, "sellers", "record_key", 2)]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _refunds(payments: DataFrame, own: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of shops that their remark calls a refund: subject_id (the hand), odd, and what shows them."""
    by_hand = own.select(F.col("hand").alias("subject_id"), F.col("account_id").alias("debtor_account_id"))
    to_hand = own.select(F.col("hand").alias("subject_id"), F.col("account_id").alias("shop_account"))
    refunds = kept(
        payments.where(
            remark_tells("refund")
            & F.col("creditor_account_id").isNotNull()
            & ~is_context("creditor")
            & ~F.col("one_holder")
        )
        .join(F.broadcast(by_hand), "debtor_account_id")
        .select(
            "subject_id",
            "payment_key",
            "debtor_account_id",
            "creditor_account_id",
            "amount_vnd",
            "report_keys",
        )
    )
    # Only who was refunded: an account that collects for many shops would multiply all that pay into it.
    receivers = refunds.select(F.col("creditor_account_id").alias("debtor_account_id")).distinct()
    paid = (
        payments.join(F.broadcast(receivers), "debtor_account_id", "left_semi")
        .join(F.broadcast(to_hand), F.col("creditor_account_id") == F.col("shop_account"))
        .select(
            "subject_id", F.col("debtor_account_id").alias("creditor_account_id"), F.lit(True).alias("paid")
        )
        .distinct()
    )
    receiver = Window.partitionBy("creditor_account_id", "paid")
    return (
        refunds.join(paid, ["subject_id", "creditor_account_id"], "left")
        .withColumn("paid", is_true(F.col("paid")))
        .withColumn("received", F.size(F.collect_set("payment_key").over(receiver)))
        .withColumn("odd", _odd(parameters))
    )


def _odd(parameters: Parameters) -> Column:
    return ~F.col("paid") & (F.col("received") >= int(parameters["refunds_least"]))


def _measure(refunds: DataFrame, parameters: Parameters) -> DataFrame:
    odd = F.col("odd")
    return (
        refunds.groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("refunds"),
            F.count_if(odd).alias("support"),
            F.coalesce(F.sum(F.when(odd, F.col("amount_vnd"))), F.lit(0)).alias("value_vnd"),
            F.count_distinct(F.when(odd, F.col("creditor_account_id"))).alias("receivers"),
        )
        .select(
            "subject_id",
            F.lit("shops that refund to accounts").alias("peer_group"),
            (F.log2(1 + F.col("support")) * F.sqrt(F.col("support") / F.col("refunds"))).alias("value"),
            "support",
            "value_vnd",
            F.array(
                explanation(
                    "returned_for_a_customer",
                    (F.col("receivers") == 1)
                    & (F.col("support") <= int(parameters["customer_refunds_most"])),
                )
            ).alias("explanations"),
        )
    )
