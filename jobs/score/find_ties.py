"""What ties detections of one signal together: rare circumstances that their subjects share.

A counterparty, an officer, a foreign partner or a consignee that few use, and of whose users a large share
shows the same conduct, is no coincidence. What everybody uses ties nothing (`tie_share`, `tie_users_max` in
ranking.yml).
"""

from collections.abc import Collection
from itertools import pairwise

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.catalogue import RankingRules
from jobs.runtime.steps import Run
from models.weighing.detections import Member


def find_ties(
    run: Run, flagged: Collection[tuple[str, Member]], rules: RankingRules
) -> list[tuple[Member, Member]]:
    """Pairs of members, flagged by the same signal, that share a rare circumstance; in a fixed order.

    Args:
        flagged: (signal, member) of the detections that name nobody else.
    """
    if not flagged:
        return []
    rows = sorted((signal, *member) for signal, member in flagged)
    named = F.broadcast(run.lake.frame(rows, "signal string, kind string, user string"))
    uses = _payment_partners(run).unionByName(_trade_circumstances(run)).distinct()
    touched = uses.join(named, on=["kind", "user"], how="inner")
    values = touched.select("circumstance", "value").distinct()
    users = (
        uses.join(F.broadcast(values), on=["circumstance", "value"], how="left_semi")
        .groupBy("circumstance", "value")
        .agg(F.countDistinct("kind", "user").alias("users"))
    )
    shared = touched.join(users, on=["circumstance", "value"], how="inner").where(F.col("users") >= 2)
    groups: dict[tuple[str, str, str, int], list[Member]] = {}
    for row in shared.collect():
        place = (row["signal"], row["circumstance"], row["value"], row["users"])
        groups.setdefault(place, []).append(Member(row["kind"], row["user"]))
    ties: set[tuple[Member, Member]] = set()
    for (signal, circumstance, _, users_total), members in groups.items():
        is_rare = users_total <= rules.tie_users_max and len(members) >= rules.tie_share * users_total
        if len(members) >= 2 and (is_rare or circumstance in rules.tie_always.get(signal, ())):
            ties |= set(pairwise(sorted(members)))
    return sorted(ties)


def _payment_partners(run: Run) -> DataFrame:
    """Who pays whom, from both sides; hubs are nobody's partner."""
    days = run.lake.read("flows.money_days")
    hubs = run.lake.read("links.accounts").where("hub").select(F.col("account_id").alias("value"))
    sides = (
        ("debtor_account_id", "creditor_account_id", "pays"),
        ("creditor_account_id", "debtor_account_id", "paid_by"),
    )
    frames = [
        days.where(F.col(user).isNotNull() & F.col(other).isNotNull()).select(
            F.lit("account").alias("kind"),
            F.col(user).alias("user"),
            F.lit(circumstance).alias("circumstance"),
            F.col(other).alias("value"),
        )
        for user, other, circumstance in sides
    ]
    return (
        frames[0]
        .unionByName(frames[1])
        .join(F.broadcast(hubs), on="value", how="left_anti")
        .select("kind", "user", "circumstance", "value")
    )


def _trade_circumstances(run: Run) -> DataFrame:
    """Officers, foreign partners, consignees and contact points of traders with lines in the window."""
    context = run.context
    lines = run.lake.read("silver.customs_declarations").where(
        F.col("event_day").between(F.lit(context.window_start), F.lit(context.as_of))
        & F.col("trader_key").isNotNull()
    )
    circumstances = {
        "officer": F.concat_ws("|", "customs_office", F.col("officer_code")),
        "partner": F.col("partner_name_norm"),
        "consignee_phone": F.col("consignee_phone_e164"),
        "consignee_address": F.col("consignee_address_norm"),
        "trader_phone": F.col("trader_phone_e164"),
        "trader_address": F.col("trader_address_norm"),
    }
    pairs = [
        F.struct(F.lit(name).alias("circumstance"), value.alias("value"))
        for name, value in circumstances.items()
    ]
    rows = lines.select(
        F.when(F.col("trader_key").startswith("tax:"), "company").otherwise("person").alias("kind"),
        F.col("trader_key").alias("user"),
        F.explode(F.array(*pairs)).alias("pair"),
    )
    return rows.select("kind", "user", "pair.circumstance", "pair.value").where(F.col("value").isNotNull())
