"""Shops that pay the very people who order from them again and again: sales bought to be seen.

Money for goods goes from the buyer to the shop. Who lends a name to orders that raise a shop's rank, or prove
a turnover, gets the price back and a fee, mostly from the owner's own account; the orders themselves are paid
on the platform, where no bank sees them. Who pays most of the same people beside the shop has a hand in it.
Who shows samples to an audience is paid a fee, which says so. That some names of payees and customers agree
is chance in a shop with many of both.
Source: Anti-Unfair Competition Law of China 2019, article 8 (organised false transactions); Guangzhou Customs
(order, payment and waybill compared).
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
from jobs.signals.joins.orders.review_fees import without_review_fees
from jobs.signals.joins.shops.sending_shops import delivered_sales, senders_of, shops_of
from jobs.signals.payments.ledger import is_context
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="buyers_paid_by_shop",
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
    """Value: people whom a hand pays and who got several of its parcels, less those whom chance would give.

    By chance a payee bears the name of such a recipient as often as one of two people with accounts bears
    the other's.
    """
    del as_of
    sales = kept(delivered_sales(parcels))
    # Who sends money home, or says what else it is for, gives no price back.
    told = F.col("reason_stated") | remark_tells("family_support")
    payments = without_review_fees(payments, parameters).where(~told)
    paid = kept(_paid(payments, accounts, sales))
    buyers = kept(_buyers(sales, paid, parameters))
    rows = reported(_measure(buyers, sales, paid, accounts, parameters), parameters)
    shown = buyers.join(subjects_of(rows), "subject_id")
    sent = sales.join(
        shown.select("subject_id", "recipient_name_norm").distinct(),
        ["subject_id", "recipient_name_norm"],
        "left_semi",
    )
    went = paid.join(
        shown.select("subject_id", "account_id"), ["subject_id", "account_id"], "left_semi"
    ).select("subject_id", "debtor_account_id", "report_keys")
    beside = kept(_paid_beside(payments, shown, parameters))
    members = [
        member_rows(senders_of(sent, shops_of(sellers, operators)), "seller", "seller_key", "shop"),
        member_rows(went.unionByName(beside), "account", "debtor_account_id", "operator"),
        member_rows(shown, "account", "account_id", "straw_buyer"),
    ]
    evidence = [record_rows(sent, "shipments", "record_key"), payment_rows(went.unionByName(beside))]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _paid(payments: DataFrame, accounts: DataFrame, sales: DataFrame) -> DataFrame:
    """What hands that sell pay to people who are not of the hand, wages apart."""
    private = F.coalesce(F.col("creditor_holder_type") == "individual", F.lit(True))
    inside = is_true(F.col("debtor_operator") == F.col("creditor_operator"))
    return (
        payments.where(private & ~inside & ~is_context("creditor") & ~F.col("one_holder") & ~F.col("wages"))
        .withColumn("subject_id", F.col("debtor_operator"))
        .join(F.broadcast(sales.select("subject_id").distinct()), "subject_id", "left_semi")
        .join(
            accounts.select(F.col("account_id").alias("creditor_account_id"), "holder_name_norm"),
            "creditor_account_id",
        )
        .select(
            "subject_id",
            F.col("creditor_account_id").alias("account_id"),
            "debtor_account_id",
            F.coalesce("holder_name_norm", "creditor_name_norm").alias("recipient_name_norm"),
            "amount_vnd",
            "report_keys",
        )
    )


def _buyers(sales: DataFrame, paid: DataFrame, parameters: Parameters) -> DataFrame:
    """subject_id, account_id, recipient_name_norm, parcels, worth_vnd, vnd, times: whom a hand sends to and
    pays."""
    sent = (
        sales.groupBy("subject_id", "recipient_name_norm")
        .agg(F.count(F.lit(1)).alias("parcels"), F.sum("worth_vnd").alias("worth_vnd"))
        .where(F.col("parcels") >= int(parameters["parcels_each"]))
    )
    return (
        paid.groupBy("subject_id", "account_id", "recipient_name_norm")
        .agg(F.sum("amount_vnd").alias("vnd"), F.count(F.lit(1)).alias("times"))
        .join(sent, ["subject_id", "recipient_name_norm"])
    )


def _paid_beside(payments: DataFrame, buyers: DataFrame, parameters: Parameters) -> DataFrame:
    """subject_id, debtor_account_id, report_keys: what private accounts outside the hand pay its buyers, of
    whom they pay so many (`beside_least`, `beside_share`) again and again (`beside_each`)."""
    private = F.coalesce(F.col("debtor_holder_type") == "individual", F.lit(True))
    of_hand, of_payer = (
        Window.partitionBy("subject_id"),
        Window.partitionBy("subject_id", "debtor_account_id"),
    )
    bought = buyers.select("subject_id", F.col("account_id").alias("creditor_account_id")).distinct()
    bought = bought.withColumn("buyers", F.count(F.lit(1)).over(of_hand))
    outside = payments.where(private & ~is_context("debtor") & ~F.col("one_holder")).where(
        F.col("debtor_account_id").isNotNull()
    )
    least = F.greatest(
        F.lit(int(parameters["beside_least"])), F.col("buyers") * float(parameters["beside_share"])
    )
    return (
        outside.join(F.broadcast(bought), "creditor_account_id")
        .where(~is_true(F.col("debtor_operator") == F.col("subject_id")))
        .withColumn("payees", F.size(F.collect_set("creditor_account_id").over(of_payer)))
        .withColumn("times", F.count(F.lit(1)).over(of_payer))
        .where(F.col("payees") >= least)
        .where(F.col("times") >= F.col("payees") * float(parameters["beside_each"]))
        .select("subject_id", "debtor_account_id", "report_keys")
    )


def _measure(
    buyers: DataFrame, sales: DataFrame, paid: DataFrame, accounts: DataFrame, parameters: Parameters
) -> DataFrame:
    named = accounts.where((F.col("holder_type") == "individual") & F.col("holder_name_norm").isNotNull())
    people = named.groupBy("holder_name_norm").count()
    share = people.agg(
        F.round(
            F.try_divide(F.sum(F.col("count") * (F.col("count") - 1)), F.sum("count") * (F.sum("count") - 1)),
            12,
        ).alias("same_name")
    )
    often = (
        sales.groupBy("subject_id", "recipient_name_norm")
        .count()
        .groupBy("subject_id")
        .agg(
            F.count_if(F.col("count") >= int(parameters["parcels_each"])).alias("recipients"),
            F.sum("count").alias("parcels_sent"),
        )
    )
    payees = paid.groupBy("subject_id").agg(F.count_distinct("account_id").alias("payees"))
    expected = F.col("payees") * F.col("recipients") * F.coalesce("same_name", F.lit(0.0))
    # Who is paid on two accounts got the parcels once.
    people_paid = buyers.groupBy("subject_id", "recipient_name_norm").agg(
        F.max("parcels").alias("parcels"),
        F.max("worth_vnd").alias("worth_vnd"),
        F.sum("vnd").alias("vnd"),
        F.sum("times").alias("times"),
    )
    found = people_paid.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("found"),
        F.sum("parcels").alias("support"),
        F.sum("vnd").alias("value_vnd"),
        F.sum("worth_vnd").alias("worth_vnd"),
        F.sum("times").alias("times"),
    )
    return (
        often.join(payees, "subject_id")
        .join(found, "subject_id", "left")
        .fillna(0, subset=["found", "support", "value_vnd"])
        .crossJoin(F.broadcast(share))
        .select(
            "subject_id",
            F.lit("shops that pay people").alias("peer_group"),
            F.round(F.greatest(F.col("found") - expected, F.lit(0.0)), 6).alias("value"),
            "support",
            "value_vnd",
            F.array(
                explanation("known_to_the_shop", _known(parameters)),
                explanation(
                    "small_part_of_price",
                    F.col("value_vnd") < F.col("worth_vnd") * float(parameters["price_share"]),
                ),
            ).alias("explanations"),
        )
    )


def _known(parameters: Parameters) -> Column:
    """Hardly any of the parcels went to them; or not most, and they are paid now and then, as neighbours are:
    who lends a name to orders has each of them paid back."""
    of_parcels = F.col("support") / F.col("parcels_sent")
    now_and_then = F.col("times") < F.col("found") * float(parameters["neighbour_payments"])
    return (of_parcels < float(parameters["known_share"])) | (
        now_and_then & (of_parcels < float(parameters["neighbour_share"]))
    )
