"""Bursts of cash and of remittances in an account's life; and who does so all the time."""

import math

import pytest

from jobs.signals.payments.conduct import behavioural_change
from tests.jobs.signals.payments.told import holding, members, shown

WINDOW = 86
"""Days from the first payment of the world (5 January) to 31 March."""


def cash_in(world, account, days, millions=40, **columns):
    return [world.pay(None, account, millions, day, channel="cash_deposit", **columns) for day in days]


def abroad(world, account, payees, days, **columns):
    return [
        world.pay(account, payee, 90, day, channel="swift", creditor_country="AE", **columns)
        for payee, day in zip(payees, days, strict=True)
    ]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    world.pay("somebody", "else", 1, 0)
    keys = {"funnel": cash_in(world, "funnel", (20, 21, 22, 23, 24))}
    keys["funnel"].append(world.pay("funnel", "boss", 150, 25))
    keys["emptied"] = [
        world.pay("emptied", None, 15, 30 + day, channel="cash_withdrawal") for day in range(6)
    ]
    world.pay("friend", "emptied", 100, 29)
    keys["remitter"] = abroad(world, "remitter", ["x", "y"] * 3, range(40, 46))
    abroad(world, "parent", ["school"] * 6, range(40, 46), purpose_code="EDUC")
    abroad(world, "shopper", list("abcdef"), range(40, 46))
    world.account("shop", holder_type="household_business")
    cash_in(world, "shop", range(50, 56))
    cash_in(world, "trader", range(50, 56), remittance_norm="nop tien ban hang")
    cash_in(world, "market", range(0, 85, 7))
    cash_in(world, "rich", range(60, 65), millions=2)
    world.pay("employer", "rich", 500, 10)
    return {row.subject_id: row for row in measure(behavioural_change, world)}, keys


def test_cash_paid_in_and_handed_to_one_account(found):
    rows, keys = found
    row = rows["funnel"]
    # Five payments within four days.
    assert row.value == pytest.approx(4 * math.log10(WINDOW / 4), abs=1e-5)
    assert members(row) == {("funnel", "holder"), ("boss", "beneficiary")}
    assert shown(row) == set(keys["funnel"])
    assert (row.support, row.value_vnd, holding(row)) == (5, 200_000_000, set())


def test_cash_drawn(found):
    rows, keys = found
    assert members(rows["emptied"]) == {("emptied", "holder")}
    assert shown(rows["emptied"]) == set(keys["emptied"])


def test_remittances_to_a_few(found):
    rows, keys = found
    row = rows["remitter"]
    assert row.value == pytest.approx(5 * math.log10(WINDOW / 5), abs=1e-5)
    assert shown(row) == set(keys["remitter"])


def test_a_business_may_pay_in_its_takings(found):
    assert holding(found[0]["shop"]) == {"daily_takings"}
    assert "daily_takings" in holding(found[0]["trader"])


def test_nobody_else(found):
    """School fees, purchases of many, a stall that banks all the time, a little cash beside a salary."""
    assert set(found[0]) == {"funnel", "emptied", "remitter", "shop", "trader"}
