"""Private accounts that are paid by shops of different owners which open one after another and soon close.

A shop that buyers and the platform have come to know is given up, and the next one opens under another name.
What stays is where the money goes. A supplier has customers of all ages, and most of them are still there.
Source: Decree 85/2021/NĐ-CP (sellers on platforms are identified); Decree 98/2020/NĐ-CP, amended by
17/2022/NĐ-CP (fakes sold on platforms).
"""

from datetime import date

from pyspark.sql import DataFrame
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
from jobs.signals.joins.shops.shops_pay_one_person import between_strangers
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="shops_in_succession",
    subject="account",
    reads={"payments": "flows.payments", "sellers": "silver.sellers"},
)


def transform(*, payments: DataFrame, sellers: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Value: shops given up, whose accounts pay this one, and after which another of them has opened.

    Given up: closed, and registered `life_days` ago or less. The next one opens `apart_days` later or more:
    who opens shops everywhere at once closes them at once.
    """
    shops = kept(_paying_shops(payments, sellers, parameters, as_of))
    rows = reported(_measure(shops, parameters), parameters)
    in_succession = shops.where("young").join(subjects_of(rows), "subject_id", "left_semi")
    members = [
        member_rows(rows, "account", "subject_id", "collector"),
        member_rows(in_succession, "seller", "seller_key", "shop"),
    ]
    evidence = [record_rows(in_succession, "sellers", "record_key"), payment_rows(in_succession, 2)]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _paying_shops(payments: DataFrame, sellers: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a private account (`subject_id`) and a shop whose account pays it: `young`, `given_up`."""
    closed = is_true(F.col("status") == "closed")
    young = is_true(F.date_diff(F.lit(as_of), F.col("registered_on")) <= int(parameters["life_days"]))
    registered = sellers.where(F.col("settlement_account_id").isNotNull()).select(
        F.col("settlement_account_id").alias("debtor_account_id"),
        "seller_key",
        "record_key",
        "registered_on",
        F.coalesce("owner_key", "seller_key").alias("owner"),
        young.alias("young"),
        (young & closed).alias("short_lived"),
    )
    paid = (
        payments.where(between_strangers() | between_strangers("household_business"))
        .groupBy(F.col("creditor_account_id").alias("subject_id"), "debtor_account_id")
        .agg(
            F.sum("amount_vnd").alias("amount_vnd"),
            F.count(F.lit(1)).alias("payments"),
            F.count_if(names_goods()).alias("ordered"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .join(F.broadcast(registered), "debtor_account_id")
    )
    newest = paid.where("young").groupBy("subject_id").agg(F.max("registered_on").alias("newest"))
    before = F.date_diff("newest", "registered_on") >= int(parameters["apart_days"])
    return (
        paid.join(newest, "subject_id", "left")
        .withColumn("given_up", is_true(F.col("short_lived") & before))
        .drop("newest", "short_lived")
    )


def _measure(shops: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a private account that shops pay; 0 where they are of one owner or account, or mostly last."""
    young = F.col("young")
    sums = shops.groupBy("subject_id").agg(
        F.count_if("given_up").alias("given_up"),
        F.count_if(young).alias("young"),
        F.count(F.lit(1)).alias("shops"),
        F.count_distinct(F.when(young, F.col("owner"))).alias("owners"),
        F.count_distinct(F.when(young, F.col("debtor_account_id"))).alias("accounts"),
    )
    # Payments once for each account, however many shops settle there.
    amounts = shops.where(young).dropDuplicates(["subject_id", "debtor_account_id"])
    amounts = amounts.groupBy("subject_id").agg(
        F.sum("amount_vnd").alias("value_vnd"),
        F.sum("payments").alias("payments"),
        F.sum("ordered").alias("ordered"),
    )
    several = F.least("owners", "accounts") >= int(parameters["owners_least"])
    in_succession = several & (F.col("young") >= F.col("shops") * float(parameters["young_share"]))
    ordered = F.col("ordered") >= F.col("payments") * float(parameters["ordered_share"])
    return sums.join(amounts, "subject_id", "left").select(
        "subject_id",
        F.lit("private accounts that shops pay").alias("peer_group"),
        F.when(in_succession, F.col("given_up").cast("double")).otherwise(0.0).alias("value"),
        F.col("young").alias("support"),
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("ordered_goods", ordered)).alias("explanations"),
    )
