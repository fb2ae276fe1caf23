"""Who pays a shop: the people in whose names its goods arrive may be its customers."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def paying_customers(payments: DataFrame, shops: DataFrame) -> DataFrame:
    """subject_id, trader_name: who pays the shop's account or its owner. A name that is lent pays nothing.

    `shops` has subject_id, account and owner.
    """
    by_account = shops.select("subject_id", F.col("account").alias("creditor_account_id")).distinct()
    by_owner = shops.select("subject_id", F.col("owner").alias("creditor_holder_key")).distinct()
    paid = payments.where(F.col("debtor_name_norm").isNotNull())
    named = ["subject_id", F.col("debtor_name_norm").alias("trader_name")]
    return (
        paid.join(F.broadcast(by_account), "creditor_account_id")
        .select(named)
        .unionByName(paid.join(F.broadcast(by_owner), "creditor_holder_key").select(named))
    )
