"""Imported parcels whose buyers pay far more than was declared to customs, parcel by parcel."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.joins.closing import kept, reported
from jobs.signals.joins.parcel_gaps import (
    cash_on_delivery,
    close_hands,
    gaps_of_hands,
    judged_gaps,
    of_who_is_paid,
    priced_by_order,
)
from jobs.signals.joins.parcel_payments import paid_by_recipients
from jobs.signals.joins.sending_shops import known_accounts, sending_hand, shops_of
from jobs.signals.joins.trade import digits
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="parcels_paid_above_declared",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
        "sellers": "silver.sellers",
        "customs": "flows.declarations",
    },
)


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    sellers: DataFrame,
    customs: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: doublings of the usual ratio of price to declared value, times root(share of such parcels)."""
    del as_of
    shops = kept(shops_of(sellers, operators))
    imported = kept(_imported(parcels, customs))
    own = known_accounts(imported, shops, accounts, operators)
    priced = kept(of_who_is_paid(_priced(imported, payments, accounts, own, parameters), operators))
    goods = F.substring("declared_hs", 1, int(parameters["goods_digits"]))
    judged = kept(judged_gaps(priced, goods, parameters))
    innocent = {
        "freight_and_margin": F.col("depth") < float(parameters["margin_most"]),
        "a_few_parcels": F.col("support") * 4 < F.col("parcels"),
    }
    measured = gaps_of_hands(judged, "senders of imported parcels", innocent, parameters)
    return close_hands(SIGNAL, reported(measured, parameters), judged, shops, parameters)


def _imported(parcels: DataFrame, customs: DataFrame) -> DataFrame:
    """Parcels with a sender and an import declaration, and the part of the declared value that is theirs."""
    declared = (
        customs.where((F.col("direction") == "import") & digits("declaration_no").isNotNull())
        .groupBy(digits("declaration_no").alias("number"))
        .agg(
            F.sum(
                F.col("customs_value_vnd")
                + F.coalesce("duty_vnd", F.lit(0))
                + F.coalesce("vat_vnd", F.lit(0))
            ).alias("whole_vnd"),
            F.max_by("hs_code", "customs_value_vnd").alias("declared_hs"),
            F.sort_array(F.collect_set("record_key")).alias("line_keys"),
        )
        .where(F.col("whole_vnd") > 0)
    )
    together = Window.partitionBy("number")
    part = F.coalesce(
        F.try_divide("declared_value_vnd", F.sum("declared_value_vnd").over(together)),
        1 / F.count(F.lit(1)).over(together),
    )
    return (
        parcels.withColumn("number", digits("declaration_no"))
        .where(F.col("number").isNotNull())
        .join(declared, "number")
        .withColumn("declared_vnd", F.col("whole_vnd") * part)
        .withColumn("hand", sending_hand())
        .where(F.col("hand").isNotNull() & (F.col("declared_vnd") > 0))
        .withColumn("price_vnd", F.lit(None).cast("bigint"))
    )


def _priced(
    imported: DataFrame, payments: DataFrame, accounts: DataFrame, own: DataFrame, parameters: Parameters
) -> DataFrame:
    """Parcels whose price is seen: cash on delivery, a payment for the order, or one by the recipient.

    Of the recipient's payments only those into accounts of the hand count, or into one that several of its
    recipients pay.
    """
    hand_of_account = Window.partitionBy("hand", "creditor_account_id")
    several = F.size(F.collect_set("debtor_account_id").over(hand_of_account))
    by_recipient = (
        paid_by_recipients(imported, payments, accounts, parameters)
        .where(~F.coalesce("creditor_hub", F.lit(False)))
        .join(
            own.select("hand", F.col("account_id").alias("creditor_account_id"), F.lit(True).alias("own")),
            ["hand", "creditor_account_id"],
            "left",
        )
        .join(
            accounts.select(F.col("account_id").alias("creditor_account_id"), "payers"),
            "creditor_account_id",
            "left",
        )
        .withColumn("common", several)
        .withColumn(
            "several",
            (F.col("common") >= int(parameters["common_payers_least"]))
            & (F.col("common") >= F.col("payers") * F.lit(float(parameters["common_payers_share"]))),
        )
        .where(F.col("own").isNotNull() | F.col("several"))
        .groupBy("record_key")
        .agg(
            F.min_by(
                F.struct("amount_vnd", "report_keys", "creditor_account_id"),
                F.struct("paid_on", "payment_key"),
            ).alias("pay")
        )
    )
    paid_otherwise = cash_on_delivery().isNull()
    return (
        priced_by_order(imported, payments)
        .join(by_recipient, "record_key", "left")
        .withColumn("paid_vnd", F.coalesce("paid_vnd", "pay.amount_vnd"))
        .withColumn("report_keys", F.coalesce("report_keys", "pay.report_keys"))
        .where(F.col("paid_vnd") > 0)
        .withColumn(
            "paid_account_id",
            F.coalesce("cod_account_id", F.when(paid_otherwise, F.col("pay.creditor_account_id"))),
        )
        .drop("pay")
    )
