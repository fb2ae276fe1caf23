"""Two engines, one answer."""

import itertools
import random

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.link.connected_components import connected_components
from models.links.operators import form_operators


def random_graph(seed: int) -> list[tuple[str, str]]:
    """A sparse random graph with a long path (many rounds), a star, and loners."""
    draw = random.Random(seed)
    edges = [(f"n{draw.randrange(60):02d}", f"n{draw.randrange(60):02d}") for _ in range(35)]
    path = [f"p{n:02d}" for n in draw.sample(range(100), 25)]
    edges += list(itertools.pairwise(path))
    edges += [("hub", f"s{n}") for n in range(10)]
    edges += [("alone", "alone"), ("đảo", "đảo")]
    draw.shuffle(edges)
    return edges


@pytest.mark.parametrize("seed", [1, 2])
def test_spark_scipy_and_networkx_agree(spark: SparkSession, seed: int) -> None:
    edges = random_graph(seed)
    a, b = (np.array([edge[side] for edge in edges], dtype=object) for side in (0, 1))
    frame = spark.createDataFrame(pa.table({"a": a.tolist(), "b": b.tolist()}))
    on_spark = {row["node"]: row["label"] for row in connected_components(frame).collect()}
    on_scipy = form_operators(a, b, np.ones(len(edges)), set(), [], 1, 2).as_dict()
    graph = nx.Graph(edges)
    oracle = {node: min(group) for group in nx.connected_components(graph) for node in group}
    assert on_spark == on_scipy == oracle


def test_no_edges_no_components(spark: SparkSession) -> None:
    empty = spark.createDataFrame(pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.string())}))
    assert connected_components(empty).collect() == []
