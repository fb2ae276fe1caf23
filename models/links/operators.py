"""Operators: who is one hand, from weighted ties, with limits and with decisions of people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.graph.components import connected_components

HARD = 1.0


class Edge(NamedTuple):
    """An undirected tie between two nodes; a weight of 1 is identity, not likeness."""

    a: str
    b: str
    weight: float


@dataclass(frozen=True)
class Grouping:
    """Nodes in ascending order, and for each the smallest node of its operator."""

    nodes: npt.NDArray[np.object_]
    labels: npt.NDArray[np.object_]

    def as_dict(self) -> dict[str, str]:
        return dict(zip(self.nodes.tolist(), self.labels.tolist(), strict=True))


def form_operators(
    a: npt.NDArray[np.object_],
    b: npt.NDArray[np.object_],
    weight: npt.NDArray[np.float64],
    parties: frozenset[str] | set[str],
    refused: Sequence[tuple[str, str]],
    parties_max: int,
    core_parties: int,
) -> Grouping:
    """Group nodes that ties connect; split what is too large or was refused.

    Args:
        a, b: the two nodes of each tie, shape (ties,). A tie of a node with itself only names the node.
        weight: shape (ties,), above 0, at most 1.
        parties: the nodes that count towards `parties_max` (people and companies; an open chain of a hundred
            shops is one party).
        refused: pairs of nodes that must not be one operator (signed decisions).
        parties_max: a group with more parties is split by dropping its weakest ties.
        core_parties: so many parties hang together by themselves. No single party holds two such groups
            together (a cousin in two families, a guest of two shops).
    """
    codes, nodes = pd.factorize(np.concatenate([a, b]).astype(object), sort=True)
    if len(nodes) == 0:
        return Grouping(nodes, nodes)
    left, right = codes[: len(a)], codes[len(a) :]
    _, label = connected_components(left, right)
    place = {name: code for code, name in enumerate(nodes.tolist())}
    is_party = np.zeros(len(nodes), dtype=bool)
    is_party[[place[party] for party in parties if party in place]] = True
    size = np.bincount(label, weights=is_party, minlength=len(nodes))
    apart = [(place[x], place[y]) for x, y in refused if x in place and y in place]
    to_split = set(np.flatnonzero((size > parties_max) | (size >= 2 * core_parties)).tolist())
    to_split |= {int(label[x]) for x, y in apart if label[x] == label[y]}
    if to_split:
        inside = np.isin(label[left], np.array(sorted(to_split)))
        ties = sorted(
            zip(left[inside].tolist(), right[inside].tolist(), weight[inside].tolist(), strict=True),
            key=lambda tie: (-tie[2], min(tie[0], tie[1]), max(tie[0], tie[1])),
        )
        for node, root in _agglomerate(ties, is_party, apart, parties_max, core_parties).items():
            label[node] = root
    return Grouping(nodes, nodes[label])


def _agglomerate(
    ties: Sequence[tuple[int, int, float]],
    is_party: npt.NDArray[np.bool_],
    apart: Sequence[tuple[int, int]],
    parties_max: int,
    core_parties: int,
) -> dict[int, int]:
    """Join along the strongest ties first, unless it makes a group too large or joins a refused pair.

    Nor does a tie join two groups of at least `core_parties` of which one holds to the other by a single
    party. Returns the smallest node of the group for each node. Identity (weight 1) is bound by
    refusals only.
    """
    parent: dict[int, int] = {}
    inside: dict[int, list[int]] = {}
    tied: dict[int, set[int]] = defaultdict(set)
    for x, y, _ in ties:
        if is_party[x] and is_party[y] and x != y:
            tied[x].add(y)
            tied[y].add(x)
    foes: dict[int, set[int]] = defaultdict(set)
    for x, y in apart:
        foes[x].add(y)
        foes[y].add(x)

    def find(node: int) -> int:
        root = node
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[node] != root:
            parent[node], node = root, parent[node]
        inside.setdefault(root, [root] if is_party[root] else [])
        return root

    def thin(low: int, high: int) -> bool:
        """Whether just one party of one of the groups is tied to the other group."""
        if min(len(inside[low]), len(inside[high])) < core_parties:
            return False
        sides = ((inside[low], high), (inside[high], low))
        return any(
            sum(any(find(other) == root for other in tied[party]) for party in side) == 1
            for side, root in sides
        )

    for x, y, weight in ties:
        low, high = sorted((find(x), find(y)))
        if low == high:
            continue
        if any(find(foe) == high for foe in foes[low]):
            continue
        if weight < HARD and (len(inside[low]) + len(inside[high]) > parties_max or thin(low, high)):
            continue
        parent[high] = low
        inside[low] += inside.pop(high)
        foes[low] |= foes.pop(high, set())
    return {node: find(node) for node in list(parent)}
