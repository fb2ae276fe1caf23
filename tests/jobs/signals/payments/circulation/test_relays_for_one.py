"""Money spread over relays for one account, against clubs, treats, markets, tills and school fees."""

from itertools import product

import pytest

from jobs.signals.payments.circulation import relays_for_one
from tests.jobs.signals.payments.told import holding, members, shown


def _spread(
    world,
    end,
    feeders=3,
    relays=3,
    *,
    fed=10,
    passed=None,
    remark="chuyen tien",
    to_end="tien hang",
    **columns,
):
    """Each feeder pays each relay, which pays the end what it got, or `passed`. Returns keys."""
    keys = [
        world.pay(f"{end} f{feeder}", f"{end} r{relay}", fed, 10 + feeder, remittance_norm=remark, **columns)
        for feeder, relay in product(range(feeders), range(relays))
    ]
    amount = feeders * fed if passed is None else passed
    return keys + [
        world.pay(f"{end} r{relay}", end, amount, 20, remittance_norm=to_end) for relay in range(relays)
    ]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    world.account("firm", holder_type="company", holder_key="tax:1")
    keys = _spread(world, "firm", 3, 4, passed=29)
    # Its other customers, and a relay's own wages and cash.
    world.pay("customer", "firm", 500, 3)
    world.pay("employer", "firm r0", 9, 5, purpose_code="SALA", remittance_norm="luong thang 1")
    world.pay(None, "firm r1", 5, 6, channel="cash_deposit")
    # Who pays one of the relays only; too few who pay, or relays.
    world.pay("aunt", "firm r0", 1, 4)
    _spread(world, "two feeders", 2, 4)
    _spread(world, "two relays", 4, 2)
    _spread(world, "club", passed=5)
    _spread(world, "own money", passed=40)
    _spread(world, "small", fed=0.1)
    _spread(world, "till", channel="qr")
    # Stalls that live on others.
    _spread(world, "stalls", fed=1, passed=20)
    for relay, customer in product(range(3), range(17)):
        world.pay(f"passer {customer} of {relay}", f"stalls r{relay}", 1, 12)
    _spread(world, "market", remark="tien hang rau")
    _spread(world, "school", to_end="hoc phi lop 1a")
    return {row.subject_id: row for row in measure(relays_for_one, world)}, keys


def test_relays_hand_on_what_was_spread_over_them(found):
    rows, keys = found
    row = rows["firm"]
    assert row.value == 12
    assert (row.support, row.value_vnd) == (12 + 4, 4 * 29_000_000)
    assert shown(row) == set(keys)
    assert members(row) == {
        ("firm", "beneficiary"),
        *((f"firm r{relay}", "mule") for relay in range(4)),
        *((f"firm f{feeder}", "mule") for feeder in range(3)),
    }
    assert holding(row) == set()


def test_what_is_said_may_explain_it(found):
    rows, _ = found
    assert holding(rows["market"]) == {"market"}
    assert holding(rows["school"]) == {"stated_reason"}


def test_nobody_else_is_found(found):
    rows, _ = found
    assert set(rows) == {"firm", "market", "school"}
