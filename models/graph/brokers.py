"""Brokers: the accounts that hold one network together."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx


@dataclass(frozen=True, slots=True)
class Broker:
    """One node of one network.

    betweenness
        Share (0 to 1) of the shortest ways between other nodes that pass through it; ways are undirected.
    articulation
        Without it the network falls apart.
    separated
        Nodes that its removal cuts off from the largest part that remains (0 unless `articulation`).
    """

    node: int
    betweenness: float
    articulation: bool
    separated: int


def find_brokers(
    edges: Iterable[tuple[int, int]], *, exact_nodes_max: int, pivots: int, seed: int
) -> tuple[Broker, ...]:
    """Every node of a network, the strongest broker first (betweenness, separated, node id).

    `edges` are pairs of node ids; direction, repeats and loops do not matter. Up to `exact_nodes_max` nodes
    the betweenness is exact; beyond that it is estimated from `pivots` nodes drawn with `seed`
    (deterministic). In a network of several parts each is judged by itself for `separated`, while betweenness
    counts all nodes. Source: Brandes, On variants of shortest-path betweenness centrality, 2008. Raises
    ValueError when `pivots` is below 1.
    """
    if pivots < 1:
        raise ValueError(f"pivots must be at least 1, not {pivots}")
    graph = nx.Graph()
    # Sorted: NetworkX walks in the order of insertion, and floats add up in that order.
    graph.add_edges_from(sorted({(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]}))
    drawn = None if len(graph) <= exact_nodes_max else min(pivots, len(graph))
    between = nx.betweenness_centrality(graph, k=drawn, normalized=True, seed=random.Random(seed))
    cut_nodes = set(nx.articulation_points(graph))
    separated = {node: _separated(graph, node) for node in cut_nodes}
    brokers = [
        Broker(node, float(between[node]), node in cut_nodes, separated.get(node, 0)) for node in graph
    ]
    return tuple(sorted(brokers, key=lambda b: (-b.betweenness, -b.separated, b.node)))


def _separated(graph: nx.Graph, node: int) -> int:
    """Nodes outside the largest part, after `node` is taken out of its component."""
    component = nx.node_connected_component(graph, node)
    rest = graph.subgraph(component - {node})
    sizes = [len(part) for part in nx.connected_components(rest)]
    return sum(sizes) - max(sizes)
