"""Money that another account gives back less a fee, and the refunds, wages and families that look like it."""

import pytest

from jobs.signals.payments.circulation import returned_by_another
from tests.jobs.signals.payments.told import holding, members, shown


def returns(world, desk, customers, *, tills=(), share=0.98, hours=2.0, paid=20, first=None, **columns):
    """Each customer pays a till, 20, 21, 22 ... million every third day; the desk returns a share of it.

    `first`: columns of what the customers pay; `columns`: of what they get back. Returns the keys of both.
    """
    keys = []
    for n, customer in enumerate(customers):
        till = tills[n % len(tills)] if tills else f"{desk}-till"
        keys.append(world.pay(customer, till, paid + n, 3 * n, **{"channel": "card"} | (first or {})))
        keys.append(world.pay(desk, customer, (paid + n) * share, 3 * n + hours / 24, **columns))
    return keys


def people(desk, count):
    return [f"{desk}-customer{n}" for n in range(count)]


def companies(world):
    for name in ("treasury", "treasury-till", "employer", "desk-of-firm", "w0", "w1", "w2"):
        world.account(name, holder_type="company", holder_key=f"tax:{name}")


def what_is_told(world):
    """The keys of each desk that is found."""
    keys = {"desk": returns(world, "desk", ["a", "b", "c", "a"], tills=["till-1", "till-1", "till-2"])}
    for desk in ("treasury", "desk-of-firm", "by-night"):
        keys[desk] = returns(world, desk, people(desk, 3), hours=24 if desk == "by-night" else 2)
    world.account("shop", hub=True)
    keys["busy-till"] = returns(world, "busy-till", people("busy-till", 3), tills=["shop"])
    for desk, customers, tills in (("six", 6, 6), ("seven-for-14", 14, 7)):
        names = [f"{desk}-till{n}" for n in range(tills)]
        keys[desk] = returns(world, desk, people(desk, customers), tills=names)
    for n, customer in enumerate(people("later", 3)):  # of two such payments the later one is returned
        world.pay(customer, "later-market", 20, n, channel="qr")
    keys["later"] = []
    for n, customer in enumerate(people("later", 3)):
        keys["later"].append(world.pay(customer, "later-till", 20, n + 1 / 24, channel="qr"))
        keys["later"].append(world.pay("later", customer, 19.5, n + 2 / 24))
    keys["again"] = returns(world, "again", people("again", 3))
    keys["again"].append(world.pay("again", "again-customer0", 19.2, 0.5))
    return keys


def what_is_not(world):
    world.account("hub", hub=True)
    world.account("market", holder_type="platform")
    for name in ("alias", *people("alias", 3)):
        world.account(name, holder_key="cccd:one-person")
    returns(world, "two-customers", ["d", "e", "d", "e"])
    returns(world, "refunds", people("refunds", 3), share=1.0)
    returns(world, "half", people("half", 3), share=0.94)
    for customer, share in zip(people("uneven", 3), (0.96, 0.97, 0.985), strict=True):
        returns(world, "uneven", [customer], share=share)
    returns(world, "late", people("late", 3), hours=25)
    returns(world, "before", people("before", 3), hours=-1)
    returns(world, "at-once", people("at-once", 3), hours=0)
    returns(world, "small", people("small", 3), first={"amount_vnd": 1_990_000}, amount_vnd=1_950_000)
    returns(world, "itself", people("itself", 3), tills=["itself"])
    returns(world, "alias", people("alias", 3))
    returns(world, "settled", people("settled", 3), first={"channel": "platform_payout"})
    returns(world, "carried", people("carried", 3), first={"channel": "cod_settlement"})
    returns(world, "market", people("market", 3))
    returns(world, "employer", people("employer", 3), purpose_code="SALA")
    returns(world, "worker", ["w0", "w1", "w2"], first={"purpose_code": "SALA", "channel": "napas247"})
    returns(world, "hub", people("hub", 3))
    returns(world, "seven", people("seven", 7), tills=[f"seven-till{n}" for n in range(7)])


@pytest.fixture(scope="module")
def filled(new_world):
    world = new_world()
    companies(world)
    keys = what_is_told(world)
    what_is_not(world)
    return world, keys


@pytest.fixture(scope="module")
def found(filled, measure):
    world, keys = filled
    return {row.subject_id: row for row in measure(returned_by_another, world)}, keys


def test_who_returns_what_others_were_paid(found):
    rows, keys = found
    row = rows["desk"]
    assert row.value == 2.0  # four returns
    assert (row.support, row.value_vnd) == (4, (20 + 21 + 22 + 23) * 1_000_000)
    # One return may be chance, so the second till is no member; customers never are.
    assert members(row) == {("desk", "dealer"), ("till-1", "collector")}
    assert shown(row) == set(keys["desk"])
    assert holding(row) == set()


def test_exactly_those_that_are_meant(found):
    rows, keys = found
    assert set(rows) == set(keys)


def test_a_whole_day_is_still_in_time(found):
    assert found[0]["by-night"].support == 3


def test_companies_of_one_group_are_explained(found):
    rows, _ = found
    assert holding(rows["treasury"]) == {"group_treasury"}
    assert holding(rows["desk-of-firm"]) == set()  # its till is a person's


def test_the_latest_payment_that_fits_is_what_was_returned(found):
    rows, keys = found
    row = rows["later"]
    assert shown(row) == set(keys["later"])
    assert members(row) == {("later", "dealer"), ("later-till", "collector")}
    assert row.value_vnd == 60_000_000


def test_what_is_returned_twice_was_paid_once(found):
    rows, keys = found
    row = rows["again"]
    assert (row.support, row.value_vnd) == (4, (20 + 21 + 22) * 1_000_000)
    assert shown(row) == set(keys["again"])


def test_a_till_with_one_return_is_no_member(found):
    assert members(found[0]["six"]) == {("six", "dealer")}


def test_many_customers_may_have_more_tills(found):
    tills = {(f"seven-for-14-till{n}", "collector") for n in range(7)}
    assert members(found[0]["seven-for-14"]) == {("seven-for-14", "dealer"), *tills}


def test_a_shop_with_many_customers_is_no_member(found):
    assert members(found[0]["busy-till"]) == {("busy-till", "dealer")}


@pytest.mark.parametrize(
    "account",
    [
        "two-customers",
        "refunds",
        "half",
        "uneven",
        "late",
        "before",
        "at-once",
        "small",
        "itself",
        "alias",
        "settled",
        "carried",
        "market",
        "employer",
        "worker",
        "hub",
        "seven",
    ],
)
def test_what_is_no_such_return(found, account):
    assert account not in found[0]


def test_what_the_bounds_leave_out(filled, measure):
    wider = {
        "amount_vnd_least": 1_900_000,
        "hold_hours": 25,
        "returned_least": 0.93,
        "returned_most": 1.0,
        "customers_least": 2,
        "tills_most": 7,
        "share_range": 0.03,
    }
    rows = {row.subject_id for row in measure(returned_by_another, filled[0], **wider)}
    assert rows - set(filled[1]) == {
        "small",
        "late",
        "half",
        "uneven",
        "refunds",
        "two-customers",
        "seven",
    }


def test_who_pays_more_often_is_no_card_holder(filled, measure):
    rows = {row.subject_id for row in measure(returned_by_another, filled[0], payments_most=1)}
    # Each of their customers pays once and is paid once.
    assert rows == {"treasury", "desk-of-firm", "by-night", "busy-till", "six", "seven-for-14"}
