"""Rarity, and how ties combine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.links.rules import Step
from models.links.weights import noisy_or, rarity_weight, users_max

STEPS = (Step(users=2, weight=0.9), Step(users=5, weight=0.5))


@pytest.mark.parametrize(("users", "weight"), [(1, 0.9), (2, 0.9), (3, 0.5), (5, 0.5), (6, 0.0)])
def test_rarity_falls_by_steps_and_ends_at_the_hub(users: int, weight: float) -> None:
    assert rarity_weight(STEPS, users) == weight


def test_users_max_is_the_last_step() -> None:
    assert users_max(STEPS) == 5


def test_two_weak_ties_make_a_stronger_one() -> None:
    assert noisy_or([0.5, 0.42]) == 0.71
    assert noisy_or([]) == 0.0


@given(st.lists(st.floats(0, 1), max_size=6), st.floats(0, 1))
def test_another_tie_never_weakens(weights: list[float], more: float) -> None:
    assert 0 <= noisy_or(weights) <= noisy_or([*weights, more]) <= 1
