"""One score from all that speaks about a network, monotone in each part, with the contribution of each.

Every part is an evidence weight e = -ln(1 - certainty); weights add up, and the score is
100 * (1 - exp(-sum)). One strong mechanism can carry a network. What a further one adds depends on how
independent it is: parcels or declarations that agree with payments are a second witness, two patterns in the
same payments are one witness heard twice. What outcomes taught about a typology multiplies its weight
(`RankingRules.multipliers`, docs/decisions/0010-learning-and-exploration.md); without it nothing does.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from configs.catalogue import RankingRules
from models.networks.network import REPRESENTATIVE, Network
from models.weighing.detections import Record, WeighedDetection

CERTAIN = 0.999
OUTLIER = "outlier"
"""The name of the outlier score's part among evidence weights and multipliers."""


_DECISIONS = "enforcement_actions"
_NO_PAPERS = {_DECISIONS, "tips", "sellers", "bank_accounts"}
"""What was said or decided about somebody, and who is who: no papers of what was done."""
_PARTIES = ({"person", "company"}, {"account"}, {"seller"})
"""The kinds of members that follow-up looks at; a holder, an account and a shop may be one party's."""


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


def stands_alone(network: Network) -> bool:
    """Whether one holder with one account and one shop at most is a member: nothing ties it to others.

    Whoever it deals with abroad is no member (nobody here can look at it), and stands with it all the same.
    So do those in whose names it acted, and who answers a company's phone.
    """
    if network.witnesses:
        return False
    named = {member for row in network.detections for member, _ in row.detection.members}
    parties = {member for member in network.members if network.role(member) != REPRESENTATIVE}
    kinds = [member.kind for member in {*parties, *(one for one in named if one.is_abroad)}]
    return all(sum(kind in alike for kind in kinds) <= 1 for alike in _PARTIES)


def papers_of(row: WeighedDetection) -> int:
    """In the papers of how many feeds it shows: a payment, a parcel and a declaration agree by no chance."""
    return len({record.feed for record in row.detection.evidence} - _NO_PAPERS)


def typology_scores(network: Network, rules: RankingRules) -> list[TypologyScore]:
    """Noisy-or over distinct signals of each typology, strongest first; contributions already damped.

    Where one party stands alone, what the papers of fewer than `lone_feeds` feeds show counts `lone_share`
    (docs/decisions/0018-one-party-alone.md). A typology that says less than `supporting_share` of what the
    first one says names a few records as examples.
    """
    alone = stands_alone(network)
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
            share = rules.lone_share if alone and papers_of(row) < rules.lone_feeds else 1.0
            best[signal] = max(best.get(signal, 0.0), share * row.points[typology])
        doubt = math.prod(1.0 - points for points in best.values())
        raw.append((round(1.0 - doubt, 6), typology, rows))
    raw.sort(key=lambda item: (-item[0], item[1]))

    contributions = _contributions(
        {name: (_witness(rows), certainty) for certainty, name, rows in raw}, rules
    )
    named: set[Record] = set()
    result = []
    for certainty, typology, rows in raw:
        strongest = min(
            rows, key=lambda row: (-row.points[typology], row.detection.signal, row.detection.subject)
        )
        leads = certainty >= rules.supporting_share * raw[0][0]
        limit = rules.evidence_limit if leads else rules.supporting_evidence
        evidence = _shown_records(rows, named, limit)
        named |= set(evidence)
        result.append(
            TypologyScore(
                id=typology,
                score=certainty,
                value_vnd=max(row.detection.value_vnd for row in rows),
                evidence=evidence,
                strongest=strongest,
                contribution=round(contributions[typology], 6),
            )
        )
    return result


def _shown_records(
    rows: Sequence[WeighedDetection], named: Collection[Record], limit: int
) -> tuple[Record, ...]:
    """So many of the records, sorted; those that a stronger typology names come first (decision 20)."""
    records = {record for row in rows for record in row.detection.evidence}
    first = sorted(records, key=lambda record: (record not in named, record))
    return tuple(sorted(first[:limit]))


def _witness(rows: Sequence[WeighedDetection]) -> str:
    return witness_among(record.feed for row in rows for record in row.detection.evidence)


def witness_among(named: Iterable[str]) -> str:
    """The feed that testifies: decisions, whatever they are about, else the one that is named most often.

    The alphabet decides a tie.
    """
    feeds = Counter(named)
    if _DECISIONS in feeds:
        return _DECISIONS
    return min(feeds, key=lambda feed: (-feeds[feed], feed), default="")


def _contributions(certainties: Mapping[str, tuple[str, float]], rules: RankingRules) -> dict[str, float]:
    """Evidence weight of each typology (name -> witness, certainty), damped twice.

    Of one witness, the strongest typology counts in full, each further one `same_witness_share`; of several
    witnesses, the one that says most counts in full and each further one `further_witness_share`. What a feed
    tells of who belongs together (`who_typologies`) is another testimony than what it tells of their conduct.
    Sorted sums with falling weights are monotone in each part.
    """
    told: dict[tuple[str, bool], dict[str, float]] = defaultdict(dict)
    # The multiplier counts before the order, or a certainty that rises past another could lower the sum.
    undamped = [
        (
            rules.multipliers.get(name, 1.0) * _certainty_to_weight(certainty),
            certainty,
            name,
            (witness, name in rules.who_typologies),
        )
        for name, (witness, certainty) in certainties.items()
    ]
    for weight, _, name, witness in sorted(undamped, key=lambda item: (-item[0], -item[1], item[2])):
        share = rules.same_witness_share if told[witness] else 1.0
        told[witness][name] = share * weight
    loudest = min(told, key=lambda witness: (-sum(told[witness].values()), witness), default=None)
    return {
        name: weight * (1.0 if witness == loudest else rules.further_witness_share)
        for witness, weights in told.items()
        for name, weight in weights.items()
    }


def evidence_weights(
    certainties: Mapping[str, tuple[str, float]], outlier: float, rules: RankingRules
) -> dict[str, float]:
    """Every part of a network's score by its name, the outlier score's among them; they add up.

    `certainties` maps each typology to its witness (a feed) and its certainty.
    """
    return _contributions(certainties, rules) | {OUTLIER: _outlier_contribution(outlier, rules)}


def _outlier_contribution(outlier: float, rules: RankingRules) -> float:
    return rules.multipliers.get(OUTLIER, 1.0) * _certainty_to_weight(rules.outlier_weight * outlier)


def score_network(network: Network, outlier: OutlierScore, rules: RankingRules) -> ScoredNetwork:
    """Score one network."""
    typologies = typology_scores(network, rules)
    outlier_weight = round(_outlier_contribution(outlier.score, rules), 6)
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
