"""People who hand over a sum and get it back in parts, and the friends, clubs and employers like them."""

import pytest

from jobs.signals.payments.circulation import repaid_in_parts
from tests.jobs.signals.payments.told import holding, members


def take(world, account, client, *, start=1.0, sum_=50, part=2.5, parts=3, returned_by=None):
    """The client pays a sum, and gets a part back every ten days."""
    keys = [world.pay(client, account, sum_, start)]
    for number in range(parts):
        keys.append(world.pay(returned_by or account, client, part, start + 10 * (number + 1)))
    return keys


def lend(world, account, client, *, start=1.0, sum_=10, part=1.2, parts=4, collected_by=None, **columns):
    """The client gets a sum, and pays a part back every five days."""
    keys = [world.pay(account, client, sum_, start)]
    for number in range(parts):
        day = start + 5 * (number + 1)
        keys.append(world.pay(client, collected_by or account, part, day, **columns))
    return keys


def daily(world, account, client, *, part, every=1, growth=0.0, **columns):
    """The client pays twelve parts, one a day (or `every` so many), for nothing that is seen."""
    for number in range(12):
        world.pay(client, account, part + growth * number, 1 + every * number, **columns)


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    keys = {
        "fund": [key for n in range(4) for key in take(world, "fund", f"investor{n}", part=2.5 + n)],
        "lender": [key for n in range(3) for key in lend(world, "lender", f"borrower{n}", part=1.2 + n / 10)],
    }
    # A promoter takes the sums, the operator pays the returns, and takes sums of its own.
    for n in range(3):
        take(world, "operator", f"direct{n}", part=2 + n)
        take(world, "promoter", f"indirect{n}", returned_by="operator", part=3 + n)
    for name in ("indirect0", "indirect1", *(f"tenant{n}" for n in range(9))):
        world.pay(name, "landlord", 20, 5)
    # Each of three lenders lends to two, and all of them collect from all.
    for n in range(6):
        lend(world, f"ring{n % 3}", f"debtor{n}", sum_=15, part=1.5 + n / 10)
        for other in range(3):
            if other != n % 3:
                for day in (8, 18):
                    world.pay(f"debtor{n}", f"ring{other}", 1, day)
    # Loans in cash are paid back day after day; a club says so, and pays; milk is paid every third day.
    for n in range(3):
        daily(world, "usurer", f"stall{n}", part=0.2 + n / 10)
        daily(world, "club-in-words", f"player{n}", part=0.2 + n / 10, remittance_norm="gop hui ngay")
        daily(world, "club-that-pays", f"saver{n}", part=0.2 + n / 10)
        world.pay("club-that-pays", f"saver{n}", 2.5, 8)
        daily(world, "milkman", f"house{n}", part=0.2 + n / 10, every=3)
        daily(world, "supplier", f"cook{n}", part=0.2 + n / 10, growth=0.01)
    # One lends, another collects, no sum reaches three million; rent says what it is; three gave, one gets.
    for n in range(3):
        lend(world, "hand", f"worker{n}", sum_=2.0 + n / 10, part=0.4 + n / 10, collected_by="purse")
        lend(
            world,
            "aunt",
            f"lodger{n}",
            sum_=2.2,
            part=0.5 + n / 10,
            collected_by="room",
            remittance_norm="tien nha",
        )
        lend(world, f"giver{n}", f"buyer{n}", sum_=2.2, part=0.5 + n / 10, collected_by="seamstress")
    for n in range(2):
        take(world, "friend", f"helper{n}", part=1 + n)
    for n in range(4):
        take(world, "club", f"member{n}", part=2)
        take(world, "large-parts", f"a{n}", part=18 + n)
        take(world, "small-sums", f"b{n}", sum_=2.5, part=0.2)
        take(world, "one-part", f"c{n}", parts=1)
        lend(world, "parts-first", f"d{n}", start=20)
        world.pay(f"d{n}", "parts-first", 1, 2)
        world.account(f"shop{n}", holder_type="household_business", holder_key=f"tax:{n}")
        lend(world, "of-shops", f"shop{n}", part=1.1 + n / 10)
    world.account("pawnshop", holder_type="household_business")
    world.account("fund-firm", holder_type="company")
    for n in range(3):
        lend(world, "pawnshop", f"pledger{n}", part=1.2 + n / 10)
        take(world, "fund-firm", f"depositor{n}", part=2.5 + n)
    world.account("hub", hub=True)
    for n in range(4):
        lend(world, "hub", f"customer{n}")
    return {row.subject_id: row for row in measure(repaid_in_parts, world)}, keys


def test_who_takes_sums_and_returns_them_in_parts(found):
    rows, keys = found
    row = rows["fund"]
    assert row.value == 4
    assert members(row) == {("fund", "collector")}
    assert {record.key for record in row.evidence} == set(keys["fund"])
    # Four times 50 million, and three parts each of 2.5, 3.5, 4.5 and 5.5.
    assert (row.support, row.value_vnd) == (16, 248_000_000)
    assert holding(row) == set()


def test_who_lends_sums_and_collects_parts(found):
    rows, keys = found
    row = rows["lender"]
    assert row.value == 3
    assert members(row) == {("lender", "lender")}
    assert {record.key for record in row.evidence} == set(keys["lender"])


def test_accounts_that_share_the_clients_are_one_business(found):
    row = found[0]["operator"]
    assert members(row) == {("operator", "collector"), ("promoter", "collector")}
    assert row.value == 6
    assert {"promoter", "landlord"}.isdisjoint(found[0])


def test_lenders_who_collect_for_each_other_are_one_business(found):
    [row] = [row for name, row in found[0].items() if name.startswith("ring")]
    assert members(row) == {(f"ring{n}", "lender") for n in range(3)}
    assert row.value == 6


def test_one_lends_and_another_collects(found):
    [row] = [row for name, row in found[0].items() if name in ("hand", "purse")]
    assert members(row) == {("hand", "lender"), ("purse", "lender")}
    # Sums of 2.0, 2.1 and 2.2 million, and four parts each of 0.4, 0.5 and 0.6.
    assert (row.value, row.support, row.value_vnd) == (3, 15, 12_300_000)
    assert {"aunt", "room", "seamstress"}.isdisjoint(found[0])


def test_equal_parts_day_after_day_are_paid_on_loans_in_cash(found):
    row = found[0]["usurer"]
    assert members(row) == {("usurer", "lender")}
    assert row.value == 3
    assert row.support == 36
    assert {"club-in-words", "club-that-pays", "milkman", "supplier"}.isdisjoint(found[0])


def test_equal_parts_may_be_a_savings_club(found):
    assert holding(found[0]["club"]) == {"savings_club"}


def test_a_registered_lender_may_be_a_pawnshop_but_nobody_may_take_deposits(found):
    assert holding(found[0]["pawnshop"]) == {"registered_lender"}
    assert holding(found[0]["fund-firm"]) == set()


@pytest.mark.parametrize(
    "account", ["friend", "large-parts", "small-sums", "one-part", "parts-first", "of-shops", "hub"]
)
def test_friends_customers_and_banks_are_nothing(found, account):
    assert account not in found[0]
