"""Bundles of credits that go on whole to one account, against presents, customers and what is kept."""

import math

import pytest

from jobs.signals.payments.collection import bundles_for_one
from tests.jobs.signals.payments.told import holding, members, shown


def bundle(
    world, feeder, collector, day, credits=(2, 1, 3, 2), carried=0.95, payers=None, onward="", **columns
):
    """Credits in millions, an hour apart, of payers of their own, and what is carried on a day later."""
    names = payers or f"payer of day {day} "
    keys = [
        world.pay(f"{names}{number}", feeder, millions, day + number / 24, **columns)
        for number, millions in enumerate(credits)
    ]
    said = {"remittance_norm": onward} if onward else {}
    return [*keys, world.pay(feeder, collector, sum(credits) * carried, day + 1, **said)]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    keys = bundle(world, "mule1", "boss", 1) + bundle(world, "mule2", "boss", 11)
    # One who buys a present together with others.
    bundle(world, "friend", "goldsmith", 21)
    # Two of whom one keeps a third, and two who are paid by three.
    bundle(world, "spender1", "landlord", 31)
    bundle(world, "spender2", "landlord", 34, carried=0.6)
    bundle(world, "small1", "uncle", 37, credits=(3, 3, 2))
    bundle(world, "small2", "uncle", 40, credits=(3, 3, 2))
    # Customers of a stall, who come back.
    for day in (43, 46, 49):
        for stall in ("stall1", "stall2"):
            bundle(world, stall, "wholesaler", day, payers=f"customer of {stall} ")
    for number, feeder in enumerate(("aunt1", "aunt2")):
        bundle(world, feeder, "temple", 60 + number * 3, remittance_norm="ung ho tu thien")
    for number, feeder in enumerate(("colleague1", "colleague2")):
        bundle(world, feeder, "tailor", 70 + number * 3, onward="tien hang gom" if number else "gom don 12")
    # Here those who order say so; and in one of four bundles alone.
    for number, feeder in enumerate(("parent1", "parent2")):
        bundle(world, feeder, "dairy", 80 + number * 3, remittance_norm="mua chung sua", onward="ck")
    for number, feeder in enumerate(("runner1", "runner2")):
        bundle(world, feeder, "straw", 90 + number * 3, remittance_norm="ck" if number else "mua chung")
        bundle(world, feeder, "straw", 100 + number * 3, remittance_norm="ck", payers=f"other {feeder} ")
    world.account("eatery", holder_type="household_business")
    for number, feeder in enumerate(("wife", "clerk")):
        bundle(world, feeder, "eatery", 110 + number * 3)
    return {row.subject_id: row for row in measure(bundles_for_one, world)}, keys


def test_two_accounts_that_gather_for_one(found):
    rows, keys = found
    row = rows["boss"]
    assert row.value == pytest.approx(math.log2(3), abs=1e-6)
    assert members(row) == {("boss", "collector"), ("mule1", "mule"), ("mule2", "mule")}
    assert shown(row) == set(keys)
    # Four credits and a payment each; 95 % of eight million each.
    assert (row.support, row.value_vnd) == (10, 15_200_000)
    assert holding(row) == set()


@pytest.mark.parametrize("one", ["goldsmith", "landlord", "uncle", "wholesaler"])
def test_one_alone_what_is_kept_a_few_payers_and_customers_are_no_bundles(found, one):
    assert one not in found[0]


def test_a_stated_reason_explains_it(found):
    assert holding(found[0]["temple"]) == {"stated_reason"}


@pytest.mark.parametrize("one", ["tailor", "dairy"])
def test_orders_that_are_gathered_for_one_shop(found, one):
    assert holding(found[0][one]) == {"group_order"}


def test_takings_of_a_registered_business(found):
    assert holding(found[0]["eatery"]) == {"declared_business"}


def test_a_few_who_say_so_explain_nothing(found):
    assert holding(found[0]["straw"]) == set()
