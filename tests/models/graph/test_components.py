import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.graph.components import connected_components


def components_by_networkx(edges: list[tuple[int, int]]) -> dict[int, int]:
    """Node to the smallest node of its component: the oracle for every engine."""
    graph = nx.Graph(edges)
    return {node: min(part) for part in nx.connected_components(graph) for node in part}


def test_two_components_and_a_node_alone() -> None:
    nodes, names = connected_components([5, 2, 9, 7], [2, 8, 11, 7])
    assert nodes.tolist() == [2, 5, 7, 8, 9, 11]
    assert names.tolist() == [2, 2, 7, 2, 9, 9]


@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), max_size=60))
def test_as_networkx(edges: list[tuple[int, int]]) -> None:
    nodes, names = connected_components([a for a, _ in edges], [b for _, b in edges])
    assert dict(zip(nodes.tolist(), names.tolist(), strict=True)) == components_by_networkx(edges)
    assert nodes.tolist() == sorted(nodes.tolist())


def test_ids_as_large_as_hashes() -> None:
    big = 2**62
    nodes, names = connected_components(np.array([big, -big]), np.array([big + 1, 0]))
    assert dict(zip(nodes.tolist(), names.tolist(), strict=True)) == {
        -big: -big,
        0: -big,
        big: big,
        big + 1: big,
    }


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        connected_components([1, 2], [3])
