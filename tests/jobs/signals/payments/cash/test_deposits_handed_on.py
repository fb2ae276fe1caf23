"""Deposits of strangers that become another's cash, and shops, landlords and clubs that take deposits."""

from math import log2

import pytest

from jobs.signals.payments.cash import deposits_handed_on
from tests.jobs.signals.payments.told import holding, members, shown


def deposits(world, taker, *, people=14, times=1, said="dat coc", **columns):
    return {
        world.pay(f"{taker}'s {number}", taker, 2, number + 20 * turn, remittance_norm=said, **columns)
        for number in range(people)
        for turn in range(times)
    }


def hands(world, taker, payee, *, each=6, times=3, drawn=0.8):
    """`taker` pays `payee`, who draws a part of it."""
    keys = {world.pay(taker, payee, each, 5 * n + 1) for n in range(times)}
    if drawn:
        keys |= {
            world.pay(payee, None, each * drawn, 5 * n + 2, channel="cash_withdrawal") for n in range(times)
        }
    return keys


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    keys = deposits(world, "borrowed") | hands(world, "borrowed", "behind")
    world.pay("borrowed", "friend", 2, 30)
    for name, given in {
        "few": {"people": 11},
        "club": {"times": 2},
        "goods": {"said": "tien hang"},
        "landlord": {"said": "tien coc phong 3"},
    }.items():
        deposits(world, name, **given)
        hands(world, name, f"{name}'s payee")
    for name, given in {
        "buys": {"each": 4},  # twelve of 28
        "twice": {"each": 9, "times": 2},
        "banked": {"drawn": 0.5},
    }.items():
        deposits(world, name)
        hands(world, name, f"{name}'s payee", **given)
    # The payee has an income of her own; the payee is a firm; the taker is one.
    deposits(world, "husband")
    hands(world, "husband", "wife")
    world.pay("employer", "wife", 20, 40)
    world.account("wholesaler", holder_type="company")
    deposits(world, "retailer")
    hands(world, "retailer", "wholesaler")
    world.account("firm", holder_type="company")
    deposits(world, "firm")
    hands(world, "firm", "owner")
    world.account("carrier", holder_type="carrier", hub=True)
    deposits(world, "shop")
    hands(world, "shop", "brother")
    for n in range(5):
        world.pay("carrier", "shop", 1, 10 * n, channel="cod_settlement")
    return {row.subject_id: row for row in measure(deposits_handed_on, world)}, keys


def test_strangers_deposits_become_anothers_cash(found):
    rows, keys = found
    row = rows["borrowed"]
    assert row.value == pytest.approx(log2(14), abs=1e-6)
    # Fourteen pay two millions each; three payments and three withdrawals follow.
    assert (row.support, row.value_vnd) == (14 + 3 + 3, 28_000_000)
    assert members(row) == {("borrowed", "collector"), ("behind", "beneficiary")}
    assert shown(row) == keys
    assert holding(row) == set()


@pytest.mark.parametrize(
    "taker",
    ["few", "club", "goods", "landlord", "buys", "twice", "banked", "husband", "retailer", "firm"],
)
def test_other_takers_of_deposits_show_nothing(found, taker):
    assert taker not in found[0]


def test_a_shop_that_is_settled_delivers(found):
    assert holding(found[0]["shop"]) == {"settled_shop"}
