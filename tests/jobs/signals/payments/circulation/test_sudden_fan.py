"""Fans of strangers, and the shop, the wedding and the employer that look like them."""

import pytest

from jobs.signals.payments.circulation import sudden_fan
from tests.jobs.signals.payments.told import holding


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    world.account("employer", holder_type="company", holder_key="tax:0101234567")
    for number in range(10):
        world.pay(f"in{number}", "gatherer", 20 + number, number * 0.1)
        world.pay("spreader", f"out{number}", 20 + number, number * 0.1)
        world.pay(f"guest{number}", "bride", 4, number * 0.1)
        world.pay("employer", f"worker{number}", 30, number * 0.1)
        world.pay(f"patient{number}", "clinic", 20 + number, number * 0.1)
        for errand in range(3):
            world.pay(f"patient{number}", f"errand{number}-{errand}", 1, errand)
            world.pay(f"smurf{number}", f"home{number}-{errand}", 1, errand)
        for hour in range(2):
            world.pay(f"smurf{number}", "hoard", 20 + number, number * 0.1 + hour * 0.3)
        for week in range(8):
            world.pay(f"customer{number}-{week}", "shop", 5, week * 10 + number * 0.1)
    return {
        name: row
        for row in measure(sudden_fan, world, report_from=0.2)
        for name in {member.id for member in row.members}
    }


@pytest.mark.parametrize("centre", ["gatherer", "spreader"])
def test_ten_strangers_within_days_are_a_fan(found, centre):
    row = found[centre]
    # (10 - 3) / (10 - 3 + 6), and neither side does anything else.
    assert row.value == pytest.approx(7 / 13, abs=1e-6)
    assert len(row.members) == 11
    assert {member.id for member in row.members if member.role == "collector"} == {centre}
    assert len(row.evidence) == 10
    assert holding(row) == set()


def test_a_shop_is_paid_all_the_time(found):
    # Ten of eighty payments: 7 / 13 x sqrt(1 / 8) is below what is reported.
    assert "shop" not in found


def test_customers_with_a_life_of_their_own_are_no_members(found):
    row = found["clinic"]
    # Each paid once and has three other payees: half of 7 / 13 is left, and the centre stands alone.
    assert row.value == pytest.approx(0.5 * 7 / 13, abs=1e-6)
    assert {member.id for member in row.members} == {"clinic"}
    assert len(row.evidence) == 10


def test_who_pays_again_within_days_is_tied_to_the_centre(found):
    row = found["hoard"]
    assert row.value == pytest.approx(7 / 13, abs=1e-6)
    assert len(row.members) == 11
    assert {member.role for member in row.members} == {"collector", "payer"}


def test_gifts_and_bonuses_are_explained(found):
    # Four million, where half of the payments between persons are of five at most.
    assert holding(found["bride"]) == {"event_gifts", "small_total", "usual_sums"}
    assert holding(found["employer"]) == {"declared_business", "payroll"}
