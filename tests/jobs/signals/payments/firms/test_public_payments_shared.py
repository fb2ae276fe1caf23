"""Contractors who hand a part of public money on to one person, and who only pay a crew or an employee."""

from itertools import pairwise

import pytest

from jobs.signals.payments.firms import public_payments_shared
from tests.jobs.signals.payments.told import holding, members, shown


def contractor(world, name, body, days, *, millions=1000):
    """A company that `body` pays on those days; the keys of the payments."""
    world.account(name, holder_type="company", holder_key=f"tax:{name}", holder_name_norm=f"cty tnhh {name}")
    world.account(body, holder_type="company", holder_name_norm=f"ubnd xa {body}")
    return [world.pay(body, name, millions, day) for day in days]


def chain(world, names, millions, day):
    """A part goes from each to the next, two days later each time, a twentieth less."""
    steps = enumerate(pairwise(names))
    return [
        world.pay(payer, payee, millions * 0.95**place, day + 2 * place) for place, (payer, payee) in steps
    ]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    keys = contractor(world, "builder", "xa1", (0, 30, 60))
    keys += chain(world, ["builder", "director", "wife"], 100, 3)
    keys += chain(world, ["builder", "broker", "cousin", "wife"], 90, 33)
    # By a company of advisers, in two halves.
    contractor(world, "adviser", "xa2", (0, 30))
    world.account("consult", holder_type="company", holder_key="tax:consult")
    for day in (2, 32):
        world.pay("adviser", "consult", 80, day)
        world.pay("consult", "son", 38, day + 1)
        world.pay("consult", "daughter", 38, day + 1)
    # A foreman pays a crew, in small pieces; another pays one mason and says that it is pay.
    contractor(world, "site", "xa3", (0, 30))
    contractor(world, "mason", "xa4", (0, 30))
    for day in (2, 32):
        world.pay("site", "foreman", 100, day)
        for worker in range(8):
            world.pay("foreman", f"worker{worker}", 12, day + 1)
    for day in (2, 32):
        world.pay("mason", "master", 100, day)
        world.pay("master", "helper", 95, day + 1, remittance_norm="tien cong tho")
    # The director keeps it; a buyer that is no public body; each time to others; only once.
    contractor(world, "honest", "xa5", (0, 30))
    contractor(world, "trader", "xa6", ())
    contractor(world, "others", "xa7", (0, 30))
    contractor(world, "once", "xa8", (0, 30))
    world.account("buyer", holder_type="company", holder_name_norm="cty cp truong hoc")
    for day in (0, 30):
        world.pay("honest", "owner", 100, day + 2)
        world.pay("owner", "landlord", 20, day + 4)
        world.pay("buyer", "trader", 1000, day)
        chain(world, ["trader", "agent", "friend"], 100, day + 2)
        chain(world, ["others", f"first{day}", f"second{day}"], 100, day + 2)
    chain(world, ["once", "middle", "uncle"], 100, 2)
    return {row.subject_id: row for row in measure(public_payments_shared, world)}, keys


def test_a_part_of_two_payments_reaches_the_same_person(found):
    rows, keys = found
    row = rows["builder"]
    assert row.value == pytest.approx(2 * 2 / 3)
    assert members(row) == {
        ("builder", "operator"),
        ("director", "mule"),
        ("broker", "mule"),
        ("cousin", "mule"),
        ("wife", "beneficiary"),
    }
    assert shown(row) == {*keys[:2], *keys[3:]}
    assert row.value_vnd == 180_500_000
    assert holding(row) == set()


def test_advisers_hand_on_halves(found):
    row = found[0]["adviser"]
    assert row.value == pytest.approx(2.0)
    assert members(row) == {
        ("adviser", "operator"),
        ("consult", "mule"),
        ("son", "beneficiary"),
        ("daughter", "beneficiary"),
    }


def test_pay_is_explained(found):
    assert holding(found[0]["mason"]) == {"stated_reason"}


@pytest.mark.parametrize("name", ["site", "honest", "trader", "others", "once"])
def test_who_is_not_reported(found, name):
    assert name not in found[0]
