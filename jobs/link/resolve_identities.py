"""Who is who: one operator is one hand, by identity evidence and the decisions of people."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.links.rules import TieRules, tie_rules
from jobs.link.group_operators import group_operators
from jobs.link.nodes import id_of, kind_of, node, operator_id
from jobs.link.shared_use import believed_pairs, habitual_uses
from jobs.link.ties import TIES_DDL, all_ties
from jobs.runtime.job import Job, JobContext

OPERATORS_DDL = "kind string, id string, operator_id string, degree bigint"
_MEMBER_IDENTIFIERS = ("phone", "device", "address")


def transform(
    *,
    usages: DataFrame,
    identifiers: DataFrame,
    matches: DataFrame,
    decisions: DataFrame,
    context: JobContext,
) -> dict[str, DataFrame]:
    rules = tie_rules()
    uses = habitual_uses(usages, identifiers, rules).persist()
    ruled = decisions.select(
        node(F.col("kind_a"), F.col("id_a")).alias("a"),
        node(F.col("kind_b"), F.col("id_b")).alias("b"),
        "verdict",
    )
    refused = ruled.where(F.col("verdict") == "not_same").select("a", "b").distinct()
    edges = _edges(usages, uses, matches, ruled, rules)
    labels = group_operators(edges, refused, rules, context.settings.links)
    ties = all_ties(usages, uses, matches, decisions).persist()
    return {"links.operators": _operators(labels, uses, identifiers, ties), "links.ties": ties}


def _edges(
    usages: DataFrame, uses: DataFrame, matches: DataFrame, ruled: DataFrame, rules: TieRules
) -> DataFrame:
    """Identity (weight 1, with a loop on every party), believed pairs, and forced merges of known nodes."""
    itself = node(F.col("entity_kind"), F.col("entity_id"))
    hard = (
        usages.where(F.col("kind") == "owner")
        .select(
            F.explode(
                F.array(
                    F.struct(itself.alias("a"), F.col("id").alias("b")),
                    F.struct(F.col("id").alias("a"), F.col("party").alias("b")),
                    F.struct(F.col("party").alias("a"), F.col("party").alias("b")),
                )
            ).alias("edge"),
            "party",
        )
        .where("edge.a <> edge.b OR edge.a = party")
        .select("edge.a", "edge.b", F.lit(1.0).alias("weight"))
        .distinct()
    )
    pairs = believed_pairs(uses, matches, rules).where(F.col("weight") >= rules.link_threshold)
    known = hard.select(F.explode(F.array("a", "b")).alias("node")).distinct()
    forced = (
        ruled.where(F.col("verdict") == "same")
        .select("a", "b")
        .distinct()
        .join(known.withColumnRenamed("node", "a"), "a", "left_semi")
        .join(known.withColumnRenamed("node", "b"), "b", "left_semi")
        .select("a", "b", F.lit(1.0).alias("weight"))
    )
    return hard.unionByName(pairs).unionByName(forced)


def _operators(labels: DataFrame, uses: DataFrame, identifiers: DataFrame, ties: DataFrame) -> DataFrame:
    """Nodes with their operator, and identifiers that one operator alone uses; hubs belong to nobody."""
    hubs = identifiers.where("hub").select(node(F.col("kind"), F.col("id")).alias("node"))
    entities = labels.join(hubs, "node", "left_anti")
    owned = (
        uses.where(F.col("kind").isin(*_MEMBER_IDENTIFIERS))
        .join(labels.withColumnRenamed("node", "party"), "party")
        .groupBy(node(F.col("kind"), F.col("id")).alias("node"))
        .agg(F.min("label").alias("label"), F.max("label").alias("other"))
        .where("label = other")
        .select("node", "label")
        .join(labels, "node", "left_anti")
    )
    ends = [
        (node(F.col("kind_a"), F.col("id_a")), node(F.col("kind_b"), F.col("id_b"))),
        (node(F.col("kind_b"), F.col("id_b")), node(F.col("kind_a"), F.col("id_a"))),
    ]
    sides = F.array(*[F.struct(one.alias("node"), other.alias("other")) for one, other in ends])
    degrees = (
        ties.select(F.explode(sides).alias("side"))
        .select("side.*")
        .distinct()
        .groupBy("node")
        .agg(F.count(F.lit(1)).alias("degree"))
    )
    return (
        entities.unionByName(owned)
        .join(degrees, "node", "left")
        .select(
            kind_of(F.col("node")).alias("kind"),
            id_of(F.col("node")).alias("id"),
            operator_id(F.col("label")).alias("operator_id"),
            F.coalesce("degree", F.lit(0)).cast("bigint").alias("degree"),
        )
    )


JOB = Job(
    name="resolve_identities",
    purpose="Which shops, accounts, people, companies and phones are one hand, and why",
    grain="operators: one row a member; ties: one row a pair, kind of tie and use",
    reads={
        "usages": "links.usages",
        "identifiers": "links.identifiers",
        "matches": "links.matches",
        "decisions": "links.decisions",
    },
    writes={"links.operators": OPERATORS_DDL, "links.ties": TIES_DDL},
    transform=transform,
)
