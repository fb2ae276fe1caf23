"""Groups of brief relations, on worlds whose chances can be reckoned by hand."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.graph.brief_relations import BriefRules, find_brief_groups

DAY = 86_400
RULES = BriefRules(
    brief_seconds=10 * DAY,
    gap_seconds=4 * DAY,
    gap_seconds_min=DAY // 2,
    amount_vnd_min=10,
    step_chance_max=0.1,
    accounts_max=20,
)


def relations(*rows):
    """(debtor, creditor, first day, amount, payments, days that it lasts)."""
    return pd.DataFrame(
        [
            (debtor, creditor, int(day * DAY), int((day + lasts) * DAY), payments, amount)
            for debtor, creditor, day, amount, payments, lasts in rows
        ],
        columns=["debtor", "creditor", "first", "last", "payments", "amount_vnd"],
    )


def ordinary(people=30, days=400):
    """Everybody pays a shop of their own and a friend of their own, small sums, months apart."""
    return [
        row
        for number in range(people)
        for row in (
            (f"a{number}", f"shop{number}", (number * 7) % days, 10 + number, 1, 0),
            (f"friend{number}", f"a{number}", (number * 7 + 100) % days, 10 + number, 1, 0),
        )
    ]


def accounts_of(table, group):
    rows = table.loc[list(group.relations)]
    return {*rows["debtor"], *rows["creditor"]}


def test_large_sums_between_strangers_within_days_are_one_group():
    table = relations(*ordinary(), ("a1", "a2", 200, 900, 3, 1), ("a2", "a3", 201, 900, 3, 1))
    (group,) = find_brief_groups(table, RULES)
    assert accounts_of(table, group) == {"a1", "a2", "a3"}
    # 62 brief relations, two of them with three payments. Both accounts of each rank it first of their three
    # payments out (two of a1: its shop and this) and in: ranks 1/2 and 1/2, so shares are 1/4 x 2/62.
    share = 1 / 4 * 2 / 62
    seconds = table["last"].max() - table["first"].min()
    # a2 has four brief relations, and those at least as rare are held against 0.5 ** 6. The second begins
    # when the first ends, and below half a day nearer proves no more.
    step = 1 - math.exp(-4 * 0.5**6 * RULES.gap_seconds_min / seconds)
    assert group.log10_chance == pytest.approx(math.log10(62 * share) + math.log10(step))


def test_relations_that_last_are_no_part_of_it():
    table = relations(*ordinary(), ("a1", "a2", 200, 900, 3, 60), ("a2", "a3", 201, 900, 3, 60))
    assert find_brief_groups(table, RULES) == []


def test_weeks_apart_they_do_not_hang_together():
    table = relations(*ordinary(), ("a1", "a2", 200, 900, 3, 1), ("a2", "a3", 220, 900, 3, 1))
    assert find_brief_groups(table, RULES) == []


def test_who_does_so_all_the_time_hangs_nothing_together():
    """A dealer has a large brief relation every few days: another one proves nothing."""
    busy = [("dealer", f"customer{number}", 4 * number, 900, 1, 0) for number in range(100)]
    table = relations(*ordinary(), *busy)
    assert find_brief_groups(table, RULES) == []


def test_small_sums_are_left_alone():
    table = relations(*ordinary(), ("a1", "a2", 200, 9, 3, 1), ("a2", "a3", 201, 9, 3, 1))
    assert find_brief_groups(table, RULES) == []


def test_a_fan_within_a_day_is_less_likely_than_one_within_weeks():
    """Each step alone is ordinary for such an account; that all came so soon is not."""
    soon = [(f"a{number}", "collector", 200 + number / 10, 900, 1, 0) for number in range(6)]
    slow = [(f"a{number}", "collector", 200 + 3.9 * number, 900, 1, 0) for number in range(6)]
    (of_soon,) = find_brief_groups(relations(*ordinary(), *soon), RULES)
    of_slow = find_brief_groups(relations(*ordinary(), *slow), RULES)
    assert all(of_soon.log10_chance < group.log10_chance - 1 for group in of_slow)


def test_time_is_counted_in_what_everybody_does():
    """Two relations a day apart prove little on the day on which all the others are made as well."""
    pair = [("a1", "a2", 200, 900, 3, 0), ("a2", "a3", 203, 900, 3, 0)]
    feast = [(f"b{number}", f"c{number}", 200 + number / 50, 20, 1, 0) for number in range(150)]
    (quiet,) = find_brief_groups(relations(*ordinary(), *pair), RULES)
    (busy,) = [
        group
        for group in find_brief_groups(relations(*ordinary(), *pair, *feast), RULES)
        if len(group.relations) == 2
    ]
    assert quiet.log10_chance < busy.log10_chance


def test_a_closed_ring_is_less_likely_than_an_open_chain():
    chain = [("a1", "a2", 200, 900, 1, 0), ("a2", "a3", 201, 900, 1, 0), ("a3", "a4", 202, 900, 1, 0)]
    ring = [*chain[:2], ("a3", "a1", 202, 900, 1, 0)]
    (of_chain,) = find_brief_groups(relations(*ordinary(), *chain), RULES)
    (of_ring,) = find_brief_groups(relations(*ordinary(), *ring), RULES)
    assert of_ring.log10_chance < of_chain.log10_chance


def test_a_group_too_large_is_split_or_left_out():
    spread = [("centre", f"a{number}", 200, 900 + number, 1, 0) for number in range(25)]
    table = relations(*ordinary(), *spread)
    assert all(len(accounts_of(table, group)) <= 20 for group in find_brief_groups(table, RULES))


ROWS = st.tuples(
    st.integers(0, 9), st.integers(0, 9), st.integers(0, 60), st.integers(1, 99), st.integers(1, 4)
)


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=60, unique_by=lambda row: row[:2]), st.randoms())
def test_groups_are_disjoint_and_do_not_depend_on_the_order(rows, random):
    table = relations(*[(f"a{d}", f"a{c}", day, amount, n, 1) for d, c, day, amount, n in rows])
    groups = find_brief_groups(table, RULES)
    named = [position for group in groups for position in group.relations]
    assert len(named) == len(set(named))
    assert all(math.isfinite(group.log10_chance) for group in groups)

    shuffled = table.sample(frac=1, random_state=random.randint(0, 99)).reset_index(drop=True)
    again = find_brief_groups(shuffled, RULES)
    assert sorted(sorted(accounts_of(table, group)) for group in groups) == sorted(
        sorted(accounts_of(shuffled, group)) for group in again
    )
