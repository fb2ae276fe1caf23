"""Private accounts that a shop fills and that hand the money on to the people who order from it.

Who buys orders of its own pays the price back to those who lent their names. So that the shop itself pays
nobody, the money goes by a relay: an account that the shop pays, and whose payees are nearly all people who
get the shop's parcels (`buyers_paid_by_shop` sees those whom the shop pays itself). A relative or an employee
pays many who never ordered there. What the remarks say is up to who writes them.
Source: Anti-Unfair Competition Law of China 2019, article 8 (organised false transactions); FATF/Egmont Group
risk indicators 2021 (money that goes through accounts without a reason and comes back).
"""

from datetime import date

from pyspark.sql import DataFrame
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
)
from jobs.signals.joins.shops.sending_shops import delivered_sales, senders_of, shops_of
from jobs.signals.payments.ledger import is_context
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="buyers_paid_by_relay",
    subject="account",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "operators": "links.operators",
        "sellers": "silver.sellers",
    },
)

# Who has registered a household business lends the name and the account as anybody does.
_PRIVATE = ("individual", "household_business")


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    operators: DataFrame,
    sellers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: payees of the relay who get parcels of those that fill it, times their share of all its payees.

    Support: those payees; `value_vnd`: what the relay pays them.
    """
    del as_of
    sales = kept(delivered_sales(parcels))
    private = _to_private_people(payments)
    hands = F.broadcast(sales.select(F.col("subject_id").alias("hand")).distinct())
    fills = kept(private.join(hands, F.col("payer_operator") == F.col("hand")))
    handed = kept(_handed_on(private, fills, sales))
    rows = reported(_measure(handed, parameters), parameters)
    relays = subjects_of(rows).withColumnRenamed("subject_id", "relay")
    bought = handed.where("buyer").join(relays, "relay")
    # Only a hand that sells to those payees is one of the ring.
    names = fills.select("hand", F.col("payee").alias("relay")).join(bought, "relay")
    sent = kept(
        sales.withColumnRenamed("subject_id", "hand").join(
            names.select("hand", "relay", "recipient_name_norm").distinct(), ["hand", "recipient_name_norm"]
        )
    )
    ring = sent.select("hand", "relay").distinct()
    filled = fills.withColumnRenamed("payee", "relay").join(ring, ["hand", "relay"])
    shops = senders_of(sent.withColumnRenamed("hand", "subject_id"), shops_of(sellers, operators))
    shops = shops.withColumnRenamed("subject_id", "hand").join(ring, "hand")
    # The account that pays for a shop is the shop's, and stands in the evidence.
    unnamed = filled.join(shops.select("hand", "relay"), ["hand", "relay"], "left_anti")
    members = [
        member_rows(rows.withColumn("relay", F.col("subject_id")), "account", "relay", "mule"),
        member_rows(_of_relay(unnamed), "account", "payer", "operator"),
        member_rows(_of_relay(bought), "account", "payee", "straw_buyer"),
        member_rows(_of_relay(shops), "seller", "seller_key", "shop"),
    ]
    evidence = [
        payment_rows(_of_relay(filled)),
        payment_rows(_of_relay(bought)),
        record_rows(_of_relay(sent), "shipments", "record_key", 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _of_relay(frame: DataFrame) -> DataFrame:
    return frame.withColumnRenamed("relay", "subject_id")


def _to_private_people(payments: DataFrame) -> DataFrame:
    """payer, payer_operator, payee, recipient_name_norm, amount_vnd, report_keys: from one hand to another's
    private account, wages apart."""
    private = F.coalesce(F.col("creditor_holder_type").isin(*_PRIVATE), F.lit(True))
    known = F.col("debtor_account_id").isNotNull() & F.col("creditor_account_id").isNotNull()
    inside = is_true(F.col("debtor_operator") == F.col("creditor_operator"))
    return payments.where(
        known
        & private
        & ~is_context("debtor")
        & ~is_context("creditor")
        & ~inside
        & ~F.col("one_holder")
        & ~F.col("wages")
    ).select(
        F.col("debtor_account_id").alias("payer"),
        F.col("debtor_operator").alias("payer_operator"),
        F.col("creditor_account_id").alias("payee"),
        F.col("creditor_name_norm").alias("recipient_name_norm"),
        "amount_vnd",
        "report_keys",
    )


def _handed_on(private: DataFrame, fills: DataFrame, sales: DataFrame) -> DataFrame:
    """What accounts that selling hands fill pay to others, but for what goes back to those who fill them.

    `buyer`: parcels of such a hand go to the payee.
    """
    filled = fills.select("hand", F.col("payee").alias("relay")).distinct()
    back = fills.select(F.col("payee").alias("relay"), F.col("payer").alias("payee")).distinct()
    recipients = sales.select(F.col("subject_id").alias("hand"), "recipient_name_norm").distinct()
    bought = filled.join(recipients, "hand").select("relay", "recipient_name_norm").distinct()
    return (
        private.withColumnRenamed("payer", "relay")
        .join(F.broadcast(filled.select("relay").distinct()), "relay", "left_semi")
        .join(back, ["relay", "payee"], "left_anti")
        .join(bought.withColumn("buyer", F.lit(True)), ["relay", "recipient_name_norm"], "left")
        .withColumn("buyer", F.coalesce("buyer", F.lit(False)))
    )


def _measure(handed: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account that a selling hand fills and that pays enough others."""
    of_buyers = F.when(F.col("buyer"), F.col("payee"))
    return (
        handed.groupBy(F.col("relay").alias("subject_id"))
        .agg(
            F.count_distinct("payee").alias("payees"),
            F.count_distinct(of_buyers).alias("support"),
            F.coalesce(F.sum(F.when(F.col("buyer"), F.col("amount_vnd"))), F.lit(0)).alias("value_vnd"),
        )
        .where(F.col("payees") >= int(parameters["payees_least"]))
        .select(
            "subject_id",
            F.lit("accounts that shops fill and that pay others").alias("peer_group"),
            F.round(F.col("support") * F.col("support") / F.col("payees"), 6).alias("value"),
            "support",
            "value_vnd",
        )
    )
