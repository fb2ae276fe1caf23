"""Groups that money can go round in, on graphs small enough to see."""

import numpy as np

from models.graph.circulation import largest_circulation, strong_groups

LEVELS = (0.25, 0.5, 0.75)


def groups(edges, size_min=3, size_max=15):
    start, end, weight = (np.array(column) for column in zip(*edges, strict=True))
    return strong_groups(start, end, weight.astype(float), LEVELS, size_min, size_max)


def circulation(edges):
    return largest_circulation(*(np.array(column, dtype=np.int64) for column in zip(*edges, strict=True)))


def test_heavy_circles_stand_out_of_a_wider_one():
    heavy = [(0, 1, 0.8), (1, 2, 0.8), (2, 0, 0.8), (3, 4, 0.6), (4, 5, 0.6), (5, 3, 0.6)]
    wider = [(2, 3, 0.3), (5, 0, 0.3)]
    assert groups(heavy + wider) == [(0, 1, 2), (0, 1, 2, 3, 4, 5), (3, 4, 5)]
    assert groups(heavy + wider, size_max=5) == [(0, 1, 2), (3, 4, 5)]


def test_a_way_without_return_is_no_group():
    assert groups([(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0)]) == []
    empty = np.zeros(0, dtype=np.int64)
    assert strong_groups(empty, empty, np.zeros(0), LEVELS, 3, 15) == []


def test_what_comes_back_goes_round():
    # 30 return of the 100 that left: 30 on each of three edges.
    assert circulation([(0, 1, 100), (1, 2, 100), (2, 0, 30)]) == 90
    # 60 by one way and 40 by the other, all of it back.
    assert circulation([(0, 1, 60), (0, 2, 40), (1, 3, 60), (2, 3, 40), (3, 0, 100)]) == 300
    assert circulation([(0, 1, 5), (1, 2, 5)]) == 0
