"""Private accounts that pay many accounts abroad, and families, shops and students that pay a few."""

import pytest

from jobs.signals.payments.abroad import remits_to_many_abroad
from tests.jobs.signals.payments.told import holding, members, shown


def remits(world, person, payees, *, funder=None, **columns):
    """A funder pays in 50 million each time, and the day after the person sends 45 million abroad."""
    keys = []
    for number, payee in enumerate(payees):
        keys.append(
            world.pay(funder, person, 50, number * 5, **({} if funder else {"channel": "cash_deposit"}))
        )
        keys.append(
            world.pay(person, payee, 45, number * 5 + 1, channel="swift", creditor_country="CN", **columns)
        )
    return keys


def abroad(name, number):
    return [f"BKCHCNBJ:{name}{index}" for index in range(number)]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    world.account("firm", holder_type="company", holder_key="tax:0100000001")
    world.account(
        "buyer",
        holder_type="household_business",
        holder_key="tax:0100000002",
        declared_monthly_turnover_vnd=500_000_000,
    )
    keys = remits(world, "an", abroad("a", 6), funder="boss")
    keys += remits(world, "binh", abroad("b", 4), funder="boss")
    remits(world, "cash", abroad("c", 4))
    remits(world, "parents", abroad("p", 2) * 3, funder="aunt")
    remits(world, "student", abroad("s", 4), funder="father", remittance_norm="hoc phi ky hai")
    remits(world, "patient", abroad("h", 4), funder="mother", purpose_code="HLTI")
    remits(world, "firm", abroad("f", 6), funder="client")
    remits(world, "buyer", abroad("m", 4), funder="customer")
    remits(world, "rich", abroad("r", 4), funder="employer")
    world.pay("bank", "rich", 2000, 3)
    for number in range(13):
        remits(world, f"gamer{number}", ["BKCHCNBJ:shop1", "BKCHCNBJ:shop2", "BKCHCNBJ:shop3"])
    rows = {row.subject_id: row for row in measure(remits_to_many_abroad, world)}
    return rows, keys


def test_one_funder_ties_the_accounts_that_pay_many_abroad(found):
    rows, keys = found
    row = rows["an"]
    # Four more payees than two: 4 / (4 + 2); two more: 2 / (2 + 2); each weighs 0.9.
    assert row.value == pytest.approx(1 - (1 - 0.9 * 0.666667) * (1 - 0.9 * 0.5))
    assert members(row) == {("an", "operator"), ("binh", "operator"), ("boss", "depositor")}
    assert shown(row) == set(keys)
    assert row.value_vnd == 450_000_000
    assert holding(row) == set()


def test_cash_ties_nobody(found):
    assert members(found[0]["cash"]) == {("cash", "operator")}


def test_a_school_and_a_landlord_are_a_life_abroad(found):
    assert "parents" not in found[0]


def test_remarks_and_papers_explain(found):
    rows = found[0]
    assert holding(rows["student"]) == {"support"}
    assert "patient" not in rows


def test_trade_is_what_firms_do(found):
    rows = found[0]
    assert "firm" not in rows
    assert holding(rows["buyer"]) == {"declared_business"}


def test_a_small_part_of_a_life_is_no_passage(found):
    assert "rich" not in found[0]


def test_whom_many_pay_abroad_is_a_shop(found):
    assert not any(name.startswith("gamer") for name in found[0])


def test_where_many_who_remit_pay_many_it_is_everyday(new_world, measure):
    world = new_world()
    for person in ("an", "binh", "chi"):
        remits(world, person, abroad(person, 4), funder="boss")
    remits(world, "parents", abroad("p", 1) * 3, funder="aunt")
    assert measure(remits_to_many_abroad, world, everyday_least=5)
    assert measure(remits_to_many_abroad, world, everyday_least=4) == []
