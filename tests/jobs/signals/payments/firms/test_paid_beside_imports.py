"""An importer that pays two people beside its remittances, and firms that have a reason to pay people."""

import pytest

from jobs.signals.payments.firms import paid_beside_imports
from tests.jobs.signals.payments.told import holding, members, shown


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    firms = (
        "importer",
        "borrower",
        "haulage",
        "buys rice",
        "small costs",
        "one sum",
        "twice",
        "employer",
        "once",
    )
    for firm in (*firms, "says why", "home"):
        world.account(firm, holder_type="company")
        if firm != "home":
            for day in (5, 35):
                world.pay(firm, "CN:factory", 100, day, creditor_country="CN", channel="swift")
    keys = {
        world.pay("importer", person, 20, day) for person, day in (("a", 6), ("b", 20), ("a", 40))
    }  # 40 but for the largest
    for day in (3, 23, 43):
        world.pay("borrower", "owner", 20, day)
        world.pay("haulage", "driver", 20, day, remittance_norm="hoan ung cuoc van tai")
        world.pay("one sum", "director", 90 if day == 3 else 6, day)
        world.pay("small costs", "agent", 6, day)
        world.pay("employer", "clerk", 20, day, purpose_code="SALA")
        world.pay("says why", "landlord", 20, day, remittance_norm="tien thue nha")
        world.pay("home", "person", 20, day)
    world.pay("owner", "borrower", 40, 1)
    for farmer in range(6):
        world.pay("buys rice", f"farmer {farmer}", 20, farmer)
    for seller in range(3):
        world.pay("once", f"seller {seller}", 20, seller)
    for day in (3, 23):
        world.pay("twice", "person", 50, day)
    return {
        row.subject_id: row for row in measure(paid_beside_imports, world, each_vnd_least=20_000_000)
    }, keys


def test_forty_million_but_for_the_largest_beside_two_hundred_abroad(found):
    row = found[0]["importer"]
    assert row.value == pytest.approx(0.2)
    assert members(row) == {("importer", "operator"), ("a", "beneficiary"), ("b", "beneficiary")}
    assert (row.support, row.value_vnd) == (3, 60_000_000)
    assert shown(row) == found[1]
    assert holding(row) == set()


def test_an_owner_who_lent_before_is_repaid(found):
    # 40 million came from the person who is paid 60.
    assert holding(found[0]["borrower"]) == {"loan_repaid"}


def test_what_names_advances_or_carriage_is_laid_out(found):
    assert holding(found[0]["haulage"]) == {"costs_laid_out"}


def test_exactly_those_that_are_meant(found):
    assert set(found[0]) == {"importer", "borrower", "haulage"}


def test_small_sums_are_for_work(new_world, measure):
    world = new_world()
    world.account("importer", holder_type="company")
    world.pay("importer", "CN:factory", 100, 5, creditor_country="CN", channel="swift")
    for day in (6, 20, 40):
        world.pay("importer", "mason", 49, day)
    [row] = measure(paid_beside_imports, world)
    assert holding(row) == {"small_sums"}


def test_bills_from_next_to_nothing_to_much_are_a_suppliers(new_world, measure):
    world = new_world()
    for firm, sums in {"even": (60, 180, 590), "uneven": (59, 180, 600)}.items():
        world.account(firm, holder_type="company")
        world.pay(firm, "CN:factory", 1000, 5, creditor_country="CN", channel="swift")
        for day, millions in zip((6, 20, 40), sums, strict=True):
            world.pay(firm, f"{firm} payee", millions, day)
    rows = {row.subject_id: holding(row) for row in measure(paid_beside_imports, world)}
    assert rows == {"even": set(), "uneven": {"uneven_sums"}}


def test_where_many_who_trade_abroad_pay_persons_it_is_everyday(new_world, measure):
    world = new_world()
    for number in range(8):
        world.account(f"firm{number}", holder_type="company")
        for day in (5, 15, 25):
            world.pay(f"firm{number}", "CN:factory", 100, day, creditor_country="CN", channel="swift")
            if number < 5:
                world.pay(f"firm{number}", f"person{number}", 60, day + 1)
    rows = measure(paid_beside_imports, world)
    assert [holding(row) for row in rows] == [{"everyday_here"}] * 5
    assert not any(map(holding, measure(paid_beside_imports, world, everyday_share=0.7)))
