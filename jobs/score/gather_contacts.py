"""Who has left a phone with a bank or a platform: gathered here, judged in `networks.receivers`."""

from collections.abc import Collection

from pyspark.sql import functions as F

from jobs.runtime.steps import Run
from jobs.score.gather_holdings import MEMBER_DDL
from models.networks.receivers import Left
from models.weighing.detections import Member


def gather_contacts(run: Run, members: Collection[Member]) -> list[Left]:
    """Every account and shop for which a known party has left one of these phones, in a fixed order.

    With the address that it has left with it. An institution's phone is no customer's.
    """
    phones = sorted(member for member in members if member.kind == "phone")
    if not phones:
        return []
    usages = run.lake.read("links.usages").where(
        F.col("entity_kind").isin("account", "seller")
        & F.col("institution").isNull()
        & F.col("party").rlike("^(tax|cccd|passport):")
    )
    addresses = usages.where("kind = 'address' AND role IN ('address', 'pickup')")
    found = (
        usages.where("kind = 'phone' AND role = 'phone'")
        .join(F.broadcast(run.lake.frame(phones, MEMBER_DDL)), ["kind", "id"], "left_semi")
        .select("id", "party", "entity_kind", "entity_id")
        .distinct()
        .join(
            addresses.groupBy("entity_kind", "entity_id").agg(F.min("id").alias("address")),
            ["entity_kind", "entity_id"],
            "left",
        )
    )
    left = {
        Left(
            Member("phone", row["id"]),
            Member(row["entity_kind"], row["entity_id"]),
            row["party"],
            row["address"],
        )
        for row in found.collect()
    }
    return sorted(left, key=lambda item: (item.phone, item.user, item.party, item.address or ""))
