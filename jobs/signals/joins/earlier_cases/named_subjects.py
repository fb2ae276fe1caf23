"""Whom a tip or a decision names: its subject as a member, and the operator behind it."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

_DIRECT = ("seller", "account", "person", "company", "phone", "address")
_COLUMNS = ("record_key", "kind", "id", "operator_id")


def named_members(
    named: DataFrame,
    operators: DataFrame,
    sellers: DataFrame | None = None,
    listings: DataFrame | None = None,
    parcels: DataFrame | None = None,
    declared: DataFrame | None = None,
) -> DataFrame:
    """Distinct (record_key, kind, id, operator_id) of the records in `named`.

    A shop name counts when one operator alone bears it, a waybill and a page through their shop, a
    declaration (`declared`: declaration_no, trader_key) through its trader. The others name nobody we know.
    """
    subjects = named.select(
        "record_key",
        "subject_kind",
        F.coalesce("subject_id", "subject_value").alias("subject"),
        "subject_value",
    )
    known = operators.select("kind", F.col("id"), "operator_id")
    found = (
        subjects.where(F.col("subject_kind").isin(*_DIRECT))
        .join(known, (F.col("subject_kind") == F.col("kind")) & (F.col("subject") == F.col("id")))
        .select(*_COLUMNS)
    )
    shops = known.where(F.col("kind") == "seller").select(F.col("id").alias("seller_key"), "operator_id")
    if sellers is not None:
        bearers = (
            sellers.join(shops, "seller_key")
            .groupBy(F.col("shop_name_norm").alias("subject"))
            .agg(
                F.size(F.collect_set("operator_id")).alias("bearers"),
                F.min("operator_id").alias("operator_id"),
                F.min("seller_key").alias("id"),
            )
            .where(F.col("bearers") == 1)
        )
        by_name = subjects.where(F.col("subject_kind") == "shop_name").withColumn(
            "subject", F.trim(F.lower("subject"))
        )
        found = found.unionByName(_as_seller(by_name.join(bearers, "subject")))
    if listings is not None:
        pages = listings.where(F.col("url").isNotNull()).groupBy("url").agg(F.min("seller_key").alias("id"))
        by_page = subjects.where(F.col("subject_kind") == "url").join(
            pages, F.col("subject_value") == F.col("url")
        )
        found = found.unionByName(_as_seller(by_page.join(shops.withColumnRenamed("seller_key", "id"), "id")))
    if parcels is not None:
        sent = parcels.where(F.col("operator_id").isNotNull()).select(
            F.col("record_key").alias("subject"),
            "operator_id",
            F.when(F.col("seller_key").isNotNull(), "seller").otherwise("phone").alias("kind"),
            F.coalesce("seller_key", "sender_phone_e164").alias("id"),
        )
        by_waybill = subjects.where(F.col("subject_kind") == "waybill").join(sent, "subject")
        found = found.unionByName(by_waybill.where(F.col("id").isNotNull()).select(*_COLUMNS))
    if declared is not None:
        traders = declared.where(F.col("trader_key").isNotNull()).select(
            F.col("declaration_no").alias("subject"), F.col("trader_key").alias("id")
        )
        parties = known.where(F.col("kind").isin("person", "company"))
        by_declaration = subjects.where(F.col("subject_kind") == "declaration").join(traders, "subject")
        found = found.unionByName(by_declaration.join(parties, "id").select(*_COLUMNS))
    return found.distinct()


def _as_seller(found: DataFrame) -> DataFrame:
    return found.select("record_key", F.lit("seller").alias("kind"), "id", "operator_id")
