"""Trade money that comes back to a person, and what families, heirs and employees get from abroad."""

import pytest

from jobs.signals.payments.abroad import returned_from_abroad
from tests.jobs.signals.payments.told import holding, members, shown


def sent_home(world, payer, person, sums, days):
    return [
        world.pay(payer, person, millions, day, channel="swift", debtor_country="SG")
        for millions, day in zip(sums, days, strict=True)
    ]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    for number in range(9):
        sent_home(world, f"uncle{number}", f"family{number}", [10, 10], (5, 35))
    for name in ("importer", "stranger"):
        world.account(name, holder_type="company", holder_key=f"tax:{name}")
    keys = sent_home(world, "seller", "owner", [500, 300, 700], (10, 25, 40))
    for day in (5, 20, 35):
        keys.append(world.pay("importer", "seller", 1000, day, channel="swift", creditor_country="SG"))
    world.pay("stranger", "seller", 1000, 6, channel="swift", creditor_country="SG")
    sent_home(world, "notary", "heir", [900, 900, 900], (10, 11, 12))
    sent_home(world, "employer", "engineer", [200, 200, 200], (10, 40, 70))
    sent_home(world, "brother", "sister", [60, 40, 50], (10, 40, 70))
    sent_home(world, "partner", "importer", [900, 800, 700], (10, 40, 70))
    rows = {row.subject_id: row for row in measure(returned_from_abroad, world)}
    return rows, keys


def test_the_seller_sends_the_surplus_to_a_private_account(found):
    rows, keys = found
    row = rows["owner"]
    # 1500 million; the median person gets 20.
    assert row.value == pytest.approx(1.875061)
    # The other company paid the seller once.
    assert members(row) == {("owner", "beneficiary"), ("importer", "trader")}
    assert shown(row) == set(keys)
    assert (row.support, row.value_vnd) == (3, 1_500_000_000)
    assert holding(row) == set()


def test_who_inherits_is_paid_once(found):
    assert "heir" not in found[0]


def test_equal_sums_of_one_payer_are_pay(found):
    assert holding(found[0]["engineer"]) == {"pay_from_abroad"}


def test_families_and_companies_are_left_out(found):
    assert found[0].keys() == {"owner", "engineer"}
