"""Payees who carry one payer's money away in cash, and the wages, crews and savers that look like them."""

import pytest

from jobs.signals.payments.cash import cashed_out_together
from tests.jobs.signals.payments.told import holding, members


def draws(world, payer, payees, *, days, drawn=0.9, **columns):
    """On each day `payer` pays everyone 10 million, and half a day later each draws `drawn` of it in cash."""
    keys = []
    for number in range(payees):
        for day in days:
            payee = f"{payer}-payee{number}"
            keys.append(world.pay(payer, payee, 10, day, **columns))
            if drawn:
                keys.append(world.pay(payee, None, 10 * drawn, day + 0.5, channel="cash_withdrawal"))
    return keys


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    for name in ("sala-mill", "luong-mill", "weekly-mill", "coded-mill"):
        world.account(name, holder_type="company", holder_key=f"tax:{name}")
    for number in range(5):
        shop = f"shopkeepers-payee{number}"
        world.account(shop, holder_type="household_business", holder_key=f"tax:{shop}")
    keys = draws(world, "boss", 5, days=(1, 9, 30))
    half_of_them(world)
    months = (1, 31, 61)
    draws(world, "sala-mill", 5, days=months, purpose_code="SALA")
    draws(world, "luong-mill", 5, days=months, remittance_norm="luong thang")
    draws(world, "weekly-mill", 5, days=(1, 8, 15), remittance_norm="luong tuan")
    draws(world, "coded-mill", 5, days=(1, 8, 15), purpose_code="SALA")
    draws(world, "person", 5, days=months, remittance_norm="luong thang")
    draws(world, "foreman", 5, days=(2, 9, 16), remittance_norm="tien cong tho tuan nay")
    draws(world, "kept", 5, days=(1, 9, 30), drawn=0)
    draws(world, "mostly kept", 5, days=(1, 9, 30), drawn=0.5)
    draws(world, "pair", 2, days=(1, 9, 30))
    draws(world, "once", 5, days=(1,))
    draws(world, "shopkeepers", 5, days=(1, 9, 30))
    late(world)
    spent(world)
    for number in range(5):
        payee = f"twice-payee{number}"
        for day in (1, 2):
            world.pay("twice", payee, 10, day)
        world.pay(payee, None, 6, 2.5, channel="cash_withdrawal")
    return {row.subject_id: row for row in measure(cashed_out_together, world, report_from=0.1)}, keys


def half_of_them(world):
    """Four draw the money, and five others are only paid."""
    draws(world, "mixed", 4, days=(1, 9))
    for number in range(5):
        world.pay("mixed", f"mixed-friend{number}", 10, number)


def late(world):
    """What is drawn after more than 48 hours was held."""
    for number in range(5):
        for day in (1, 9, 30):
            world.pay("slow", f"slow-payee{number}", 10, day)
            world.pay(f"slow-payee{number}", None, 9, day + 2.1, channel="cash_withdrawal")


def spent(world):
    """The money leaves at once, by transfer."""
    for number in range(5):
        for day in (1, 9, 30):
            world.pay("parent", f"student{number}", 10, day)
            world.pay(f"student{number}", "school", 9, day + 0.5)


def test_five_payees_that_draw_the_money_time_and_again_are_a_ring(found):
    rows, keys = found
    row = rows["boss"]
    # Three more than the usual two: 3 / (3 + 2), and all of the payees.
    assert row.value == pytest.approx(0.6)
    assert members(row) == {("boss", "operator"), *((f"boss-payee{number}", "mule") for number in range(5))}
    assert {record.key for record in row.evidence} == set(keys)
    # Fifteen credits of 10 million.
    assert (row.support, row.value_vnd) == (15, 150_000_000)
    assert holding(row) == set()


def test_payees_who_draw_nothing_lower_the_value(found):
    row = found[0]["mixed"]
    # Two more than usual: 2 / (2 + 2), and four of nine payees.
    assert row.value == pytest.approx(0.5 * (4 / 9) ** 0.5, abs=1e-6)
    assert members(row) == {("mixed", "operator"), *((f"mixed-payee{number}", "mule") for number in range(4))}


@pytest.mark.parametrize("mill", ["sala-mill", "luong-mill", "coded-mill"])
def test_monthly_pay_that_is_drawn_in_cash_is_nothing(found, mill):
    assert mill not in found[0]


@pytest.mark.parametrize("payer", ["weekly-mill", "person", "foreman"])
def test_pay_more_often_or_from_a_person_is_found_and_its_remarks_explain_it(found, payer):
    assert found[0][payer].value == pytest.approx(0.6)
    assert holding(found[0][payer]) == {"crew"}


@pytest.mark.parametrize("payer", ["kept", "mostly kept", "slow", "parent"])
def test_money_that_is_kept_held_or_passed_on_by_transfer_is_nothing(found, payer):
    assert payer not in found[0]


def test_one_withdrawal_empties_one_credit(found):
    # 6 million follow 20: each of the two credits alone would seem to be emptied.
    assert "twice" not in found[0]


def test_two_payees_alone_are_nothing(found):
    assert "pair" not in found[0]


def test_cash_drawn_once_is_nothing(found):
    assert "once" not in found[0]


def test_shops_that_draw_their_takings_are_nothing(found):
    assert "shopkeepers" not in found[0]
