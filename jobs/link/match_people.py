"""Match people who share no id by name, phone, address and province (Splink)."""

import logging
from typing import Any

import pandas as pd
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from splink.backends.duckdb import DuckDBAPI

from configs.links.rules import hub_rules, matching_rules, tie_rules
from jobs.link.nodes import canonical, node
from jobs.runtime.job import Job, JobContext
from models.links.matching import PARTS, PERSON_COLUMNS, match_people

MATCHES_DDL = """
    a string, b string, probability double, feed_a string, key_a string, feed_b string, key_b string,
    name_bits double, phone_bits double, address_bits double, province_bits double
"""
_SEPARATOR = "|"


def transform(
    *,
    sellers: DataFrame,
    accounts: DataFrame,
    declarations: DataFrame,
    shipments: DataFrame,
    identifiers: DataFrame,
    context: JobContext,
) -> DataFrame:
    """Pairs of nodes that are one person, as far as name, phone, address and province can tell.

    Two different ids of one kind are never one person; hub phones and addresses tell nothing.
    """
    people = _of_few_names(_people(sellers, accounts, declarations, shipments, context))
    for column, kind in (("phone", "phone"), ("address", "address")):
        hubs = identifiers.where(F.col("hub") & (F.col("kind") == kind)).select(
            F.col("id").alias(column), F.lit(True).alias("is_hub")
        )
        kept = F.when(F.col("is_hub").isNull(), F.col(column)).alias(column)
        others = [name for name in people.columns if name != column]
        people = people.join(hubs, column, "left").select(*others, kept)
    words = F.split("name", " ")
    ends = F.concat_ws(" ", F.element_at(words, 1), F.element_at(words, -1))
    people = (
        people.withColumn("name_words", F.array_join(F.array_sort(words), " "))
        .withColumn("name_ends", F.when(F.size(words) > 2, ends))
        .withColumn("name_count", F.count(F.lit(1)).over(Window.partitionBy("name")))
    )
    found = _match(people.select(*PERSON_COLUMNS), context)
    out = pd.DataFrame({"a": found["a"], "b": found["b"], "probability": found["probability"]})
    for side in ("a", "b"):
        parts = found[f"unique_id_{side}"].astype(str).str.split(_SEPARATOR, n=2, expand=True, regex=False)
        out[f"feed_{side}"], out[f"key_{side}"] = (parts[0], parts[2]) if len(found) else ("", "")
    for part in PARTS:
        out[f"{part}_bits"] = found[f"{part}_bits"]
    return sellers.sparkSession.createDataFrame(out, MATCHES_DDL)


def _of_few_names(people: DataFrame) -> DataFrame:
    """Without phones that stand beside many names: a broker's or an office's is nobody in particular."""
    names = F.size(F.collect_set("name").over(Window.partitionBy("node")))
    nobody = F.col("node").startswith("phone:") & (F.col("names") > matching_rules().phone_names_max)
    return people.withColumn("names", names).where(~nobody).drop("names")


def _match(people: DataFrame, context: JobContext) -> pd.DataFrame:
    logging.getLogger("splink").setLevel(logging.ERROR)
    api: Any
    if context.settings.links.splink_backend == "spark":
        from splink.backends.spark import SparkAPI  # noqa: PLC0415 - only where it is asked for

        api = SparkAPI(
            spark_session=people.sparkSession,
            break_lineage_method="persist",
            register_udfs_automatically=False,
        )
        return match_people(api, people, matching_rules())
    # The one allowed transfer: people as Arrow to DuckDB in memory.
    api = DuckDBAPI()
    return match_people(api, people.toArrow(), matching_rules())


def _people(
    sellers: DataFrame,
    accounts: DataFrame,
    declarations: DataFrame,
    shipments: DataFrame,
    context: JobContext,
) -> DataFrame:
    recent = F.col("event_day").between(F.lit(context.window_start), F.lit(context.as_of))

    def key(column: str) -> Column:
        return canonical(F.col(column), tie_rules(), context.as_of)

    province = F.col("current_province_code")
    nowhere = F.lit(None).cast("string")
    owner = F.coalesce(key("owner_key"), key("tax_key"), node("seller", F.col("seller_key")))
    holder = F.coalesce(key("holder_key"), node("account", F.col("account_id")))
    ordinary = accounts.where(~F.col("holder_type").isin(*hub_rules().institutions))
    declared = declarations.where(recent)
    # Who receives for itself is the trader, whose number is known.
    received = declared.where(~F.col("consignee_name_norm").eqNullSafe(F.col("trader_name_norm")))
    off_platform = shipments.where(recent & F.col("seller_key").isNull())
    return (
        _rows(sellers, "sellers", "owner", owner, "owner_name", "phone", "pickup_address", province)
        .unionByName(
            _rows(ordinary, "bank_accounts", "holder", holder, "holder_name", "phone", "address", province)
        )
        .unionByName(
            _rows(
                declared,
                "customs_declarations",
                "trader",
                key("trader_key"),
                "trader_name",
                "trader_phone",
                "trader_address",
                nowhere,
            )
        )
        .unionByName(
            _rows(
                received,
                "customs_declarations",
                "consignee",
                node("phone", F.col("consignee_phone_e164")),
                "consignee_name",
                "consignee_phone",
                "consignee_address",
                nowhere,
            )
        )
        .unionByName(
            _rows(
                off_platform,
                "shipments",
                "sender",
                node("phone", F.col("sender_phone_e164")),
                "sender_name",
                "sender_phone",
                "sender_address",
                nowhere,
            )
        )
    )


def _rows(
    table: DataFrame, feed: str, role: str, who: Column, name: str, phone: str, address: str, province: Column
) -> DataFrame:
    """One row a distinct description of a node; its unique id names the first record that gives it."""
    described = table.select(
        who.alias("node"),
        F.col(f"{name}_norm").alias("name"),
        F.col("phone_e164" if phone == "phone" else f"{phone}_e164").alias("phone"),
        F.col(f"{address}_norm").alias("address"),
        province.alias("province"),
        "record_key",
    ).where("node IS NOT NULL AND name IS NOT NULL")
    prefix = F.substring_index("node", ":", 1)
    first = F.concat_ws(_SEPARATOR, F.lit(feed), F.lit(role), F.min("record_key"))
    return (
        described.groupBy("node", "name", "phone", "address", "province")
        .agg(first.alias("unique_id"))
        .withColumn("id_type", F.when(prefix.isin("cccd", "passport", "tax"), prefix))
    )


JOB = Job(
    name="match_people",
    purpose="Who is the same person although no id says so",
    grain="one row a pair of nodes",
    reads={
        "sellers": "silver.sellers",
        "accounts": "silver.bank_accounts",
        "declarations": "silver.customs_declarations",
        "shipments": "silver.shipments",
        "identifiers": "links.identifiers",
    },
    writes={"links.matches": MATCHES_DDL},
    transform=transform,
)
