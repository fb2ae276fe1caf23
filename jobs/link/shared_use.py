"""From shared identifiers to the belief that two parties are one hand."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.links.rules import TieRules
from jobs.link.nodes import node
from jobs.link.rarity import is_habit, rarity_weight, role_factor

# Kinds of evidence in a fixed order, so that rounding is the same in any partition order.
PERSON_MATCH = "person"
_KINDS = ("phone", "email", "device", "tax", "address", "account", "image", PERSON_MATCH)


def habitual_uses(usages: DataFrame, identifiers: DataFrame, rules: TieRules) -> DataFrame:
    """Uses that can tie: rare identifier, trusted role, enough records, by no hub.

    Adds `rarity`, `factor`, and `parties` (how many share the identifier, itself included when it is one).
    """
    hubs = identifiers.where("hub").select(node(F.col("kind"), F.col("id")).alias("party"))
    rare = identifiers.where(~F.col("hub")).select("kind", "id", "users")
    shared = Window.partitionBy("kind", "id")
    same_role = Window.partitionBy("entity_kind", "entity_id", "role")
    return (
        usages.where(F.col("kind") != "owner")
        .withColumn("of_records", F.sum("records").over(same_role))
        .where(is_habit(F.col("role"), F.col("records"), F.col("of_records"), rules))
        .join(rare, ["kind", "id"])
        .join(hubs, "party", "left_anti")
        .withColumn("rarity", rarity_weight(F.col("kind"), F.col("class"), F.col("users"), rules))
        .withColumn("factor", role_factor(F.col("role"), rules))
        .where("rarity IS NOT NULL AND factor IS NOT NULL")
        .withColumn("parties", F.size(F.collect_set("party").over(shared)))
    )


def believed_pairs(uses: DataFrame, matches: DataFrame, rules: TieRules) -> DataFrame:
    """`a`, `b` (a < b), `weight`: parties and the noisy-or of all that ties them.

    Within one kind the strongest tie counts (two shared phones are one fact), but pictures add up; kinds are
    taken as independent.
    """
    same_person = matches.select(
        "a", "b", F.lit(PERSON_MATCH).alias("kind"), F.least("probability", F.lit(0.99)).alias("weight")
    )
    ties = _shared_pairs(uses).unionByName(same_person)
    pairs = ties.groupBy("a", "b").agg(
        *[F.max(F.when(F.col("kind") == kind, F.col("weight"))).alias(kind) for kind in _KINDS],
        F.least(F.count(F.when(F.col("kind") == "image", 1)), F.lit(rules.images.shared_max)).alias(
            "pictures"
        ),
    )
    none_real: Column = F.lit(1.0)
    for kind in _KINDS:
        unreal = F.lit(1.0) - F.coalesce(F.col(kind), F.lit(0.0))
        none_real = none_real * (F.pow(unreal, F.col("pictures")) if kind == "image" else unreal)
    return pairs.select("a", "b", F.round(1 - none_real, 6).alias("weight"))


def _shared_pairs(uses: DataFrame) -> DataFrame:
    """Every pair of parties that share an identifier: one row a pair and identifier."""
    groups = (
        uses.where("parties > 1")
        .groupBy("kind", "id", "party")
        .agg(F.max("factor").alias("factor"), F.max("rarity").alias("rarity"))
        .groupBy("kind", "id")
        .agg(F.sort_array(F.collect_list(F.struct("party", "factor", "rarity"))).alias("sharers"))
    )
    first = groups.select("kind", "sharers", F.posexplode("sharers").alias("place", "one"))
    rest = F.slice("sharers", F.col("place") + 2, F.size("sharers"))
    pairs = first.select("kind", "one", F.explode(rest).alias("other"))
    return pairs.select(
        F.col("one.party").alias("a"),
        F.col("other.party").alias("b"),
        "kind",
        F.round(F.col("one.rarity") * F.least("one.factor", "other.factor"), 6).alias("weight"),
    )
