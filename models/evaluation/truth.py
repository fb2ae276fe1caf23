"""The truth of a simulated world: what was planted, and what only looks like it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.weighing.detections import Member, Record


@dataclass(frozen=True)
class Planted:
    """A scheme or an innocent lookalike: who belongs to it, and the records of its conduct.

    `typologies` are those that name its mechanism rightly; empty where nobody said.
    """

    id: str
    kind: str
    difficulty: str
    members: frozenset[Member]
    records: frozenset[Record]
    typologies: frozenset[str] = frozenset()


def planted_from(line: Mapping[str, Any], typologies_of: Mapping[str, Collection[str]] = {}) -> Planted:
    """One line of `truth/schemes.jsonl` or `truth/lookalikes.jsonl`.

    Right typologies are those of the line, or else what `typologies_of` says of its kind.
    """
    return Planted(
        id=line["scheme_id"],
        kind=line["kind"],
        difficulty=line.get("difficulty", ""),
        members=frozenset(Member(member["kind"], member["id"]) for member in line["members"]),
        records=frozenset(Record(record["feed"], record["key"]) for record in line["records"]),
        typologies=frozenset(line.get("typologies") or typologies_of.get(line["kind"], ())),
    )


@dataclass(frozen=True)
class Ranked:
    """A network of the ranking, as far as the evaluation looks at it."""

    id: str
    score: float
    typologies: tuple[str, ...]
    members: frozenset[Member]
    records: frozenset[Record]


def ranked_from(line: Mapping[str, Any], kinds: Sequence[str]) -> Ranked:
    """One line of `networks.jsonl`; members of kinds that the truth never names are left out."""
    return Ranked(
        id=line["network_id"],
        score=line["score"],
        typologies=tuple(item["id"] for item in line["typologies"]),
        members=frozenset(
            Member(member["kind"], member["id"]) for member in line["members"] if member["kind"] in kinds
        ),
        records=frozenset(
            Record(record["feed"], record["key"])
            for item in line["typologies"]
            for record in item["evidence"]
        ),
    )
