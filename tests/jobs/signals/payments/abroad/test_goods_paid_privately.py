"""Persons who pay for goods abroad with what others have just paid in, and persons who pay with their own."""

import pytest

from jobs.signals.payments.abroad import goods_paid_privately
from tests.jobs.signals.payments.told import holding, members, shown


def remit(world, person, millions, day, said="payment for goods", **columns):
    columns = {"channel": "swift", "creditor_country": "CN", "remittance_norm": said} | columns
    return world.pay(person, f"CN:{person}", millions, day, **columns)


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    world.account("firm", holder_type="company", holder_key="tax:0100000001")
    world.import_("ten importer", "seller")
    world.imports[-1]["trader_key"] = "cccd:importer"
    keys = []
    for day in (10, 30):
        for person in ("mule", "firm", "importer", "relative", "papers"):
            paid_in = [world.pay(name, person, 50, day - 2) for name in ("first", "second")]
            paid_in.append(world.pay("third", person, 4, day - 1))  # too little of it to be a member
            if day == 10:
                paid_in.append(world.pay("fourth", person, 12, day - 1))  # before one remittance alone
            said = "family support" if person == "relative" else "payment for goods"
            number = {"declaration_no": "100000000001"} if person == "papers" else {}
            sent = remit(world, person, 100, day, said, **number)
            if person == "mule":
                keys += [*paid_in[:2], *paid_in[3:], sent]
        world.pay("first", "earlier", 100, day - 8)
        world.pay("first", "rich", 100, day - 2)
        remit(world, "earlier", 100, day)
        remit(world, "rich", 50, day)
    keys.append(remit(world, "mule", 100, 60))
    return {row.subject_id: row for row in measure(goods_paid_privately, world)}, keys


def test_what_others_pay_in_goes_abroad_for_goods(found):
    rows, keys = found
    row = rows["mule"]
    # Two of three remittances were covered: 200 of 300 million, times 2 / 3.
    assert row.value == pytest.approx(2 / 3 * 2 / 3, abs=1e-6)
    assert (row.support, row.value_vnd) == (2, 200_000_000)
    assert members(row) == {("mule", "operator"), ("first", "depositor"), ("second", "depositor")}
    assert shown(row) == set(keys)
    assert holding(row) == set()


def test_who_imports_in_the_own_name_may_leave_the_number_out(found):
    assert holding(found[0]["importer"]) == {"own_imports"}


@pytest.mark.parametrize("person", ["firm", "relative", "papers", "earlier", "rich"])
def test_others_who_remit_show_nothing(found, person):
    assert person not in found[0]
