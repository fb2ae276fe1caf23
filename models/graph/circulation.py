"""Small groups of nodes that money can go round in, and how much of it does."""

from collections.abc import Iterable

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.graph.runs import Ints


def strong_groups(
    start: Ints,
    end: Ints,
    weight: npt.NDArray[np.float64],
    levels: Iterable[float],
    size_min: int,
    size_max: int,
) -> list[tuple[int, ...]]:
    """Strongly connected components of the edges at least as heavy as a level, at any of the levels.

    `start` and `end` are node ids from 0 (int64), `weight` has no unit, all of shape (edges,). Each group has
    `size_min` to `size_max` nodes in ascending order and stands once; groups may lie inside one another.
    Source: Tarjan, An improved algorithm for hierarchical clustering using strong components, 1983.
    """
    nodes = int(max(start.max(), end.max())) + 1 if len(start) else 0
    groups = set()
    for level in levels if nodes else ():
        kept = weight >= level
        ends = (start[kept], end[kept])
        graph = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(nodes, nodes))
        _, labels = connected_components(graph, connection="strong")
        sizes = np.bincount(labels)
        for label in np.flatnonzero((sizes >= size_min) & (sizes <= size_max)):
            groups.add(tuple(np.flatnonzero(labels == label).tolist()))
    return sorted(groups)


def largest_circulation(start: Ints, end: Ints, amount: Ints) -> int:
    """Most of the amounts that can be told as going round: every node passes on what it takes.

    Edges of shape (edges,), no two alike, `amount` in VND; what goes round counts once on every edge.
    """
    graph = nx.DiGraph()
    for debtor, creditor, capacity in zip(start.tolist(), end.tolist(), amount.tolist(), strict=True):
        graph.add_edge(debtor, creditor, capacity=capacity, weight=-1)
    cost, _ = nx.network_simplex(graph)
    return -int(cost)
