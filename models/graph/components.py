"""Connected components of an edge list on one machine (SciPy)."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components as scipy_components

from models.graph.runs import Ints


def connected_components(left: npt.ArrayLike, right: npt.ArrayLike) -> tuple[Ints, Ints]:
    """Nodes in ascending order, and for each the smallest node id of its component.

    `left` and `right` are node ids (int64) of shape (edges,); direction, repeats and loops do not matter, and
    a node alone is one that only a loop names. The label is what alternating large-star and small-star
    converge to (Kiveris et al., 2014), so that both engines give one answer. Raises ValueError when the
    lengths differ.
    """
    start, end = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    if start.shape != end.shape or start.ndim != 1:
        raise ValueError(f"an edge list has two columns of one length, not {start.shape} and {end.shape}")
    nodes, ends = np.unique(np.concatenate([start, end]), return_inverse=True)
    if len(nodes) == 0:
        return nodes, nodes.copy()
    rows, columns = ends[: len(start)], ends[len(start) :]
    weights = np.ones(len(start), dtype=np.int8)
    graph = coo_array((weights, (rows, columns)), shape=(len(nodes), len(nodes)))
    _, labels = scipy_components(graph, directed=False)
    return nodes, nodes[smallest_position(np.asarray(labels, dtype=np.int64))]


def smallest_position(labels: Ints) -> Ints:
    """For each position the first position with the same label: a name that no labelling changes."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int64)
