"""Figures of a ranking against the truth: found, missed, wasted, and whether the right people were named.

A network *finds* what was planted when at least `MAJORITY` of its members belong to it, and at least two of
them (or all, when fewer were planted). K is the number of schemes unless given. Intervals are Wilson's, at
95 %. What the truth does not say (the right typology of a scheme) is None: not measured.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models.evaluation.intervals import Interval, wilson
from models.evaluation.truth import Planted, Ranked
from models.weighing.detections import Member

MAJORITY = 0.5
# The right mechanism has to be among so many of the first typologies that a network names.
NAMED = 3


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1, unless the name says otherwise."""

    schemes: int
    k: int
    recall_at_k: float
    recall_at_k_interval: Interval
    precision_at_k: float
    precision_at_k_interval: Interval
    lookalikes_in_top_k: float
    lookalikes_in_top_k_interval: Interval
    recall_at_2k: float
    hard_recall_at_k: float | None
    purity: float | None
    completeness: float | None
    evidence_precision: float | None
    evidence_recall: float | None
    right_typology: float | None
    split: float
    recall_by_kind: dict[str, str]
    lookalikes_by_kind: dict[str, int]
    missed: list[str]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class PlantedIndex:
    """Which planted group a network finds, by member; the group with most members in common, if enough."""

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


@dataclass(frozen=True)
class Judged:
    """A ranking beside what was planted in its world.

    `found` is what each network down to 2K finds; `innocents` the lookalikes in the top K; `best` the first
    network of each scheme found in the top K, which answers for its members, records and typologies.
    """

    k: int
    schemes: Sequence[Planted]
    found: Sequence[Planted | None]
    innocents: Sequence[Planted]
    best: Sequence[tuple[Ranked, Planted]]

    @property
    def top(self) -> Sequence[Planted | None]:
        return self.found[: self.k]

    def names(self, depth: int) -> set[str]:
        """Ids of the schemes that are found in so many networks."""
        return {group.id for group in self.found[:depth] if group}


def judge_ranking(
    ranking: Sequence[Ranked], schemes: Sequence[Planted], lookalikes: Sequence[Planted], k: int | None = None
) -> Judged:
    """Hold a ranking (best first) against what was planted."""
    k = k or len(schemes)
    index, innocent = PlantedIndex(schemes), PlantedIndex(lookalikes)
    found = [index.found_by(network) for network in ranking[: 2 * k]]
    innocents = [
        group
        for network, scheme in zip(ranking[:k], found, strict=False)
        if scheme is None and (group := innocent.found_by(network))
    ]
    best: dict[str, tuple[Ranked, Planted]] = {}
    for network, scheme in zip(ranking[:k], found, strict=False):
        if scheme:
            best.setdefault(scheme.id, (network, scheme))
    return Judged(k, schemes, found, innocents, list(best.values()))


def figures_of(worlds: Sequence[Judged]) -> Figures:
    """Figures over one world, or pooled over several: every scheme and every network counts once."""
    schemes = [group for world in worlds for group in world.schemes]
    at_k = [group.id in world.names(world.k) for world in worlds for group in world.schemes]
    at_2k = [group.id in world.names(2 * world.k) for world in worlds for group in world.schemes]
    k = sum(world.k for world in worlds)
    right = sum(group is not None for world in worlds for group in world.top)
    innocents = [group for world in worlds for group in world.innocents]
    pairs = [pair for world in worlds for pair in world.best]
    with_records = [(network, group) for network, group in pairs if network.records and group.records]
    times = [
        count
        for world in worlds
        for count in Counter(group.id for group in world.top if group is not None).values()
    ]
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for group, hit in zip(schemes, at_k, strict=True):
        by_kind[group.kind].append(hit)
    return Figures(
        schemes=len(schemes),
        k=k,
        recall_at_k=_share(sum(at_k), len(schemes)),
        recall_at_k_interval=wilson(sum(at_k), len(schemes)),
        precision_at_k=_share(right, k),
        precision_at_k_interval=wilson(right, k),
        lookalikes_in_top_k=_share(len(innocents), k),
        lookalikes_in_top_k_interval=wilson(len(innocents), k),
        recall_at_2k=_share(sum(at_2k), len(schemes)),
        hard_recall_at_k=_mean(
            [float(hit) for group, hit in zip(schemes, at_k, strict=True) if group.difficulty == "hard"]
        ),
        purity=_mean([len(n.members & g.members) / len(n.members) for n, g in pairs]),
        completeness=_mean([len(n.members & g.members) / len(g.members) for n, g in pairs]),
        evidence_precision=_mean([len(n.records & g.records) / len(n.records) for n, g in with_records]),
        evidence_recall=_mean([len(n.records & g.records) / len(g.records) for n, g in with_records]),
        right_typology=_mean(
            [float(bool(g.typologies & set(n.typologies[:NAMED]))) for n, g in pairs if g.typologies]
        ),
        split=_share(sum(count > 1 for count in times), len(times)),
        recall_by_kind={kind: f"{sum(hits)}/{len(hits)}" for kind, hits in sorted(by_kind.items())},
        lookalikes_by_kind=dict(sorted(Counter(group.kind for group in innocents).items())),
        missed=sorted(group.id for group, hit in zip(schemes, at_2k, strict=True) if not hit),
    )


def evaluate_ranking(
    ranking: Sequence[Ranked], schemes: Sequence[Planted], lookalikes: Sequence[Planted], k: int | None = None
) -> Figures:
    """Figures of one ranking (best first)."""
    return figures_of([judge_ranking(ranking, schemes, lookalikes, k)])
