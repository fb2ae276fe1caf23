"""Operators from weighted ties: limits, refusals, and their independence of order."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.links.operators import form_operators

Ties = list[tuple[str, str, float]]


def grouped(
    ties: Ties,
    parties: set[str],
    refused: list[tuple[str, str]] | None = None,
    parties_max: int = 10,
    core: int = 3,
) -> dict[str, str]:
    a, b = (np.array([tie[side] for tie in ties], dtype=object) for side in (0, 1))
    weight = np.array([tie[2] for tie in ties], dtype=np.float64)
    return form_operators(a, b, weight, parties, refused or [], parties_max, core).as_dict()


def test_a_group_is_named_by_its_smallest_node() -> None:
    labels = grouped([("c", "b", 0.8), ("b", "a", 0.9), ("z", "z", 1.0)], {"a", "b", "c", "z"})
    assert labels == {"a": "a", "b": "a", "c": "a", "z": "z"}


def test_no_ties_no_operators() -> None:
    assert grouped([], set()) == {}


def test_what_is_too_large_loses_its_weakest_tie() -> None:
    chain = [("a", "b", 0.9), ("b", "c", 0.75), ("c", "d", 0.9)]
    assert grouped(chain, set("abcd"), parties_max=2) == {"a": "a", "b": "a", "c": "c", "d": "c"}


def test_shops_of_one_owner_do_not_count_towards_the_limit() -> None:
    chain = [(f"shop{n}", "owner", 1.0) for n in range(100)]
    assert set(grouped(chain, {"owner"}, parties_max=2).values()) == {"owner"}


def triangle(first: str, second: str, third: str) -> Ties:
    return [(first, second, 0.9), (second, third, 0.9), (first, third, 0.9)]


def test_one_party_alone_holds_no_two_groups_together() -> None:
    two = [*triangle("a", "b", "c"), *triangle("x", "y", "z")]
    labels = grouped([*two, ("c", "x", 0.8)], set("abcxyz"))
    assert labels == {"a": "a", "b": "a", "c": "a", "x": "x", "y": "x", "z": "x"}
    both = grouped([*two, ("c", "x", 0.8), ("b", "y", 0.8)], set("abcxyz"))
    assert set(both.values()) == {"a"}


def test_a_pair_may_hang_on_a_group_by_one_of_them() -> None:
    labels = grouped([*triangle("a", "b", "c"), ("x", "y", 0.9), ("c", "x", 0.8)], set("abcxy"))
    assert set(labels.values()) == {"a"}


def test_a_refused_pair_is_cut_at_the_weakest_tie_between_them() -> None:
    chain = [("a", "b", 0.9), ("b", "c", 0.75), ("c", "d", 0.9)]
    labels = grouped(chain, set("abcd"), refused=[("d", "a")])
    assert labels == {"a": "a", "b": "a", "c": "c", "d": "c"}


def test_a_refusal_holds_even_between_shops_of_one_owner() -> None:
    labels = grouped([("s1", "o", 1.0), ("s2", "o", 1.0)], {"o"}, refused=[("s1", "s2")])
    assert labels["s1"] != labels["s2"]
    assert labels["o"] in (labels["s1"], labels["s2"])


def test_a_refusal_of_nodes_that_nobody_saw_changes_nothing() -> None:
    assert grouped([("a", "b", 0.9)], {"a", "b"}, refused=[("a", "x")]) == {"a": "a", "b": "a"}


ties_between_few = st.lists(
    st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("abcdefghij"), st.sampled_from([0.7, 0.8, 0.9])),
    min_size=1,
    max_size=30,
)
pairs = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("fghij")), max_size=3)


@given(ties_between_few, pairs, st.integers(2, 6), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_limits_and_refusals_hold_in_any_order(
    ties: Ties, refused: list[tuple[str, str]], most: int, shuffler: random.Random
) -> None:
    parties = set("abcdefghij")
    labels = grouped(ties, parties, refused, most)
    assert max(Counter(labels.values()).values()) <= most
    for x, y in refused:
        if x in labels and y in labels:
            assert labels[x] != labels[y]
    shuffled = [(b, a, weight) for a, b, weight in ties]
    shuffler.shuffle(shuffled)
    assert grouped(shuffled, parties, refused[::-1], most) == labels


@pytest.mark.parametrize("most", [2, 100])
def test_a_limit_splits_large_groups_alone(most: int) -> None:
    small, large = [("x", "y", 0.7)], [("a", "b", 0.9), ("b", "c", 0.8)]
    labels = grouped(small + large, set("abcxy"), parties_max=most)
    assert labels["x"] == labels["y"] == "x"
    assert len({labels[node] for node in "abc"}) == (2 if most == 2 else 1)
