"""Network ids that last: a network keeps the id that it had while it is recognisably the same."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from models.weighing.detections import Member


class Succession(NamedTuple):
    """What became of the ids: the id of each network, and what happened to it since the previous ranking.

    `change` is one of `new`, `same`, `grew`, `shrank`, `split`, `merged`.
    """

    network_id: str
    change: str
    earlier: tuple[str, ...]


def fresh_id(members: frozenset[Member]) -> str:
    """An id from the content alone, so that a rerun gives the same one."""
    text = "\n".join(f"{member.kind}\t{member.id}" for member in sorted(members))
    return "ML-" + hashlib.sha256(text.encode("utf-8")).hexdigest()[:12].upper()


def overlap(first: frozenset[Member], second: frozenset[Member]) -> float:
    """Common members as a share of the smaller side."""
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0


def succeed(
    networks: Sequence[frozenset[Member]], earlier: Mapping[str, frozenset[Member]], same_from: float
) -> list[Succession]:
    """Match networks (strongest first) with those of the previous ranking.

    Each earlier id is given once, to the network that shares most members with it; the others that
    continue it are a `split`. A network that continues several is a `merged` one.
    """
    by_member: dict[Member, list[str]] = {}
    for network_id, members in earlier.items():
        for member in members:
            by_member.setdefault(member, []).append(network_id)

    candidates: list[tuple[int, int, str]] = []
    continues: list[list[str]] = []
    for index, members in enumerate(networks):
        touched = sorted({network_id for member in members for network_id in by_member.get(member, ())})
        close = [name for name in touched if overlap(members, earlier[name]) >= same_from]
        continues.append(close)
        candidates += [(-len(members & earlier[name]), index, name) for name in close]

    given: dict[int, str] = {}
    for _, index, name in sorted(candidates):
        if index not in given and name not in given.values():
            given[index] = name

    result = []
    for index, members in enumerate(networks):
        if index not in given:
            change = "split" if continues[index] else "new"
            result.append(Succession(fresh_id(members), change, tuple(continues[index])))
            continue
        before = earlier[given[index]]
        if len(continues[index]) > 1:
            change = "merged"
        elif members == before:
            change = "same"
        else:
            change = "grew" if len(members) >= len(before) else "shrank"
        result.append(Succession(given[index], change, tuple(continues[index])))
    return result
