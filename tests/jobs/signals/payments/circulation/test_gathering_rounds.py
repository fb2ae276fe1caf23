"""Accounts that gather and spread in rounds, and the employers, clubs and shops that look like them."""

import pytest

from jobs.signals.payments.circulation import gathering_rounds
from tests.jobs.signals.payments.told import holding, members, shown

STARTS = (0, 20, 40, 60)
FIRM = {"holder_type": "company", "holder_key": "tax:0301234567"}


def gather(world, name, day, *, sources=3, by="source", paid=10, **columns):
    """Each source pays ten millions."""
    return [world.pay(f"{name}-{by}{n}", name, paid, day + n * 0.1, **columns) for n in range(sources)]


def spread(world, name, day, *, sinks=5, each=5.8, to="sink", **columns):
    return [world.pay(name, f"{name}-{to}{n}", each, day + 2 + n * 0.1, **columns) for n in range(sinks)]


def rounds(world, name, *, starts=STARTS, each=5.8, said_in=None, said_out=None):
    """Rounds of three sources and five sinks, the keys of their payments."""
    keys = []
    for day in starts:
        keys += gather(world, name, day, **(said_in or {}))
        keys += spread(world, name, day, each=each, **(said_out or {}))
    return set(keys)


def uneven(world):
    """Three rounds; the last one leaves out a sink. A friend gives and takes beside them."""
    for day in (0, 20):
        gather(world, "uneven", day)
        spread(world, "uneven", day, sinks=4, each=7)
    gather(world, "uneven", 40)
    spread(world, "uneven", 40, sinks=3, each=9)
    world.pay("friend", "uneven", 10, 41)
    world.pay("uneven", "friend", 17, 70)


def what_is_explained(world):
    club = {"remittance_norm": "gop hui thang 3"}
    world.account("employer", **FIRM)
    rounds(world, "employer", said_out={"purpose_code": "SALA"})
    rounds(world, "told", said_in=club, said_out=club)
    rounds(world, "half-told", said_in=club)  # 12 of 32
    for n in range(2):
        world.account(f"cooperative-source{n}", holder_type="household_business")
        world.account(f"unknown-source{n}", holder_type=None, holder_key=None)
    world.account("unknown-source2", **FIRM)
    rounds(world, "cooperative")
    rounds(world, "unknown")
    for day in STARTS:
        gather(world, "neighbour", day, paid=5)
        spread(world, "neighbour", day, each=2.9)


def what_is_not(world):
    rounds(world, "keeper", each=4.2)  # 21 of 30
    rounds(world, "once", starts=(0,))
    for day in STARTS:
        gather(world, "club", day, by="member")
        spread(world, "club", day, sinks=3, each=9.8, to="member")
        gather(world, "fair", day, by=f"visitor{day}-")  # others each time
        spread(world, "fair", day)
        gather(world, "pair", day, sources=2)
        spread(world, "pair", day, sinks=3, each=6.5)
    # Sixty days in all, 450 millions in and out, but stock is bought when half of them are over.
    for day in range(30):
        for taken, paid, start in ((10, 5, 0), (5, 10, 45)):
            world.pay(f"customer{day % 4}", "shop", taken, start + day)
            world.pay("shop", f"supplier{day % 4}", paid, start + day + 0.5)


@pytest.fixture(scope="module")
def filled(new_world):
    world = new_world()
    keys = rounds(world, "steady")
    uneven(world)
    what_is_explained(world)
    what_is_not(world)
    return world, keys


@pytest.fixture(scope="module")
def found(filled, measure):
    return {row.subject_id: row for row in measure(gathering_rounds, filled[0])}


def test_four_rounds_of_three_sources_and_five_sinks(found, filled):
    row = found["steady"]
    # Three further rounds, two further who recur on the smaller side: 6 / (6 + 2), and nothing else.
    assert row.value == 0.75
    assert (row.support, row.value_vnd) == (32, 120_000_000)
    assert members(row) == {
        ("steady", "collector"),
        *((f"steady-source{n}", "mule") for n in range(3)),
        *((f"steady-sink{n}", "beneficiary") for n in range(5)),
    }
    assert shown(row) == filled[1]
    assert holding(row) == set()


def test_other_dealings_and_who_is_left_out_weaken_it(found):
    row = found["uneven"]
    # (3 - 1) x (3 - 1) = 4 of 4 + 2; 173 of 200 millions; 11 of 3 x 4 sinks.
    assert row.value == pytest.approx(4 / 6 * (173 / 200) ** 0.5 * (11 / 12) ** 0.5, abs=1e-6)
    assert (row.support, row.value_vnd) == (20, 90_000_000)
    assert ("friend", "mule") not in members(row)


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("employer", {"payroll"}),
        ("told", {"stated_reason"}),
        ("half-told", set()),
        ("cooperative", {"from_businesses"}),  # two of three sources
        ("unknown", set()),  # one firm, and two that the register does not hold
        ("neighbour", {"small_sums"}),
    ],
)
def test_innocent_explanations(found, name, reasons):
    assert found[name].value == 0.75
    assert holding(found[name]) == reasons


@pytest.mark.parametrize("name", ["keeper", "once", "club", "fair", "pair", "shop"])
def test_what_is_no_gathering_in_rounds(found, name):
    assert name not in found


def test_exactly_those_that_are_meant(found):
    named = {"steady", "uneven", "employer", "told", "half-told", "cooperative", "unknown", "neighbour"}
    assert set(found) == named


def test_what_the_bounds_leave_out(filled, measure):
    wider = {"retained_share_max": 0.3, "branches_min": 2}
    rows = {row.subject_id for row in measure(gathering_rounds, filled[0], **wider)}
    assert {"keeper", "pair"} <= rows
    assert not {"once", "club", "fair"} & rows


def test_nobody_gathers(filled, measure):
    assert measure(gathering_rounds, filled[0], branches_min=100) == []
