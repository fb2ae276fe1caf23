"""Multipliers: by hand where there is a closed form, by their equations where there is none."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.learning.fit_weights import (
    Calibration,
    calibrate,
    fit_weights,
    sampling_weights,
    total_weight,
    with_multipliers,
)
from tests.models.builders import RULES as RANKING
from tests.models.learning.builders import RULES, label, past


def test_without_labels_the_catalogue_stands() -> None:
    learned = fit_weights([], RANKING, RULES)
    assert (learned.multipliers, learned.labels) == ({}, {})
    assert learned.calibration == Calibration(0.0, 1.0)


def test_the_total_is_the_score_of_the_ranking() -> None:
    # 1 - (1-0.8) * (1-0.75)**0.5 = 0.9 when one feed shows both; here each has its own: 1 - 0.2 * 0.25.
    assert 1 - math.exp(-total_weight(past("A", a=0.8, b=0.75), RANKING)) == pytest.approx(0.95)


def test_a_multiplier_solves_its_equation() -> None:
    rows = [label(past("A", a=0.9), True), label(past("B", a=0.5), False), label(past("C", a=0.7), False)]
    learned = fit_weights(rows, RANKING, RULES)
    x = np.array([-math.log(0.1), -math.log(0.5), -math.log(0.3)])
    y = np.array([1.0, 0.0, 0.0])
    intercept, slope = learned.calibration.intercept, learned.calibration.slope
    coefficient = learned.multipliers["a"] * slope
    p = 1 / (1 + np.exp(-(intercept + coefficient * x)))
    pull = float(x @ (y - p))
    # What the labels pull, the prior holds: the coefficient by the slope, the slope by 1, the intercept by 0.
    assert (coefficient - slope) / RULES.prior_deviation**2 == pytest.approx(pull, abs=2e-3)
    assert (slope - 1) / RULES.slope_deviation**2 == pytest.approx(pull, abs=2e-3)
    assert intercept / RULES.intercept_deviation**2 == pytest.approx(float((y - p).sum()), abs=2e-3)


def test_a_catalogue_that_is_too_sure_of_everything_keeps_its_order() -> None:
    rows = [
        label(past(f"{name}{number}", **{name: 0.8}), number % 2 == 0)
        for number in range(60)
        for name in "ab"
    ]
    learned = fit_weights(rows, RANKING, RULES)
    assert learned.multipliers["a"] == learned.multipliers["b"]
    assert learned.calibration.probability(np.array([-math.log(0.2)]))[0] == pytest.approx(0.5, abs=0.05)


def test_a_calibration_by_hand() -> None:
    # Totals of 0 leave the slope at its prior; the intercept solves a / 4 = 3 - 4 * sigmoid(a).
    found = calibrate(np.zeros(4), np.array([1.0, 1.0, 1.0, 0.0]), np.ones(4), RULES)
    assert found.slope == 1.0
    assert found.intercept / 4 == pytest.approx(3 - 4 / (1 + math.exp(-found.intercept)), abs=1e-4)


def test_few_labels_stay_near_the_prior_and_many_do_not() -> None:
    def multiplier(count: int) -> float:
        good = [label(past(f"g{number}", a=0.6), True) for number in range(count)]
        bad = [label(past(f"b{number}", b=0.6), False) for number in range(count)]
        learned = fit_weights([*good, *bad], RANKING, RULES)
        assert learned.multipliers["a"] > 1 > learned.multipliers["b"]
        return learned.multipliers["b"]

    assert multiplier(1) > 0.8
    assert multiplier(100) < 0.6


def test_what_no_label_speaks_to_keeps_its_weight() -> None:
    learned = fit_weights([label(past("A", a=0.6), True)], RANKING, RULES)
    assert set(learned.multipliers) == {"a"}
    rules = with_multipliers(RANKING, learned.multipliers)
    assert total_weight(past("B", b=0.6), rules) == total_weight(past("B", b=0.6), RANKING)


def test_a_typology_that_always_misleads_falls_to_nothing_and_not_below() -> None:
    rows = [label(past(f"n{number}", a=0.9, b=0.5), False) for number in range(200)]
    rows += [label(past(f"y{number}", b=0.5), True) for number in range(200)]
    assert fit_weights(rows, RANKING, RULES).multipliers["a"] == 0.0


def test_the_posterior_narrows_with_labels() -> None:
    few, many = (
        fit_weights(
            [label(past(f"{number}", a=0.6), number % 2 == 0) for number in range(count)], RANKING, RULES
        )
        for count in (2, 200)
    )
    spread = [learned.deviations["a"] * learned.calibration.slope for learned in (few, many)]
    assert spread[1] < spread[0] <= RULES.prior_deviation
    assert (few.labels["a"], many.labels["a"]) == (2, 200)


def test_a_drawn_network_stands_for_many_but_the_sample_is_worth_no_more() -> None:
    rows = [label(past("A"), True), label(past("B"), True), label(past("C", chance=0.25), False)]
    # Inverse chances 1, 1, 4: worth 36 / 18 = 2 labels in all.
    assert sampling_weights(rows, RULES).tolist() == pytest.approx([2 / 6, 2 / 6, 8 / 6])
    capped = [replace(rows[2], network=past("C", chance=0.0001)), rows[0]]
    assert sampling_weights(capped, RULES)[0] / sampling_weights(capped, RULES)[1] == pytest.approx(20.0)


ROWS = st.lists(
    st.tuples(st.floats(0, 0.99), st.floats(0, 0.99), st.floats(0, 1), st.booleans()), min_size=1, max_size=30
)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.floats(0, 0.98), st.floats(0, 0.98), st.floats(0, 0.5))
def test_whatever_is_learned_is_monotone(
    rows: list[tuple[float, float, float, bool]], first: float, second: float, more: float
) -> None:
    labels = [
        label(past(f"n{number}", outlier=outlier, a=a, b=b), confirmed)
        for number, (a, b, outlier, confirmed) in enumerate(rows)
    ]
    learned = fit_weights(labels, RANKING, RULES)
    assert all(value >= 0 for value in learned.multipliers.values())
    assert learned.calibration.slope >= 0
    rules = with_multipliers(RANKING, learned.multipliers)
    before = total_weight(past("x", outlier=0.3, a=first, b=second), rules)
    for raised in (
        past("x", outlier=0.3, a=min(first + more, 0.99), b=second),
        past("x", outlier=0.3, a=first, b=min(second + more, 0.99)),
        past("x", outlier=min(0.3 + more, 1.0), a=first, b=second),
    ):
        total = total_weight(raised, rules)
        assert total >= before - 1e-9
        chances = learned.calibration.probability(np.array([before, total]))
        assert chances[1] >= chances[0] - 1e-9


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_the_order_of_labels_does_not_matter(rows: list[tuple[float, float, float, bool]]) -> None:
    labels = [label(past(f"n{i}", outlier=o, a=a, b=b), c) for i, (a, b, o, c) in enumerate(rows)]
    forward, backward = (fit_weights(order, RANKING, RULES) for order in (labels, labels[::-1]))
    assert forward.multipliers == pytest.approx(backward.multipliers, abs=2e-3)
