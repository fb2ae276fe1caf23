"""Who changes currency for many, as remarks say, and friends, sellers and shops whose remarks name it too."""

import re

import pytest

from jobs.signals.payments.abroad import currency_remarks
from tests.jobs.signals.payments.told import holding, members, shown


def asks(world, dealer, customers, *, millions=10.0, remark="doi te"):
    return [
        world.pay(customer, dealer, millions, day, remittance_norm=remark)
        for day, customer in enumerate(customers)
    ]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    # Three ask the first dealer, two the second; one asks both. The dealers settle, and pay sellers of yuan.
    keys = asks(world, "dealer", ["a0", "a1", "both"]) + asks(
        world, "partner", ["b0", "b1", "both"], remark="nap alipay"
    )
    world.pay("a2", "dealer", 50, 5)
    world.pay("dealer", "partner", 5, 6, remittance_norm="can quy")
    keys.append(world.pay("dealer", "seller", 40, 7, remittance_norm="tra tien te"))
    world.pay("partner", None, 20, 7, channel="cash_withdrawal")
    # Who sells the rest of a trip's money keeps what it brings; a shop pays its supplier, a company.
    asks(world, "student", [f"s{number}" for number in range(5)])
    world.account("supplier", holder_type="company")
    asks(world, "shop", [f"c{number}" for number in range(5)], remark="chuyen te")
    world.pay("shop", "supplier", 50, 8)
    # Friends change little; an agent is a business.
    asks(world, "friend", [f"f{number}" for number in range(4)], millions=1)
    world.pay("friend", "landlord", 3, 8)
    world.account("agent", holder_type="household_business")
    asks(world, "agent", [f"g{number}" for number in range(4)], remark="120k te")
    world.pay("agent", "h0", 30, 8)
    # Words that hold these letters name no currency.
    asks(world, "clinic", [f"p{number}" for number in range(5)], remark="vat tu y te")
    world.pay("clinic", "nurse", 50, 8)
    return {row.subject_id: row for row in measure(currency_remarks, world)}, keys


def test_dealers_who_settle_are_one_ring_and_customers_none_of_it(found):
    rows, keys = found
    row = rows["dealer"]
    assert members(row) == {("dealer", "dealer"), ("partner", "dealer")}
    assert row.value == 6  # a0, a1, both, b0, b1, seller
    assert row.support == 7
    assert row.value_vnd == 100_000_000
    assert shown(row) == set(keys)
    assert holding(row) == set()


def test_little_among_friends_and_an_agent_are_explained(found):
    rows, _ = found
    assert holding(rows["friend"]) == {"modest_sums"}
    assert holding(rows["agent"]) == {"licensed_agent"}


def test_who_keeps_the_money_or_pays_a_supplier_is_not_found(found):
    rows, _ = found
    assert set(rows) == {"dealer", "friend", "agent"}


@pytest.mark.parametrize(
    ("remark", "named"),
    [
        ("doi te 3620", True),
        ("47k te", True),
        ("te", True),
        ("tra tien te", True),
        ("chuyen te 1688", True),
        ("nap wechat", True),
        ("kip", True),
        ("cuoc van tai quoc te", False),
        ("tien hang 1688", False),
        ("doi ngoai te", False),
        ("thiet bi y te", False),
    ],
)
def test_what_names_a_currency(remark, named):
    assert bool(re.search(currency_remarks.currency_pattern(), remark)) is named
