"""Who stands between a firm and a few people, against foremen, employees and people who spend."""

import pytest

from jobs.signals.payments.firms import firm_money_handed_on
from tests.jobs.signals.payments.told import holding, members, shown


def _paid(world, firm, person, count, *, first=0, millions=100):
    """The firm pays ten days apart."""
    world.account(firm, holder_type="company")
    return [
        world.pay(firm, person, millions, first + 10 * n, remittance_norm="phi tu van") for n in range(count)
    ]


def _hands_on(world, person, payees, *, millions=80, after=3):
    """To one after the other, so many days after each payment of the firm."""
    for payee in payees:
        world.account(payee)
    return [world.pay(person, payee, millions, 10 * n + after) for n, payee in enumerate(payees)]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    keys = _paid(world, "firm", "between", 4) + _hands_on(world, "between", ["lan", "hoa", "lan"])
    world.pay("between", "shop", 5, 33)
    world.pay("between", "late", 80, 38)  # eight days after
    world.pay("between", "more", 101, 31)  # more than was paid
    world.pay("aunt", "between", 200, 5)
    # A crew, three firms, three payments, what is little of it, and what comes of elsewhere.
    _paid(world, "site", "foreman", 5)
    _hands_on(world, "foreman", [f"crew{n}" for n in range(5)])
    for n in range(3):
        _paid(world, f"client{n}", "agent", 2, first=n)
    _hands_on(world, "agent", ["mai", "mai", "mai"])
    _paid(world, "small", "helper", 3)
    _hands_on(world, "helper", ["cuc"] * 3)
    _paid(world, "generous", "spender", 4)
    _hands_on(world, "spender", ["dao"] * 3, millions=22)
    _paid(world, "minor", "heir", 4, millions=40)
    _hands_on(world, "heir", ["tung"] * 3, millions=30)
    world.pay("estate", "heir", 900, 1)
    # An employee has commission.
    _paid(world, "employer", "seller", 4)
    _hands_on(world, "seller", ["wife"] * 4)
    world.pay("employer", "seller", 15, 2, purpose_code="SALA", remittance_norm="luong thang 1")
    return {row.subject_id: row for row in measure(firm_money_handed_on, world)}, keys


def test_a_person_between_a_firm_and_two_others(found):
    rows, keys = found
    row = rows["between"]
    assert members(row) == {
        ("between", "collector"),
        ("firm", "payer"),
        ("lan", "beneficiary"),
        ("hoa", "beneficiary"),
    }
    assert row.value == pytest.approx(3 * 240 / 400)
    assert (row.support, row.value_vnd) == (7, 240_000_000)
    assert shown(row) == set(keys)
    assert holding(row) == set()


def test_an_employee_may_have_commission(found):
    rows, _ = found
    assert holding(rows["seller"]) == {"employee"}


def test_nobody_else_is_found(found):
    rows, _ = found
    assert set(rows) == {"between", "seller"}
