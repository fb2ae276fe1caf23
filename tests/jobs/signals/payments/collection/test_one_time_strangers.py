"""Fans of strangers: a lone one, two that meet, and what is no such fan."""

import pytest

from jobs.signals.payments.collection import one_time_strangers
from tests.jobs.signals.payments.told import holding, members, shown

SUMS = 40 / (40 + 8)
"""Of payments of forty times what persons usually pay each other."""


def ordinary_life(world, **columns):
    """Persons who pay each other a million, again and again: what is usual."""
    for pair in range(20):
        for day in range(8):
            world.pay(f"anna{pair}", f"binh{pair}", 1, day * 10, **columns)


def fan_in(world, centre, strangers, *, days=3, **columns):
    """Each of `strangers` pays the centre forty millions once."""
    return [world.pay(name, centre, 40, place * days, **columns) for place, name in enumerate(strangers)]


def names(prefix, number):
    return [f"{prefix}{place}" for place in range(number)]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    ordinary_life(world)
    keys = {"lone": fan_in(world, "lone", names("s", 6))}
    world.pay("lone", "next", 216, 20)
    # Two small fans with a stranger in common; two without; two that meet in a shop.
    keys["left"] = fan_in(world, "left", ["a1", "a2", "both"])
    keys["right"] = fan_in(world, "right", ["both", "b1", "b2"])
    fan_in(world, "apart1", names("c", 3))
    fan_in(world, "apart2", names("d", 3))
    fan_in(world, "near", ["e1", "e2", "shop"])
    fan_in(world, "far", ["shop", "f1", "f2"])
    for place in range(12):
        world.pay(f"buyer{place}", "shop", 1, place)
    # A trader, payers who come back, small sums, wages, and those who say what they pay for.
    world.account("trader", holder_type="household_business")
    fan_in(world, "trader", names("g", 9))
    for day in (0, 30):
        for place in range(6):
            world.pay(f"regular{place}", "landlord", 40, day + place)
    for place in range(6):
        world.pay(f"small{place}", "friend", 4, place)
    fan_in(world, "seller", names("h", 6), remittance_norm="dat coc mua xe")
    # Furniture, a motorbike, a wedding: bought of firms, once each.
    for place, firm in enumerate(names("firm", 6)):
        world.account(firm, holder_type="company", holder_key=f"tax:{firm}")
        world.pay("bride", firm, 40, place * 3)
    return {row.subject_id: row for row in measure(one_time_strangers, world)}, keys


def test_a_lone_fan_that_hands_on(found):
    rows, keys = found
    row = rows["lone"]
    assert row.value == pytest.approx(SUMS * (1 + 6 / 16 + 1) / 3, abs=1e-5)
    assert members(row) == {("lone", "collector"), *((name, "branch") for name in names("s", 6))}
    assert shown(row) == set(keys["lone"])
    assert row.value_vnd == 240_000_000
    assert holding(row) == set()


def test_fans_that_meet_are_one_ring(found):
    rows, keys = found
    row = rows["left"]
    one = SUMS * (1 + 3 / 13) / 3
    assert row.value == pytest.approx(1 - (1 - one) ** 2, abs=1e-5)
    branches = {(name, "branch") for name in ("a1", "a2", "both", "b1", "b2")}
    assert members(row) == {("left", "collector"), ("right", "collector"), *branches}
    assert shown(row) == {*keys["left"], *keys["right"]}


def test_a_household_business_is_explained(found):
    assert holding(found[0]["trader"]) == {"household_business"}


def test_nobody_else(found):
    """Small fans that stand alone or meet in a shop, relations, small sums, what is said, what is bought."""
    assert set(found[0]) == {"lone", "left", "trader"}


def test_where_people_say_what_they_pay_for_the_centre_stands_alone(new_world, measure):
    """Its silent payers may be victims; two fans that share one are no ring."""
    world = new_world()
    ordinary_life(world, remittance_norm="tien an trua")
    fan_in(world, "lone", names("s", 6))
    world.pay("lone", "next", 216, 20)
    fan_in(world, "left", ["a1", "a2", "both"])
    fan_in(world, "right", ["both", "b1", "b2"])
    (row,) = measure(one_time_strangers, world)
    assert members(row) == {("lone", "collector")}
    assert row.value == pytest.approx(SUMS * (1 + 6 / 16 + 1) / 3 / 2, abs=1e-5)


def test_an_ordinary_world_has_none(new_world, measure):
    world = new_world()
    ordinary_life(world)
    assert measure(one_time_strangers, world) == []
