"""Unseen labels decide: splits by hand, and comparisons whose winner is known."""

import random
from datetime import timedelta

import pytest

from models.learning.compare_weights import compare_weights, splits_of
from models.learning.outcomes import Label
from tests.models.builders import RULES as RANKING
from tests.models.learning.builders import RANKED, RULES, label, past


def many(days: range, tells: bool, seed: int = 5) -> list[Label]:
    """Twenty networks a week: `a` is always right, `b` never is (or both mean nothing)."""
    draw = random.Random(seed)
    rows = []
    for day in days:
        for number in range(20):
            name, strength = f"n{day}-{number}", draw.uniform(0.4, 0.8)
            right = draw.random() < 0.5
            typology = "a" if (right if tells else draw.random() < 0.5) else "b"
            rows.append(label(past(name, 7 * day, **{typology: strength}), right))
    return rows


def test_by_time_only_what_was_decided_before_a_ranking_judges_it() -> None:
    rows = many(range(3), tells=True)
    method, splits = splits_of(rows, RULES)
    assert method == "time"
    assert [(len(split.training), len(split.test)) for split in splits] == [(20, 20), (40, 20)]
    for split in splits:
        (day,) = {found.network.ranked_on for found in split.test}
        assert all(found.decided_on <= day for found in split.training)


def test_outcomes_that_came_too_late_are_not_learned_from() -> None:
    late = [label(past(f"n{number}", a=0.5), True, after=10) for number in range(8)]
    rows = [*late, *(label(past(f"m{number}", 7, a=0.5), True) for number in range(8))]
    method, splits = splits_of(rows, RULES)
    assert method == "cross_validation"
    assert sorted(len(split.test) for split in splits) == [4, 4, 4, 4]
    assert {id(found) for split in splits for found in split.test} == {id(found) for found in rows}


def test_too_few_labels_split_nothing() -> None:
    found = compare_weights([label(past("A", a=0.5), True)], RANKING, RULES)
    assert (found.method, found.favoured, found.log_loss_fixed) == ("none", False, None)
    assert "too few" in found.why


@pytest.mark.parametrize("days", [range(4), range(1)])
def test_weights_that_tell_right_from_wrong_are_favoured(days: range) -> None:
    found = compare_weights(many(days, tells=True), RANKING, RULES)
    assert found.favoured, found.why
    assert found.gain is not None
    assert found.gain > 0
    assert (found.precision_at_k_learned or 0) > (found.precision_at_k_fixed or 1)


def test_weights_that_tell_nothing_are_not() -> None:
    found = compare_weights(many(range(4), tells=False), RANKING, RULES)
    assert not found.favoured


def test_few_labels_never_replace_the_catalogue() -> None:
    rows = many(range(1), tells=True)[:19]
    assert "19 labels, of 20" in compare_weights(rows, RANKING, RULES).why


def test_precision_shares_a_tie() -> None:
    # One confirmed among four of one place: a quarter, whichever came first.
    rows = [label(past(f"n{number}", a=0.5), number == 0) for number in range(8)]
    rows += [label(past(f"m{number}", 7, a=0.5), number == 0) for number in range(4)]
    found = compare_weights(rows, RANKING, RULES)
    assert found.method == "time"
    assert found.precision_at_k_fixed == 0.25
    assert rows[0].decided_on == RANKED + timedelta(days=5)
