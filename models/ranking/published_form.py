"""A ranked network in the form of the contract: one JSON object."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from configs.catalogue import Catalogue
from models.ranking.score_networks import ScoredNetwork
from models.ranking.summaries import summarise


def published_network(
    scored: ScoredNetwork, network_id: str, rank: int, as_of: date, catalogue: Catalogue
) -> dict[str, Any]:
    """The object of one line of `networks.jsonl`."""
    network = scored.network
    members = [
        {"kind": member.kind, "id": member.id, "role": network.role(member)}
        for member in sorted(network.members)
    ]
    agencies: dict[str, None] = {}
    for item in scored.typologies:
        agencies |= dict.fromkeys(catalogue.typologies[item.id].agencies)
    return {
        "network_id": network_id,
        "as_of": as_of.isoformat(),
        "rank": rank,
        "score": scored.score,
        "value_at_stake_vnd": scored.value_at_stake_vnd,
        "members": members,
        "typologies": [
            {
                "id": item.id,
                "score": item.score,
                "value_vnd": item.value_vnd,
                "evidence": [{"feed": record.feed, "key": record.key} for record in item.evidence],
            }
            for item in scored.typologies
        ],
        "outlier": {
            "score": scored.outlier.score,
            "reasons": [
                {"feature": feature, "value": value, "typical": typical, "contribution": contribution}
                for feature, value, typical, contribution in scored.outlier.reasons
            ],
        },
        "agencies": list(agencies),
        "summary": summarise(scored, catalogue),
    }


def explanation_of(scored: ScoredNetwork, catalogue: Catalogue) -> dict[str, Any]:
    """Why the network stands where it does: contributions, bands' reasons, innocent explanations, ties."""
    reasons: list[dict[str, Any]] = []
    for item in scored.typologies:
        typology = catalogue.typologies[item.id]
        detection = item.strongest.detection
        vi, en = item.strongest.reasons[item.id]
        innocent = [
            {
                "id": explanation.id,
                "text": {"vi": explanation.text.vi, "en": explanation.text.en},
                "holds": detection.explanations.get(explanation.id),
                "discount": explanation.discount,
            }
            for explanation in typology.innocent_explanations
        ]
        reasons.append(
            {
                "typology": item.id,
                "title": {"vi": typology.title.vi, "en": typology.title.en},
                "score": item.score,
                "contribution": item.contribution,
                "signal": detection.signal,
                "value": detection.value,
                "typical": detection.typical,
                "tail": detection.tail,
                "peers": detection.peers,
                "reason": {"vi": vi, "en": en},
                "innocent_explanations": innocent,
            }
        )
    ties = [
        {
            "circumstance": tie.circumstance,
            "value": tie.value,
            "members": [{"kind": member.kind, "id": member.id} for member in tie.members],
        }
        for tie in scored.network.ties
    ]
    return {"reasons": reasons, "ties": ties, "outlier_contribution": scored.outlier_contribution}


def flagged_records(published: Sequence[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """(network_id, typology_id, feed, key) of every record that evidence names, in the ranking's order."""
    return [
        (network["network_id"], typology["id"], record["feed"], record["key"])
        for network in published
        for typology in network["typologies"]
        for record in typology["evidence"]
    ]
