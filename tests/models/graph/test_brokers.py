from itertools import permutations

import networkx as nx
import pytest

from models.graph.brokers import find_brokers

EXACT = {"exact_nodes_max": 100, "pivots": 5, "seed": 1}


def test_the_middle_of_a_path_is_the_broker() -> None:
    brokers = find_brokers([(1, 2), (2, 3), (3, 4), (4, 5)], **EXACT)
    middle = brokers[0]
    # Of the 6 pairs of other nodes, 4 have 3 between them.
    assert (middle.node, middle.articulation, middle.separated) == (3, True, 2)
    assert middle.betweenness == pytest.approx(4 / 6)
    assert [broker.node for broker in brokers] == [3, 2, 4, 1, 5]


def test_two_triangles_that_share_a_node() -> None:
    brokers = {b.node: b for b in find_brokers([(1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 3)], **EXACT)}
    assert [node for node, broker in brokers.items() if broker.articulation] == [3]
    assert brokers[3].separated == 2
    assert brokers[1].separated == 0


@pytest.mark.parametrize("seed", range(15))
def test_betweenness_as_counted_over_all_shortest_ways(seed: int) -> None:
    graph = nx.gnp_random_graph(8, 0.35, seed=seed)
    brokers = {broker.node: broker for broker in find_brokers(graph.edges, **EXACT)}
    linked = graph.subgraph(brokers)
    pairs = (len(brokers) - 1) * (len(brokers) - 2)
    for node, broker in brokers.items():
        share = 0.0
        for start, end in permutations(set(brokers) - {node}, 2):
            if nx.has_path(linked, start, end):
                ways = list(nx.all_shortest_paths(linked, start, end))
                share += sum(node in way for way in ways) / len(ways)
        assert broker.betweenness == pytest.approx(share / pairs)
        rest = linked.subgraph(set(nx.node_connected_component(linked, node)) - {node})
        sizes = [len(part) for part in nx.connected_components(rest)]
        assert broker.articulation == (len(sizes) > 1)
        assert broker.separated == sum(sizes) - max(sizes)


def test_a_large_network_is_sampled_alike_each_time() -> None:
    graph = nx.barabasi_albert_graph(60, 2, seed=4)
    edges = list(graph.edges)
    sampled = {"exact_nodes_max": 20, "pivots": 15, "seed": 3}
    once = find_brokers(edges, **sampled)
    assert once == find_brokers([(b, a) for a, b in reversed(edges)], **sampled)
    exact = find_brokers(edges, exact_nodes_max=60, pivots=15, seed=3)
    assert once != exact
    assert once[0].node in {broker.node for broker in exact[:5]}


def test_loops_repeats_and_nothing() -> None:
    assert find_brokers([], **EXACT) == ()
    assert [b.node for b in find_brokers([(2, 1), (1, 2), (1, 1)], **EXACT)] == [1, 2]
    with pytest.raises(ValueError, match="pivots"):
        find_brokers([(1, 2)], exact_nodes_max=5, pivots=0, seed=1)
