"""One score from all that speaks about a network, monotone in each part, with the contribution of each.

Every part is an evidence weight e = -ln(1 - certainty); weights add up, and the score is
100 * (1 - exp(-sum)). One strong mechanism can carry a network; further ones add less, because signals of one
conduct are not independent.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from configs.catalogue import RankingRules
from models.networks.grow_networks import Network
from models.weighing.detections import Record, WeighedDetection

CERTAIN = 0.999


@dataclass(frozen=True)
class TypologyScore:
    """What one typology says of a network: certainty 0-1, value in VND, records, and its best detection."""

    id: str
    score: float
    value_vnd: int
    evidence: tuple[Record, ...]
    strongest: WeighedDetection
    contribution: float


@dataclass(frozen=True)
class OutlierScore:
    """How unusual the members are among their peers: 0-1, with (feature, value, typical, contribution)."""

    score: float
    reasons: tuple[tuple[str, float, float, float], ...]


@dataclass(frozen=True)
class ScoredNetwork:
    """A network with its score (0-100) and everything that made it."""

    network: Network
    score: float
    value_at_stake_vnd: int
    typologies: tuple[TypologyScore, ...]
    outlier: OutlierScore
    outlier_contribution: float


def _certainty_to_weight(certainty: float) -> float:
    return -math.log(1.0 - min(certainty, CERTAIN))


def typology_scores(network: Network, rules: RankingRules) -> list[TypologyScore]:
    """Noisy-or over distinct signals of each typology, strongest first; contributions already damped."""
    heard: dict[str, list[WeighedDetection]] = defaultdict(list)
    for row in network.detections:
        for typology, points in row.points.items():
            if points > 0:
                heard[typology].append(row)

    raw: list[tuple[float, str, list[WeighedDetection]]] = []
    for typology, rows in heard.items():
        best: dict[str, float] = {}
        for row in rows:
            signal = row.detection.signal
            best[signal] = max(best.get(signal, 0.0), row.points[typology])
        doubt = math.prod(1.0 - points for points in best.values())
        raw.append((round(1.0 - doubt, 6), typology, rows))
    raw.sort(key=lambda item: (-item[0], item[1]))

    result = []
    for position, (certainty, typology, rows) in enumerate(raw):
        share = (1.0, rules.second_typology_share)[position] if position < 2 else rules.further_typology_share
        strongest = min(
            rows, key=lambda row: (-row.points[typology], row.detection.signal, row.detection.subject)
        )
        evidence = sorted({record for row in rows for record in row.detection.evidence})
        result.append(
            TypologyScore(
                id=typology,
                score=certainty,
                value_vnd=max(row.detection.value_vnd for row in rows),
                evidence=tuple(evidence[: rules.evidence_limit]),
                strongest=strongest,
                contribution=round(share * _certainty_to_weight(certainty), 6),
            )
        )
    return result


def score_network(network: Network, outlier: OutlierScore, rules: RankingRules) -> ScoredNetwork:
    """Score one network."""
    typologies = typology_scores(network, rules)
    outlier_weight = round(_certainty_to_weight(rules.outlier_weight * outlier.score), 6)
    total = sum(item.contribution for item in typologies) + outlier_weight
    return ScoredNetwork(
        network=network,
        score=round(100.0 * (1.0 - math.exp(-total)), 4),
        value_at_stake_vnd=max((item.value_vnd for item in typologies), default=0),
        typologies=tuple(typologies),
        outlier=outlier,
        outlier_contribution=outlier_weight,
    )


def rank_networks(
    networks: Sequence[Network], outliers: Mapping[int, OutlierScore], rules: RankingRules
) -> list[ScoredNetwork]:
    """All networks, best first; value at stake and then the members decide between equal scores.

    `outliers` maps the position of a network in `networks` to its outlier score.
    """
    silent = OutlierScore(0.0, ())
    scored = [
        score_network(network, outliers.get(index, silent), rules) for index, network in enumerate(networks)
    ]
    return sorted(
        scored, key=lambda item: (-item.score, -item.value_at_stake_vnd, sorted(item.network.members)[:1])
    )
