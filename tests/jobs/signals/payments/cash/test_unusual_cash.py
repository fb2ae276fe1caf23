"""Large cash time and again at private accounts, and who has a reason for it."""

import pytest

from jobs.signals.payments.cash import unusual_cash
from tests.jobs.signals.payments.told import holding, members, shown


def deposits(world, person, millions, times=3, **columns):
    """Cash that comes in, a week apart."""
    return [
        world.pay(None, person, millions, 7 * number, channel="cash_deposit", **columns)
        for number in range(times)
    ]


def withdrawals(world, person, millions, times=3, **columns):
    return [
        world.pay(person, None, millions, 7 * number + 1, channel="cash_withdrawal", **columns)
        for number in range(times)
    ]


def people(world, count):
    """Whose usual deposit is 10 million, and whose usual withdrawal is 2."""
    for number in range(count):
        deposits(world, f"person{number}", 10, times=1)
        withdrawals(world, f"person{number}", 2, times=2)


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    people(world, 40)
    keys = deposits(world, "placer", 100)
    world.pay("placer", "boss", 290, 20, remittance_norm="ck")

    world.account("gold", holder_type="company", holder_key="tax:gold")
    for name in ("first", "second"):
        deposits(world, name, 100)
        for day in (1, 8, 15):
            world.pay(name, "gold", 95, day)

    for number in range(3):
        world.pay(f"victim{number}", "fetcher", 20, number)
    withdrawals(world, "fetcher", 20)

    world.account("mill", holder_type="company", holder_key="tax:mill")
    world.pay("mill", "employee", 90, 0, purpose_code="SALA")
    withdrawals(world, "employee", 20)
    world.pay("friend", "borrower", 70, 0)
    withdrawals(world, "borrower", 20)
    deposits(world, "seller", 100, remittance_norm="tien ban nha")
    world.account("builder", holder_type="company", holder_key="tax:builder")
    deposits(world, "buyer", 100)
    world.pay("buyer", "builder", 300, 15)
    for name, remarks in {
        "dealer": ["tra cong no", "tien hang t3", None, "gui me"],  # two of the three that say something
        "pretender": ["tien hang", "gui me", "cho muon", None],  # one of three
    }.items():
        world.account(f"mill of {name}", holder_type="company", holder_key=f"tax:mill of {name}")
        deposits(world, name, 100)
        for day, remark in enumerate(remarks):
            world.pay(name, f"mill of {name}", 70, 8 + day, remittance_norm=remark)
    deposits(world, "parent", 100)
    world.pay("parent", "school", 290, 15, remittance_norm="hoc phi")

    for name in ("pair1", "pair2"):
        deposits(world, name, 100, times=2)
        world.pay(name, "chief", 190, 15)
    deposits(world, "twice", 400, times=2)
    deposits(world, "twice", 10, times=5)
    world.account("shop", holder_type="household_business")
    deposits(world, "shop", 200, times=10)
    rows = {row.subject_id: row for row in measure(unusual_cash, world)}
    return rows, keys


def test_large_cash_that_goes_on_to_a_person(found):
    rows, keys = found
    row = rows["placer"]
    # Three pieces of ten times the usual: 3 / (3 + 3) x 10 / (10 + 5).
    assert row.value == pytest.approx(1 / 3, abs=1e-6)
    assert members(row) == {("placer", "depositor"), ("boss", "beneficiary")}
    assert shown(row) == set(keys)
    assert (row.support, row.value_vnd) == (3, 300_000_000)
    assert holding(row) == set()
    assert "boss" not in rows


def test_who_pays_the_same_company_is_one_ring(found):
    row = found[0]["first"]
    assert row.value == pytest.approx(1 - (1 - 1 / 3) ** 2, abs=1e-5)
    assert members(row) == {("first", "depositor"), ("second", "depositor"), ("gold", "beneficiary")}
    assert holding(row) == set()
    assert "second" not in found[0]


def test_cash_fetched_for_others_names_none_of_who_paid(found):
    row = found[0]["fetcher"]
    assert row.value == pytest.approx(1 / 3, abs=1e-6)
    assert members(row) == {("fetcher", "mule")}
    assert holding(row) == set()


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ("employee", "own_pay"),
        ("borrower", "one_credit"),
        ("seller", "property_sold"),
        ("buyer", "one_purchase"),
        ("parent", "stated_reason"),
        ("dealer", "goods_paid"),
    ],
)
def test_innocent_explanations(found, person, reason):
    assert holding(found[0][person]) == {reason}


def test_a_word_of_goods_here_and_there_explains_nothing(found):
    assert holding(found[0]["pretender"]) == set()


def test_two_pieces_count_where_others_send_theirs_to_the_same(found):
    row = found[0]["pair1"]
    # Twice 2 / (2 + 3) x 10 / (10 + 5).
    assert row.value == pytest.approx(1 - (1 - 4 / 15) ** 2, abs=1e-5)
    assert members(row) == {("pair1", "depositor"), ("pair2", "depositor"), ("chief", "beneficiary")}


def test_one_who_sells_to_a_buyer_is_not_named(found):
    assert members(found[0]["buyer"]) == {("buyer", "depositor")}


def test_twice_is_chance_and_a_shop_takes_cash_by_trade(found):
    assert not {"twice", "shop"} & found[0].keys()


def test_nothing_is_usual_among_few(new_world, measure):
    world = new_world()
    people(world, 10)
    deposits(world, "placer", 100)
    assert measure(unusual_cash, world) == []


def test_what_hangs_together_beyond_a_ring_is_trade(new_world, measure):
    world = new_world()
    people(world, 20)
    for name in ("first", "second", "third"):
        deposits(world, name, 100)
        world.pay(name, "hub", 290, 20)
    rows = measure(unusual_cash, world, ring_accounts_max=2)
    assert [members(row) for row in rows] == [
        {(name, "depositor"), ("hub", "beneficiary")} for name in ("first", "second", "third")
    ]


def test_those_who_handle_cash_often_are_held_against_each_other(new_world, measure):
    """Six times a month 60 million is six times the usual of everybody, and what every trader at a market
    banks; where few do so, it is unusual."""

    def subjects(traders):
        world = new_world()
        people(world, 40)
        for number in range(traders):
            deposits(world, f"trader{number}", 60, times=6)
        deposits(world, "placer", 400, times=6)
        rows = measure(unusual_cash, world)
        return {row.subject_id for row in rows if "trader" in row.subject_id or row.subject_id == "placer"}

    assert subjects(traders=20) == {"placer"}
    assert subjects(traders=5) == {"placer", *(f"trader{number}" for number in range(5))}
