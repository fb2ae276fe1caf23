"""Chances by hand: a product q of two chances has the tail q * (1 - ln q)."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.links.agreement import adjusted_chances, agreeing_pairs, chance_of_agreement

ALONE = {f"other {number}": {"partner": {f"p{number}": 0.001}} for number in range(8)}


def test_the_rarest_common_value_counts_once_for_each_pair_of_values() -> None:
    first = {"partner": {"a": 0.001, "b": 0.2}}
    second = {"partner": {"a": 0.001, "b": 0.2, "c": 0.01}}
    assert chance_of_agreement(first, second) == pytest.approx(0.001 * 2 * 3)


def test_two_circumstances_are_held_against_a_product_of_chances() -> None:
    party = {"partner": {"a": 0.002}, "contact": {"broker": 0.1}}
    assert chance_of_agreement(party, party) == pytest.approx(0.0002 * (1 - log(0.0002)))


def test_who_agrees_in_nothing_or_in_what_everybody_has_may_well_be_chance() -> None:
    assert chance_of_agreement({"partner": {"a": 0.001}}, {"partner": {"b": 0.001}}) == 1.0
    assert chance_of_agreement({"partner": {"a": 0.001}}, {"contact": {"a": 0.001}}) == 1.0
    assert chance_of_agreement({"contact": {"x": 0.9}}, {"contact": {"x": 0.9, "y": 0.1}}) == 1.0


def test_a_pair_has_to_be_rarer_than_so_many_pairs_make_it() -> None:
    # Ten parties are 45 pairs: 45 * 0.001 is just below 5 %, 45 * 0.002 is not.
    rare = {name: {"partner": {"seller": 0.001}} for name in ("one", "two")}
    assert agreeing_pairs(ALONE | rare, 0.05) == [("one", "two")]
    common = {name: {"partner": {"seller": 0.002}} for name in ("one", "two")}
    assert agreeing_pairs(ALONE | common, 0.05) == []
    assert agreeing_pairs(ALONE, 0.05) == []


_TAILS = st.dictionaries(st.sampled_from("abcd"), st.floats(1e-9, 1.0), max_size=4)


@given(_TAILS, st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")))
def test_a_chance_is_one_and_the_same_from_both_sides(
    tails: dict[str, float], ours: set[str], theirs: set[str]
) -> None:
    first, second = ({"partner": {v: t for v, t in tails.items() if v in named}} for named in (ours, theirs))
    chance = chance_of_agreement(first, second)
    assert 0.0 < chance <= 1.0
    assert chance == chance_of_agreement(second, first)


def test_chances_that_stand_for_many_pairs() -> None:
    """Of ten: 0.001 x 10 / 1 and 0.002 x 10 / 2 are one share, 0.04 x 10 / 3 is another."""
    adjusted = adjusted_chances(np.array([0.04, 0.001, 0.002]), looked_at=10)
    assert adjusted == pytest.approx([0.4 / 3, 0.01, 0.01])
    assert list(adjusted_chances(np.array([]), looked_at=10)) == []


def test_two_grains_of_one_circumstance_are_one_agreement() -> None:
    party = {"seller": {"a": 0.01}, "seller:goods": {"a|1": 0.001}}
    # The rarer one of two.
    assert chance_of_agreement(party, party) == pytest.approx(0.002)
    # They agree in the seller alone; that there were its goods to agree in still counts.
    other = {"seller": {"a": 0.01}, "seller:goods": {"a|2": 0.001}}
    assert chance_of_agreement(party, other) == pytest.approx(0.02)


def test_pairs_of_the_well_known_are_judged_apart() -> None:
    parties = {f"p{n:02d}": {"seller": {f"s{n}": 0.01}} for n in range(30)}
    parties["p01"] = parties["p00"]

    # One agreement of one in a hundred: among 435 pairs it is nothing, among the one pair of the known it is.
    assert agreeing_pairs(parties, 0.05) == []
    assert agreeing_pairs(parties, 0.05, {"p00", "p01"}) == [("p00", "p01")]
