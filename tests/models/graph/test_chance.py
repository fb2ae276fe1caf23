"""How often chance alone makes a path, by hand."""

import numpy as np
import pytest

from models.graph.chance import StepChance

HOUR = 3600


@pytest.fixture
def chance() -> StepChance:
    # 100 payments over 99 hours, one an hour, of 1 to 100; account 7 receives nine of them.
    creditor = np.where(np.arange(100) < 9, 7, 1000 + np.arange(100))
    return StepChance(creditor, np.arange(100) * HOUR, np.arange(1, 101), HOUR)


def test_one_step(chance: StepChance) -> None:
    # Ten arrivals in 99 hours (one more than seen), a rest of two, five of the hundred amounts lie as close.
    expected = np.log10(100 * -np.expm1(-10 / 99 * 2 * 0.05))
    assert chance.log10_of_path([1, 7], [0, 2 * HOUR], [52, 50]) == pytest.approx(expected)


def test_a_shorter_rest_than_the_least_proves_no_more(chance: StepChance) -> None:
    at_once = chance.log10_of_path([1, 7], [0, 0], [52, 50])
    assert at_once == chance.log10_of_path([1, 7], [0, HOUR], [52, 50])


def test_a_longer_path_a_closer_amount_and_a_quieter_account_are_less_likely(chance: StepChance) -> None:
    path = chance.log10_of_path([1, 7], [0, 2 * HOUR], [52, 50])
    assert chance.log10_of_path([1, 7, 8], [0, 2 * HOUR, 4 * HOUR], [52, 50, 49]) < path
    assert chance.log10_of_path([1, 7], [0, 2 * HOUR], [51, 50]) < path
    assert chance.log10_of_path([1, 8], [0, 2 * HOUR], [52, 50]) < path
