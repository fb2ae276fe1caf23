"""What is paid for parcels against what was declared of them: price, gap, and whose parcels have it."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import remark_tells
from jobs.signals.joins.closing import close, member_rows, record_rows, subjects_of
from jobs.signals.joins.operators import operators_of
from jobs.signals.joins.parcel_payments import paid_by_order, paid_by_recipients
from jobs.signals.joins.shops.sending_shops import senders_of
from jobs.signals.schema import Parameters, Signal, explanation


def cash_on_delivery() -> Column:
    """What the recipient pays at the door; null for a parcel that is paid otherwise."""
    return F.when(F.col("cod_amount_vnd") > 0, F.col("cod_amount_vnd"))


def priced_by_order(parcels: DataFrame, payments: DataFrame) -> DataFrame:
    """Adds `paid_vnd` (cash on delivery, else what was paid for the order; null: not seen) and `report_keys`
    (of those payments)."""
    by_order = paid_by_order(parcels, payments).withColumnsRenamed(
        {"paid_vnd": "order_vnd", "report_keys": "order_keys"}
    )
    cash = cash_on_delivery()
    no_payment = F.array().cast("array<string>")
    return (
        parcels.join(by_order, "record_key", "left")
        .withColumn("paid_vnd", F.coalesce(cash, "order_vnd"))
        .withColumn("report_keys", F.when(cash.isNotNull(), no_payment).otherwise(F.col("order_keys")))
        .drop("order_vnd", "order_keys")
    )


def priced_by_recipient(
    priced: DataFrame, payments: DataFrame, accounts: DataFrame, own: DataFrame, parameters: Parameters
) -> DataFrame:
    """Parcels whose price is seen, here or in what the recipient paid, with `recipient_paid_account_id`.

    Of the recipient's payments only those into accounts of the hand (`own`) count, or into one that several
    of its recipients pay, and none above `parcel_vnd_most`, nor for gathered orders: who pays so much, or
    says so, pays for more than a parcel.
    """
    for_one = payments.where(~remark_tells("gathered_orders"))
    hand_of_account = Window.partitionBy("hand", "creditor_account_id")
    several = F.size(F.collect_set("debtor_account_id").over(hand_of_account))
    unseen = priced.where(F.col("paid_vnd").isNull()).withColumn("price_vnd", F.lit(None).cast("bigint"))
    by_recipient = (
        paid_by_recipients(unseen, for_one, accounts, parameters)
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
        .where(F.col("amount_vnd") <= int(parameters["parcel_vnd_most"]))
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
        priced.join(by_recipient, "record_key", "left")
        .withColumn("paid_vnd", F.coalesce("paid_vnd", "pay.amount_vnd"))
        .withColumn("report_keys", F.coalesce("report_keys", "pay.report_keys"))
        .where(F.col("paid_vnd") > 0)
        .withColumn("recipient_paid_account_id", F.when(paid_otherwise, F.col("pay.creditor_account_id")))
        .drop("pay")
    )


def of_who_is_paid(priced: DataFrame, operators: DataFrame) -> DataFrame:
    """Adds `subject_id`: the hand of the shop. Off platform, where another may send, who is paid sells it."""
    paid = operators_of(operators, "account", "paid_account_id", "paid_operator")
    off_platform = F.when(F.col("seller_key").isNull(), F.col("paid_operator"))
    return priced.join(paid, "paid_account_id", "left").withColumn(
        "subject_id", F.coalesce(off_platform, "hand")
    )


def judged_gaps(priced: DataFrame, goods: Column, parameters: Parameters) -> DataFrame:
    """Adds `gap` (doublings of paid over declared, above what is usual for the goods, one vote a hand) and
    `far`: beyond `far_gap`, and beyond `far_spreads` times what the upper quarter is above the middle, of a
    hand's parcels (the middle one of all hands) or of the hands, if that is more."""
    ratio = F.log2(F.col("paid_vnd") / F.col("declared_vnd"))
    votes = (
        priced.groupBy(goods.alias("goods"), "hand")
        .agg(F.percentile(ratio, 0.5).alias("vote"))
        .groupBy("goods")
        .agg(F.count(F.lit(1)).alias("hands"), F.percentile("vote", 0.5).alias("usual"))
        .where(F.col("hands") >= int(parameters["peer_hands"]))
        .select("goods", "usual")
    )
    within = F.percentile(ratio, 0.75) - F.percentile(ratio, 0.5)
    between = F.percentile("vote", 0.75) - F.percentile("vote", 0.5)
    overall = (
        priced.groupBy("hand")
        .agg(F.percentile(ratio, 0.5).alias("vote"), within.alias("within"))
        .agg(
            F.count(F.lit(1)).alias("all_hands"),
            F.percentile("vote", 0.5).alias("all_usual"),
            # One vote a hand: a scheme of many parcels does not make its own gap usual.
            F.greatest(between, F.percentile("within", 0.5)).alias("spread"),
        )
    )
    known = F.when(F.col("all_hands") >= int(parameters["peer_hands"]), F.col("all_usual"))
    # No peers may say that a price below the declared value is usual, nor that anything is.
    usual = F.least(
        F.greatest(F.coalesce("usual", known, F.lit(0.0)), F.lit(0.0)), F.lit(float(parameters["usual_most"]))
    )
    gap = F.round(ratio - usual, 6)
    # Where parcels differ widely, a quarter of them lies so far above: that is no sign of anything.
    far = F.greatest(F.lit(float(parameters["far_gap"])), F.col("spread") * float(parameters["far_spreads"]))
    return (
        priced.withColumn("goods", goods)
        .join(F.broadcast(votes), "goods", "left")
        .crossJoin(F.broadcast(overall))
        .withColumn("gap", gap)
        .withColumn("far", gap >= far)
        .select(
            "subject_id",
            "record_key",
            "seller_key",
            "sender_phone_e164",
            "sender_address_norm",
            F.coalesce("recipient_phone_e164", "recipient_name_norm").alias("recipient"),
            F.col("paid_account_id").alias("cod_account_id"),
            "line_keys",
            "report_keys",
            "paid_vnd",
            "declared_vnd",
            "gap",
            "far",
        )
    )


def gaps_of_hands(
    judged: DataFrame,
    peer_group: str,
    innocent: Mapping[str, Column],
    parameters: Parameters,
    *further: Column,
) -> DataFrame:
    """One row a hand. Value: the depth of its far parcels (median of their gaps), times root(share of such
    parcels), times how sure so many make us.

    `innocent` are explanations over `parcels`, `support`, `depth` and the `further` aggregates.
    """
    hands = judged.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("parcels"),
        F.count_if("far").alias("support"),
        F.percentile(F.when(F.col("far"), F.col("gap")), 0.5).alias("depth"),
        F.sum(F.when(F.col("far"), F.col("paid_vnd") - F.col("declared_vnd"))).alias("hidden_vnd"),
        *further,
    )
    certainty = F.col("support") / (F.col("support") + F.lit(float(parameters["prior_parcels"])))
    value = (
        F.least("depth", F.lit(float(parameters["depth_most"])))
        * F.sqrt(F.col("support") / F.col("parcels"))
        * certainty
    )
    return hands.where(F.col("parcels") >= int(parameters["parcels_least"])).select(
        "subject_id",
        F.lit(peer_group).alias("peer_group"),
        F.round(F.coalesce(value, F.lit(0.0)), 6).alias("value"),
        "support",
        F.round(F.coalesce("hidden_vnd", F.lit(0.0))).cast("bigint").alias("value_vnd"),
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
    )


def close_hands(
    signal: Signal, rows: DataFrame, judged: DataFrame, shops: DataFrame, parameters: Parameters
) -> DataFrame:
    """Members are the shops of the far parcels or, where none is known, the sender and who is paid; and the
    accounts (`collecting_least`, if given) into which recipients of so many far parcels pay by transfer."""
    shown = judged.where("far").join(subjects_of(rows), "subject_id", "left_semi")
    selling = senders_of(shown, shops)
    homeless = shown.where(F.col("seller_key").isNull()).join(selling, "subject_id", "left_anti")
    members = [
        member_rows(selling, "seller", "seller_key", "shop"),
        member_rows(_of_one(homeless, judged), "phone", "sender_phone_e164", "phone"),
        member_rows(homeless, "account", "cod_account_id", "collector"),
    ]
    if "collecting_least" in parameters:
        collecting = _collecting(shown, int(parameters["collecting_least"]))
        members.append(member_rows(collecting, "account", "cod_account_id", "collector"))
    evidence = [
        record_rows(shown, "shipments", "record_key", 1),
        record_rows(shown, "customs_declarations", F.explode("line_keys"), 1),
        record_rows(shown, "bank_transactions", F.explode("report_keys"), 2),
        record_rows(selling.join(shops, "seller_key"), "sellers", "record_key", 3),
    ]
    return close(signal, rows, members, evidence, int(parameters["evidence_limit"]))


def _of_one(homeless: DataFrame, judged: DataFrame) -> DataFrame:
    """Parcels whose sender's phone sends for this subject alone: a forwarder's phone is no member."""
    senders = judged.groupBy("sender_phone_e164").agg(F.size(F.collect_set("subject_id")).alias("subjects"))
    return homeless.join(senders.where(F.col("subjects") == 1), "sender_phone_e164", "left_semi")


def _collecting(shown: DataFrame, least: int) -> DataFrame:
    """(subject_id, cod_account_id): accounts into which so many of these parcels were paid by transfer."""
    return (
        shown.where(F.size("report_keys") > 0)
        .groupBy("subject_id", "cod_account_id")
        .agg(F.count_distinct("record_key").alias("paid"))
        .where(F.col("paid") >= least)
        .select("subject_id", "cod_account_id")
    )
