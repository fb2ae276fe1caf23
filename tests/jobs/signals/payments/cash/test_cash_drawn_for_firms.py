"""People who fetch the cash of several firms, and who only looks like them."""

import pytest

from jobs.signals.payments.cash import cash_drawn_for_firms
from tests.jobs.signals.payments.told import holding, members, shown


def draws(world, person, firms, *, drawn=1.0, after=0.5, **columns):
    """Each firm pays 100 million, a week apart, and the person draws `drawn` of it `after` days later."""
    keys = []
    for number, firm in enumerate(firms):
        world.account(firm, holder_type="company", holder_key=f"tax:{firm}")
        keys.append(world.pay(firm, person, 100, number * 7, **columns))
        keys.append(world.pay(person, None, 100 * drawn, number * 7 + after, channel="cash_withdrawal"))
    return keys


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    keys = draws(world, "runner", ["mill1", "mill2", "mill1"])
    keys += draws(world, "second", ["mill1", "mill2"])
    draws(world, "employee", ["mill3", "mill3", "mill3"])
    draws(world, "foreman", ["site1", "site2", "site1"], remittance_norm="tam ung nhan cong")
    draws(world, "saver", ["client1", "client2", "client1"], drawn=0.5)
    draws(world, "slow", ["client3", "client4", "client3"], after=4)
    draws(world, "worker", ["client5", "client6", "client5"], purpose_code="SALA")
    rows = {row.subject_id: row for row in measure(cash_drawn_for_firms, world)}
    return rows, keys


def test_who_draws_for_the_same_firms_is_one_ring(found):
    rows, keys = found
    row = rows["runner"]
    # Three credits emptied: 3 / (3 + 2), and two of the other: 2 / (2 + 2); each weighs 0.8.
    assert row.value == pytest.approx(1 - (1 - 0.8 * 0.6) * (1 - 0.8 * 0.5))
    assert members(row) == {
        ("runner", "mule"),
        ("second", "mule"),
        ("mill1", "operator"),
        ("mill2", "operator"),
    }
    assert shown(row) == set(keys)
    assert row.value_vnd == 500_000_000
    assert holding(row) == set()
    assert "second" not in rows


def test_a_foreman_draws_the_wages_of_a_crew(found):
    row = found[0]["foreman"]
    assert holding(row) == {"crew"}
    # The second site came once: it may be anybody's customer.
    assert members(row) == {("foreman", "mule"), ("site1", "operator"), ("site2", "payer")}


def test_who_works_for_one_firm_is_no_runner(found):
    assert "employee" not in found[0]


def test_who_keeps_half_or_draws_it_later_lives_of_it(found):
    assert not {"saver", "slow"} & found[0].keys()


def test_wages_are_left_out(found):
    assert "worker" not in found[0]
