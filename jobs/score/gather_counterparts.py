"""Which other trader the declarations of a trader name: it receives, sells on the spot, or answers."""

from collections.abc import Collection
from datetime import timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from configs.catalogue import RankingRules
from jobs.runtime.steps import Run
from jobs.score.gather_holdings import MEMBER_DDL
from jobs.signals.goods.traders import trader_kind
from models.weighing.detections import Member


def gather_counterparts(run: Run, members: Collection[Member], rules: RankingRules) -> dict[Member, Member]:
    """For each trader among `members`, the trader with whom most of its declaration lines are shared, if any.

    Two traders share a line when it names the other as consignee or partner, by a phone or a name that only
    that other declares as its own; or when its consignee answers a phone that stands beside both and nobody
    else, in `lone_counterpart_lines` lines of each. Who shares lines with `lone_contact_users` others or more
    is a broker or a warehouse to them.
    """
    if not members:
        return {}
    first = run.context.as_of - timedelta(days=rules.tie_declaration_days - 1)
    lines = run.lake.read("flows.declarations").where(
        (F.col("event_day") >= F.lit(first)) & F.col("trader_key").isNotNull()
    )
    named = _named_by_own(lines).unionByName(_sharing_a_phone(lines, rules.lone_counterpart_lines))
    turned = named.select(F.col("other").alias("trader"), F.col("trader").alias("other"), "record_key")
    pairs = (
        named.unionByName(turned)
        .groupBy("trader", "other")
        .agg(F.count_distinct("record_key").alias("lines"))
        .withColumn("others", F.count(F.lit(1)).over(Window.partitionBy("trader")))
    )
    few = pairs.where(F.col("others") < rules.lone_contact_users)
    most = F.struct("lines", "other")
    found = (
        pairs.where(F.col("lines") >= rules.lone_counterpart_lines)
        .join(few.select(F.col("trader").alias("other")).distinct(), "other", "left_semi")
        .groupBy(trader_kind(F.col("trader")).alias("kind"), F.col("trader").alias("id"))
        .agg(F.max(most)["other"].alias("other"))
        .join(F.broadcast(run.lake.frame(sorted(members), MEMBER_DDL)), ["kind", "id"], "left_semi")
        .withColumn("other_kind", trader_kind(F.col("other")))
    )
    return {
        Member(row["kind"], row["id"]): Member(row["other_kind"], row["other"]) for row in found.collect()
    }


def _named_by_own(lines: DataFrame) -> DataFrame:
    """trader, other, record_key: lines that name another trader by what it alone declares as its own."""
    declared = [
        F.concat(F.lit("phone:"), F.col("trader_phone_e164")),
        F.concat(F.lit("name:"), F.col("trader_name_norm")),
    ]
    own = (
        lines.select("trader", F.explode(F.array(*declared)).alias("contact"))
        .where(F.col("contact").isNotNull())
        .groupBy("contact")
        .agg(F.collect_set("trader").alias("owners"))
        .where(F.size("owners") == 1)
        .select("contact", F.col("owners")[0].alias("other"))
    )
    contacts = [
        F.concat(F.lit("phone:"), F.col("consignee_phone_e164")),
        F.concat(F.lit("name:"), F.col("consignee_name_norm")),
        F.concat(F.lit("name:"), F.col("partner_name_norm")),
    ]
    return (
        lines.select("trader", "record_key", F.explode(F.array(*contacts)).alias("contact"))
        .join(own, "contact")
        .where(F.col("trader") != F.col("other"))
        .select("trader", "other", "record_key")
    )


def _sharing_a_phone(lines: DataFrame, least_lines: int) -> DataFrame:
    """trader, other, record_key: lines whose consignee's phone stands beside just one other trader.

    It stands in `least_lines` of either's lines: a parcel or two under a trader's phone make no counterpart.
    """
    beside = F.array("trader_phone_e164", "consignee_phone_e164")
    users = (
        lines.select("trader", "record_key", F.explode(beside).alias("phone"))
        .where(F.col("phone").isNotNull())
        .groupBy("phone", "trader")
        .agg(F.count_distinct("record_key").alias("lines"))
        .groupBy("phone")
        .agg(F.collect_set("trader").alias("users"), F.min("lines").alias("fewest"))
        .where((F.size("users") == 2) & (F.col("fewest") >= least_lines))
    )
    return (
        lines.select("trader", "record_key", F.col("consignee_phone_e164").alias("phone"))
        .join(users, "phone")
        .select("trader", F.explode("users").alias("other"), "record_key")
        .where(F.col("trader") != F.col("other"))
    )
