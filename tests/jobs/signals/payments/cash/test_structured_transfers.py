"""Transfers to persons under the level (500 m dong), drawn in cash, and purchases that look like them."""

import pytest

from jobs.signals.payments.cash import structured_transfers
from tests.jobs.signals.payments.told import holding, members, shown

FIRM = {"holder_type": "company"}


def transfers(world, name, millions, *, payees=3, times=1, drawn=None, after=2.0, **columns):
    """A firm pays each payee `times` times, four days apart, and each then draws once; the keys."""
    world.account(name, **FIRM)
    keys = []
    for n in range(payees):
        payee = f"{name}-p{n}"
        for time in range(times):
            keys.append(world.pay(name, payee, millions, 4 * time + n / 10, **columns))
        if drawn:
            last = 4 * (times - 1) + n / 10
            keys.append(world.pay(payee, None, drawn, last + after, channel="cash_withdrawal"))
    return keys


def what_is_found(world):
    keys = {"firm": transfers(world, "firm", 490, times=2, drawn=300)}
    world.pay("firm", "firm-contractor", 200, 9)  # large, and not under the level
    world.pay("firm", "firm-helper", 100, 9)
    world.account("firm-supplier", **FIRM)
    world.pay("firm", "firm-supplier", 490, 9)
    world.pay("firm", "firm-director", 490, 9, purpose_code="SALA")
    world.pay("firm-p0", None, 400, 30, channel="cash_withdrawal")  # long after
    keys["edge"] = transfers(world, "edge", 450, drawn=450)
    for n in range(3):
        world.account(f"shops-p{n}", holder_type="household_business")
    transfers(world, "shops", 490, drawn=490)
    world.account("land", **FIRM)
    for n in range(3):
        world.pay("land", "land-seller", 490, n / 24)
    world.pay("land-seller", None, 490, 3, channel="cash_withdrawal")
    return keys


def what_is_not(world):
    transfers(world, "keepers", 490, drawn=140)  # less than three tenths
    transfers(world, "late", 490, drawn=490, after=10.5)
    transfers(world, "at-the-level", 500, drawn=500)
    transfers(world, "far-below", 449, drawn=449)
    transfers(world, "few", 490, payees=2, drawn=490)
    transfers(world, "mixed", 490, drawn=490)
    for n in range(4):  # three of seven
        world.pay("mixed", f"mixed-other{n}", 200, 5)
    for n in range(3):
        world.account(f"invoice-p{n}", **FIRM)
    transfers(world, "invoice", 490, drawn=490)
    # One payee draws a fortune, of other money than what this firm paid.
    transfers(world, "one-draws", 490, payees=4)
    for n in range(3):
        world.pay("one-draws-p0", None, 900, 5 + n, channel="cash_withdrawal")


@pytest.fixture(scope="module")
def filled(new_world):
    world = new_world()
    keys = what_is_found(world)
    what_is_not(world)
    return world, keys


@pytest.fixture(scope="module")
def found(filled, measure):
    return {row.subject_id: row for row in measure(structured_transfers, filled[0])}


def test_just_under_the_level_and_drawn_in_cash(found, filled):
    row = found["firm"]
    # Six of seven large transfers, and six of six and two; 300 of 490 drawn after each.
    assert row.value == pytest.approx(6 / 7 * 6 / 8, abs=1e-6)
    assert members(row) == {("firm", "operator"), *((f"firm-p{n}", "mule") for n in range(3))}
    assert shown(row) == set(filled[1]["firm"])
    assert (row.support, row.value_vnd) == (9, 2_940_000_000)
    assert holding(row) == set()


def test_nine_tenths_of_the_level_count(found, filled):
    assert found["edge"].value == 0.6  # three of three, and three of three and two
    assert shown(found["edge"]) == set(filled[1]["edge"])


@pytest.mark.parametrize(("name", "reason"), [("shops", "declared_business"), ("land", "one_purchase")])
def test_innocent_explanations(found, name, reason):
    assert holding(found[name]) == {reason}


def test_exactly_those_that_are_meant(found):
    assert set(found) == {"firm", "edge", "shops", "land"}


def test_nobody_stays_under_the_level(filled, measure):
    assert measure(structured_transfers, filled[0], transfers_least=100) == []
