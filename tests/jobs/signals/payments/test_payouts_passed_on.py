"""Straw accounts that pass takings on, and the supplier, employer and friend that look like who gets them."""

import pytest

from jobs.signals.payments import payouts_passed_on
from tests.jobs.signals.payments.told import holding, members


def straws(world, receiver, number, *, share=0.7, after=1, days=(1, 15), **columns):
    """On each day everyone is paid 10 million by the marketplace, and sends a share on."""
    keys = []
    for n in range(number):
        for day in days:
            keys.append(world.pay("market", f"{receiver}-straw{n}", 10, day, channel="platform_payout"))
            keys.append(world.pay(f"{receiver}-straw{n}", receiver, 10 * share, day + after, **columns))
    return keys


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    world.account("market", holder_type="platform", holder_key="tax:market", hub=True)
    for name in ("supplier", "employer"):
        world.account(name, holder_type="company", holder_key=f"tax:{name}")
    keys = straws(world, "operator", 4)
    once = straws(world, "rotates", 3, days=(1,))
    straws(world, "two", 2)
    straws(world, "late", 3, after=4)
    straws(world, "small-part", 3, share=0.2)
    straws(world, "supplier", 3)
    straws(world, "goods", 3, remittance_norm="tra tien hang")
    straws(world, "employer", 3)
    for n in range(3):
        world.pay("employer", f"employer-straw{n}", 8, 25, purpose_code="SALA")
    straws(world, "popular", 3)
    for n in range(7):
        world.pay(f"customer{n}", "popular", 1, 9)
    straws(world, "landlord", 3, days=(1,))
    for n in range(3):
        world.pay(f"landlord-straw{n}", "landlord", 7, 25)
    straws(world, "now-and-then", 3, days=(1,))
    for n in range(3):
        for day in (20, 30, 40):
            world.pay("market", f"now-and-then-straw{n}", 10, day, channel="platform_payout")
    return {row.subject_id: row for row in measure(payouts_passed_on, world)}, keys, once


def test_four_straws_pass_their_takings_on(found):
    rows, keys, _ = found
    row = rows["operator"]
    assert row.value == 2.0  # log2 of four, and nobody else pays
    assert members(row) == {
        ("operator", "beneficiary"),
        *((f"operator-straw{n}", "mule") for n in range(4)),
    }
    assert {record.key for record in row.evidence} == set(keys)
    assert (row.support, row.value_vnd) == (8, 56_000_000)
    assert holding(row) == set()


def test_one_payout_each_is_enough_where_several_take_turns(found):
    rows, _, once = found
    assert {record.key for record in rows["rotates"].evidence} == set(once)


def test_who_has_other_payers_counts_for_less(found):
    assert "popular" not in found[0]  # 1.58 times three of ten


@pytest.mark.parametrize(
    ("receiver", "reason"), [("supplier", "declared_business"), ("goods", "ordered_goods")]
)
def test_a_supplier_of_shops_is_explained(found, receiver, reason):
    assert holding(found[0][receiver]) == {reason}


@pytest.mark.parametrize("receiver", ["two", "late", "small-part", "employer", "landlord", "now-and-then"])
def test_what_is_not_takings_passed_on_is_nothing(found, receiver):
    assert receiver not in found[0]
