"""Shops whose buyers pay into accounts that neither the register nor a carrier knows as theirs."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.senders import parcel_worth
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.parcel_payments import paid_by_recipients
from jobs.signals.joins.shops.sending_shops import known_accounts, senders_of, sending_hand, shops_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="collected_beside_shop",
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
    """Value 0 to 1: how surely, how purely and how fully strangers' accounts collect for the parcels.

    A payment by a recipient goes to the hand whose account it reaches, else to those whose parcel it fits
    best, shared when they are several. An account collects for a hand when a good part of all that private
    people pay into it is paid by recipients of that hand's parcels, far more than its share of all parcels.
    """
    del as_of
    shops = kept(shops_of(sellers, operators))
    price = parcel_worth()
    sent = parcels.withColumn("hand", sending_hand()).withColumn("price_vnd", price)
    sent = sent.where(F.col("hand").isNotNull())
    own = known_accounts(sent, shops, accounts, operators)
    # Cash on delivery is paid at the door, an order of a platform to the platform.
    open_parcels = sent.where(
        (F.coalesce("cod_amount_vnd", F.lit(0)) == 0)
        & (F.col("seller_key").isNull() | F.col("order_no").isNull())
    )
    matched = kept(
        _attributed(paid_by_recipients(open_parcels, payments, accounts, parameters), own, parameters)
    )
    pairs = kept(_collecting(matched, payments, accounts, sent, shops, parameters))
    rows = reported(_measure(pairs, matched, open_parcels, parameters), parameters)
    subjects = subjects_of(rows)
    collecting = F.broadcast(pairs.select("subject_id", "creditor_account_id").join(subjects, "subject_id"))
    shown = kept(matched.join(collecting, ["subject_id", "creditor_account_id"], "left_semi"))
    packed = sent.join(F.broadcast(shown.select("record_key").distinct()), "record_key", "left_semi")
    selling = senders_of(packed.withColumn("subject_id", F.col("hand")), shops)
    homeless = packed.withColumn("subject_id", F.col("hand")).join(selling, "subject_id", "left_anti")
    members = [
        member_rows(selling, "seller", "seller_key", "shop"),
        member_rows(homeless, "phone", "sender_phone_e164", "phone"),
        member_rows(collecting, "account", "creditor_account_id", "collector"),
    ]
    evidence = [
        record_rows(shown, "bank_transactions", F.explode("report_keys"), 1),
        record_rows(shown, "shipments", "record_key", 2),
        record_rows(selling.join(shops, "seller_key"), "sellers", "record_key", 3),
        record_rows(
            collecting.join(
                accounts.where("registered"), F.col("creditor_account_id") == F.col("account_id")
            ),
            "bank_accounts",
            "account_id",
            3,
        ),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _attributed(pairs: DataFrame, own: DataFrame, parameters: Parameters) -> DataFrame:
    """For each payment its best parcels, with `weight`: how far it is this hand's, 0 to 1."""
    known = own.select("hand", F.col("account_id").alias("creditor_account_id"), F.lit(True).alias("own"))
    one = Window.partitionBy("payment_key")
    fit = F.col("own").cast("int") * 4 + F.col("near").cast("int") * 2 + F.col("known_phone").cast("int")
    sure = (
        F.when(F.col("near"), 1.0)
        .when(F.col("known_phone"), float(parameters["weight_phone_only"]))
        .otherwise(float(parameters["weight_name_only"]))
    )
    return (
        pairs.where(~F.coalesce("creditor_hub", F.lit(False)))
        .join(known, ["hand", "creditor_account_id"], "left")
        .withColumn("own", F.coalesce("own", F.lit(False)))
        .withColumn("fit", fit)
        .withColumn("best", F.max("fit").over(one))
        .where(F.col("fit") == F.col("best"))
        .withColumn("hands", F.size(F.collect_set("hand").over(one)))
        .withColumn("weight", sure / F.col("hands"))
        .withColumnRenamed("hand", "subject_id")
    )


def _collecting(
    matched: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    sent: DataFrame,
    shops: DataFrame,
    parameters: Parameters,
) -> DataFrame:
    """(hand, stranger's account) that collects for it: payers, payments, `purity` among all its payments."""
    once = (
        matched.where(~F.col("own"))
        .groupBy("subject_id", "creditor_account_id", "payment_key")
        .agg(
            F.max("weight").alias("weight"),
            F.max("amount_vnd").alias("amount_vnd"),
            F.first("debtor_account_id").alias("debtor_account_id"),
            F.first("creditor_operator").alias("creditor_operator"),
        )
    )
    pairs = (
        once.groupBy("subject_id", "creditor_account_id")
        .agg(
            F.sum("weight").alias("paid"),
            F.sum(F.col("weight") * F.col("amount_vnd")).alias("value_vnd"),
            F.size(F.collect_set("debtor_account_id")).alias("payers"),
        )
        .where(
            (F.col("payers") >= int(parameters["payers_least"]))
            & (F.col("paid") >= float(parameters["payments_least"]))
        )
    )
    private = (
        payments.where(
            F.col("debtor_account_id").isNotNull()
            & ~F.coalesce("debtor_hub", F.lit(False))
            & ~F.coalesce(F.col("debtor_operator") == F.col("creditor_operator"), F.lit(False))
        )
        .join(F.broadcast(pairs.select("creditor_account_id").distinct()), "creditor_account_id", "left_semi")
        .groupBy("creditor_account_id")
        .agg(F.count(F.lit(1)).alias("credits"))
    )
    shares = sent.groupBy(F.col("hand").alias("subject_id")).agg(F.count(F.lit(1)).alias("parcels"))
    whole = sent.agg(F.count(F.lit(1)).alias("all_parcels"))
    of_shops = shops.select(F.col("settlement_account_id").alias("creditor_account_id")).distinct()
    homes = accounts.select(
        F.col("account_id").alias("creditor_account_id"), "address_norm", "phone_e164", "holder_type"
    )
    near = _homes(shops, accounts)
    return (
        pairs.join(private, "creditor_account_id")
        .join(shares, "subject_id")
        .crossJoin(F.broadcast(whole))
        .withColumn(
            "purity",
            F.col("paid") / F.greatest("credits", "paid") - F.col("parcels") / F.col("all_parcels"),
        )
        .where(F.col("purity") >= float(parameters["purity_least"]))
        .join(homes, "creditor_account_id", "left")
        .join(near, "subject_id", "left")
        .join(of_shops.withColumn("other_shop", F.lit(True)), "creditor_account_id", "left")
        .withColumn(
            "family",
            F.coalesce(F.array_contains("homes", F.col("address_norm")), F.lit(False))
            | F.coalesce(F.array_contains("phones", F.col("phone_e164")), F.lit(False)),
        )
        .withColumn("other_shop", F.coalesce("other_shop", F.lit(False)))
        .select(
            "subject_id",
            "creditor_account_id",
            "paid",
            "payers",
            "value_vnd",
            "purity",
            "family",
            "other_shop",
            "registered_shop",
        )
    )


def _homes(shops: DataFrame, accounts: DataFrame) -> DataFrame:
    """Per hand with a shop: the addresses and phones of shops and owners."""
    owners = accounts.select(F.col("holder_key").alias("owner_key"), F.col("address_norm").alias("home"))
    return (
        shops.join(owners.where(F.col("home").isNotNull()).distinct(), "owner_key", "left")
        .groupBy(F.col("hand").alias("subject_id"))
        .agg(
            F.array_union(F.collect_set("home"), F.collect_set("pickup_address_norm")).alias("homes"),
            F.collect_set("phone_e164").alias("phones"),
            F.lit(True).alias("registered_shop"),
        )
    )


def _measure(
    pairs: DataFrame, matched: DataFrame, open_parcels: DataFrame, parameters: Parameters
) -> DataFrame:
    """Hands that are paid beside; `coverage` is the share of their open parcels that such payments pay."""
    covered = (
        matched.join(pairs.select("subject_id", "creditor_account_id"), ["subject_id", "creditor_account_id"])
        .groupBy("subject_id")
        .agg(F.size(F.collect_set("record_key")).alias("covered"))
    )
    waiting = (
        open_parcels.where(F.col("status") != "cancelled")
        .groupBy(F.col("hand").alias("subject_id"))
        .agg(F.count(F.lit(1)).alias("open"))
    )
    hands = pairs.groupBy("subject_id").agg(
        F.sum("paid").alias("paid"),
        (F.sum(F.col("purity") * F.col("paid")) / F.sum("paid")).alias("purity"),
        F.sum("value_vnd").alias("value_vnd"),
        F.bool_and("family").alias("family"),
        F.bool_and("other_shop").alias("other_shop"),
        F.bool_or("registered_shop").alias("registered_shop"),
    )
    certainty = F.col("paid") / (F.col("paid") + F.lit(float(parameters["prior_payments"])))
    coverage = F.least(F.lit(1.0), F.col("covered") / F.greatest("open", "covered"))
    factor = F.lit(1.0)
    unknown = F.col("registered_shop").isNull()
    innocent: dict[str, Column] = {
        "family_account": F.col("family"),
        "sells_for_another_shop": F.col("other_shop"),
        "private_sender": unknown,
    }
    for name, holds in innocent.items():
        factor = factor * F.when(holds, float(parameters[f"factor_{name}"])).otherwise(1.0)
    value = F.coalesce(certainty * F.sqrt(F.col("purity") * coverage) * factor, F.lit(0.0))
    return (
        matched.select("subject_id")
        .distinct()
        .join(hands, "subject_id", "left")
        .join(covered, "subject_id", "left")
        .join(waiting, "subject_id", "left")
        .select(
            "subject_id",
            F.lit("hands paid by transfer").alias("peer_group"),
            F.round(value, 6).alias("value"),
            F.round(F.coalesce("paid", F.lit(0.0))).cast("bigint").alias("support"),
            F.round(F.coalesce("value_vnd", F.lit(0.0))).cast("bigint").alias("value_vnd"),
            F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        )
    )
