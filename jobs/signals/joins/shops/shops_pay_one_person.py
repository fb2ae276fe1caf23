"""Private accounts to which shops of different owners hand on what they take.

A supplier is paid for goods, a landlord for a month. Where the accounts of several shops hand a good part of
all that comes in to one private person, and nothing says what for, the person may stand behind them: straw
shops pass their takings on. Payments for sales (cash on delivery, payouts of platforms, QR, card or wallet)
hand nothing on.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, names_goods
from jobs.signals.goods.parcels.farm_produce import is_farm_produce
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.purchases import SALES_CHANNELS
from jobs.signals.payments.ledger import CARRYING_HOLDERS, is_context
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="shops_pay_one_person",
    subject="account",
    reads={"payments": "flows.payments", "sellers": "silver.sellers", "parcels": "flows.parcels"},
)
_TAKINGS = ("cod_settlement", "platform_payout")
_PEERS = "private accounts that shops pay"


def transform(
    *, payments: DataFrame, sellers: DataFrame, parcels: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Value: sum over the shops' accounts of the share that each hands on, at most 1 each.

    The share is the root of (share of what comes in x share of what goes out): a front lives for the person
    whom it pays, a family's small shop pays others as well. A shop's account is one where a shop settles, or
    that a carrier or marketplace pays. It counts when it pays the person again and again, a good share, and
    nothing says what for.
    """
    del as_of
    registered = registered_accounts(sellers)
    turnover = kept(turnover_of_shops(payments, registered))
    between = payments.where(between_strangers())
    handed = kept(handed_on(between, turnover, names_goods(), parameters))
    around = (
        _paid_back(payments, handed)
        .join(other_payers(payments, handed), "subject_id", "full")
        .join(_farmed(parcels, handed, registered), "subject_id", "full")
    )
    measured = _measure(handed, around, parameters).unionByName(
        _paid_otherwise(between, turnover, handed), allowMissingColumns=True
    )
    rows = reported(measured, parameters)
    paying = handed.where(~F.col("explained")).join(subjects_of(rows), "subject_id", "left_semi")
    of_shops = paying.join(registered, "debtor_account_id")
    members = [
        member_rows(rows, "account", "subject_id", "collector"),
        member_rows(paying, "account", "debtor_account_id", "paying_shop"),
        member_rows(of_shops, "seller", "seller_key", "paying_shop"),
    ]
    evidence = [payment_rows(paying), record_rows(of_shops, "sellers", "record_key", 2)]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def shops_of_accounts(sellers: DataFrame, accounts: DataFrame) -> DataFrame:
    """`account_id`, `seller_key`, `record_key`: accounts where a shop settles, or that its owner holds."""
    settled = sellers.where(F.col("settlement_account_id").isNotNull()).select(
        F.col("settlement_account_id").alias("account_id"), "seller_key", "record_key"
    )
    held = (
        accounts.where(F.col("holder_key").isNotNull())
        .select("account_id", F.col("holder_key").alias("owner_key"))
        .join(sellers.where(F.col("owner_key").isNotNull()), "owner_key")
        .select("account_id", "seller_key", "record_key")
    )
    return settled.unionByName(held).distinct()


def registered_accounts(sellers: DataFrame) -> DataFrame:
    """Accounts that a platform pays (debtor_account_id), with `seller_key` and `record_key` of the shop."""
    return sellers.where(F.col("settlement_account_id").isNotNull()).select(
        F.col("settlement_account_id").alias("debtor_account_id"), "seller_key", "record_key"
    )


def turnover_of_shops(payments: DataFrame, registered: DataFrame) -> DataFrame:
    """Accounts of shops (debtor_account_id) with `income_vnd`, all that comes in but pay and own money, and
    `spent_vnd`, all that goes out."""
    takings = is_true(F.col("channel").isin(*_TAKINGS)) | is_true(
        F.col("debtor_holder_type").isin(*CARRYING_HOLDERS)
    )
    settled = registered.select(F.col("debtor_account_id").alias("creditor_account_id")).distinct()
    settles = F.broadcast(settled.withColumn("settles", F.lit(True)))
    income = (
        payments.where(~is_context("creditor") & ~F.col("one_holder") & ~F.col("wages"))
        .join(settles, "creditor_account_id", "left")
        .groupBy(F.col("creditor_account_id").alias("debtor_account_id"))
        .agg(
            F.sum("amount_vnd").alias("income_vnd"),
            F.bool_or(takings | is_true(F.col("settles"))).alias("of_shop"),
        )
        .where("of_shop")
        .drop("of_shop")
    )
    spent = payments.groupBy("debtor_account_id").agg(F.sum("amount_vnd").alias("spent_vnd"))
    return income.join(spent, "debtor_account_id")


def between_strangers(receiver: str = "individual") -> Column:
    """Transfers into the account of a holder of type `receiver`, but for sales, pay and what one holder
    moves about.

    Context (hubs, carriers, platforms) stands on neither side.
    """
    return (
        is_true(F.col("creditor_holder_type") == receiver)
        & ~is_context("creditor")
        & ~is_context("debtor")
        & ~F.col("one_holder")
        & ~F.col("wages")
        & ~is_true(F.col("channel").isin(*SALES_CHANNELS))
    )


def handed_on(payments: DataFrame, turnover: DataFrame, bought: Column, parameters: Parameters) -> DataFrame:
    """One row an account and a shop's account that hands on to it often and much enough: `share`.

    `repeats`: (sum)^2 / sum of squares, as many payments as there are where all are equal, and one where one
    is nearly all of it (Hill, Diversity and Evenness, 1973).
    `steady`: once a month the very same sum, three times and more, or much the same one that is not nearly
    all that the shop takes: takings differ from month to month. `ordered`: how many of the payments are
    `bought`; `stated`: how many give an everyday reason. `explained`: by any of these.
    """
    spread, same = 1 + float(parameters["steady_spread"]), 1 + float(parameters["same_spread"])
    explained = F.col("payments") * float(parameters["explained_share"])
    enough = F.broadcast(turnover.where(F.col("income_vnd") >= int(parameters["income_least_vnd"])))
    # Who hands on more than comes in pays from other money, and the less of it is what the shop takes.
    of_income = F.least(F.col("amount_vnd") / F.col("income_vnd"), F.col("income_vnd") / F.col("amount_vnd"))
    share = F.sqrt(of_income * F.col("amount_vnd") / F.col("spent_vnd"))
    return (
        payments.join(enough, "debtor_account_id")
        .groupBy(
            F.col("creditor_account_id").alias("subject_id"), "debtor_account_id", "income_vnd", "spent_vnd"
        )
        .agg(
            F.first(F.coalesce("debtor_holder_key", "debtor_account_id")).alias("owner"),
            F.max("creditor_holder_key").alias("receiver"),
            F.count(F.lit(1)).alias("payments"),
            F.round(F.try_divide(F.pow(F.sum("amount_vnd"), 2), F.sum(F.pow("amount_vnd", 2))), 6).alias(
                "repeats"
            ),
            F.sum("amount_vnd").alias("amount_vnd"),
            (F.max("amount_vnd") <= F.min("amount_vnd") * spread).alias("one_sum"),
            (F.max("amount_vnd") <= F.min("amount_vnd") * same).alias("very_sum"),
            F.size(F.collect_set(F.trunc("day", "month"))).alias("months"),
            F.count_if(bought).alias("ordered"),
            F.count_if("reason_stated").alias("stated"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .withColumn("share", F.round(share, 6))
        .where(
            (F.col("payments") >= int(parameters["payments_least"]))
            & (F.col("share") >= float(parameters["share_least"]))
        )
        .withColumn(
            "steady",
            (F.col("months") == F.col("payments"))
            & (
                (F.col("very_sum") & (F.col("payments") >= int(parameters["same_months"])))
                | (F.col("one_sum") & (F.col("share") < float(parameters["steady_share"])))
            ),
        )
        .withColumn("explained", F.col("steady") | (F.greatest("ordered", "stated") >= explained))
    )


def _paid_otherwise(between: DataFrame, turnover: DataFrame, handed: DataFrame) -> DataFrame:
    """Peers of value 0: private accounts that shops pay, but none of them often and much."""
    return (
        between.join(F.broadcast(turnover.select("debtor_account_id")), "debtor_account_id", "left_semi")
        .select(F.col("creditor_account_id").alias("subject_id"))
        .distinct()
        .join(F.broadcast(handed.select("subject_id").distinct()), "subject_id", "left_anti")
        .select("subject_id", F.lit(_PEERS).alias("peer_group"), F.lit(0.0).alias("value"))
    )


def _paid_back(payments: DataFrame, handed: DataFrame) -> DataFrame:
    """subject_id, paid_back: how many of the shops' accounts that pay an account are paid by it as well."""
    pairs = handed.select(
        F.col("subject_id").alias("debtor_account_id"),
        F.col("debtor_account_id").alias("creditor_account_id"),
    )
    return (
        payments.where(~F.col("wages"))
        .join(F.broadcast(pairs), ["debtor_account_id", "creditor_account_id"], "left_semi")
        .groupBy(F.col("debtor_account_id").alias("subject_id"))
        .agg(F.count_distinct("creditor_account_id").alias("paid_back"))
    )


def other_payers(payments: DataFrame, handed: DataFrame) -> DataFrame:
    """subject_id with `taken_vnd`, all that comes in but pay and own money, and `payers`, of how many."""
    accounts = handed.select(F.col("subject_id").alias("creditor_account_id")).distinct()
    return (
        payments.where(~F.col("one_holder") & ~F.col("wages"))
        .join(F.broadcast(accounts), "creditor_account_id", "left_semi")
        .groupBy(F.col("creditor_account_id").alias("subject_id"))
        .agg(
            F.sum("amount_vnd").alias("taken_vnd"),
            F.count_distinct(F.coalesce("debtor_account_id", "debtor_name_norm")).alias("payers"),
        )
    )


def _farmed(parcels: DataFrame, handed: DataFrame, registered: DataFrame) -> DataFrame:
    """subject_id with `parcels` of the shops that pay an account, and how many of them are `farmed`."""
    shops = handed.join(registered, "debtor_account_id").select("subject_id", "seller_key").distinct()
    return (
        parcels.join(F.broadcast(shops), "seller_key")
        .groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("parcels"),
            F.count_if(is_farm_produce(F.col("goods_norm"))).alias("farmed"),
        )
    )


def _measure(handed: DataFrame, around: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a person's account; 0 where the shops that give no reason are of too few owners, or what each
    pays is mostly one payment (`repeats_least`, of the mean of the shops).

    many_customers
        The shops that give no reason bring a small part of what the person takes, and many others the rest: a
        supplier, a carrier or an agent has shops among the customers. Who stands behind shops lives on them.
    """
    half, silent = float(parameters["explained_share"]), ~F.col("explained")
    accounts = handed.groupBy("subject_id").agg(
        F.count_distinct(F.when(silent, F.col("owner"))).alias("owners"),
        F.count(F.lit(1)).alias("pairs"),
        F.count_if("steady").alias("steady"),
        F.sum(F.when(silent, F.col("share"))).alias("shares"),
        F.avg(F.when(silent, F.col("repeats"))).alias("repeats"),
        F.count_if(silent).alias("silent"),
        F.sum(F.when(silent, F.col("amount_vnd"))).alias("silent_vnd"),
        F.sum("payments").alias("payments"),
        F.sum("ordered").alias("ordered"),
        F.sum("stated").alias("stated"),
        F.sum("amount_vnd").alias("value_vnd"),
    )
    several = (F.col("owners") >= int(parameters["owners_least"])) & (
        F.col("repeats") >= float(parameters["repeats_least"])
    )
    one_of_many = (F.col("silent_vnd") <= F.col("taken_vnd") * float(parameters["customers_share"])) & (
        F.col("payers") - F.col("silent") >= int(parameters["customers_least"])
    )
    return accounts.join(around, "subject_id", "left").select(
        "subject_id",
        F.lit(_PEERS).alias("peer_group"),
        F.when(several, F.round("shares", 6)).otherwise(0.0).alias("value"),
        F.col("payments").alias("support"),
        "value_vnd",
        F.array(
            explanation("pays_back", F.col("paid_back") >= F.col("pairs") * half),
            explanation("many_customers", one_of_many),
            explanation("steady_terms", F.col("steady") >= F.col("pairs") * half),
            explanation("ordered_goods", F.col("ordered") >= F.col("payments") * half),
            explanation("stated_reason", F.col("stated") >= F.col("payments") * half),
            explanation("farm_produce", F.col("farmed") >= F.col("parcels") * half),
        ).alias("explanations"),
    )
