"""Money that goes back less a fee, and the refunds, treasuries and loans that look like it."""

import pytest

from jobs.signals.payments.circulation import returned_less_a_fee
from tests.jobs.signals.payments.told import holding


def returns(world, account, customers, *, share=0.98, after=1.0, paid=20, **columns):
    keys = []
    for n, customer in enumerate(customers):
        keys.append(world.pay(customer, account, paid + n, 3 * n, channel="card"))
        keys.append(world.pay(account, customer, (paid + n) * share, 3 * n + after, **columns))
    return keys


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    for name in ("treasury", "employer"):
        world.account(name, holder_type="company", holder_key=f"tax:{name}")
    keys = returns(world, "merchant", ["a", "b", "c", "a"])
    returns(world, "refunds", ["d", "e", "f"], share=1.0)
    returns(world, "late", ["g", "h", "i"], after=3.1)
    returns(world, "small", ["j", "k", "l"], paid=1.5, share=0.9)
    returns(world, "one-friend", ["m", "m", "m"])
    returns(world, "twice", ["n", "o"])
    for share, customer in ((0.92, "p"), (0.95, "q"), (0.98, "r")):
        returns(world, "pool", [customer], share=share)
    returns(world, "employer", ["s", "t", "u"], purpose_code="SALA")
    returns(world, "treasury", ["v", "w", "x"])
    return {row.subject_id: row for row in measure(returned_less_a_fee, world)}, keys


def test_who_returns_the_same_share_to_one_after_another(found):
    rows, keys = found
    row = rows["merchant"]
    assert row.value == 2.0  # four times
    assert (row.support, row.value_vnd) == (4, (20 + 21 + 22 + 23) * 1_000_000)
    assert {(member.id, member.role) for member in row.members} == {("merchant", "collector")}
    assert {record.key for record in row.evidence} == set(keys)
    assert holding(row) == set()


def test_a_groups_treasury_is_explained(found):
    assert holding(found[0]["treasury"]) == {"group_treasury"}


@pytest.mark.parametrize("account", ["refunds", "late", "small", "one-friend", "twice", "pool", "employer"])
def test_refunds_friends_pools_and_wages_are_nothing(found, account):
    assert account not in found[0]
