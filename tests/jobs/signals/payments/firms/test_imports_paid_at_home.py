"""A person at home who is paid under the numbers of import declarations, and who only lays out the costs."""

from math import log2

import pytest

from jobs.signals.payments.firms import imports_paid_at_home
from tests.jobs.signals.payments.told import holding, members, shown


def pays(world, firm, payee, amount, numbers, **columns):
    return {
        world.pay(firm, payee, amount, 10 * n, declaration_no=f"10 {n:010}", **columns)
        for n in range(numbers)
    }


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    for firm in ("importer", "careful", "twice", "entrusts", "employer"):
        world.account(firm, holder_type="company")
        pays(world, firm, "CN:factory", 100, 3, creditor_country="CN", channel="swift")
    world.account("agency", holder_type="company")
    keys = pays(world, "importer", "person", 20, 4)
    world.pay("importer", "person", 20, 3)  # names no declaration
    pays(world, "importer", "other person", 90, 3)
    pays(world, "careful", "agent", 19, 5)
    pays(world, "twice", "person", 90, 2)
    pays(world, "entrusts", "agency", 90, 5)
    pays(world, "employer", "clerk", 90, 5, purpose_code="SALA")
    pays(world, "private", "person", 90, 5)
    for firm in ("transit", "carried", "cooperative", "shared"):
        world.account(firm, holder_type="company")
    pays(world, "transit", "driver", 90, 4, remittance_norm="cuoc xe cont tk 101")
    world.pay("carried", "driver", 90, 1, declaration_no="10 8", remittance_norm="tien hang tk 101")
    pays(world, "carried", "driver", 90, 3, remittance_norm="cuoc xe cont tk 101")
    for n in range(6):
        numbers = 4 if n == 0 else 1
        for k in range(numbers):
            world.pay("cooperative", f"member {n}", 90, 3 + k, declaration_no=f"20{n}{k}")
            world.pay("shared", f"member {n}", 90, 3 + k, declaration_no=f"30{k}")
    return {row.subject_id: row for row in measure(imports_paid_at_home, world)}, keys


def test_a_person_paid_for_four_declarations(found):
    row = found[0]["importer"]
    assert row.value == pytest.approx(log2(5), abs=1e-6)
    assert members(row) == {("importer", "operator"), ("person", "beneficiary")}
    assert (row.support, row.value_vnd) == (4, 80_000_000)
    assert shown(row) == found[1]
    assert holding(row) == set()


def test_small_sums_may_be_the_costs_of_clearance(found):
    # 19 million beside the 100 million that a declaration costs abroad.
    assert holding(found[0]["careful"]) == {"clearance_costs"}


def test_who_pays_nothing_abroad_may_pay_for_carriage(found):
    assert holding(found[0]["transit"]) == {"clearance_costs"}
    # Three of four payments say so.
    assert holding(found[0]["carried"]) == set()


def test_who_buys_of_many_pays_each_for_declarations_of_their_own(found):
    assert holding(found[0]["cooperative"]) == {"bought_of_many"}
    # All six are paid for one and the same declaration.
    assert holding(found[0]["shared"]) == set()


def test_exactly_those_that_are_meant(found):
    assert set(found[0]) == {"importer", "careful", "transit", "carried", "cooperative", "shared"}
