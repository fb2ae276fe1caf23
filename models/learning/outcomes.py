"""From decisions of agencies to labels of networks that were ranked before them.

A decision judges only what was ranked before it: what a ranking already knew cannot teach it anything. Each
network answers once, in the first ranking that a decision judged, so that neither a case which stays long in
the queue nor the echo of its own decision (`earlier_decisions`) counts again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from models.ranking.score_networks import witness_among
from models.weighing.detections import Member

# Records that a decision may name, as subjects: the feed, and which part of the key names them.
_RECORD_SUBJECTS = {"shipments": ("waybill", 1), "customs_declarations": ("declaration", 0)}


class Outcome(NamedTuple):
    """One subject of one decision. A waybill or a declaration is a subject as well."""

    decision_no: str
    decided_on: date
    confirmed: bool
    subject: Member


class Opinion(NamedTuple):
    """What a typology said of a network: certainty 0-1, and the feed that most of its evidence comes from."""

    typology: str
    certainty: float
    witness: str


@dataclass(frozen=True)
class PastNetwork:
    """A network as it was ranked. `chance`, to be looked at, is below 1 where lots were drawn."""

    network_id: str
    ranked_on: date
    rank: int
    score: float
    subjects: frozenset[Member]
    opinions: tuple[Opinion, ...]
    outlier: float
    chance: float


@dataclass(frozen=True)
class Label:
    """A ranked network with what was decided later; known from `decided_on` on."""

    network: PastNetwork
    confirmed: bool
    decided_on: date
    subjects: tuple[Member, ...]


def past_network(line: dict[str, Any], chance: float = 1.0) -> PastNetwork:
    """One line of `networks.jsonl` as learning sees it."""
    subjects = {Member(member["kind"], member["id"]) for member in line["members"]}
    opinions = []
    for item in line["typologies"]:
        opinions.append(
            Opinion(item["id"], item["score"], witness_among(r["feed"] for r in item["evidence"]))
        )
        for record in item["evidence"]:
            if record["feed"] in _RECORD_SUBJECTS:
                kind, part = _RECORD_SUBJECTS[record["feed"]]
                subjects.add(Member(kind, record["key"].split(":", 1)[part]))
    return PastNetwork(
        network_id=line["network_id"],
        ranked_on=date.fromisoformat(line["as_of"]),
        rank=line["rank"],
        score=line["score"],
        subjects=frozenset(subjects),
        opinions=tuple(opinions),
        outlier=line["outlier"]["score"],
        chance=chance,
    )


def label_networks(
    rankings: Iterable[Sequence[PastNetwork]], outcomes: Iterable[Outcome], as_of: date
) -> list[Label]:
    """Labels of networks by outcomes that were decided after their ranking, up to `as_of`; in a fixed order.

    An outcome judges the networks that name its subject in the latest ranking before it. One that was
    confirmed outweighs any that was cleared: a clean member does not clear the rest.
    """
    naming: dict[Member, dict[date, list[PastNetwork]]] = defaultdict(lambda: defaultdict(list))
    for ranking in rankings:
        for network in ranking:
            for subject in network.subjects:
                naming[subject][network.ranked_on].append(network)

    judged: dict[str, dict[date, list[tuple[Outcome, PastNetwork]]]] = defaultdict(lambda: defaultdict(list))
    for outcome in outcomes:
        before = [day for day in naming.get(outcome.subject, ()) if day < outcome.decided_on <= as_of]
        if before:
            for network in naming[outcome.subject][max(before)]:
                judged[network.network_id][network.ranked_on].append((outcome, network))

    labels = []
    for network_id in sorted(judged):
        pairs = judged[network_id][min(judged[network_id])]
        confirmed = [outcome.decided_on for outcome, _ in pairs if outcome.confirmed]
        labels.append(
            Label(
                network=pairs[0][1],
                confirmed=bool(confirmed),
                decided_on=min(confirmed) if confirmed else max(outcome.decided_on for outcome, _ in pairs),
                subjects=tuple(sorted({outcome.subject for outcome, _ in pairs})),
            )
        )
    return labels
