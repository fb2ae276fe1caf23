"""Payers most of whose money is drawn in cash by those whom they pay, and payers who look like them."""

import pytest

from jobs.signals.payments.cash import drawn_by_payees
from tests.jobs.signals.payments.told import holding, members, shown


def share_out(world, payer, payees, *, millions, day, drawn=0.9, after=0.5, **columns):
    """`payer` pays each of the payees, and each draws `drawn` of it in cash."""
    keys = []
    for number, payee in enumerate(payees):
        keys.append(world.pay(payer, payee, millions, day + 0.1 * number, **columns))
        if drawn:
            at = day + 0.1 * number + after
            keys.append(world.pay(payee, None, millions * drawn, at, channel="cash_withdrawal"))
    return keys


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    twice = {}
    keys = [world.pay(None, "boss", 160, 9, channel="cash_deposit")]
    keys += share_out(world, "boss", ["one", "two", "three"], millions=40, day=10)
    keys.append(world.pay("boss", "four", 30, 11))  # of the same round; it holds its money
    world.pay("boss", "shop", 5, 12)
    world.pay("boss", "friend", 15, 40)
    for day in (5, 12, 19):
        world.pay(None, "courier", 30, day, channel="cash_deposit")
        share_out(world, "courier", ["drawer"], millions=29, day=day + 1)
        share_out(world, "parent", ["student"], millions=29, day=day)
    share_out(world, "firm", ["worker0", "worker1"], millions=12, day=10)
    for number in range(9):
        world.pay("firm", f"supplier{number}", 50, 3 + number)
    share_out(world, "late", ["slow0", "slow1"], millions=40, day=10, after=5.5)
    share_out(world, "little", ["spender0", "spender1"], millions=40, day=10, drawn=0.2)
    share_out(world, "busy", ["till0", "till1"], millions=40, day=10, drawn=1.2)
    share_out(world, "small", ["guest0", "guest1"], millions=9, day=10)
    share_out(world, "foreman", ["hand0", "hand1"], millions=12, day=10, remittance_norm="tien cong thang 1")
    for side, millions in (("left", 82), ("right", 90)):
        keys_of_main = world.pay("main", side, millions, 9.5)
        share_out(world, side, [f"{side}0", f"{side}1"], millions=millions / 2, day=10)
        twice[side] = keys_of_main
        world.pay("customer", side, 30, 9.6)
    world.pay("main", "boss", 20, 9.5)
    for week in range(4):
        share_out(world, "weekly", ["mason0", "mason1"], millions=12, day=10 + 7 * week)
        share_out(world, "now and then", ["hired0", "hired1"], millions=12, day=10 + 9 * week)
    return {row.subject_id: row for row in measure(drawn_by_payees, world)}, keys, twice


def test_a_round_of_payments_is_drawn_at_once(found):
    rows, keys, _ = found
    row = rows["boss"]
    # 108 of 170 million are drawn, by three payees: times 2.5 / 3.
    assert row.value == pytest.approx(108 / 170 * 2.5 / 3, abs=1e-6)
    assert (row.support, row.value_vnd) == (3, 108_000_000)
    assert members(row) == {
        ("boss", "operator"),
        *((name, "mule") for name in ("one", "two", "three", "four")),
    }
    assert shown(row) == set(keys)
    assert holding(row) == set()


def test_cash_that_passes_through_two_accounts_becomes_cash_again(found):
    row = found[0]["courier"]
    assert row.value == pytest.approx(0.9 * 0.5, abs=1e-6)
    assert members(row) == {("courier", "operator"), ("drawer", "mule")}


def test_wages_are_found_and_their_remarks_explain_them(found):
    assert holding(found[0]["foreman"]) == {"crew"}


@pytest.mark.parametrize("payer", ["parent", "firm", "late", "little", "busy", "small"])
def test_other_payers_show_nothing(found, payer):
    assert payer not in found[0]


def test_who_pays_on_one_day_of_the_week_pays_for_work(found):
    assert holding(found[0]["weekly"]) == {"weekly_pay"}
    assert holding(found[0]["now and then"]) == set()


@pytest.mark.parametrize("side", ["left", "right"])
def test_who_paid_several_such_payers_shares_out_in_two_steps(found, side):
    rows, _, twice = found
    assert members(rows[side]) == {
        *((name, "operator") for name in ("main", "left", "right")),
        (f"{side}0", "mule"),
        (f"{side}1", "mule"),
    }
    assert twice[side] in shown(rows[side])
