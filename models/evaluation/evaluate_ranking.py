"""Figures of a ranking against the truth: found, missed, wasted, and whether the right people were named.

A network *finds* what was planted when at least `MAJORITY` of its members belong to it, and at least two of
them (or all, when fewer were planted). K is the number of schemes unless given.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models.evaluation.truth import Planted, Ranked
from models.weighing.detections import Member

MAJORITY = 0.5


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1, unless the name says otherwise."""

    schemes: int
    k: int
    recall_at_k: float
    precision_at_k: float
    lookalikes_in_top_k: float
    recall_at_2k: float
    hard_recall_at_k: float | None
    purity: float | None
    completeness: float | None
    evidence_precision: float | None
    evidence_recall: float | None
    split: float
    recall_by_kind: dict[str, str]
    lookalikes_by_kind: dict[str, int]
    missed: list[str]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class _Index:
    """Which planted group a network finds, by member."""

    def __init__(self, planted: Sequence[Planted]) -> None:
        self._groups = {group.id: group for group in planted}
        self._by_member: dict[Member, list[str]] = defaultdict(list)
        for group in planted:
            for member in group.members:
                self._by_member[member].append(group.id)

    def found_by(self, network: Ranked) -> Planted | None:
        shared: dict[str, int] = defaultdict(int)
        for member in network.members:
            for name in self._by_member.get(member, ()):
                shared[name] += 1
        if not shared:
            return None
        best = min(shared, key=lambda name: (-shared[name], name))
        group, common = self._groups[best], shared[best]
        enough = common >= min(2, len(group.members))
        return group if enough and common >= MAJORITY * len(network.members) else None


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def evaluate_ranking(
    ranking: Sequence[Ranked], schemes: Sequence[Planted], lookalikes: Sequence[Planted], k: int | None = None
) -> Figures:
    """Hold a ranking (best first) against what was planted."""
    k = k or len(schemes)
    index, innocent = _Index(schemes), _Index(lookalikes)
    found = [index.found_by(network) for network in ranking[: 2 * k]]
    top = found[:k]
    names_at_k = {group.id for group in top if group}
    names_at_2k = {group.id for group in found if group}
    innocents = [
        group
        for network, scheme in zip(ranking[:k], top, strict=False)
        if scheme is None and (group := innocent.found_by(network))
    ]
    hard = [group for group in schemes if group.difficulty == "hard"]

    by_kind: dict[str, list[bool]] = defaultdict(list)
    for group in schemes:
        by_kind[group.kind].append(group.id in names_at_k)
    wasted: dict[str, int] = defaultdict(int)
    for group in innocents:
        wasted[group.kind] += 1

    # The best network of each found scheme answers for its members and records.
    best: dict[str, tuple[Ranked, Planted]] = {}
    times: dict[str, int] = defaultdict(int)
    for network, group in zip(ranking[:k], top, strict=False):
        if group:
            times[group.id] += 1
            best.setdefault(group.id, (network, group))
    pairs = list(best.values())
    with_records = [(network, group) for network, group in pairs if network.records and group.records]

    return Figures(
        schemes=len(schemes),
        k=k,
        recall_at_k=_share(len(names_at_k), len(schemes)),
        precision_at_k=_share(sum(group is not None for group in top), k),
        lookalikes_in_top_k=_share(len(innocents), k),
        recall_at_2k=_share(len(names_at_2k), len(schemes)),
        hard_recall_at_k=_mean([float(group.id in names_at_k) for group in hard]),
        purity=_mean([len(n.members & g.members) / len(n.members) for n, g in pairs]),
        completeness=_mean([len(n.members & g.members) / len(g.members) for n, g in pairs]),
        evidence_precision=_mean([len(n.records & g.records) / len(n.records) for n, g in with_records]),
        evidence_recall=_mean([len(n.records & g.records) / len(g.records) for n, g in with_records]),
        split=_share(sum(count > 1 for count in times.values()), len(times)),
        recall_by_kind={kind: f"{sum(hits)}/{len(hits)}" for kind, hits in sorted(by_kind.items())},
        lookalikes_by_kind=dict(sorted(wasted.items())),
        missed=sorted(group.id for group in schemes if group.id not in names_at_2k),
    )
