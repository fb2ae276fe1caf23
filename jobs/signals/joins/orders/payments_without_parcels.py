"""Shops that are paid for goods by many people of whom none receives a parcel."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
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
from jobs.signals.joins.shops.sending_shops import known_accounts, sending_hand, shops_of
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
    """Value 0 to 1: share of private payments that no parcel answers, by number, and by where it goes.

    The money comes back when those whom the shop pays pay the shop's own payers: what was bought was no goods
    (stakes and winnings, credit, orders that never were). Or its takings leave a private person's account as
    cash: an honest shop pays its suppliers. Without either, people may well buy at the counter.
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
    drawn = kept(_drawn(taken, payments, parameters))
    # Cash on delivery is paid at the door, an order of a platform to the platform: neither answers these.
    answering = sent.where(
        (F.coalesce("cod_amount_vnd", F.lit(0)) == 0)
        & (F.col("seller_key").isNull() | F.col("order_no").isNull())
    )
    counts = answering.groupBy(F.col("hand").alias("subject_id")).agg(F.count(F.lit(1)).alias("parcels"))
    rows = reported(_measure(taken, agents, drawn, counts, parameters), parameters)
    subjects = subjects_of(rows)
    shown = taken.join(subjects, "subject_id", "left_semi")
    circling = agents.join(subjects, "subject_id", "left_semi")
    cash = _paid_out(payments, drawn).where(_as_cash()).join(subjects, "subject_id", "left_semi")
    shared = _shared_payees(payments, drawn, parameters).join(subjects, "subject_id", "left_semi")
    registered = shops.withColumn("subject_id", F.col("hand")).join(
        shown.select("subject_id", F.col("creditor_account_id").alias("settlement_account_id")).distinct(),
        ["subject_id", "settlement_account_id"],
        "left_semi",
    )
    members = [
        member_rows(registered, "seller", "seller_key", "shop"),
        member_rows(shown, "account", "creditor_account_id", "collector"),
        member_rows(circling, "account", "agent_id", "mule"),
        member_rows(shared, "account", "creditor_account_id", "mule"),
    ]
    evidence = [
        payment_rows(shown, 1),
        record_rows(circling, "bank_transactions", F.explode("agent_keys"), 1),
        payment_rows(cash, 1),
        payment_rows(shared, 1),
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


def _takings(parameters: Parameters) -> Column:
    """Private payments whose remarks speak of nothing else than goods."""
    other = F.coalesce(F.col("remittance_norm").rlike(str(parameters["other_words"])), F.lit(False))
    return _private("debtor") & ~other & (F.col("channel") != "cash_deposit")


def _as_cash() -> Column:
    return F.coalesce(F.col("channel") == "cash_withdrawal", F.lit(False))


def _taken(payments: DataFrame, accounts_of: DataFrame, parameters: Parameters) -> DataFrame:
    """The takings that come into accounts of shops."""
    own = accounts_of.withColumnRenamed("account_id", "creditor_account_id")
    return (
        payments.where(_takings(parameters))
        .join(own, "creditor_account_id")
        .select(
            "subject_id",
            "creditor_account_id",
            "creditor_holder_type",
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


def _drawn(taken: DataFrame, payments: DataFrame, parameters: Parameters) -> DataFrame:
    """(shop's hand, a private person's account) that many pay for goods and that is emptied in cash."""
    many = (
        taken.where(F.col("creditor_holder_type") == "individual")
        .groupBy("subject_id", F.col("creditor_account_id").alias("account_id"))
        .agg(
            F.count(F.lit(1)).alias("credits"),
            F.size(F.collect_set("debtor_account_id")).alias("payers"),
            F.round(F.avg(F.col("goods").cast("int")), 6).alias("goods"),
        )
        .where(
            (F.col("payers") >= int(parameters["payers_least"]))
            & (F.col("goods") >= float(parameters["goods_share_least"]))
        )
        .select("subject_id", "account_id", "credits")
    )
    emptied = F.round(F.try_divide("out_vnd", "in_vnd"), 6)
    return (
        many.join(_cash_of_takings(payments, many, parameters), ["subject_id", "account_id"])
        .where(
            (F.col("cash_vnd") >= float(parameters["cash_share"]) * F.col("taken_vnd"))
            & emptied.between(float(parameters["emptied_from"]), float(parameters["emptied_to"]))
        )
        .select("subject_id", "account_id", "credits")
    )


def _cash_of_takings(payments: DataFrame, accounts_of: DataFrame, parameters: Parameters) -> DataFrame:
    """(hand, account): all that came in and went out, its takings, and those of them that left as cash.

    Cash that was drawn before the takings came is other money: only what takings until then cover counts.
    """
    came = accounts_of.withColumnRenamed("account_id", "creditor_account_id")
    into = payments.join(F.broadcast(came), "creditor_account_id").select(
        "subject_id",
        F.col("creditor_account_id").alias("account_id"),
        "at",
        F.col("amount_vnd").alias("in_vnd"),
        F.lit(0).cast("bigint").alias("out_vnd"),
        F.when(_takings(parameters), F.col("amount_vnd")).otherwise(0).alias("held_vnd"),
    )
    out = _paid_out(payments, accounts_of).select(
        "subject_id",
        F.col("debtor_account_id").alias("account_id"),
        "at",
        F.lit(0).cast("bigint").alias("in_vnd"),
        F.col("amount_vnd").alias("out_vnd"),
        F.when(_as_cash(), -F.col("amount_vnd")).otherwise(0).alias("held_vnd"),
    )
    account = ["subject_id", "account_id"]
    until_then = Window.partitionBy(*account).orderBy("at")
    return (
        into.unionByName(out)
        .withColumn("balance_vnd", F.sum("held_vnd").over(until_then))
        .groupBy(*account)
        .agg(
            F.sum("in_vnd").alias("in_vnd"),
            F.sum("out_vnd").alias("out_vnd"),
            F.sum(F.greatest("held_vnd", F.lit(0))).alias("taken_vnd"),
            # How far the balance falls below zero is the cash that no takings covered.
            (F.sum(F.greatest(-F.col("held_vnd"), F.lit(0))) + F.least(F.lit(0), F.min("balance_vnd"))).alias(
                "cash_vnd"
            ),
        )
    )


def _paid_out(payments: DataFrame, accounts_of: DataFrame) -> DataFrame:
    own = accounts_of.select("subject_id", F.col("account_id").alias("debtor_account_id"))
    return payments.join(F.broadcast(own), "debtor_account_id")


def _shared_payees(payments: DataFrame, drawn: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of emptied accounts to private payees whom several such shops pay."""
    paid = _paid_out(payments.where(_private("creditor")), drawn).select(
        "subject_id", "creditor_account_id", "report_keys"
    )
    several = (
        paid.groupBy("creditor_account_id")
        .agg(F.size(F.collect_set("subject_id")).alias("shops"))
        .where(F.col("shops") >= int(parameters["shops_of_payee_least"]))
    )
    return paid.join(F.broadcast(several.select("creditor_account_id")), "creditor_account_id")


def _measure(
    taken: DataFrame, agents: DataFrame, drawn: DataFrame, counts: DataFrame, parameters: Parameters
) -> DataFrame:
    hands = taken.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("credits"),
        F.size(F.collect_set("debtor_account_id")).alias("payers"),
        F.sum("amount_vnd").alias("value_vnd"),
        F.avg(F.col("goods").cast("int")).alias("goods"),
    )
    back = agents.groupBy("subject_id").agg(
        F.sum(F.least("went_vnd", "back_vnd")).alias("back_vnd"), F.count(F.lit(1)).alias("agents")
    )
    cash = drawn.groupBy("subject_id").agg(F.sum("credits").alias("drawn"))
    unanswered = F.greatest(F.lit(0.0), 1 - F.coalesce("parcels", F.lit(0)) / F.col("credits"))
    certainty = F.col("credits") / (F.col("credits") + F.lit(float(parameters["prior_payments"])))
    returned = F.least(F.lit(1.0), F.coalesce(F.col("back_vnd"), F.lit(0)) / F.col("value_vnd"))
    left_as_cash = F.coalesce(F.col("drawn"), F.lit(0)) / F.col("credits")
    counter = F.col("agents").isNull() & F.col("drawn").isNull()
    floor = float(parameters["weight_nothing_back"])
    gone = F.lit(floor) + (1 - floor) * F.greatest(F.sqrt(returned), left_as_cash)
    return (
        hands.where(F.col("payers") >= int(parameters["payers_least"]))
        .join(counts, "subject_id", "left")
        .join(back, "subject_id", "left")
        .join(cash, "subject_id", "left")
        .select(
            "subject_id",
            F.lit("shops that private people pay").alias("peer_group"),
            F.round(unanswered * certainty * gone, 6).alias("value"),
            F.col("credits").alias("support"),
            "value_vnd",
            F.array(
                explanation("sells_at_the_counter", counter),
                explanation("services", F.col("goods") < float(parameters["goods_share_least"])),
            ).alias("explanations"),
        )
    )
