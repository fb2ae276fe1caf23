"""Companies that buy tins, boxes or labels for a brand that shops sell as an import.

What comes from abroad comes in its wrapping. Where a company has wrapping made here, again and again, the
shops of several owners pay it for goods, and these shops offer as imported a brand that no declaration
names, the goods are made here. A firm that imports in bulk, and fills, has declarations of its own.
Source: OECD/EUIPO, Misuse of e-commerce for trade in counterfeits, 2021 (goods and packaging apart); Decree
98/2020/NĐ-CP, Art. 9-13 (false origin, counterfeit labels and packaging).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

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
from jobs.signals.joins.shops.shops_pay_one_person import between_strangers, shops_of_accounts
from jobs.signals.joins.supply.labels_bought import wrapping_bought
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="imports_packed_here",
    subject="account",
    reads={
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "sellers": "silver.sellers",
        "listings": "silver.listings",
        "customs": "flows.declarations",
    },
)
_FIRMS = ("company", "household_business")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    sellers: DataFrame,
    listings: DataFrame,
    customs: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of one more than the payments for wrapping, and of one more than the shops' owners."""
    del as_of
    shops = kept(shops_of_accounts(sellers, accounts))
    claims = kept(_claims(listings, customs, parameters))
    bought = kept(wrapping_bought(payments, *_FIRMS).drop("value_vnd"))
    supplied = kept(_supplied(payments, bought, shops.join(claims, "seller_key", "left_semi"), parameters))
    rows = reported(_measure(bought, supplied, customs), parameters)
    subjects = subjects_of(rows)
    shown = bought.join(subjects, "subject_id", "left_semi")
    paying = supplied.join(subjects, "subject_id", "left_semi")
    members = [
        member_rows(shown, "account", "subject_id", "collector"),
        member_rows(paying, "seller", "seller_key", "shop"),
    ]
    offered = paying.select("subject_id", "seller_key").distinct().join(claims, "seller_key")
    evidence = [
        payment_rows(shown, 1),
        payment_rows(paying, 2),
        record_rows(offered, "listings", "record_key", 3),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _claims(listings: DataFrame, customs: DataFrame, parameters: Parameters) -> DataFrame:
    """Listings that offer as imported a brand which no declaration names: seller_key, brand, record_key."""
    text = F.concat_ws(" ", "title_norm", "description_norm")
    brand = F.lower(F.trim("brand"))
    declared = customs.where(F.col("brand").isNotNull()).select(brand.alias("brand")).distinct()
    return (
        listings.where(F.col("seller_key").isNotNull() & F.col("brand").isNotNull())
        .where(is_true(text.rlike(str(parameters["import_words"]))))
        .select("seller_key", brand.alias("brand"), "record_key")
        .join(declared, "brand", "left_anti")
    )


def _supplied(payments: DataFrame, bought: DataFrame, shops: DataFrame, parameters: Parameters) -> DataFrame:
    """Shops with such claims whose accounts pay such a buyer again and again: `subject_id`, `owner`,
    `seller_key`, `amount_vnd`, `report_keys`."""
    buyers = F.broadcast(bought.select(F.col("subject_id").alias("creditor_account_id")))
    to_firms = between_strangers("company") | between_strangers("household_business")
    return (
        payments.where(to_firms)
        .join(buyers, "creditor_account_id", "left_semi")
        .groupBy(
            F.col("creditor_account_id").alias("subject_id"), F.col("debtor_account_id").alias("account_id")
        )
        .agg(
            F.first(F.coalesce("debtor_holder_key", "debtor_account_id")).alias("owner"),
            F.count(F.lit(1)).alias("times"),
            F.sum("amount_vnd").alias("amount_vnd"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .where(F.col("times") >= int(parameters["shop_payments_least"]))
        .join(shops, "account_id")
    )


def _measure(bought: DataFrame, supplied: DataFrame, customs: DataFrame) -> DataFrame:
    """One row a firm that has wrapping made and is paid by such shops."""
    # An account may belong to several shops.
    owners = (
        supplied.dropDuplicates(["subject_id", "account_id"])
        .groupBy("subject_id")
        .agg(F.count_distinct("owner").alias("owners"), F.sum("amount_vnd").alias("value_vnd"))
    )
    importers = (
        customs.where((F.col("direction") == "import") & F.col("trader_key").isNotNull())
        .select(F.col("trader_key").alias("holder"))
        .distinct()
        .withColumn("imports", F.lit(True))
    )
    return (
        bought.join(owners, "subject_id")
        .join(importers, "holder", "left")
        .select(
            "subject_id",
            F.lit("firms that have wrapping made").alias("peer_group"),
            F.round(F.log2(1 + F.col("payments")) + F.log2(1 + F.col("owners")), 6).alias("value"),
            F.col("payments").alias("support"),
            "value_vnd",
            F.array(explanation("imports_itself", is_true(F.col("imports")))).alias("explanations"),
        )
    )
