"""Count how many distinct owners, holders, shops and traders use each identifier, and mark the hubs."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.links.rules import tie_rules
from jobs.link.nodes import node
from jobs.link.rarity import users_limit
from jobs.runtime.job import Job, JobContext

IDENTIFIERS_DDL = "kind string, id string, users bigint, hub boolean, hub_reason string"
_BY_INSTITUTION = ("phone", "address", "device", "email", "account")
_PLACES = ("tower", "warehouse")


def transform(*, usages: DataFrame, context: JobContext) -> DataFrame:  # noqa: ARG001
    """An identifier is a hub when an institution uses it, or more parties than its class ordinarily has."""
    used = usages.where(F.col("kind") != "owner")
    # A phone that sends parcels, or an account that nobody registered, is not a user of itself.
    itself = F.col("party") == F.when(F.col("kind") == "tax", F.lit("")).otherwise(
        node(F.col("kind"), F.col("id"))
    )
    counted = used.groupBy("kind", "id", "class").agg(
        F.count_distinct(F.when(~itself, F.col("party"))).alias("users"),
        F.max("institution").alias("institution"),
    )
    institution = F.when(F.col("kind").isin(*_BY_INSTITUTION), F.col("institution"))
    too_many = F.col("users") > users_limit(F.col("kind"), F.col("class"), tie_rules())
    reason = F.coalesce(
        institution,
        F.when(too_many & F.col("class").isin(*_PLACES), F.col("class")),
        F.when(too_many, F.lit("many_users")),
    )
    return counted.select(
        "kind",
        "id",
        F.col("users").cast("bigint").alias("users"),
        reason.isNotNull().alias("hub"),
        reason.alias("hub_reason"),
    )


JOB = Job(
    name="count_identifiers",
    purpose="How rare each identifier is, and which ones are hubs",
    grain="one row an identifier",
    reads={"usages": "links.usages"},
    writes={"links.identifiers": IDENTIFIERS_DDL},
    transform=transform,
)
