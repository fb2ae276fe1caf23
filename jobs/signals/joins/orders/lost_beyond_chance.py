"""Senders whose parcels carriers lose far beyond chance, and pay for.

Carriers lose a few parcels in a thousand, whoever sends them. Who loses one in five has not been unlucky: the
parcels never were what they were declared, or never reached the carrier's hands, and the compensation is the
income. Even of crockery most arrives whole.
Source: derived here (compensation claimed for parcels that are not lost); Luật Bưu chính 49/2010/QH12
(carriers compensate for what they lose).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.traders import in_window, listed
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
from jobs.signals.joins.shops.sending_shops import known_accounts, sending_hand, shops_of
from jobs.signals.joins.surprise import unlikely
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="lost_beyond_chance",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
        "sellers": "silver.sellers",
        "identifiers": "links.identifiers",
    },
)
_ENDED = ("delivered", "returned", "refused", "lost")


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    sellers: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: -log10 of the chance that so many of the sender's parcels are lost, at the shares that their
    carriers lose of all, times root(share lost).

    `value_vnd` is what the lost parcels are worth. Another such sender whom this one pays is of its ring.
    """
    ended = _ended(parcels, parameters, as_of)
    rows = reported(_measure(ended, parameters), parameters)
    sent = kept(ended.withColumnRenamed("hand", "subject_id").join(subjects_of(rows), "subject_id"))
    lost = sent.where("lost")
    shops = shops_of(sellers, operators).withColumnRenamed("hand", "subject_id")
    shops = kept(shops.join(subjects_of(rows), "subject_id").withColumnRenamed("subject_id", "hand"))
    known = known_accounts(sent.withColumnRenamed("subject_id", "hand"), shops, accounts, operators)
    # An account that takes in the takings of many is none of theirs.
    shared = accounts.where("hub").select("account_id")
    own = kept(
        known.withColumnRenamed("hand", "subject_id")
        .join(subjects_of(rows), "subject_id")
        .join(shared, "account_id", "left_anti")
    )
    paid = kept(_compensation(payments, own, parameters))
    handed_on = kept(_handed_on(payments, own))
    hubs = identifiers.where(F.col("hub") & (F.col("kind") == "phone"))
    phones = lost.join(hubs.select(F.col("id").alias("sender_phone_e164")), "sender_phone_e164", "left_anti")
    members = [
        member_rows(lost, "seller", "seller_key", "shop"),
        member_rows(phones, "phone", "sender_phone_e164", "phone"),
        member_rows(paid, "account", "account_id", "beneficiary"),
        member_rows(handed_on, "account", "account_id", "beneficiary"),
    ]
    evidence = [
        record_rows(lost, "shipments", "record_key"),
        payment_rows(paid),
        payment_rows(handed_on),
        record_rows(sent.where(~F.col("lost")), "shipments", "record_key", 2),
    ]
    rows = _explained(worth(rows, lost), paid, parameters)
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _ended(parcels: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Parcels of the window that are no longer on the way: hand, lost, usual (what its carrier loses of all),
    fragile."""
    current = in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
    lost = F.col("status") == "lost"
    words = "|".join(listed(parameters, "fragile_words"))
    return (
        current.where(F.col("status").isin(*_ENDED))
        .withColumn("hand", sending_hand())
        .withColumn("lost", lost)
        .withColumn("usual", F.avg(lost.cast("int")).over(Window.partitionBy("carrier")))
        .withColumn("fragile", is_true(F.col("goods_norm").rlike(rf"\b({words})\b")))
        .where(F.col("hand").isNotNull())
    )


def _measure(ended: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a sender; 0 where too few of its parcels are lost, or too small a share."""
    hands = ended.groupBy(F.col("hand").alias("subject_id")).agg(
        F.count(F.lit(1)).alias("parcels"),
        F.count_if("lost").alias("support"),
        F.round(F.avg("usual"), 9).alias("usual"),
        F.count_if("fragile").alias("fragile"),
    )
    share = F.col("support") / F.col("parcels")
    counts = (F.col("support") >= int(parameters["lost_least"])) & (
        share >= float(parameters["lost_share_least"])
    )
    return hands.select(
        "subject_id",
        F.lit("senders of parcels").alias("peer_group"),
        F.when(counts, unlikely("support", "parcels", F.col("usual")) * F.sqrt(share))
        .otherwise(0.0)
        .alias("value"),
        "support",
        F.lit(0).alias("value_vnd"),
        (F.col("fragile") * 2 > F.col("parcels")).alias("fragile"),
    )


def _compensation(payments: DataFrame, own: DataFrame, parameters: Parameters) -> DataFrame:
    """What carriers pay into the senders' own accounts and call compensation."""
    words = "|".join(listed(parameters, "compensation_words"))
    return (
        payments.where(
            (F.col("debtor_holder_type") == "carrier")
            & is_true(F.col("remittance_norm").rlike(rf"\b({words})\b"))
        )
        .withColumn("account_id", F.col("creditor_account_id"))
        .join(F.broadcast(own), "account_id")
        .select("subject_id", "account_id", "report_keys")
    )


def _handed_on(payments: DataFrame, own: DataFrame) -> DataFrame:
    """What one such sender pays another: of the same ring, for whom one of them gathers the compensation."""
    payer = own.withColumnRenamed("account_id", "debtor_account_id")
    payee = own.select(F.col("subject_id").alias("other"), F.col("account_id").alias("creditor_account_id"))
    return (
        payments.join(F.broadcast(payer), "debtor_account_id")
        .join(F.broadcast(payee), "creditor_account_id")
        .where(F.col("subject_id") != F.col("other"))
        .select("subject_id", F.col("creditor_account_id").alias("account_id"), "report_keys")
    )


def _explained(rows: DataFrame, paid: DataFrame, parameters: Parameters) -> DataFrame:
    """`rows` with their explanations; few compensations where too small a part of the losses was paid for."""
    times = paid.groupBy("subject_id").agg(F.count(F.lit(1)).alias("times"))
    fair = F.col("support") * float(parameters["compensated_share"])
    return rows.join(F.broadcast(times), "subject_id", "left").withColumn(
        "explanations",
        F.array(
            explanation("fragile_goods", F.col("fragile")),
            explanation("not_compensated", F.coalesce("times", F.lit(0)) < fair),
        ),
    )
