"""Depositors whose cash goes on to one account, and the staff, traders and payers that look like them."""

import pytest

from jobs.signals.payments.cash import cash_brought_together
from tests.jobs.signals.payments.told import holding, members


def bring(world, receiver, depositors, *, days=(1, 15), after=1, sent=95, **columns):
    """On each day everyone pays 100 million of cash in, and `after` days later sends `sent` on."""
    keys = []
    for number in range(depositors):
        for day in days:
            depositor = f"{receiver}-hand{number}"
            keys.append(world.pay(None, depositor, 100, day, channel="cash_deposit"))
            keys.append(world.pay(depositor, receiver, sent, day + after, **columns))
    return keys


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    for name in ("employer", "supplier", "hardly-named", "carrier"):
        world.account(name, holder_type="company", holder_key=f"tax:{name}")
    for receiver, shops in (("market", 2), ("mostly-private", 1)):
        for number in range(shops):
            shop = f"{receiver}-hand{number}"
            world.account(shop, holder_type="household_business", holder_key=f"tax:{shop}")
    keys = bring(world, "funnel", 3)
    bring(world, "alone", 1, days=(1, 8, 15, 22, 29))
    bring(world, "employer", 3)
    for number in range(3):
        world.pay("employer", f"employer-hand{number}", 80, 25, purpose_code="SALA")
    bring(world, "late", 3, days=(1, 25), after=11)
    bring(world, "in-time", 3, days=(1, 25), after=9)
    bring(world, "once", 5, days=(1,))
    bring(world, "partly-cash", 3, sent=120)
    bring(world, "supplier", 3, remittance_norm="tra tien hang")
    bring(world, "friend", 3, remittance_norm="tra tien hang")
    bring(world, "carrier", 3, remittance_norm="nop tien thu ho")
    bring(world, "driver", 3, remittance_norm="nop tien thu ho")
    bring(world, "university", 3, remittance_norm="hoc phi ky 2")
    bring(world, "market", 3)
    bring(world, "mostly-private", 3)
    remarks_now_and_then(world)
    under_their_own_names(world)
    spread(world)
    among_customers(world)
    for number in range(3):
        world.pay(None, f"petty{number}", 100, 1, channel="cash_deposit")
        world.pay(f"petty{number}", "petty", 95, 2)
    twice_from_one_deposit(world)
    return {row.subject_id: row for row in measure(cash_brought_together, world, report_from=0.1)}, keys


def among_customers(world):
    """The cash is just over a quarter of what "popular" receives (570 of 2,190), of "crowded" less."""
    for receiver, customers in (("popular", 18), ("crowded", 20)):
        bring(world, receiver, 3)
        for number in range(customers):
            world.pay(f"{receiver}-customer{number}", receiver, 90, number)


def remarks_now_and_then(world):
    """One payment of six says that it is for goods."""
    for number in range(3):
        for day in (1, 15):
            depositor = f"hardly-named-hand{number}"
            said = {"remittance_norm": "tien hang"} if number == 0 and day == 1 else {}
            world.pay(None, depositor, 100, day, channel="cash_deposit")
            world.pay(depositor, "hardly-named", 95, day + 1, **said)


def under_their_own_names(world):
    """The slips bear the names of the depositors themselves."""
    for number in range(3):
        depositor = world.account(f"self{number}", holder_name_norm=f"le van {number}")
        for day in (1, 15):
            slip = {"channel": "cash_deposit", "debtor_name_norm": f"le van {number}"}
            world.pay(None, depositor, 100, day, **slip)
            world.pay(depositor, "openly", 95, day + 1)


def spread(world):
    """Less than six tenths of the cash goes to the account, or of what it gets is cash."""
    for number in range(3):
        for day in (1, 15):
            world.pay(None, f"spender{number}", 100, day, channel="cash_deposit")
            world.pay(f"spender{number}", "half-of-it", 50, day + 1)
            world.pay(f"spender{number}", f"shop{number}", 45, day + 2)
            world.pay(None, f"earner{number}", 50, day, channel="cash_deposit")
            world.pay(f"earner{number}", "mostly-earned", 50, day + 1)
            world.pay(f"client{number}", f"earner{number}", 200, day + 12)
            world.pay(f"earner{number}", "mostly-earned", 200, day + 12.5)


def twice_from_one_deposit(world):
    for number in range(3):
        world.pay(None, f"again{number}", 100, 1, channel="cash_deposit")
        for day in (2, 3):
            world.pay(f"again{number}", "one-deposit", 95, day)


# Two depositors beyond one, 2 / (2 + 1), and six payments, 6 / (6 + 3).
THREE_TWICE = pytest.approx(2 / 3 * 6 / 9, abs=1e-6)


def test_three_who_pay_cash_in_and_send_it_to_one_account(found):
    rows, keys = found
    row = rows["funnel"]
    assert row.value == THREE_TWICE
    assert members(row) == {
        ("funnel", "beneficiary"),
        *((f"funnel-hand{number}", "mule") for number in range(3)),
    }
    assert {record.key for record in row.evidence} == set(keys)
    # Six payments of 95 million.
    assert (row.support, row.value_vnd) == (6, 570_000_000)
    assert holding(row) == set()


def test_cash_is_cash_whoever_stands_on_the_slip(found):
    assert found[0]["openly"].value == THREE_TWICE


def test_one_depositor_is_nothing(found):
    assert "alone" not in found[0]


def test_several_who_bring_cash_once_each_count_as_one_who_does_it_again(found):
    # Four depositors beyond one, 4 / (4 + 1), and five payments, 5 / (5 + 3).
    assert found[0]["once"].value == pytest.approx(4 / 5 * 5 / 8, abs=1e-6)


def test_staff_that_the_account_pays_wages_do_not_count(found):
    assert "employer" not in found[0]


def test_who_lives_of_customers_is_no_funnel_of_three_of_them(found):
    assert "crowded" not in found[0]
    assert found[0]["popular"].value == THREE_TWICE


def test_cash_that_was_paid_in_more_than_ten_days_before_is_nothing(found):
    assert "late" not in found[0]
    assert found[0]["in-time"].value == THREE_TWICE


@pytest.mark.parametrize("receiver", ["partly-cash", "half-of-it", "mostly-earned"])
def test_payments_that_are_not_mostly_the_cash_are_nothing(found, receiver):
    assert receiver not in found[0]


def test_one_deposit_is_not_sent_on_twice(found):
    assert "one-deposit" not in found[0]


def test_payments_to_a_business_that_name_goods_are_explained(found):
    rows = found[0]
    assert rows["supplier"].value == THREE_TWICE
    assert holding(rows["supplier"]) == {"bought_for_cash"}
    assert holding(rows["friend"]) == set()
    assert holding(rows["hardly-named"]) == set()


def test_what_is_collected_for_a_business_and_what_states_its_reason_is_explained(found):
    rows = found[0]
    assert holding(rows["carrier"]) == {"collected_for_business"}
    assert holding(rows["driver"]) == set()
    assert holding(rows["university"]) == {"stated_reason"}


def test_nobody_splits_what_is_below_the_days_level_in_all(found):
    assert holding(found[0]["petty"]) == {"below_level"}


def test_depositors_that_are_businesses_may_pay_in_takings(found):
    rows = found[0]
    # Two of three depositors, and one of three.
    assert rows["market"].value == THREE_TWICE
    assert holding(rows["market"]) == {"takings"}
    assert holding(rows["mostly-private"]) == set()
