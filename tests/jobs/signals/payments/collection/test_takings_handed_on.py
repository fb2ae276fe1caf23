"""Takings beyond what was declared that one person gets; small sellers and registered traders beside them."""

from math import log10

import pytest

from configs.catalogue import load_catalogue
from jobs.signals.payments.collection import takings_handed_on
from tests.jobs.signals.payments.conftest import AS_OF
from tests.jobs.signals.payments.told import holding, members, shown


def seller(world, name, *, declared=10, taken=60, times=6, channel="cod_settlement", **columns):
    """Settled `times` for `taken` million each, over the 86 days of the window."""
    world.account(name, declared_monthly_turnover_vnd=declared and declared * 1_000_000, **columns)
    return {world.pay("carrier", name, taken, 10 * n, channel=channel) for n in range(times)}


def hands(world, name, payee, amount=20, times=6, **columns):
    return {world.pay(name, payee, amount, 10 * n + 1, **columns) for n in range(times)}


@pytest.fixture(scope="module")
def found(new_world):
    world = new_world()
    world.account("carrier", holder_type="carrier", hub=True)
    world.account("firm", holder_type="company")
    keys = seller(world, "student") | hands(world, "student", "behind")
    hands(world, "student", "friend", amount=2)
    seller(world, "platform", channel="platform_payout")
    hands(world, "platform", "behind it")
    seller(world, "stated")
    hands(world, "stated", "landlady", remittance_norm="tien nha thang 1")
    seller(world, "enough", declared=30)
    hands(world, "enough", "wife")
    seller(world, "undeclared", declared=None)
    hands(world, "undeclared", "wife")
    seller(world, "trader", holder_type="household_business")
    hands(world, "trader", "wife")
    seller(world, "buys")
    hands(world, "buys", "firm")
    seller(world, "spends")
    hands(world, "spends", "wife", amount=14)
    seller(world, "motorbike")
    hands(world, "motorbike", "dealer", amount=30, times=4)
    seller(world, "rarely", taken=100, times=4)
    hands(world, "rarely", "wife")
    seller(world, "earns", channel="napas247")
    hands(world, "earns", "wife")
    payments, accounts = world.frames()[:2]
    rows = takings_handed_on.transform(
        payments=payments,
        accounts=accounts,
        parameters=load_catalogue().signals["takings_handed_on"].parameters,
        as_of=AS_OF,
    ).collect()
    return {row.subject_id: row for row in rows}, keys


def test_takings_of_a_student_that_one_person_gets(found):
    row = found[0]["student"]
    # 360 million in 86 days, where 10 million a month were declared.
    assert row.value == pytest.approx(log10(360 * 30 / 86 / 10), abs=1e-6)
    assert members(row) == {("student", "collector"), ("behind", "beneficiary")}
    assert (row.support, row.value_vnd) == (12, 360_000_000)
    assert shown(row) == found[1]
    assert holding(row) == set()


def test_an_everyday_reason_explains(found):
    assert holding(found[0]["stated"]) == {"stated_reason"}


def test_exactly_those_that_are_meant(found):
    assert set(found[0]) == {"student", "platform", "stated"}
