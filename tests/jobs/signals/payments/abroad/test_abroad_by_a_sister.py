"""Firms that send abroad what another is paid from abroad, and the trade that looks like it."""

import pytest

from jobs.signals.payments.abroad import abroad_by_a_sister
from tests.jobs.signals.payments.told import holding, members, shown


def company(world, name, holder=None):
    """Named by its number, so that no two companies bear one name."""
    title = f"cong ty so {len(world.accounts)}"
    world.account(name, holder_type="company", holder_key=f"tax:{holder or name}", holder_name_norm=title)


def triple(world, name, *, paid=(100, 80, 120), handed=(100, 80, 120), sent=(100, 80, 120), start=0, **said):
    """What `name` is paid from abroad, hands to its sister, and that sends abroad, in millions every week."""
    for firm in (name, f"{name}-sister"):
        if firm not in world.accounts:
            company(world, firm)
    for far in (f"{name}-buyer", f"{name}-seller"):
        world.account(far, holder_type=None, holder_key=None)
    keys = [
        world.pay(f"{name}-buyer", name, millions, 7 * n, debtor_country="HK")
        for n, millions in enumerate(paid)
    ]
    keys += [
        world.pay(name, f"{name}-sister", millions, start + 7 * n + 1, **said)
        for n, millions in enumerate(handed)
    ]
    keys += [
        world.pay(f"{name}-sister", f"{name}-seller", millions, 7 * n + 2, creditor_country="CN")
        for n, millions in enumerate(sent)
    ]
    return set(keys)


def of_several_accounts(world):
    """The sister has a second account, by which less goes abroad; both firms pay and are paid by others."""
    for name in ("wide-sister", "wide-second"):
        company(world, name, holder="wide-sister")
    keys = triple(world, "wide", sent=(100, 80, 30))
    keys.add(world.pay("wide-second", "wide-seller", 60, 16, creditor_country="CN"))
    world.pay("wide", "landlord", 100, 5)
    world.pay("shop", "wide-sister", 75, 5)
    world.pay("wide-sister", "wide-second", 60, 15)
    return keys


def what_is_explained(world):
    triple(world, "treasury", remittance_norm="dieu chuyen von noi bo")
    triple(world, "stages", handed=(90, 70, 105), sent=(80, 60, 90))
    triple(world, "margin", handed=(90, 70, 105))
    triple(world, "steady", start=40)


def single_payments(world):
    """Two firms hand one sister three payments from abroad less 3 %, one of them before it is paid; all three
    trade at home, too, and the sister imports far more. Another firm keeps 10 %, or waits for a month."""
    for name in ("mirror", "second", "mirror-sister", "margins", "waits", "other-sister"):
        company(world, name)
    keys = set()
    for day, firm, handed_after in ((3, "mirror", 5), (20, "mirror", -4), (40, "second", 1)):
        keys.add(world.pay("far buyer", firm, 100 + day, day, debtor_country="HK"))
        keys.add(world.pay(firm, "mirror-sister", 0.97 * (100 + day), day + handed_after))
    keys |= {world.pay("mirror-sister", "far seller", 500, day, creditor_country="CN") for day in (10, 30)}
    for day in (3, 20, 40):
        for firm, share, after in (("margins", 0.9, 1), ("waits", 1, 30)):
            world.pay("far buyer", firm, 200 + day, day, debtor_country="HK")
            world.pay(firm, "other-sister", share * (200 + day), day + after)
    world.pay("other-sister", "far seller", 2000, 50, creditor_country="CN")
    for firm in ("mirror", "second"):
        world.pay(firm, "farmer", 900, 50)
    return keys


def what_is_not(world):
    triple(world, "twice", handed=(150, 150))
    triple(world, "kept", sent=(60, 50, 60))
    # With a margin: single payments do not agree.
    triple(world, "busy", handed=(88, 70, 106))
    world.pay("busy", "farmer", 301, 3)
    triple(world, "supplied", handed=(88, 70, 106))
    world.pay("shop", "supplied-sister", 301, 3)
    for name in ("one", "one-sister"):
        company(world, name, holder="one")
    triple(world, "one")
    world.account("staff-sister")
    triple(world, "staff", purpose_code="SALA")
    world.account("market-sister", holder_type="platform")
    triple(world, "market")
    triple(world, "importer", paid=())
    triple(world, "exporter", sent=())


@pytest.fixture(scope="module")
def filled(new_world):
    world = new_world()
    keys = {"whole": triple(world, "whole"), "wide": of_several_accounts(world)}
    keys["mirror"] = single_payments(world)
    what_is_explained(world)
    what_is_not(world)
    return world, keys


@pytest.fixture(scope="module")
def found(filled, measure):
    return {row.subject_id: row for row in measure(abroad_by_a_sister, filled[0])}


def test_all_that_comes_from_abroad_goes_back_there(found, filled):
    row = found["whole-sister"]
    assert row.value == 1.0
    assert (row.support, row.value_vnd) == (9, 300_000_000)
    assert members(row) == {
        (name, "trader") for name in ("whole", "whole-sister", "tax:whole", "tax:whole-sister")
    }
    assert shown(row) == filled[1]["whole"]
    assert holding(row) == set()


def test_a_holder_of_two_accounts_with_other_dealings(found, filled):
    row = found["wide-sister"]
    # 270 of 300 millions reach abroad; 300 of 375 that the sister is paid, 300 of 400 that the other pays.
    assert row.value == pytest.approx(0.9 * (0.8 * 0.75) ** 0.5, abs=1e-6)
    assert row.value_vnd == 270_000_000
    assert {name for name, _ in members(row)} == {
        "wide",
        "wide-sister",
        "wide-second",
        "tax:wide",
        "tax:wide-sister",
    }
    assert shown(row) == filled[1]["wide"]


@pytest.mark.parametrize(
    ("name", "value", "reasons"),
    [
        ("treasury", 1.0, {"group_treasury"}),
        ("stages", 230 / 300, {"supply_chain"}),  # 265 of 300, then 230 of 265
        ("margin", 265 / 300, set()),  # the sister keeps nothing
        ("steady", 1.0, {"regular_trade"}),  # all after the last payment abroad
    ],
)
def test_innocent_explanations(found, name, value, reasons):
    row = found[f"{name}-sister"]
    assert row.value == pytest.approx(value, abs=1e-6)
    assert holding(row) == reasons


def test_single_payments_from_abroad_that_are_handed_on(found, filled):
    row = found["mirror-sister"]
    # 97 % of 103, 120 and 140 millions.
    assert row.value == pytest.approx(3 / 5)
    assert (row.support, row.value_vnd) == (8, 352_110_000)
    firms = ("mirror", "second", "mirror-sister")
    assert {name for name, _ in members(row)} == {*firms, *(f"tax:{name}" for name in firms)}
    assert shown(row) == filled[1]["mirror"]
    assert holding(row) == set()
    assert "other-sister" not in found


def test_exactly_those_that_are_meant(found):
    heard = ("mirror", "whole", "wide", "treasury", "stages", "margin", "steady")
    assert set(found) == {f"{name}-sister" for name in heard}


def test_what_the_bounds_leave_out(filled, measure):
    wider = {"transfers_least": 2, "conserved_least": 0.5, "share_least": 0.4}
    rows = {row.subject_id for row in measure(abroad_by_a_sister, filled[0], **wider)}
    assert {"twice-sister", "kept-sister", "busy-sister", "supplied-sister"} <= rows
    assert not {"one-sister", "staff-sister", "market-sister", "importer-sister", "exporter-sister"} & rows
