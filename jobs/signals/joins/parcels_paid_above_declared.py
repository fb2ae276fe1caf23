"""Imported parcels whose buyers pay far more than was declared to customs, parcel by parcel."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.joins.operators import operators_of
from jobs.signals.joins.parcel_payments import paid_by_order, paid_by_recipients
from jobs.signals.joins.sending_shops import known_accounts, senders_of, sending_hand, shops_of
from jobs.signals.joins.trade import digits
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="parcels_paid_above_declared",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
        "sellers": "silver.sellers",
        "customs": "silver.customs_declarations",
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
    priced = kept(_of_who_is_paid(_priced(imported, payments, accounts, own, parameters), operators))
    judged = kept(_judged(priced, parameters))
    rows = reported(_measure(judged, parameters), parameters)
    shown = judged.where("far").join(subjects_of(rows), "subject_id", "left_semi")
    selling = senders_of(shown, shops)
    homeless = shown.where(F.col("seller_key").isNull()).join(selling, "subject_id", "left_anti")
    members = [
        member_rows(selling, "seller", "seller_key", "shop"),
        member_rows(_of_one(homeless, judged), "phone", "sender_phone_e164", "phone"),
        member_rows(homeless, "account", "cod_account_id", "collector"),
    ]
    evidence = [
        record_rows(shown, "shipments", "record_key", 1),
        record_rows(shown, "customs_declarations", F.explode("line_keys"), 1),
        record_rows(shown, "bank_transactions", F.explode("report_keys"), 2),
        record_rows(selling.join(shops, "seller_key"), "sellers", "record_key", 3),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _of_one(homeless: DataFrame, judged: DataFrame) -> DataFrame:
    """Parcels whose sender's phone sends for this subject alone: a forwarder's phone is no member."""
    senders = judged.groupBy("sender_phone_e164").agg(F.size(F.collect_set("subject_id")).alias("subjects"))
    return homeless.join(senders.where(F.col("subjects") == 1), "sender_phone_e164", "left_semi")


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
    by_order = paid_by_order(imported, payments).withColumnsRenamed(
        {"paid_vnd": "order_vnd", "report_keys": "order_keys"}
    )
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
    cash = F.when(F.col("cod_amount_vnd") > 0, F.col("cod_amount_vnd"))
    return (
        imported.join(by_order, "record_key", "left")
        .join(by_recipient, "record_key", "left")
        .withColumn("paid_vnd", F.coalesce(cash, "order_vnd", "pay.amount_vnd"))
        .withColumn(
            "report_keys",
            F.when(cash.isNotNull(), F.array().cast("array<string>")).otherwise(
                F.coalesce("order_keys", "pay.report_keys")
            ),
        )
        .where(F.col("paid_vnd") > 0)
        .withColumn(
            "paid_account_id",
            F.coalesce("cod_account_id", F.when(cash.isNull(), F.col("pay.creditor_account_id"))),
        )
        .drop("pay", "order_vnd", "order_keys")
    )


def _of_who_is_paid(priced: DataFrame, operators: DataFrame) -> DataFrame:
    """Adds `subject_id`. An imported parcel without a seller comes from a forwarder: who is paid sells it."""
    paid = operators_of(operators, "account", "paid_account_id", "paid_operator")
    off_platform = F.when(F.col("seller_key").isNull(), F.col("paid_operator"))
    return priced.join(paid, "paid_account_id", "left").withColumn(
        "subject_id", F.coalesce(off_platform, "hand")
    )


def _judged(priced: DataFrame, parameters: Parameters) -> DataFrame:
    """`gap` (doublings above what is usual for the goods, one vote a hand) and `far`."""
    goods = F.substring("declared_hs", 1, int(parameters["goods_digits"]))
    ratio = F.log2(F.col("paid_vnd") / F.col("declared_vnd"))
    votes = (
        priced.groupBy(goods.alias("goods"), "hand")
        .agg(F.percentile(ratio, 0.5).alias("vote"))
        .groupBy("goods")
        .agg(F.count(F.lit(1)).alias("hands"), F.percentile("vote", 0.5).alias("usual"))
        .where(F.col("hands") >= int(parameters["peer_hands"]))
        .select("goods", "usual")
    )
    overall = (
        priced.groupBy("hand")
        .agg(F.percentile(ratio, 0.5).alias("vote"))
        .agg(F.count(F.lit(1)).alias("all_hands"), F.percentile("vote", 0.5).alias("all_usual"))
    )
    known = F.when(F.col("all_hands") >= int(parameters["peer_hands"]), F.col("all_usual"))
    # No peers may say that a price below the declared value is usual, nor that anything is.
    usual = F.least(
        F.greatest(F.coalesce("usual", known, F.lit(0.0)), F.lit(0.0)), F.lit(float(parameters["usual_most"]))
    )
    gap = F.round(ratio - usual, 6)
    return (
        priced.withColumn("goods", goods)
        .join(F.broadcast(votes), "goods", "left")
        .crossJoin(F.broadcast(overall))
        .withColumn("gap", gap)
        .withColumn("far", gap >= float(parameters["far_gap"]))
        .select(
            "subject_id",
            "record_key",
            "seller_key",
            "sender_phone_e164",
            "sender_address_norm",
            F.col("paid_account_id").alias("cod_account_id"),
            "line_keys",
            "report_keys",
            "paid_vnd",
            "declared_vnd",
            "gap",
            "far",
        )
    )


def _measure(judged: DataFrame, parameters: Parameters) -> DataFrame:
    hands = judged.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("parcels"),
        F.count_if("far").alias("support"),
        F.percentile(F.when(F.col("far"), F.col("gap")), 0.5).alias("depth"),
        F.sum(F.when(F.col("far"), F.col("paid_vnd") - F.col("declared_vnd"))).alias("hidden_vnd"),
    )
    certainty = F.col("support") / (F.col("support") + F.lit(float(parameters["prior_parcels"])))
    value = (
        F.least("depth", F.lit(float(parameters["depth_most"])))
        * F.sqrt(F.col("support") / F.col("parcels"))
        * certainty
    )
    slight = F.col("depth") < float(parameters["margin_most"])
    return hands.where(F.col("parcels") >= int(parameters["parcels_least"])).select(
        "subject_id",
        F.lit("senders of imported parcels").alias("peer_group"),
        F.round(F.coalesce(value, F.lit(0.0)), 6).alias("value"),
        "support",
        F.round(F.coalesce("hidden_vnd", F.lit(0.0))).cast("bigint").alias("value_vnd"),
        F.array(
            explanation("freight_and_margin", slight),
            explanation("a_few_parcels", F.col("support") * 4 < F.col("parcels")),
        ).alias("explanations"),
    )
