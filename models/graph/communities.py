"""Communities of a weighted graph (networkit, Leiden)."""

import networkit
import numpy as np
import numpy.typing as npt

from models.graph.components import smallest_position
from models.graph.runs import Ints


def leiden_communities(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    weight: npt.ArrayLike,
    *,
    resolution: float,
    iterations: int,
    seed: int,
) -> tuple[Ints, Ints]:
    """Nodes in ascending order, and for each the smallest node id of its community.

    `left` and `right` are node ids (int64), `weight` is above zero, all of shape (edges,); repeats add up,
    loops are left out (a node that only a loop names is alone). `resolution` 1 is modularity; larger gives
    smaller communities. Deterministic for a seed, whatever the order of the edges: one thread, edges sorted
    first. A community may be disconnected when Leiden has not converged after `iterations`.

    networkit keeps its seed and thread count for the whole process: both are set here before each run, and
    the thread count is put back. Raises ValueError for unequal lengths or a weight that is not above zero.
    Source: Traag, Waltman and van Eck, From Louvain to Leiden, 2019.
    """
    start, end = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    strength = np.asarray(weight, dtype=np.float64)
    if not (start.shape == end.shape == strength.shape and start.ndim == 1):
        raise ValueError("left, right and weight must be of one length")
    if not (strength > 0).all():
        raise ValueError("every weight must be above zero")
    nodes, ends = np.unique(np.concatenate([start, end]), return_inverse=True)
    if len(nodes) == 0:
        return nodes, nodes.copy()
    low, high, total = _simple_edges(ends[: len(start)], ends[len(start) :], strength, len(nodes))
    graph = networkit.Graph(len(nodes), weighted=True)
    for u, v, w in zip(low.tolist(), high.tolist(), total.tolist(), strict=True):
        graph.addEdge(u, v, w)
    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    try:
        networkit.setSeed(seed, False)
        search = networkit.community.ParallelLeiden(graph, True, iterations, resolution)
        search.run()
        labels = np.array(search.getPartition().getVector(), dtype=np.int64)
    finally:
        networkit.setNumberOfThreads(threads)
    return nodes, nodes[smallest_position(labels)]


def _simple_edges(
    start: Ints, end: Ints, weight: npt.NDArray[np.float64], nodes: int
) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """Undirected edges in ascending order, without loops, each once with the sum of its weights."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((weight, high, low))
    order = order[low[order] != high[order]]
    keys, inverse = np.unique(low[order] * nodes + high[order], return_inverse=True)
    total = np.bincount(inverse, weights=weight[order], minlength=len(keys))
    return keys // nodes, keys % nodes, total.astype(np.float64)
