"""Who answers the phone of a company: gathered here, taken in by `Network.add_representatives`."""

from collections.abc import Collection

from pyspark.sql import functions as F

from jobs.link.nodes import person_kind
from jobs.runtime.steps import Run
from jobs.score.gather_holdings import MEMBER_DDL
from models.weighing.detections import Member


def gather_representatives(run: Run, members: Collection[Member]) -> dict[Member, Member]:
    """The person behind each company among `members` that declares goods, where its phone tells one.

    The company declares the phone, or has left it with a bank or a platform. So has just one person, for an
    account or a shop, and no other company: it is a director's, where an accountant's or an agent's would
    stand beside several. Of several such people it is the first by id.
    """
    companies = sorted(member for member in members if member.kind == "company")
    if not companies:
        return {}
    named = F.broadcast(run.lake.frame(companies, MEMBER_DDL).select(F.col("id").alias("company")))
    company = person_kind(F.col("party")) == "company"
    left = F.col("role") == "phone"
    phones = (
        run.lake.read("links.usages")
        .where("kind = 'phone' AND role IN ('phone', 'trader_phone') AND institution IS NULL")
        .where(F.col("party").rlike("^(tax|cccd|passport):"))
    )
    traders = phones.where(~left).select(F.col("party").alias("company")).distinct()
    found = (
        phones.groupBy("id")
        .agg(
            F.collect_set(F.when(company, F.col("party"))).alias("companies"),
            F.collect_set(F.when(~company & left, F.col("party"))).alias("people"),
        )
        .where((F.size("companies") == 1) & (F.size("people") == 1))
        .select(F.col("companies")[0].alias("company"), F.col("people")[0].alias("person"))
        .join(named, "company", "left_semi")
        .join(traders, "company", "left_semi")
        .groupBy("company")
        .agg(F.min("person").alias("person"))
    )
    return {Member("company", row["company"]): Member("person", row["person"]) for row in found.collect()}
