"""Large sums just under a round ceiling, and who has a reason for like sums."""

import pytest

from jobs.signals.payments.cash import sums_under_a_ceiling
from tests.jobs.signals.payments.told import holding, members

UNDER = (395, 360, 372, 341, 388, 355)


def pay(world, payer, payee, millions, **columns):
    return [world.pay(payer, payee, sum_, 2 * day, **columns) for day, sum_ in enumerate(millions)]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    pay(world, "cutter", "boss", UNDER)

    for number in range(3):  # three payers, two pieces each: only whom they pay is found
        pay(world, f"piece{number}", "hoarder", UNDER[2 * number : 2 * number + 2])

    world.account("shop", holder_type="household_business")
    world.account("mill", holder_type="company")
    pay(world, "shop", "mill", UNDER)
    for number, millions in enumerate(UNDER):
        world.pay("buyer", "landowner", millions, 1 + number * 0.01)

    pay(world, "tenant", "landlord", [380] * 8)  # equal
    pay(world, "trader", "supplier", [*UNDER, 170, 700])  # sums of other sizes as well
    pay(world, "spender", "friend", [*UNDER, *[5] * 7])  # less than half of its life
    pay(world, "few", "them", UNDER[:5])
    world.account("firm", holder_type="company")
    world.account("customer", holder_type="company")
    pay(world, "customer", "firm", UNDER)
    return {row.subject_id: row for row in measure(sums_under_a_ceiling, world)}


def test_sums_under_a_ceiling_show_both_ends(found):
    assert found.keys() == {"cutter", "boss", "hoarder", "shop", "mill", "buyer", "landowner"}
    row = found["cutter"]
    # Six of six: 6 / (6 + 6).
    assert row.value == pytest.approx(0.5)
    assert (row.support, row.value_vnd, len(row.evidence)) == (6, sum(UNDER) * 1_000_000, 6)
    assert members(row) == {("cutter", "mule"), ("boss", "beneficiary")}
    assert members(found["boss"]) == {("boss", "collector"), ("cutter", "mule")}
    pieces = {(f"piece{number}", "mule") for number in range(3)}
    assert members(found["hoarder"]) == {("hoarder", "collector")} | pieces


def test_trade_and_one_purchase_explain_them(found):
    assert holding(found["cutter"]) == set()
    assert holding(found["shop"]) == {"trade"}
    assert holding(found["buyer"]) == {"one_purchase"}
