"""Shops that are paid for goods by many people of whom none receives a parcel."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.sending_shops import known_accounts, sending_hand, shops_of
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="payments_without_parcels",
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
    """Value 0 to 1: share of private payments that no parcel answers, by number, and by what comes back.

    The money comes back when those whom the shop pays pay the shop's own payers: what was bought was no goods
    (stakes and winnings, credit, orders that never were). Without that, people may well buy at the counter.
    """
    del as_of
    shops = kept(shops_of(sellers, operators))
    sent = parcels.withColumn("hand", sending_hand()).where(F.col("hand").isNotNull())
    own = known_accounts(sent.limit(0), shops, accounts, operators).join(
        shops.select("hand").distinct(), "hand", "left_semi"
    )
    accounts_of = F.broadcast(own.select(F.col("hand").alias("subject_id"), "account_id"))
    taken = kept(_taken(payments, accounts_of, parameters))
    agents = kept(_agents(taken, payments, accounts_of, parameters))
    # Cash on delivery is paid at the door, an order of a platform to the platform: neither answers these.
    answering = sent.where(
        (F.coalesce("cod_amount_vnd", F.lit(0)) == 0)
        & (F.col("seller_key").isNull() | F.col("order_no").isNull())
    )
    counts = answering.groupBy(F.col("hand").alias("subject_id")).agg(F.count(F.lit(1)).alias("parcels"))
    rows = reported(_measure(taken, agents, counts, parameters), parameters)
    subjects = subjects_of(rows)
    shown = taken.join(subjects, "subject_id", "left_semi")
    circling = agents.join(subjects, "subject_id", "left_semi")
    registered = shops.withColumn("subject_id", F.col("hand")).join(
        shown.select("subject_id", F.col("creditor_account_id").alias("settlement_account_id")).distinct(),
        ["subject_id", "settlement_account_id"],
        "left_semi",
    )
    members = [
        member_rows(registered, "seller", "seller_key", "shop"),
        member_rows(shown, "account", "creditor_account_id", "collector"),
        member_rows(circling, "account", "agent_id", "mule"),
    ]
    evidence = [
        payment_rows(shown, 1),
        record_rows(circling, "bank_transactions", F.explode("agent_keys"), 1),
        record_rows(registered, "sellers", "record_key", 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _private(side: str) -> Column:
    return (
        F.col(f"{side}_account_id").isNotNull()
        & ~F.coalesce(F.col(f"{side}_hub"), F.lit(False))
        & F.coalesce(F.col(f"{side}_holder_type") == "individual", F.lit(True))
        & ~F.coalesce(F.col("debtor_operator") == F.col("creditor_operator"), F.lit(False))
    )


def _taken(payments: DataFrame, accounts_of: DataFrame, parameters: Parameters) -> DataFrame:
    """Private payments into accounts of shops whose remarks speak of nothing else than goods."""
    own = accounts_of.withColumnRenamed("account_id", "creditor_account_id")
    other = F.coalesce(F.col("remittance_norm").rlike(str(parameters["other_words"])), F.lit(False))
    return (
        payments.where(_private("debtor") & ~other & (F.col("channel") != "cash_deposit"))
        .join(own, "creditor_account_id")
        .select(
            "subject_id",
            "creditor_account_id",
            "debtor_account_id",
            "report_keys",
            "amount_vnd",
            F.coalesce(F.col("remittance_norm").rlike(str(parameters["goods_words"])), F.lit(False)).alias(
                "goods"
            ),
        )
    )


def _agents(
    taken: DataFrame, payments: DataFrame, accounts_of: DataFrame, parameters: Parameters
) -> DataFrame:
    """(shop's hand, private payee) whom it pays and who pays several of its payers, with both sums."""
    own = accounts_of.withColumnRenamed("account_id", "debtor_account_id")
    paid = (
        payments.where(_private("creditor"))
        .join(own, "debtor_account_id")
        .groupBy("subject_id", F.col("creditor_account_id").alias("agent_id"))
        .agg(
            F.sum("amount_vnd").alias("went_vnd"), F.flatten(F.collect_list("report_keys")).alias("went_keys")
        )
    )
    payers = taken.groupBy("subject_id", F.col("debtor_account_id").alias("creditor_account_id")).agg(
        F.count(F.lit(1)).alias("times")
    )
    crowd = payers.groupBy("subject_id").agg(F.count(F.lit(1)).alias("all_payers"))
    large = F.broadcast(
        crowd.where(F.col("all_payers") >= int(parameters["payers_least"])).select("subject_id")
    )
    onward = payments.where(_private("creditor")).select(
        F.col("debtor_account_id").alias("agent_id"), "creditor_account_id", "amount_vnd", "report_keys"
    )
    return (
        onward.join(F.broadcast(paid.join(large, "subject_id", "left_semi")), "agent_id")
        .join(payers, ["subject_id", "creditor_account_id"])
        .groupBy("subject_id", "agent_id")
        .agg(
            F.first("went_vnd").alias("went_vnd"),
            F.size(F.collect_set("creditor_account_id")).alias("payees"),
            F.sum("amount_vnd").alias("back_vnd"),
            F.concat(F.first("went_keys"), F.flatten(F.collect_list("report_keys"))).alias("agent_keys"),
        )
        .where(F.col("payees") >= int(parameters["agent_payees_least"]))
    )


def _measure(taken: DataFrame, agents: DataFrame, counts: DataFrame, parameters: Parameters) -> DataFrame:
    hands = taken.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("credits"),
        F.size(F.collect_set("debtor_account_id")).alias("payers"),
        F.sum("amount_vnd").alias("value_vnd"),
        F.avg(F.col("goods").cast("int")).alias("goods"),
    )
    back = agents.groupBy("subject_id").agg(
        F.sum(F.least("went_vnd", "back_vnd")).alias("back_vnd"), F.count(F.lit(1)).alias("agents")
    )
    unanswered = F.greatest(F.lit(0.0), 1 - F.coalesce("parcels", F.lit(0)) / F.col("credits"))
    certainty = F.col("credits") / (F.col("credits") + F.lit(float(parameters["prior_payments"])))
    returned = F.least(F.lit(1.0), F.coalesce(F.col("back_vnd"), F.lit(0)) / F.col("value_vnd"))
    counter = F.col("agents").isNull()
    floor = float(parameters["weight_nothing_back"])
    circled = F.lit(floor) + (1 - floor) * F.sqrt(returned)
    return (
        hands.where(F.col("payers") >= int(parameters["payers_least"]))
        .join(counts, "subject_id", "left")
        .join(back, "subject_id", "left")
        .select(
            "subject_id",
            F.lit("shops that private people pay").alias("peer_group"),
            F.round(unanswered * certainty * circled, 6).alias("value"),
            F.col("credits").alias("support"),
            "value_vnd",
            F.array(
                explanation("sells_at_the_counter", counter),
                explanation("services", F.col("goods") < float(parameters["goods_share_least"])),
            ).alias("explanations"),
        )
    )
