"""Every tie with its weight and the records that show it: what explains an operator."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.nodes import id_of, kind_of, node, person_kind
from models.links.matching import PARTS

TIES_DDL = """
    kind_a string, id_a string, kind_b string, id_b string, tie string, weight double,
    evidence array<struct<feed: string, key: string>>
"""
_COLUMNS = ("kind_a", "id_a", "kind_b", "id_b", "tie", "weight", "evidence")
# Where the money of a shop goes is worth knowing even where nobody else uses the account.
_ALWAYS_SHOWN = ("settles_to", "cod_account")


def all_ties(usages: DataFrame, uses: DataFrame, matches: DataFrame, decisions: DataFrame) -> DataFrame:
    """Ties of ownership, shared identifiers, matched people and forced merges."""
    return (
        _of_owners(usages)
        .unionByName(_of_identifiers(uses))
        .unionByName(_of_matches(matches))
        .unionByName(_of_decisions(decisions))
    )


def _of_owners(usages: DataFrame) -> DataFrame:
    owners = usages.where(F.col("kind") == "owner")
    itself = node(F.col("entity_kind"), F.col("entity_id"))
    shown = _records(F.col("feed"), "first_key", "last_key")
    owned = owners.where(itself != F.col("id")).select(
        F.col("entity_kind").alias("kind_a"),
        F.col("entity_id").alias("id_a"),
        person_kind(F.col("id")).alias("kind_b"),
        F.col("id").alias("id_b"),
        F.col("role").alias("tie"),
        F.lit(1.0).alias("weight"),
        shown.alias("evidence"),
    )
    # A branch and its company, a personal number and the tax code that it became.
    renamed = (
        owners.where(F.col("id") != F.col("party"))
        .groupBy("id", "party")
        .agg(F.min(F.struct("feed", "first_key")).alias("first"))
    )
    return owned.unionByName(
        renamed.select(
            person_kind(F.col("id")).alias("kind_a"),
            F.col("id").alias("id_a"),
            person_kind(F.col("party")).alias("kind_b"),
            F.col("party").alias("id_b"),
            F.lit("same_number").alias("tie"),
            F.lit(1.0).alias("weight"),
            F.array(F.struct("first.feed", F.col("first.first_key").alias("key"))).alias("evidence"),
        )
    )


def _of_identifiers(uses: DataFrame) -> DataFrame:
    itself = node(F.col("entity_kind"), F.col("entity_id")) == node(F.col("kind"), F.col("id"))
    return uses.where(((F.col("parties") > 1) | F.col("role").isin(*_ALWAYS_SHOWN)) & ~itself).select(
        F.col("entity_kind").alias("kind_a"),
        F.col("entity_id").alias("id_a"),
        F.when(F.col("kind") == "tax", person_kind(F.col("id"))).otherwise(F.col("kind")).alias("kind_b"),
        F.col("id").alias("id_b"),
        F.when(F.col("role") == "payment_device", "device").otherwise(F.col("role")).alias("tie"),
        F.round(F.col("rarity") * F.col("factor"), 6).alias("weight"),
        _records(F.col("feed"), "first_key", "last_key").alias("evidence"),
    )


def _of_matches(matches: DataFrame) -> DataFrame:
    """The match as a whole, and what each comparison adds to it: 1 - 2^-bits, for bits above zero."""
    whole = F.struct(F.lit("same_name_and_address").alias("tie"), F.col("probability").alias("weight"))
    parts = [
        F.struct(F.lit(f"same_{part}").alias("tie"), _believed(F.col(f"{part}_bits")).alias("weight"))
        for part in PARTS
    ]
    evidence = F.array_distinct(
        F.array(
            F.struct(F.col("feed_a").alias("feed"), F.col("key_a").alias("key")),
            F.struct(F.col("feed_b").alias("feed"), F.col("key_b").alias("key")),
        )
    )
    return (
        matches.select("a", "b", F.explode(F.array(whole, *parts)).alias("part"), evidence.alias("evidence"))
        .where("part.weight > 0")
        .select(*_both("a", "b"), "part.tie", "part.weight", "evidence")
    )


def _believed(bits: Column) -> Column:
    return F.round(1 - F.pow(F.lit(2.0), -bits), 6)


def _of_decisions(decisions: DataFrame) -> DataFrame:
    nothing = F.array().cast("array<struct<feed: string, key: string>>")
    return decisions.where(F.col("verdict") == "same").select(
        "kind_a",
        "id_a",
        "kind_b",
        "id_b",
        F.lit("forced").alias("tie"),
        F.lit(1.0).alias("weight"),
        nothing.alias("evidence"),
    )


def _both(a: str, b: str) -> list[Column]:
    return [
        kind_of(F.col(a)).alias("kind_a"),
        id_of(F.col(a)).alias("id_a"),
        kind_of(F.col(b)).alias("kind_b"),
        id_of(F.col(b)).alias("id_b"),
    ]


def _records(feed: Column, first: str, last: str) -> Column:
    """The first and the last record, which are one where there is only one."""
    return F.array_distinct(
        F.array(
            F.struct(feed.alias("feed"), F.col(first).alias("key")),
            F.struct(feed.alias("feed"), F.col(last).alias("key")),
        )
    )
