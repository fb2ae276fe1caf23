"""Accounts that no register holds, of firms that declare goods: their name says whose they are.

A firm's whole name is borne by no other in the country (Law on Enterprises 2020, articles 38 and 41), and
banks open an account under it. Where no bank delivers its accounts, the name on payments is what ties a
declarant to the money that it moves.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.links.rules import tie_rules
from jobs.link.describe_accounts import HOME_COUNTRY
from jobs.link.firm_names import names_firm

_COMPANY = r"^tax:\d{10}(-\d{3})?$"


def firm_accounts(accounts: DataFrame, payments: DataFrame, declarations: DataFrame) -> DataFrame:
    """account_id, holder_key, records, first_key, last_key: accounts whose every name is one declarant's.

    A name says nothing that two tax codes declare under, or that stands on more accounts than a firm has.
    """
    sides = F.array(_side("debtor"), _side("creditor"))
    named = (
        payments.select("record_key", F.explode(sides).alias("side"))
        .select("record_key", "side.*")
        .where(F.col("account_id").isNotNull() & F.col("name").isNotNull())
        .groupBy("account_id")
        .agg(
            F.min("name").alias("name"),
            F.max("name").alias("other_name"),
            F.count(F.lit(1)).alias("records"),
            F.min("record_key").alias("first_key"),
            F.max("record_key").alias("last_key"),
        )
        .where((F.col("name") == F.col("other_name")) & names_firm("name"))
        .join(accounts.select("account_id"), "account_id", "left_anti")
    )
    declarants = (
        declarations.where(F.col("trader_key").rlike(_COMPANY))
        .groupBy(F.col("trader_name_norm").alias("name"))
        .agg(F.min("trader_key").alias("holder_key"), F.max("trader_key").alias("other_key"))
        .where(F.col("holder_key") == F.col("other_key"))
    )
    of_one = F.broadcast(
        named.groupBy("name").count().where(F.col("count") <= tie_rules().firm_accounts_max).select("name")
    )
    return (
        named.join(of_one, "name")
        .join(F.broadcast(declarants), "name")
        .select("account_id", "holder_key", "records", "first_key", "last_key")
    )


def _side(side: str) -> Column:
    abroad = F.coalesce(F.col(f"{side}_country"), F.lit(HOME_COUNTRY)) != HOME_COUNTRY
    return F.struct(
        F.when(~abroad, F.col(f"{side}_account_id")).alias("account_id"),
        F.col(f"{side}_name_norm").alias("name"),
    )
