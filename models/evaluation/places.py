"""Scheme by scheme and rank by rank: where each scheme stands, and what stands in the top K instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.evaluation.evaluate_ranking import PlantedIndex
from models.evaluation.truth import Planted, Ranked

# Typologies of a network that are listed: those that the figures look at, too.
_LISTED = 3


@dataclass(frozen=True)
class Touch:
    """A network that holds members of a scheme: how many of its own, judged members they are."""

    rank: int
    common: int
    members: int


@dataclass(frozen=True)
class SchemePlace:
    """A scheme, the first rank that finds it (None: no network does), and the networks that touch it."""

    id: str
    kind: str
    difficulty: str
    rank: int | None
    members: int
    touched: tuple[Touch, ...]


@dataclass(frozen=True)
class RankPlace:
    """A network, and what it stands for: `scheme`, `lookalike`, or `unplanted` where it finds neither."""

    rank: int
    network_id: str
    score: float
    stands_for: str
    planted: str | None
    kind: str | None
    typologies: tuple[str, ...]


def places_of_schemes(ranking: Sequence[Ranked], schemes: Sequence[Planted]) -> list[SchemePlace]:
    """Each scheme in the order given, looked for in the whole ranking (best first)."""
    index = PlantedIndex(schemes)
    first: dict[str, int] = {}
    for rank, network in enumerate(ranking, start=1):
        if group := index.found_by(network):
            first.setdefault(group.id, rank)
    return [
        SchemePlace(
            group.id,
            group.kind,
            group.difficulty,
            first.get(group.id),
            len(group.members),
            tuple(
                Touch(rank, len(network.members & group.members), len(network.members))
                for rank, network in enumerate(ranking, start=1)
                if network.members & group.members
            ),
        )
        for group in schemes
    ]


def places_of_ranks(
    ranking: Sequence[Ranked], schemes: Sequence[Planted], lookalikes: Sequence[Planted], depth: int
) -> list[RankPlace]:
    """What each of the first `depth` networks stands for; a scheme goes before a lookalike."""
    planted, innocent = PlantedIndex(schemes), PlantedIndex(lookalikes)
    places = []
    for rank, network in enumerate(ranking[:depth], start=1):
        scheme = planted.found_by(network)
        group = scheme or innocent.found_by(network)
        stands_for = "unplanted" if group is None else "scheme" if scheme else "lookalike"
        places.append(
            RankPlace(
                rank,
                network.id,
                network.score,
                stands_for,
                group.id if group else None,
                group.kind if group else None,
                network.typologies[:_LISTED],
            )
        )
    return places
