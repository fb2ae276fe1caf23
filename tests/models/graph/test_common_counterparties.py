"""What chance gives two accounts in common, by hand."""

import math

import numpy as np
import pytest

from models.graph.common_counterparties import expected_common, surprise_of_common


def test_what_chance_expects():
    # Three counterparties that deal with 2, 2 and 1 accounts: 5 dealings, 2 + 2 + 0 repeats.
    assert expected_common(3, 2, 5, 4) == pytest.approx(3 * 2 * 4 / 25)


def test_nothing_is_repeated_where_nobody_deals_with_two():
    assert expected_common(3, 2, 5, 0) == 0


def test_the_tail_of_poisson():
    expected = 0.5
    none, one = math.exp(-expected), expected * math.exp(-expected)
    found = surprise_of_common(np.array([0, 1, 2]), expected, 12)
    wanted = [0, -math.log10(1 - none), -math.log10(1 - none - one)]
    assert found == pytest.approx(wanted, abs=1e-9)


def test_it_is_capped():
    assert surprise_of_common([500], [0.01], 12).tolist() == [12]
    assert surprise_of_common([3], [0.0], 12).tolist() == [12]  # what chance cannot give
