"""Payers who move from account to account together, and the clubs, traders and strangers who do not."""

import pytest

from jobs.signals.payments.collection import followed_by_payers
from tests.jobs.signals.payments.told import holding, members, shown


def rotate(world, name, *, accounts=2, payers=6, every=30.0, side_by_side=0, **columns):
    """Each payer pays each account a million once, `every` so many days the next one; returns the keys.

    `side_by_side`: so many further payers pay all of them at the start, and again at the end.
    """
    keys = []
    for n in range(accounts):
        for payer in range(payers):
            keys.append(world.pay(f"{name}-p{payer}", f"{name}-a{n}", 1, every * n, **columns))
        for payer in range(side_by_side):
            for day in (0, every * accounts):
                world.pay(f"{name}-s{payer}", f"{name}-a{n}", 1, day)
    return keys


def own_payers(world, name, count, *, accounts=2):
    """Further payers of each account, who pay no other."""
    for n in range(accounts):
        for payer in range(count):
            world.pay(f"{name}-a{n}-own{payer}", f"{name}-a{n}", 1, 1)


def declare(world, names, **columns):
    for name in names:
        world.account(name, **columns)


def both(name):
    return [f"{name}-a0", f"{name}-a1"]


def what_is_told(world):
    """The keys of each group that is found."""
    keys = {"three": rotate(world, "three", accounts=3, payers=4, side_by_side=1)}
    own_payers(world, "three", 1, accounts=1)
    keys["three"].append(world.pay("three-p0", "three-a0", 2, 20))
    keys["six"] = rotate(world, "six")
    declare(world, both("unknown"), holder_type=None, holder_key=None)
    keys["unknown"] = rotate(world, "unknown")
    keys["eight"] = rotate(world, "eight", side_by_side=2)
    keys["known"] = rotate(world, "known")
    own_payers(world, "known", 18)
    keys["sixty"] = rotate(world, "sixty", payers=60)
    keys["twelve"] = rotate(world, "twelve", accounts=12, payers=4)
    keys["club-by-name"] = rotate(world, "club-by-name", remittance_norm="gop hui thang 3")
    keys["landlords"] = rotate(world, "landlords", remittance_norm="tien nha thang 3")
    declare(world, ["the-shop", "a-shop"], holder_type="household_business")
    for name, hand_in in (("staff", 2), ("one-of-them", 1)):
        keys[name] = rotate(world, name)
        for n in range(hand_in):
            world.pay(f"{name}-a{n}", "the-shop" if name == "staff" else "a-shop", 5, 30 * n + 5)
    keys["half-told"] = rotate(world, "half-told", payers=3, remittance_norm="tien nha")
    for n in range(2):
        for payer in range(3, 7):
            keys["half-told"].append(world.pay(f"half-told-p{payer}", f"half-told-a{n}", 1, 30 * n))
    return keys


def what_is_not(world):
    rotate(world, "strangers", payers=0, side_by_side=6)
    rotate(world, "nine", side_by_side=3)
    rotate(world, "at-once", every=0)
    rotate(world, "five", payers=5)
    rotate(world, "popular", payers=61)
    rotate(world, "thirteen", accounts=13, payers=4)
    rotate(world, "three-payers", accounts=3, payers=3)
    rotate(world, "two-moved", accounts=3, payers=2)
    own_payers(world, "two-moved", 2, accounts=3)
    rotate(world, "crowd")
    own_payers(world, "crowd", 19)
    rotate(world, "club", accounts=3, payers=4)
    world.pay("club-a1", "club-p0", 4, 30.5)
    rotate(world, "exchange")
    world.pay("exchange-a1", "exchange-p2", 1, 80, channel="card")
    rotate(world, "friends")
    world.pay("friends-a1", "friends-a0", 1, 70)
    declare(world, both("one-holder"), holder_key="cccd:one-holder")
    rotate(world, "one-holder")
    declare(world, both("one-name"), holder_key=None, holder_name_norm="nguyen thi an")
    rotate(world, "one-name")
    declare(world, both("firms"), holder_type="company")
    rotate(world, "firms")
    declare(world, both("shops"), holder_type="household_business")
    rotate(world, "shops")
    declare(world, both("hubs"), hub=True)
    rotate(world, "hubs")
    declare(world, [f"market-p{n}" for n in range(6)], holder_type="platform")
    rotate(world, "market")
    declare(world, [f"wages-p{n}" for n in range(6)], holder_type="company")
    rotate(world, "wages", purpose_code="SALA")
    rotate(world, "settled", channel="platform_payout")
    rotate(world, "carried", channel="cod_settlement")
    rotate(world, "abroad", creditor_country="KH")


@pytest.fixture(scope="module")
def filled(new_world):
    world = new_world()
    keys = what_is_told(world)
    what_is_not(world)
    return world, keys


@pytest.fixture(scope="module")
def found(filled, measure):
    world, keys = filled
    return {name_of(row): row for row in measure(followed_by_payers, world)}, keys


def name_of(row):
    return row.subject_id.removesuffix("-a0")


def test_payers_who_move_through_three_accounts(found):
    rows, keys = found
    row = rows["three"]
    assert row.subject_id == "three-a0"
    assert row.value == 3.584963  # four moved between each two of the three: log2 of 12
    # Twelve payments of a million and one of two, of those who moved alone.
    assert (row.support, row.value_vnd) == (13, 14_000_000)
    assert members(row) == {(f"three-a{n}", "collector") for n in range(3)}
    assert shown(row) == set(keys["three"])
    assert holding(row) == set()


def test_a_pair_that_six_moved_between(found):
    rows, keys = found
    row = rows["six"]
    assert row.value == 2.584963  # log2 of 6
    assert (row.support, row.value_vnd) == (12, 12_000_000)
    assert members(row) == {("six-a0", "collector"), ("six-a1", "collector")}
    assert shown(row) == set(keys["six"])


def test_exactly_those_that_are_meant(found):
    rows, keys = found
    assert set(rows) == set(keys)


def test_those_who_pay_side_by_side_are_no_evidence(found):
    rows, keys = found
    assert shown(rows["eight"]) == set(keys["eight"])


@pytest.mark.parametrize(
    ("group", "reasons"),
    [
        ("club-by-name", {"stated_club"}),
        ("landlords", {"rent_or_teaching"}),
        ("half-told", set()),  # six of fourteen
        ("staff", {"declared_business"}),
        ("one-of-them", set()),  # one of two
    ],
)
def test_innocent_explanations(found, group, reasons):
    assert holding(found[0][group]) == reasons


@pytest.mark.parametrize(
    "group",
    [
        "strangers",
        "nine",
        "at-once",
        "five",
        "popular",
        "thirteen",
        "three-payers",
        "two-moved",
        "crowd",
        "club",
        "exchange",
        "friends",
        "one-holder",
        "one-name",
        "firms",
        "shops",
        "hubs",
        "market",
        "wages",
        "settled",
        "carried",
        "abroad",
    ],
)
def test_what_is_no_such_rotation(found, group):
    assert group not in found[0]


def test_what_the_bounds_leave_out(filled, measure):
    wider = {
        "payers_least": 3,
        "payers_most": 61,
        "payees_most": 13,
        "moved_least": 2,
        "moved_share": 0.66,
        "payers_share": 0.24,
        "pair_moved_least": 5,
    }
    rows = {name_of(row) for row in measure(followed_by_payers, filled[0], **wider)}
    assert rows - set(filled[1]) == {
        "five",
        "popular",
        "thirteen",
        "three-payers",
        "two-moved",
        "nine",
        "crowd",
    }


def test_nobody_moved(filled, measure):
    assert measure(followed_by_payers, filled[0], moved_least=100) == []
