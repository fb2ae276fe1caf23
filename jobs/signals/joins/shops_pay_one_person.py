"""Private accounts that several shops of different owners keep paying, and hardly anybody else does.

Who supplies, lodges or advises shops has other customers too, or a business of its own. Where those who pay a
private person are shops and little else, the person may stand behind them: straw shops pass their takings on.
Payments for sales (cash on delivery, payouts of platforms, QR, card or wallet) make nobody one of them.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
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
from jobs.signals.payments.ledger import is_context
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="shops_pay_one_person",
    subject="account",
    reads={"payments": "flows.payments", "sellers": "silver.sellers"},
)


def transform(*, payments: DataFrame, sellers: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Value: log2 of the shop owners who pay again and again, times their share of all who pay.

    Carriers, platforms and hubs are no payers, and neither is who pays only by the channels of sales.
    """
    del as_of
    shops = sellers.where(F.col("settlement_account_id").isNotNull()).select(
        F.col("settlement_account_id").alias("debtor_account_id"), "seller_key", "record_key"
    )
    transfers = payments.where(_between_strangers())
    pairs = kept(_pairs(transfers, shops, parameters))
    rows = reported(_measure(pairs, _paid_back(transfers, pairs), parameters), parameters)
    paying = pairs.where("regular").join(subjects_of(rows), "subject_id", "left_semi")
    of_shops = paying.join(shops, "debtor_account_id")
    members = [
        member_rows(rows, "account", "subject_id", "collector"),
        member_rows(paying, "account", "debtor_account_id", "shop"),
        member_rows(of_shops, "seller", "seller_key", "shop"),
    ]
    evidence = [payment_rows(paying), record_rows(of_shops, "sellers", "record_key", 2)]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _between_strangers() -> Column:
    """Transfers into a private account here, but for pay and for what one holder moves about.

    Context (hubs, carriers, platforms) stands on neither side.
    """
    private = F.col("creditor_holder_type").isNotNull() & (F.col("creditor_holder_type") != "company")
    return (
        private
        & ~is_context("creditor")
        & ~is_context("debtor")
        & F.col("debtor_account_id").isNotNull()
        & ~F.col("one_holder")
        & ~F.col("wages")
    )


def _pairs(transfers: DataFrame, shops: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account paid and an account that pays it, where at least one of those is a shop's.

    Who pays only by the channels of sales is left out, shop or not. `regular`: a shop's account that pays
    often enough. `steady`: much the same sum once a month. `ordered`: how many of the payments are for goods;
    `stated`: how many give an everyday reason.
    """
    shop_accounts = F.broadcast(shops.select("debtor_account_id").distinct())
    paid = transfers.join(shop_accounts, "debtor_account_id", "left_semi").select("creditor_account_id")
    lexicon = load_lexicon("innocent_remarks")
    words = "|".join([*lexicon["order"], *lexicon["supply"]])
    goods = is_true(F.col("remittance_norm").rlike(rf"(^|\s)({words})(\s|$)")) | is_true(
        F.col("purpose_code") == "SUPP"
    )
    spread = 1 + float(parameters["steady_spread"])
    return (
        transfers.join(paid, "creditor_account_id", "left_semi")
        .groupBy(F.col("creditor_account_id").alias("subject_id"), "debtor_account_id")
        .agg(
            F.first(F.coalesce("debtor_holder_key", "debtor_account_id")).alias("payer"),
            F.first("creditor_holder_type").alias("holder_type"),
            F.count(F.lit(1)).alias("payments"),
            F.sum("amount_vnd").alias("amount_vnd"),
            (F.max("amount_vnd") <= F.min("amount_vnd") * spread).alias("one_sum"),
            F.size(F.collect_set(F.trunc("day", "month"))).alias("months"),
            F.count_if(goods).alias("ordered"),
            F.count_if("reason_stated").alias("stated"),
            F.count_if(~is_true(F.col("channel").isin(*SALES_CHANNELS))).alias("beside_sales"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .where("beside_sales > 0")
        .join(shop_accounts.withColumn("shop", F.lit(True)), "debtor_account_id", "left")
        .withColumn(
            "regular", is_true(F.col("shop")) & (F.col("payments") >= int(parameters["payments_least"]))
        )
        .withColumn("steady", F.col("one_sum") & (F.col("months") == F.col("payments")))
    )


def _paid_back(transfers: DataFrame, pairs: DataFrame) -> DataFrame:
    """subject_id, paid_back: how many of the shops' accounts that pay an account are paid by it as well."""
    back = transfers.select(
        F.col("debtor_account_id").alias("subject_id"),
        F.col("creditor_account_id").alias("debtor_account_id"),
    ).distinct()
    return (
        back.join(pairs.where("regular"), ["subject_id", "debtor_account_id"], "left_semi")
        .groupBy("subject_id")
        .agg(F.count(F.lit(1)).alias("paid_back"))
    )


def _measure(pairs: DataFrame, paid_back: DataFrame, parameters: Parameters) -> DataFrame:
    regular, half = F.col("regular"), float(parameters["explained_share"])
    accounts = pairs.groupBy("subject_id").agg(
        F.count_distinct("payer").alias("payers"),
        F.count_distinct(F.when(regular, F.col("payer"))).alias("shops"),
        F.count_if(regular).alias("pairs"),
        F.count_if(regular & F.col("steady")).alias("steady"),
        F.sum(F.when(regular, F.col("payments"))).alias("payments"),
        F.sum(F.when(regular, F.col("ordered"))).alias("ordered"),
        F.sum(F.when(regular, F.col("stated"))).alias("stated"),
        F.sum(F.when(regular, F.col("amount_vnd"))).alias("value_vnd"),
        F.first("holder_type").alias("holder_type"),
    )
    several = F.col("shops") >= int(parameters["shops_least"])
    return accounts.join(paid_back, "subject_id", "left").select(
        "subject_id",
        F.lit("private accounts that shops pay").alias("peer_group"),
        F.when(several, F.log2("shops") * F.col("shops") / F.col("payers")).otherwise(0.0).alias("value"),
        F.col("payments").alias("support"),
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(
            explanation("declared_business", F.col("holder_type").isin(*BUSINESS_HOLDERS)),
            explanation("pays_back", F.col("paid_back") >= F.col("pairs") * half),
            explanation("steady_terms", F.col("steady") >= F.col("pairs") * half),
            explanation("ordered_goods", F.col("ordered") >= F.col("payments") * half),
            explanation("stated_reason", F.col("stated") >= F.col("payments") * half),
        ).alias("explanations"),
    )
