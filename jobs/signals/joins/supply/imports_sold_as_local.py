"""Shops that sell as made in Vietnam what they, or the firms that they buy from, import without a brand.

Blank goods are imported, a label is sewn in, and the shop tells of a workshop in a craft village. Where a
shop says of most of its goods that they are made here, and its owner, or a company that its account keeps
paying, imports finished goods that are declared as unbranded, the label may be all that is made here.
Source: Decree 98/2020/NĐ-CP, Art. 17 and 11 (goods with a false statement of origin); Decree 111/2021/NĐ-CP
on labels; the cases of silk and of household appliances that the Market Surveillance followed up, 2017-2019.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.listings.listed_goods import listing_sales, listing_text
from jobs.signals.goods.traders import company_of, is_one_of
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
    id="imports_sold_as_local",
    subject="seller",
    reads={
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "sellers": "silver.sellers",
        "listings": "silver.listings",
        "customs": "flows.declarations",
    },
)


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
    """Value: log2 of one more than the listings that tell of local making, and of one more than the lines of
    unbranded goods that the shop, or whom it pays, imports."""
    del as_of
    claims = kept(_claims(listings, parameters))
    blanks = kept(_blanks(customs, parameters))
    shops = kept(shops_of_accounts(sellers, accounts).join(claims, "seller_key", "left_semi"))
    tied = kept(_tied(payments, accounts, sellers, shops, blanks, parameters))
    rows = reported(_measure(claims, tied, blanks, payments, accounts, parameters), parameters)
    subjects = subjects_of(rows)
    shown = tied.join(subjects, "subject_id", "left_semi")
    members = [
        member_rows(rows, "seller", "subject_id", "shop"),
        member_rows(shown.where(F.col("importer").startswith("tax:")), "company", "importer", "trader"),
        member_rows(shown, "account", "paid_account_id", "collector"),
    ]
    told = claims.withColumnRenamed("seller_key", "subject_id").join(subjects, "subject_id", "left_semi")
    imported = shown.select("subject_id", "importer").distinct().join(blanks, "importer")
    evidence = [
        payment_rows(shown.where(F.col("report_keys").isNotNull()), 2),
        record_rows(imported, "customs_declarations", "record_key"),
        record_rows(told, "listings", "record_key"),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _claims(listings: DataFrame, parameters: Parameters) -> DataFrame:
    """Listings of shops most of whose goods are said to be made here: seller_key, record_key, sold_vnd."""
    told = listings.where(F.col("seller_key").isNotNull()).select(
        "seller_key",
        "record_key",
        listing_sales().alias("sold_vnd"),
        is_true(listing_text().rlike(str(parameters["local_words"]))).alias("local"),
    )
    local = F.count_if("local")
    shops = (
        told.groupBy("seller_key")
        .agg(local.alias("claims"), F.count(F.lit(1)).alias("listings"))
        .where(F.col("claims") >= int(parameters["claims_least"]))
        .where(F.col("claims") >= F.col("listings") * float(parameters["claims_share"]))
        .select("seller_key")
    )
    return told.where("local").join(shops, "seller_key", "left_semi").drop("local")


def _blanks(customs: DataFrame, parameters: Parameters) -> DataFrame:
    """Lines of finished goods that are imported for use and declared as unbranded: importer, record_key."""
    for_use = ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    blank = is_true(F.col("goods_norm").rlike(str(parameters["blank_words"])))
    return customs.where(
        (F.col("direction") == "import") & for_use & blank & F.col("trader_key").isNotNull()
    ).select(company_of(F.col("trader_key")).alias("importer"), "record_key")


def _tied(
    payments: DataFrame,
    accounts: DataFrame,
    sellers: DataFrame,
    shops: DataFrame,
    blanks: DataFrame,
    parameters: Parameters,
) -> DataFrame:
    """subject_id (a shop), importer, and where it pays one the account and the payments."""
    importers = F.broadcast(blanks.select("importer").distinct())
    held = _held_by(accounts, importers)
    themselves = (
        sellers.join(shops, "seller_key", "left_semi")
        .select(
            F.col("seller_key").alias("subject_id"),
            F.explode(F.array_compact(F.array("owner_key", "tax_key"))).alias("key"),
        )
        .select("subject_id", company_of(F.col("key")).alias("importer"))
        .join(importers, "importer", "left_semi")
    )
    settled = shops.select(F.col("seller_key").alias("subject_id"), "account_id").join(held, "account_id")
    paid = (
        payments.where(between_strangers("company"))
        .join(held.withColumnRenamed("account_id", "creditor_account_id"), "creditor_account_id")
        .groupBy("debtor_account_id", "creditor_account_id", "importer")
        .agg(
            F.count(F.lit(1)).alias("times"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .where(F.col("times") >= int(parameters["payments_least"]))
        .join(shops.withColumnRenamed("account_id", "debtor_account_id"), "debtor_account_id")
        .select(
            F.col("seller_key").alias("subject_id"),
            "importer",
            F.col("creditor_account_id").alias("paid_account_id"),
            "report_keys",
        )
    )
    own = themselves.unionByName(settled.select("subject_id", "importer")).distinct()
    return paid.unionByName(own, allowMissingColumns=True)


def _measure(
    claims: DataFrame,
    tied: DataFrame,
    blanks: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
) -> DataFrame:
    """One row a shop that tells of local making and is tied to unbranded imports."""
    lines = blanks.groupBy("importer").agg(F.count(F.lit(1)).alias("lines"))
    customers = _customers(payments, accounts, tied)
    behind = (
        tied.select("subject_id", "importer")
        .distinct()
        .join(lines, "importer")
        .join(customers, "importer", "left")
        .groupBy("subject_id")
        .agg(F.sum("lines").alias("lines"), F.min(F.coalesce("customers", F.lit(0))).alias("customers"))
        .where(F.col("lines") >= int(parameters["lines_least"]))
    )
    told = claims.groupBy(F.col("seller_key").alias("subject_id")).agg(
        F.count(F.lit(1)).alias("support"), F.sum("sold_vnd").alias("value_vnd")
    )
    return told.join(behind, "subject_id").select(
        "subject_id",
        F.lit("shops that tell of local making").alias("peer_group"),
        F.round(F.log2(1 + F.col("support")) + F.log2(1 + F.col("lines")), 6).alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("sells_to_many", F.col("customers") >= int(parameters["many_customers"]))).alias(
            "explanations"
        ),
    )


def _customers(payments: DataFrame, accounts: DataFrame, tied: DataFrame) -> DataFrame:
    """importer, customers: so many parties pay the importer's accounts."""
    held = _held_by(accounts, tied.select("importer").distinct())
    return (
        payments.where(between_strangers("company"))
        .join(F.broadcast(held.withColumnRenamed("account_id", "creditor_account_id")), "creditor_account_id")
        .groupBy("importer")
        .agg(F.count_distinct(F.coalesce("debtor_holder_key", "debtor_account_id")).alias("customers"))
    )


def _held_by(accounts: DataFrame, importers: DataFrame) -> DataFrame:
    """account_id, importer: the accounts that the importers hold."""
    return (
        accounts.where(F.col("holder_key").isNotNull())
        .select("account_id", company_of(F.col("holder_key")).alias("importer"))
        .join(importers, "importer", "left_semi")
    )
