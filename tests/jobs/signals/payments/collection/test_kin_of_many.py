"""Who pays many as one pays one's family, against families, and money sent through a bank."""

import pytest

from jobs.signals.payments.collection import kin_of_many
from tests.jobs.signals.payments.told import holding, members, shown

_SAID = ("gui me", "con gui", "tien nhat ve", "gui cho vo")


def _pays(world, account, remarks, *, payee=""):
    """Ten million to another one for each remark."""
    return [
        world.pay(account, f"{payee or account}{place}", 10, place, remittance_norm=remark)
        for place, remark in enumerate(remarks)
    ]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    keys = _pays(world, "agent", _SAID)
    keys.append(world.pay("agent", "agent0", 5, 9, remittance_norm="gui me"))
    world.pay("customer", "agent", 60, 0, remittance_norm="tien hang")
    _pays(world, "agent", ["mua hang"] * 19, payee="shop")
    # A child of its parents, parents of many children, and a family that is paid among other things.
    _pays(world, "child", ["gui me", "gui bo", "gui vo", "an trua"])
    _pays(world, "parents", ["bo me cho con"] * 6)
    _pays(world, "large", _SAID)
    _pays(world, "large", ["mua hang"] * 20, payee="stall")
    # Firms have no mother; other words hold these letters.
    for place in range(4):
        world.account(f"firm{place}", holder_type="company")
        world.pay("buyer", f"firm{place}", 10, place, remittance_norm="gui me")
    _pays(world, "clerk", ["gui menu", "nguoi con gai", "tien han muc", "gui nhanh"])
    # Half of what comes in is sent from Japan through a bank.
    _pays(world, "relative", _SAID)
    world.pay("BOTKJPJT:1", "relative", 30, 0, debtor_country="JP", channel="swift")
    world.pay("friend", "relative", 30, 0)
    return {row.subject_id: row for row in measure(kin_of_many, world)}, keys


def test_the_families_of_many(found):
    rows, keys = found
    row = rows["agent"]
    assert members(row) == {("agent", "dealer")}
    assert row.value == 4
    assert (row.support, row.value_vnd) == (5, 45_000_000)
    assert shown(row) == set(keys)
    assert holding(row) == set()


def test_what_came_through_a_bank_is_shared_out(found):
    rows, _ = found
    assert holding(rows["relative"]) == {"through_a_bank"}


def test_nobody_else_is_found(found):
    rows, _ = found
    assert set(rows) == {"agent", "relative"}
