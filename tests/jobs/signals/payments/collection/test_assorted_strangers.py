"""Strangers of every sort on one account within days; and staff, regulars, spread and stated payments."""

import math

import pytest

from jobs.signals.payments.collection import assorted_strangers
from tests.jobs.signals.payments.told import holding, members, shown

KINDS = ("individual", "household_business", "company")


def strangers(world, prefix, number, kinds=KINDS):
    names = [f"{prefix}{place}" for place in range(number)]
    for place, name in enumerate(names):
        world.account(name, holder_type=kinds[place % len(kinds)])
    return names


def fan_in(world, centre, names, *, days=0.5, factor=1.0, **columns):
    """Each of `names` pays the centre once: twenty millions, or each `factor` times more than the last."""
    return [
        world.pay(name, centre, 20 * factor**place, 10 + place * days, **columns)
        for place, name in enumerate(names)
    ]


def ordinary_life(world):
    """Persons who pay each other a million, again and again: what is usual."""
    for pair in range(20):
        for day in range(8):
            world.pay(f"anna{pair}", f"binh{pair}", 1, day * 10)


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    ordinary_life(world)
    keys = {"mule": fan_in(world, "mule", strangers(world, "s", 6))}
    # Both sides of one account: what it gathers, it scatters.
    keys["hub"] = fan_in(world, "hub", strangers(world, "g", 6))
    keys["hub"] += [
        world.pay("hub", name, 20, 20 + place / 2) for place, name in enumerate(strangers(world, "t", 6))
    ]
    fan_in(world, "club", strangers(world, "c", 6), remittance_norm="gop hui thang nay")
    fan_in(world, "employer", strangers(world, "p", 6, KINDS[:1]))
    fan_in(world, "landlord", strangers(world, "r", 6), days=8)
    busy = strangers(world, "b", 6)
    fan_in(world, "shop", busy)
    for day in range(12):
        world.pay("regular", "shop", 20, day * 7)
    for place, name in enumerate(strangers(world, "v", 6)):
        world.pay(name, "friend", 0.5, 10 + place / 2)
    # The logarithms of six sums, each so many times the last, deviate by 1.71 times that of the factor.
    for name, factor in (("mover", 2.0), ("cooperative", 1.5)):
        fan_in(world, name, strangers(world, name, 6), factor=factor)
    return {row.subject_id: row for row in measure(assorted_strangers, world)}, keys


def test_a_burst_of_all_kinds(found):
    rows, keys = found
    row = rows["mule"]
    assert row.value == pytest.approx(math.log2(6), abs=1e-5)
    assert members(row) == {("mule", "collector"), *((f"s{place}", "payer") for place in range(6))}
    assert shown(row) == set(keys["mule"])
    assert (row.support, row.value_vnd) == (6, 120_000_000)
    assert holding(row) == {"like_sums", "same_sums"}


def test_both_sides_of_an_account_are_one_finding(found):
    rows, keys = found
    row = rows["hub"]
    assert row.value == pytest.approx(math.log2(12), abs=1e-5)
    assert {role for _, role in members(row)} == {"collector", "payer", "payee"}
    assert shown(row) == set(keys["hub"])


def test_what_is_said_explains(found):
    assert "told_what_for" in holding(found[0]["club"])


def test_nobody_else(found):
    """Staff are of one kind, tenants pay week by week, a shop has regulars, friends pay small sums."""
    assert set(found[0]) == {"mule", "hub", "club", "mover", "cooperative"}


def test_sums_of_one_order_are_rents_or_a_harvest(found):
    assert holding(found[0]["mover"]) == set()
    assert holding(found[0]["cooperative"]) == {"like_sums"}
