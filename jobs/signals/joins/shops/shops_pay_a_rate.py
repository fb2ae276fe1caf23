"""Private accounts that owners of several shops pay the same sum month after month, for no stated reason.

A landlord, a teacher or a savings club is paid by shop owners and by others, and the remarks say so; a
supplier is paid as orders come. Who is paid a rate by shops alone, each its own and always the same, takes
money for leaving them alone: protection money, or what a relative collects for an official and hands on.
Source: Penal Code 100/2015/QH13, Art. 170 and 354; FATF, Laundering the Proceeds of Corruption, 2011
(relatives and associates receive for officials).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, names_goods
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.shops.shops_pay_one_person import between_strangers, shops_of_accounts
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="shops_pay_a_rate",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts", "sellers": "silver.sellers"},
)


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    sellers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: how many owners of shops pay a rate without a reason, times their share of all private people
    who pay the account."""
    del as_of
    shops = kept(shops_of_accounts(sellers, accounts))
    paid = kept(_paid(payments, shops, parameters))
    rows = reported(_measure(paid, _paid_back(payments, paid), parameters), parameters)
    subjects = subjects_of(rows)
    paying = kept(paid.where("rate").join(subjects, "subject_id", "left_semi"))
    of_shops = paying.join(shops, "account_id").dropDuplicates(["subject_id", "account_id", "seller_key"])
    handed = kept(_handed_on(payments, subjects, parameters))
    members = [
        member_rows(rows, "account", "subject_id", "collector"),
        member_rows(paying, "account", "account_id", "shop"),
        member_rows(of_shops, "seller", "seller_key", "shop"),
        member_rows(handed, "account", "account_id", "beneficiary"),
    ]
    evidence = [
        payment_rows(paying, 1),
        payment_rows(handed, 1),
        record_rows(of_shops, "sellers", "record_key", 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _paid(payments: DataFrame, shops: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a private account that is paid (`subject_id`) and an account of a private person or household
    that pays it (`account_id`), with its `owner`.

    `rate`: a shop's account that pays much the same, once in each of several months, and neither for goods
    nor for an everyday reason. `stated`: a reason is given for a good part.
    """
    shop = shops.select("account_id").distinct().withColumn("of_shop", F.lit(True))
    spread = 1 + float(parameters["rate_spread"])
    explained = F.col("payments") * float(parameters["explained_share"])
    pairs = (
        payments.where(between_strangers() & F.col("debtor_account_id").isNotNull())
        .where(F.col("debtor_holder_type").isin("individual", "household_business"))
        .groupBy(
            F.col("creditor_account_id").alias("subject_id"), F.col("debtor_account_id").alias("account_id")
        )
        .agg(
            F.first(F.coalesce("debtor_holder_key", "debtor_account_id")).alias("owner"),
            F.count(F.lit(1)).alias("payments"),
            F.sum("amount_vnd").alias("amount_vnd"),
            (F.max("amount_vnd") <= F.min("amount_vnd") * spread).alias("one_sum"),
            F.size(F.collect_set(F.trunc("day", "month"))).alias("months"),
            F.count_if("reason_stated").alias("stated_payments"),
            F.count_if(names_goods()).alias("ordered"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
    )
    stated = F.greatest("stated_payments", "ordered") >= explained
    monthly = (F.col("months") == F.col("payments")) & (F.col("months") >= int(parameters["months_least"]))
    return (
        pairs.join(shop, "account_id", "left")
        .withColumn("stated", stated)
        .withColumn("rate", is_true(F.col("of_shop")) & F.col("one_sum") & monthly & ~F.col("stated"))
    )


def _paid_back(payments: DataFrame, paid: DataFrame) -> DataFrame:
    """subject_id, paid_back: how many of those who pay an account a rate are paid by it as well."""
    pairs = paid.where("rate").select(
        F.col("subject_id").alias("debtor_account_id"), F.col("account_id").alias("creditor_account_id")
    )
    return (
        payments.join(F.broadcast(pairs), ["debtor_account_id", "creditor_account_id"], "left_semi")
        .groupBy(F.col("debtor_account_id").alias("subject_id"))
        .agg(F.count_distinct("creditor_account_id").alias("paid_back"))
    )


def _handed_on(payments: DataFrame, subjects: DataFrame, parameters: Parameters) -> DataFrame:
    """The private person to whom a collector hands on most, if it is a good part of what came in."""
    own = payments.where(between_strangers()).select(
        "debtor_account_id", "creditor_account_id", "amount_vnd", "report_keys"
    )
    of_collectors = own.join(
        subjects.withColumnRenamed("subject_id", "debtor_account_id"), "debtor_account_id", "left_semi"
    )
    income = (
        own.join(subjects.withColumnRenamed("subject_id", "creditor_account_id"), "creditor_account_id")
        .groupBy(F.col("creditor_account_id").alias("subject_id"))
        .agg(F.sum("amount_vnd").alias("income_vnd"))
    )
    of_collector = Window.partitionBy("subject_id")
    return (
        of_collectors.groupBy(
            F.col("debtor_account_id").alias("subject_id"), F.col("creditor_account_id").alias("account_id")
        )
        .agg(
            F.sum("amount_vnd").alias("amount_vnd"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .join(income, "subject_id")
        .where(F.col("amount_vnd") >= F.col("income_vnd") * float(parameters["handed_share"]))
        .withColumn("place", F.row_number().over(of_collector.orderBy(F.desc("amount_vnd"), "account_id")))
        .where(F.col("place") == 1)
    )


def _measure(paid: DataFrame, paid_back: DataFrame, parameters: Parameters) -> DataFrame:
    half = float(parameters["explained_share"])
    accounts = paid.groupBy("subject_id").agg(
        F.count_distinct(F.when(F.col("rate"), F.col("owner"))).alias("owners"),
        F.count_distinct("owner").alias("payers"),
        F.count_if("rate").alias("pairs"),
        F.sum(F.when(F.col("rate"), F.col("payments")).otherwise(0)).alias("support"),
        F.sum(F.when(F.col("rate"), F.col("amount_vnd")).otherwise(0)).alias("value_vnd"),
    )
    return (
        accounts.where(F.col("owners") >= int(parameters["owners_least"]))
        .join(paid_back, "subject_id", "left")
        .select(
            "subject_id",
            F.lit("private accounts that shops pay a rate").alias("peer_group"),
            F.round(F.col("owners") * F.col("owners") / F.col("payers"), 6).alias("value"),
            "support",
            "value_vnd",
            F.array(explanation("pays_back", F.col("paid_back") >= F.col("pairs") * half)).alias(
                "explanations"
            ),
        )
    )
