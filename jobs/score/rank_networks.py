"""From detections to the published ranking of one date."""

import json
from datetime import date
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from configs.catalogue import Catalogue, shipped_catalogue
from jobs.learn.learned_weights import chosen_weights, with_learned
from jobs.runtime.steps import Run
from jobs.score.gather_evidence import detections_of, gather_evidence
from models.networks.identity import Succession, succeed
from models.networks.network import Network
from models.ranking.published_form import explanation_of, flagged_records, published_network
from models.ranking.rank_evidence import rank_evidence
from models.weighing.detections import Member
from models.weighing.weigh_detections import weigh_detections

NETWORKS = "ranking.networks"
NETWORKS_DDL = (
    "as_of date, rank int, network_id string, score double, change string, earlier array<string>,"
    " network string, explanation string"
)
MEMBERS = "ranking.members"
MEMBERS_DDL = "as_of date, network_id string, kind string, id string, role string"
FLAGGED = "ranking.flagged_records"
FLAGGED_DDL = "as_of date, position int, network_id string, typology_id string, feed string, key string"


def rank(run: Run) -> dict[str, Any]:
    """Rank, name, and write the ranking's tables for the run's date."""
    as_of = run.context.as_of
    chosen = chosen_weights(run.home, run.context.settings, shipped_catalogue(), as_of)
    catalogue = with_learned(shipped_catalogue(), chosen.multipliers)
    detections = detections_of(run)
    weighed = weigh_detections(detections, catalogue, as_of)
    letters = delivered_letters(run)
    scored = rank_evidence(gather_evidence(run, detections, weighed, catalogue.ranking), catalogue, as_of)
    ids = _names(run, [item.network for item in scored], catalogue)
    published = [
        in_delivered_letters(published_network(item, name.network_id, position, as_of, catalogue), letters)
        for position, (item, name) in enumerate(zip(scored, ids, strict=True), start=1)
    ]
    explanations = [explanation_of(item, catalogue) for item in scored]
    _write(run, published, explanations, ids, as_of)
    return {
        "detections": len(detections),
        "weighed": len(weighed),
        "networks": len(published),
        "weights": chosen.note,
    }


def delivered_letters(run: Run) -> dict[str, str]:
    """Canonical bank letters to those that the banks report with, where they differ.

    Aliases are one bank inside the pipeline; a published account is named as its bank names it, and where the
    bank sends no register, as most payments name it.
    """
    register, payments = run.lake.read("silver.bank_accounts"), run.lake.read("silver.bank_transactions")
    named = [
        register.select("bank_code", "account_id", F.lit(0).alias("hearsay")),
        payments.select(F.col("debtor_bank"), F.col("debtor_account_id"), F.lit(1)),
        payments.select(F.col("creditor_bank"), F.col("creditor_account_id"), F.lit(1)),
    ]
    counts = (
        reduce(DataFrame.union, named)
        .where(F.col("bank_code").isNotNull() & F.col("account_id").isNotNull())
        .groupBy(F.substring_index("account_id", ":", 1).alias("canonical"), "bank_code", "hearsay")
        .count()
        .orderBy("canonical", "hearsay", F.desc("count"), F.desc("bank_code"))
        .collect()
    )
    # The last one kept is the first in the order: the letters that most accounts carry.
    most = {row["canonical"]: row["bank_code"] for row in reversed(counts)}
    return {canonical: letters for canonical, letters in most.items() if canonical != letters}


def in_delivered_letters(network: dict[str, Any], letters: dict[str, str]) -> dict[str, Any]:
    """The network with its accounts named in the banks' own letters."""
    for member in network["members"]:
        if member["kind"] == "account":
            bank, _, account_no = member["id"].partition(":")
            member["id"] = f"{letters.get(bank, bank)}:{account_no}"
    return network


def _names(run: Run, networks: list[Network], catalogue: Catalogue) -> list[Succession]:
    """Ids, matched with the latest ranking before this date."""
    earlier: dict[str, set[Member]] = {}
    if run.lake.exists(MEMBERS):
        before = run.lake.read(MEMBERS).where(F.col("as_of") < F.lit(run.context.as_of))
        latest = before.agg(F.max("as_of")).first()
        if latest is not None and latest[0] is not None:
            for row in before.where(F.col("as_of") == F.lit(latest[0])).collect():
                earlier.setdefault(row["network_id"], set()).add(Member(row["kind"], row["id"]))
    return succeed(
        [frozenset(network.members) for network in networks],
        {name: frozenset(members) for name, members in earlier.items()},
        catalogue.ranking.same_network_overlap,
    )


def _write(
    run: Run,
    published: list[dict[str, Any]],
    explanations: list[dict[str, Any]],
    ids: list[Succession],
    as_of: date,
) -> None:
    networks = [
        (
            as_of,
            network["rank"],
            network["network_id"],
            network["score"],
            name.change,
            list(name.earlier),
            json.dumps(network, ensure_ascii=False),
            json.dumps(explanation, ensure_ascii=False),
        )
        for network, explanation, name in zip(published, explanations, ids, strict=True)
    ]
    members = [
        (as_of, network["network_id"], member["kind"], member["id"], member["role"])
        for network in published
        for member in network["members"]
    ]
    flagged = [(as_of, position, *row) for position, row in enumerate(flagged_records(published))]
    condition = f"as_of = DATE'{as_of.isoformat()}'"
    for table, ddl, rows in (
        (NETWORKS, NETWORKS_DDL, networks),
        (MEMBERS, MEMBERS_DDL, members),
        (FLAGGED, FLAGGED_DDL, flagged),
    ):
        frame = run.lake.frame(rows, ddl)
        run.lake.create(table, frame.schema, partition_by=["as_of"])
        run.lake.replace_where(table, frame, condition)
