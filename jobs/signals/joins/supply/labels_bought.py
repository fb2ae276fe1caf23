"""Private accounts that buy labels, printed boxes, bottles or blisters again and again.

Who fills and labels goods for sale is a maker, and a maker is a business that declares its goods. A private
person who pays for the wrapping of goods, and whom shops of other people pay, makes what these sell: fakes
are put together from goods of little worth and wrapping that is bought elsewhere. Pharmacies and grocers that
buy from such a person again and again sell them over the counter; then one payment for wrapping is enough.
Source: OECD/EUIPO, Misuse of e-commerce for trade in counterfeits, 2021, and INTERPOL on illicit goods
(packaging apart from the goods); Decree 98/2020/NĐ-CP, Art. 11-13.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import is_true
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
from jobs.signals.joins.shops.shops_pay_one_person import between_strangers, shops_of_accounts
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="labels_bought",
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
    """Value: log2 of one more than the payments for wrapping, and of one more than the owners of shops who
    pay the buyer."""
    del as_of
    of_account = F.count(F.lit(1)).over(Window.partitionBy("account_id"))
    shops = kept(shops_of_accounts(sellers, accounts).withColumn("shops_of_account", of_account))
    bought = kept(wrapping_bought(payments, "individual"))
    supplied = kept(_supplied(payments, bought, shops))
    firms = kept(_firms(payments, bought, parameters))
    rows = reported(_measure(bought, supplied, firms, shops, parameters), parameters)
    subjects = subjects_of(rows)
    shown = bought.join(subjects, "subject_id", "left_semi")
    paying = supplied.join(subjects, "subject_id", "left_semi")
    buying = firms.join(subjects, "subject_id", "left_semi")
    own = (
        shown.select("subject_id")
        .distinct()
        .join(shops.withColumnRenamed("account_id", "subject_id"), "subject_id")
    )
    # Where several shops settle to one account, it does not tell which of them sells the goods.
    told = F.col("shops_of_account") == 1
    members = [
        member_rows(shown, "account", "subject_id", "collector"),
        member_rows(buying, "account", "account_id", "paying_shop"),
        member_rows(paying.where(told), "seller", "seller_key", "shop"),
        member_rows(own.where(told), "seller", "seller_key", "shop"),
    ]
    evidence = [
        payment_rows(shown, 1),
        payment_rows(paying, 2),
        payment_rows(buying, 2),
        record_rows(paying, "sellers", "record_key", 3),
        record_rows(own, "sellers", "record_key", 3),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def wrapping_bought(payments: DataFrame, *holder_types: str) -> DataFrame:
    """Accounts of such holders (`subject_id`, `holder`) that pay for what goods are bottled, boxed and
    labelled with, not at a counter: `payments`, `value_vnd`, `report_keys`."""
    words = load_lexicon("packaging_words")
    groups = [name for name in words if name not in ("source", "verified")]
    says = "|".join(word for name in groups for word in words[name])
    wrapping = is_true(F.col("remittance_norm").rlike(rf"\b({says})\b"))
    buyer = is_true(F.col("debtor_holder_type").isin(*holder_types)) & ~is_true(F.col("debtor_hub"))
    at_a_counter = is_true(F.col("channel").isin(*SALES_CHANNELS))
    return (
        payments.where(buyer & wrapping & ~F.col("wages") & ~F.col("one_holder") & ~at_a_counter)
        .where(F.col("debtor_account_id").isNotNull())
        .groupBy(F.col("debtor_account_id").alias("subject_id"))
        .agg(
            F.count(F.lit(1)).alias("payments"),
            F.first("debtor_holder_key", ignorenulls=True).alias("holder"),
            F.sum("amount_vnd").alias("value_vnd"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
    )


def _firms(payments: DataFrame, bought: DataFrame, parameters: Parameters) -> DataFrame:
    """Companies that pay such a buyer (`subject_id`) again and again, several of them: `owner`,
    `account_id`, `report_keys`."""
    buyers = F.broadcast(bought.select(F.col("subject_id").alias("creditor_account_id")))
    customers = F.size(F.collect_set("owner").over(Window.partitionBy("subject_id")))
    return (
        payments.where(between_strangers() & is_true(F.col("debtor_holder_type") == "company"))
        .join(buyers, "creditor_account_id", "left_semi")
        .groupBy(
            F.col("creditor_account_id").alias("subject_id"), F.col("debtor_account_id").alias("account_id")
        )
        .agg(
            F.first(F.coalesce("debtor_holder_key", "debtor_account_id")).alias("owner"),
            F.count(F.lit(1)).alias("times"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .where(F.col("times") >= int(parameters["firm_payments_least"]))
        .withColumn("customers", customers)
        .where(F.col("customers") >= int(parameters["firms_least"]))
    )


def _supplied(payments: DataFrame, bought: DataFrame, shops: DataFrame) -> DataFrame:
    """Shops whose accounts pay such a buyer (`subject_id`), with `owner`, `report_keys`, `record_key`."""
    buyers = F.broadcast(bought.select(F.col("subject_id").alias("creditor_account_id")))
    paid = (
        payments.where(between_strangers())
        .join(buyers, "creditor_account_id", "left_semi")
        .groupBy(
            F.col("creditor_account_id").alias("subject_id"), F.col("debtor_account_id").alias("account_id")
        )
        .agg(
            F.first(F.coalesce("debtor_holder_key", "debtor_account_id")).alias("owner"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
    )
    return paid.join(shops, "account_id")


def _measure(
    bought: DataFrame, supplied: DataFrame, firms: DataFrame, shops: DataFrame, parameters: Parameters
) -> DataFrame:
    paying = supplied.select("subject_id", "owner", F.lit(False).alias("firm")).unionByName(
        firms.select("subject_id", "owner", F.lit(True).alias("firm"))
    )
    owners = paying.groupBy("subject_id").agg(
        F.count_distinct("owner").alias("owners"), F.bool_or("firm").alias("firms")
    )
    often = (F.col("payments") >= int(parameters["payments_least"])) | is_true(F.col("firms"))
    sells = shops.select(F.col("account_id").alias("subject_id")).distinct().withColumn("sells", F.lit(True))
    several = F.least(F.coalesce("owners", F.lit(0)), F.lit(int(parameters["owners_most"])))
    return (
        bought.join(owners, "subject_id", "left")
        .where(often)
        .join(sells, "subject_id", "left")
        .select(
            "subject_id",
            F.lit("private accounts that buy wrapping").alias("peer_group"),
            F.round(F.log2(1 + F.col("payments")) + F.log2(1 + several), 6).alias("value"),
            F.col("payments").alias("support"),
            "value_vnd",
            F.array(
                explanation("own_goods", F.col("sells") & F.col("owners").isNull()),
            ).alias("explanations"),
        )
    )
