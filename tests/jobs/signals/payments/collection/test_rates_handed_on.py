"""Who is paid rates and hands them on, and landlords, clubs and friends who are paid like them."""

import pytest

from jobs.signals.payments.collection import rates_handed_on
from tests.jobs.signals.payments.told import holding, members, shown

MONTHS = (0, 30, 60)


def rates(world, collector, payers, *, days=MONTHS, **columns):
    """Each payer pays its own sum once a month: 1 million, 2, 3 and so on."""
    return [
        world.pay(payer, collector, number, day, **columns)
        for number, payer in enumerate(payers, start=1)
        for day in days
    ]


def hand_on(world, collector, *payees, millions=2.0):
    """What each payee gets a month; three payers of `rates` bring in six."""
    return [world.pay(collector, payee, millions, day + 5) for payee in payees for day in MONTHS]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    stalls = [f"stall{number}" for number in range(3)]
    keys = rates(world, "fund", stalls) + hand_on(world, "fund", "wife", "cousin")
    hand_on(world, "fund", "barber", millions=0.1)
    rates(world, "doubled", ["d0", "d1", "d2"], days=(0, 30))
    for number in range(3):
        world.pay(f"d{number}", "doubled", 2 * (number + 1), 60)
    hand_on(world, "doubled", "boss", millions=4)
    # A landlord keeps it; an agent of one hands it on, as the remarks say.
    rates(world, "landlord", [f"tenant{number}" for number in range(4)])
    rates(world, "agent", [f"lodger{number}" for number in range(3)], remittance_norm="tien nha")
    hand_on(world, "agent", "owner", millions=4)
    # A club pays its members in turn; friends pay what it comes to; customers of a stall pay once.
    rates(world, "club", [f"member{number}" for number in range(4)])
    hand_on(world, "club", "member0", "treasurer", millions=4)
    for number, day in enumerate(MONTHS):
        for friend in range(3):
            world.pay(f"friend{friend}", "host", 1 + number + friend / 2, day)
    hand_on(world, "host", "caterer")
    rates(world, "stall", ["regular0", "regular1", "regular2"])
    for number in range(8):
        world.pay(f"customer{number}", "stall", 1, number)
    hand_on(world, "stall", "supplier", millions=4)
    # What is handed on to a firm is spent.
    rates(world, "spender", ["p0", "p1", "p2"])
    world.account("shop", holder_type="company")
    hand_on(world, "spender", "shop", millions=4)
    return {row.subject_id: row for row in measure(rates_handed_on, world)}, keys


def test_rates_of_three_that_two_people_get(found):
    rows, keys = found
    row = rows["fund"]
    assert row.value == pytest.approx(3 * 3 / 3)
    assert members(row) == {("fund", "collector"), ("wife", "beneficiary"), ("cousin", "beneficiary")}
    assert shown(row) == set(keys)
    assert row.support == 9
    assert row.value_vnd == 18_000_000
    assert holding(row) == set()


def test_twice_the_sum_before_the_new_year_is_the_same_rate(found):
    rows, _ = found
    assert members(rows["doubled"]) == {("doubled", "collector"), ("boss", "beneficiary")}


def test_who_collects_rent_for_somebody_is_explained(found):
    rows, _ = found
    assert holding(rows["agent"]) == {"stated_reason"}


def test_who_keeps_it_pays_back_or_is_paid_otherwise_is_not_found(found):
    rows, _ = found
    assert set(rows) == {"fund", "doubled", "agent"}
