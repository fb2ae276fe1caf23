"""Agents with the same players, and the friends, clubs and stalls that know the same people."""

import math

import pytest

from jobs.signals.payments.collection import common_counterparties
from tests.jobs.signals.payments.told import holding, members, shown

# Dealings of accounts with at least eight counterparties: eight and eight in each of nine cases, two more in
# `book` and none in `few` but for its own; 30 and 30 in `thin`; 8, 16 and 8 in `ring`.
DEALINGS = 18 + 8 * 16 + 16 + 60 + 32
# Everybody who deals with two of them, twice: 8 in each case, but 7 in `few` and 16 in `ring`.
REPEATS = 2 * (10 * 8 + 7 + 16)


def stake_and_win(world, name, *, staked="a0", paid_out="a1", players=8, by="p", **columns):
    """Each player pays one agent half a million, and gets two of the other; the keys."""
    keys = []
    for n in range(players):
        keys.append(world.pay(f"{name}-{by}{n}", f"{name}-{staked}", 0.5 + n / 10, n, **columns))
        keys.append(world.pay(f"{name}-{paid_out}", f"{name}-{by}{n}", 2 + n / 10, n + 1, **columns))
    return keys


def own(world, name, agent, count):
    """Further people who pay one agent alone."""
    for n in range(count):
        world.pay(f"{name}-{agent}-own{n}", f"{name}-{agent}", 1, 5)


def declare(world, name, **columns):
    for agent in ("a0", "a1"):
        world.account(f"{name}-{agent}", **columns)


def what_is_found(world):
    keys = {"book": stake_and_win(world, "book")}
    own(world, "book", "a1", 2)
    keys["ring"] = stake_and_win(world, "ring") + stake_and_win(
        world, "ring", staked="a1", paid_out="a2", by="q"
    )
    declare(world, "stalls", holder_type="household_business")
    stake_and_win(world, "stalls")
    stake_and_win(world, "told", remittance_norm="tien nha thang 3")
    # Savers pay three equal sums, and one agent pays all of it back; borrowers are paid first.
    for name, at in (("savers", 5), ("borrowers", -1)):
        for n in range(8):
            for part in range(3):
                world.pay(f"{name}-p{n}", f"{name}-a{part % 2}", 1 + n / 10, 10 + part + n / 10)
            world.pay(f"{name}-a1", f"{name}-p{n}", 3 * (1 + n / 10), 10 + at + n / 10)
    # Two heads of clubs: eight members, three rounds each, and each head pays two of the pots out.
    for head, start in (("a0", 0), ("a1", 10)):
        for turn in range(3):
            for n in range(8):
                world.pay(f"club-p{n}", f"club-{head}", 1, start + 30 * turn)
    for head, winners in (("a0", (0, 1)), ("a1", (2, 3))):
        for turn, n in enumerate(winners):
            world.pay(f"club-{head}", f"club-p{n}", 8, 30 * turn + 11)
    return keys


def what_is_not(world):
    stake_and_win(world, "friends")
    world.pay("friends-a1", "friends-a0", 0.05, 60)  # once, and less than what is looked at
    declare(world, "one-holder", holder_key="cccd:079")
    stake_and_win(world, "one-holder")
    for n in range(8):
        for agent in ("a0", "a1"):
            world.pay(f"one-way-p{n}", f"one-way-{agent}", 1, n)
    stake_and_win(world, "few", players=7)
    stake_and_win(world, "thin")
    for agent in ("a0", "a1"):
        own(world, "few", agent, 1)
        own(world, "thin", agent, 22)
    declare(world, "firms", holder_type="company")
    stake_and_win(world, "firms")


@pytest.fixture(scope="module")
def filled(new_world):
    world = new_world()
    keys = what_is_found(world)
    what_is_not(world)
    return world, keys


@pytest.fixture(scope="module")
def found(filled, measure):
    return {row.subject_id: row for row in measure(common_counterparties, filled[0])}


def surprise(common, expected):
    """-log10 of the Poisson tail, summed term by term."""
    terms = (math.exp(-expected) * expected**n / math.factorial(n) for n in range(common, common + 40))
    return -math.log10(math.fsum(terms))


def test_two_agents_of_one_book(found, filled):
    row = found["book-a1"]
    assert row.value == pytest.approx(surprise(8, 8 * 10 * REPEATS / DEALINGS**2), abs=1e-6)
    assert members(row) == {("book-a0", "collector"), ("book-a1", "collector")}
    assert shown(row) == set(filled[1]["book"])
    # Half a million to 1.2 and two to 2.7, eight times each.
    assert (row.support, row.value_vnd) == (16, 25_600_000)
    assert holding(row) == set()


def test_pairs_join_to_a_ring(found, filled):
    row = found["ring-a1"]
    assert row.value == pytest.approx(surprise(8, 8 * 16 * REPEATS / DEALINGS**2), abs=1e-6)
    assert members(row) == {(f"ring-a{n}", "collector") for n in range(3)}
    assert shown(row) == set(filled[1]["ring"])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("stalls", "declared_business"),
        ("told", "stated_reason"),
        ("club", "savings_club"),
        ("savers", "saved_up"),
    ],
)
def test_innocent_explanations(found, name, reason):
    assert holding(found[f"{name}-a0"]) == {reason}


def test_exactly_those_that_are_meant(found):
    assert set(found) == {
        "book-a1",
        "ring-a1",
        "stalls-a0",
        "told-a0",
        "club-a0",
        "savers-a0",
        "borrowers-a0",
    }
    assert holding(found["borrowers-a0"]) == set()


def test_whom_many_deal_with_ties_nobody(filled, measure):
    assert measure(common_counterparties, filled[0], neighbours_most=1) == []
