"""Rings without a shape, and the wedding, the house and the building site that look like them."""

import pytest

from jobs.signals.payments.circulation import brief_relations
from tests.jobs.signals.payments.told import holding


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    world.account("builder", holder_type="company", holder_key="tax:0101234567")
    world.account("owner", holder_name_norm="nguyen van an")
    # An ordinary life: four small payments to people of one's own, over three months.
    people = [f"person{number}" for number in range(40)]
    centres = ["owner", "builder", "bride"]
    for number, person in enumerate(people):
        for errand in range(4):
            world.pay(person, f"{person}-shop{errand}", 0.5, 3 + (number * 5 + errand * 20) % 80)
            world.pay(f"{person}-friend{errand}", person, 0.5, 3 + (number * 5 + errand * 20 + 9) % 80)
    for number, centre in enumerate(centres):
        for errand in range(20):
            world.pay(f"{centre}-friend{errand}", centre, 0.5, (number * 5 + errand * 4) % 80)
    for step in range(5):
        for hour in range(2):
            world.pay(f"person{step}", f"person{step + 1}", 90, 40 + step + hour * 0.1)
    for number in range(6, 12):
        relative = {"debtor_name_norm": "nguyen thi b", "creditor_name_norm": "nguyen van an"}
        world.pay(f"person{number}", "owner", 200, 50 + 0.1 * number, **relative)
    for number in range(12, 18):
        world.pay(f"person{number}", "builder", 150, 60 + 0.1 * number)
    for step in range(24, 29):
        for hour in range(2):
            world.pay(f"person{step}", f"person{step + 1}", 6, 40 + step + hour * 0.1)
    for number in range(18, 24):
        world.pay(f"person{number}", "bride", 4, 30 + 0.1 * number)
    return {row.subject_id: row for row in measure(brief_relations, world, report_from=0.0)}


def test_large_payments_from_hand_to_hand_within_days_are_a_ring(found):
    (row,) = [row for row in found.values() if "person3" in {member.id for member in row.members}]
    assert {member.id for member in row.members} == {f"person{step}" for step in range(6)}
    roles = {member.id: member.role for member in row.members}
    assert (roles["person0"], roles["person1"], roles["person5"]) == ("payer", "mule", "payee")
    assert row.value > 6
    assert len(row.evidence) == 10
    assert holding(row) == set()


def test_relatives_who_help_with_a_house_explain_it(found):
    assert holding(found["owner"]) == {"family_support"}


def test_what_neighbours_pay_each_other_is_less_than_a_months_wage(found):
    (row,) = [row for row in found.values() if "person27" in {member.id for member in row.members}]
    assert holding(row) == {"everyday_sums"}


def test_customers_of_a_builder_are_trade(found):
    assert holding(found["builder"]) == {"trade"}


def test_wedding_gifts_explain_it(found):
    assert holding(found["bride"]) == {"event_gifts", "everyday_sums"}
