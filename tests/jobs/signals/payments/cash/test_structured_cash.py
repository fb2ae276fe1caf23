"""Cash under the reporting level of its day (400 m dong a day from 2023-12-01)."""

import pytest

from jobs.signals.payments.cash import structured_cash


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()

    def deposit(account, millions, day, name="khach", **told):
        slip = {"channel": "cash_deposit", "debtor_name_norm": f"{name} {account}", **told}
        world.pay(None, account, millions, day, **slip)

    world.account("market", holder_type="household_business", declared_monthly_turnover_vnd=9_000_000_000)
    world.account("jeweller", holder_type="household_business", declared_monthly_turnover_vnd=50_000_000)
    for number, day in enumerate(range(0, 60, 6)):
        deposit("under", 385 + number, day)
        deposit("jeweller", 385 + number, day)
        deposit("pieces", 240, day)
        deposit("pieces", 200, day + 0.1)
        deposit("market", 110 + 37 * number, day)
        deposit("steady", 390, day)
        # Every second slip says that it is the price of land, or one in five.
        deposit("seller", 390, day, remittance_norm=("nop tien ban dat dot 2", "nop tien mat")[number % 2])
        deposit("sold-once", 390, day, remittance_norm="nop tien ban dat" if number % 5 == 0 else "nop tien")
        deposit("small", 20, day)
        for name in ("smurf0", "smurf1", "smurf2"):
            world.pay(None, name, 150, day, channel="cash_deposit", debtor_name_norm="le thi bich nga")
    return {row.subject_id: row for row in measure(structured_cash, world)}


def test_days_just_under_the_level(found):
    # Ten days, all under: 1 x 10 / (10 + 2).
    assert found["under"].value == pytest.approx(10 / 12, abs=1e-6)
    assert [(member.id, member.role) for member in found["under"].members] == [("under", "depositor")]
    assert len(found["under"].evidence) == 10


def test_the_level_in_pieces_counts(found):
    assert found["pieces"].value == pytest.approx(10 / 12, abs=1e-6)
    assert found["pieces"].support == 20


def test_one_depositor_over_several_accounts_is_one_group(found):
    row = found["smurf0"]
    assert {member.id for member in row.members} == {"smurf0", "smurf1", "smurf2"}
    assert row.value == pytest.approx(10 / 12, abs=1e-6)
    assert len(row.evidence) == 30


def test_takings_of_a_market_stall_land_anywhere(found):
    assert "market" not in found
    assert "small" not in found


def test_a_shop_may_bank_such_takings_whatever_it_declares(found):
    def holding(row):
        return {reason.id for reason in row.explanations if reason.holds}

    assert holding(found["jeweller"]) == {"cash_business"}
    assert holding(found["under"]) == set()
    # Who sells land for cash banks the price in parts; one slip in five says little.
    assert holding(found["seller"]) == {"property_sold"}
    assert holding(found["sold-once"]) == set()
