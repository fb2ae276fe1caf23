"""A shop that has its platform pay one person after another who is not its owner.

The register keeps each version of a shop. Whoever collects through lent accounts names the next before the
one in use is looked at. Parcels tell it where cash is paid at the door, the register tells it of any takings.
A version of another owner tells of a shop that was sold, and a holder whom no register knows tells nothing.
Source: Vietnam Customs dispatch 3923/2021 and press cases (settlement accounts rotated).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.conform.normalise_rows import normalise_rows
from jobs.link.everyday_payments import is_true
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of, worth
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="settlement_accounts_replaced",
    subject="seller",
    reads={
        "sellers": "silver.sellers",
        "superseded": "silver.sellers_history",
        "accounts": "links.accounts",
        "parcels": "flows.parcels",
    },
)
_DELIVERED = ("platform", "seller_id", "owner_id", "settlement_bank", "settlement_account", "business_date")


def transform(
    *,
    sellers: DataFrame,
    superseded: DataFrame,
    accounts: DataFrame,
    parcels: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: persons beside the owner whose accounts the register named in the window, one after another."""
    others = kept(_named_others(sellers, superseded, accounts, as_of, int(parameters["window_days"])))
    rows = reported(_measure(others), parameters)
    shown = others.join(subjects_of(rows), "subject_id", "left_semi")
    shops = shown.select("subject_id", F.col("subject_id").alias("seller_key"), "record_key").distinct()
    sent = parcels.join(shops.select("subject_id", "seller_key"), "seller_key")
    members = [
        member_rows(shops, "seller", "seller_key", "shop"),
        member_rows(shown, "account", "account_id", "collector"),
    ]
    evidence = [
        record_rows(shops, "sellers", "record_key", 1),
        record_rows(sent, "shipments", "record_key", 2),
    ]
    return close(SIGNAL, worth(rows, sent), members, evidence, int(parameters["evidence_limit"]))


def _named_others(
    sellers: DataFrame, superseded: DataFrame, accounts: DataFrame, as_of: date, days: int
) -> DataFrame:
    """One row a shop (`subject_id`) and account of another than its owner that some version names."""
    columns = ("seller_key", "owner_id", "settlement_account_id", "business_date")
    # Superseded rows stand as they were delivered.
    earlier = normalise_rows(superseded.select(*_DELIVERED), "sellers", only=columns)
    versions = (
        sellers.select(*columns)
        .unionByName(earlier.select(*columns))
        .where(F.date_diff(F.lit(as_of), "business_date").between(0, days))
        .where(F.col("settlement_account_id").isNotNull())
        .select("seller_key", "owner_id", F.col("settlement_account_id").alias("account_id"))
        .distinct()
    )
    several = versions.join(
        versions.groupBy("seller_key").agg(F.count_distinct("account_id").alias("accounts")), "seller_key"
    ).where("accounts > 1")
    shops = sellers.select(
        "seller_key",
        F.col("seller_key").alias("subject_id"),
        "record_key",
        F.col("owner_id").alias("today"),
        "owner_key",
        "tax_key",
        "pickup_address_norm",
    )
    holders = accounts.where(F.col("holder_key").isNotNull() & ~is_true(F.col("hub"))).select(
        "account_id", "holder_key", "address_norm"
    )
    own = is_true(F.col("holder_key") == F.col("owner_key")) | is_true(
        F.col("holder_key") == F.col("tax_key")
    )
    return (
        several.join(shops, "seller_key")
        .where(is_true(F.col("owner_id") == F.col("today")))
        .join(holders, "account_id")
        .where(~own)
    )


def _measure(others: DataFrame) -> DataFrame:
    at_home = is_true(F.col("address_norm") == F.col("pickup_address_norm"))
    return others.groupBy("subject_id").agg(
        F.lit("shops with several settlement accounts").alias("peer_group"),
        F.count_distinct("holder_key").cast("double").alias("value"),
        F.count_distinct("account_id").alias("support"),
        F.lit(0).cast("bigint").alias("value_vnd"),
        F.array(explanation("household", F.bool_and(at_home))).alias("explanations"),
    )
