import networkit
import networkx as nx
import numpy as np
import pytest

from models.graph.communities import leiden_communities
from models.graph.components import connected_components

SETTINGS = {"resolution": 1.0, "iterations": 5, "seed": 11}


def communities(
    edges: list[tuple[int, int]], weights: list[float] | None = None, **changes: float
) -> dict[int, int]:
    left, right = [a for a, _ in edges], [b for _, b in edges]
    nodes, names = leiden_communities(left, right, weights or [1.0] * len(edges), **{**SETTINGS, **changes})
    return dict(zip(nodes.tolist(), names.tolist(), strict=True))


def clique(nodes: range) -> list[tuple[int, int]]:
    return [(a, b) for a in nodes for b in nodes if a < b]


def test_two_cliques_on_a_thread_are_two_communities() -> None:
    found = communities([*clique(range(10, 15)), *clique(range(20, 25)), (14, 20)])
    assert found == {**dict.fromkeys(range(10, 15), 10), **dict.fromkeys(range(20, 25), 20)}


def test_a_heavy_thread_holds_together() -> None:
    edges = [(1, 2), (3, 4), (2, 3)]
    assert communities(edges, [1.0, 1.0, 50.0])[2] == communities(edges, [1.0, 1.0, 50.0])[3]
    assert communities(edges, [50.0, 50.0, 1.0])[2] != communities(edges, [50.0, 50.0, 1.0])[3]


def test_the_order_of_the_edges_does_not_matter() -> None:
    graph = nx.powerlaw_cluster_graph(300, 3, 0.4, seed=5)
    edges = [(int(a) * 7, int(b) * 7) for a, b in graph.edges]
    weights = np.random.default_rng(2).uniform(0.5, 3.0, len(edges)).tolist()
    once = communities(edges, weights)
    order = np.random.default_rng(3).permutation(len(edges))
    turned = [(edges[i][1], edges[i][0]) for i in order]
    assert communities(turned, [weights[i] for i in order]) == once
    assert len(set(once.values())) > 3


def test_a_community_never_joins_components() -> None:
    graph = nx.gnp_random_graph(80, 0.02, seed=9)
    edges = list(graph.edges)
    found = communities(edges)
    nodes, names = connected_components([a for a, _ in edges], [b for _, b in edges])
    component = dict(zip(nodes.tolist(), names.tolist(), strict=True))
    assert all(component[node] == component[name] for node, name in found.items())


def test_a_finer_resolution_gives_more_communities() -> None:
    edges = [(int(a), int(b)) for a, b in nx.powerlaw_cluster_graph(200, 3, 0.4, seed=5).edges]
    coarse, fine = communities(edges, resolution=0.5), communities(edges, resolution=4.0)
    assert len(set(fine.values())) > len(set(coarse.values()))


def test_loops_repeats_and_nothing() -> None:
    assert communities([]) == {}
    assert communities([(4, 4), (1, 2), (2, 1)]) == {1: 1, 2: 1, 4: 4}


def test_the_thread_count_is_put_back() -> None:
    before = networkit.getMaxNumberOfThreads()
    communities(clique(range(5)))
    assert networkit.getMaxNumberOfThreads() == before


def test_wrong_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        communities([(1, 2)], [0.0])
    with pytest.raises(ValueError, match="one length"):
        leiden_communities([1], [2], [1.0, 2.0], resolution=1.0, iterations=3, seed=1)
