"""Helpers who are filled and pay one party abroad; families, savers and shops beside them."""

import pytest

from jobs.signals.payments.abroad import filled_for_one_abroad
from tests.jobs.signals.payments.told import holding, members, shown


def remit(world, person, payee, millions, day, **columns):
    return world.pay(person, payee, millions, day, channel="swift", creditor_country="CN", **columns)


def filled(world, person, payee, day, *, fillers=2, millions=10, **columns):
    """Each filler pays in, and two days later all of it goes abroad."""
    keys = [world.pay(f"{person}-{n}", person, millions, day, **columns) for n in range(fillers)]
    return [*keys, remit(world, person, payee, millions * fillers, day + 2)]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    keys = [key for n in range(3) for key in filled(world, f"helper{n}", "ring", 10 + n)]
    remit(world, "saver", "ring", 30, 20)  # with own money: three of four are filled
    for n in range(2):
        filled(world, f"child{n}", "school", 10, fillers=1)  # a parent pays
        filled(world, f"pupil{n}", "course", 10, remittance_norm="tien hoc")
        world.pay(f"shop{n}-customer", f"shop{n}", 100, 11)
        filled(world, f"shop{n}", "factory", 10)  # 120 million came in, 20 go abroad
    filled(world, "alone", "boutique", 10)
    return {row.subject_id: row for row in measure(filled_for_one_abroad, world)}, keys


def test_helpers_are_filled_and_pay_one_party_abroad(found):
    rows, keys = found
    row = rows["ring"]
    assert row.value == pytest.approx(3 * 3 / 4)
    assert (row.support, row.value_vnd) == (3, 60_000_000)
    assert members(row) == {("ring", "beneficiary")} | {(f"helper{n}", "mule") for n in range(3)}
    assert shown(row) == set(keys)
    assert holding(row) == set()


def test_what_is_paid_in_for_school_is_told(found):
    assert holding(found[0]["course"]) == {"stated_reason"}


@pytest.mark.parametrize("payee", ["school", "factory", "boutique"])
def test_others_abroad_show_nothing(found, payee):
    assert payee not in found[0]
