"""Four who collect from strangers for one account, and the shop, the firm, the club and chance."""

import pytest

from jobs.signals.payments.collection import collectors_for_one
from tests.jobs.signals.payments.told import holding, members

FOUR = range(4)


def collect(world, receiver, *, collectors=FOUR, payers=8, start=0.0, apart=1.0, after=10.0, **columns):
    """Everyone is paid a million by so many strangers, one a day `apart`, and sweeps it all at once."""
    keys = []
    for n in collectors:
        name = f"{receiver}-c{n}"
        for payer in range(payers):
            day = start * n + payer * apart
            keys.append(world.pay(f"{name}-p{payer}", name, 1, day, **columns))
        keys.append(world.pay(name, receiver, payers, start * n + after))
    return keys


def sweep_nightly(world, receiver):
    """Four pay on what they took nearly every night, as presents and loans now and then."""
    for n in FOUR:
        name = f"{receiver}-c{n}"
        for payer in range(8):
            world.pay(f"{name}-p{payer}", name, 1, payer)
        for night, remark in enumerate(["mung tuoi", "cho vay", *["ck"] * 5]):
            world.pay(name, receiver, 8 / 7, night + 0.9, remittance_norm=remark)


def in_turn(world, receiver, *, own=False, staff="individual"):
    """Three truckers pay two accounts in turn (or each its `own`), which give most of it to the receiver."""
    for n in range(2):
        name = world.account(f"{receiver}-c{n}", holder_type=staff)
        for trucker in range(3):
            payer = f"{receiver}-t{trucker}" + (f"-{n}" if own else "")
            world.pay(payer, name, 1, 10 * n + trucker)
        for day in (20, 40):
            world.pay(name, receiver, 0.7, day)


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    world.account("firm", holder_type="company", holder_key="tax:firm")
    world.account("nightly", holder_type="company", holder_key="tax:nightly")
    world.account("abroad")
    keys = collect(world, "boss")
    collect(world, "firm")
    collect(world, "shop", remittance_norm="thanh toan don hang")
    collect(world, "relatives", start=20.0, remittance_norm="thanh toan don hang")
    collect(world, "club", remittance_norm="gop hui")
    collect(world, "moment", apart=0.0)
    collect(world, "one", collectors=range(1))
    collect(world, "few", payers=7)
    collect(world, "busy")
    for n in range(30):
        world.pay(f"busy-customer{n}", "busy", 10, 5)
    collect(world, "regulars")
    for n in FOUR:
        for payer in range(8):
            for day in (20, 21):
                world.pay(f"regulars-c{n}-p{payer}", f"regulars-c{n}", 1, day)
    for n in FOUR:
        world.pay("lender", f"lent-c{n}", 40, 1)
    lent = collect(world, "lent")
    for n in FOUR:
        world.pay(f"kept-c{n}", f"kept-friend{n}", 5, 9)
        for payer in range(8):
            world.pay(f"kept-c{n}-p{payer}", f"kept-c{n}", 1, payer)
        world.pay(f"kept-c{n}", "kept", 3, 10)
    for n in FOUR:
        for payer in range(8):
            world.pay(f"sends-c{n}-p{payer}", f"sends-c{n}", 1, payer)
        world.pay(f"sends-c{n}", "abroad", 8, 10, creditor_country="KH")
    for n in FOUR:  # passes on what comes as it comes: another pattern
        for payer in range(8):
            world.pay(f"each-c{n}-p{payer}", f"each-c{n}", 1, payer)
            world.pay(f"each-c{n}", "each", 1, payer + 0.1)
    sweep_nightly(world, "nightly")
    in_turn(world, "patron")
    in_turn(world, "own", own=True)
    in_turn(world, "mart", staff="company")
    return {row.subject_id: row for row in measure(collectors_for_one, world)}, set(keys), set(lent)


def test_payers_in_common_need_be_few(found):
    row = found[0]["patron"]
    assert row.value == 1.0  # log2 of two
    assert members(row) == {("patron", "beneficiary"), ("patron-c0", "collector"), ("patron-c1", "collector")}
    assert row.support == 10
    assert not {"own", "mart"} & set(found[0])


def collectors(receiver):
    return {(f"{receiver}-c{n}", "collector") for n in FOUR}


def test_four_collect_from_eight_strangers_each(found):
    rows, keys, _ = found
    row = rows["boss"]
    assert row.value == 2.0  # log2 of four, and the account lives on nothing else
    assert members(row) == {("boss", "beneficiary"), *collectors("boss")}
    assert {record.key for record in row.evidence} == keys
    # Eight credits and a sweep, four times; what was swept.
    assert (row.support, row.value_vnd) == (36, 32_000_000)
    assert holding(row) == set()


def test_who_lives_on_other_money_as_well_counts_for_less(found):
    assert "busy" not in found[0]  # 32 of 332 million
    assert found[0]["lent"].value == 2.0


def test_one_large_payer_is_no_customer(found):
    row = found[0]["lent"]
    assert {record.key for record in row.evidence} == found[2]
    assert (row.support, row.value_vnd) == (36, 32_000_000)


@pytest.mark.parametrize(
    ("receiver", "reason"),
    [
        ("firm", "declared_business"),
        ("shop", "shop_staff"),
        ("club", "stated_reason"),
    ],
)
def test_innocent_explanations(found, receiver, reason):
    assert holding(found[0][receiver]) == {reason}


def test_who_calls_the_takings_gifts_and_loans_is_no_staff(found):
    # Two of seven payments to a firm.
    assert holding(found[0]["nightly"]) == set()


def test_times_that_are_days_alone_are_no_fault(found):
    assert found[0]["moment"].value == 2.0


def test_who_takes_turns_is_no_staff(found):
    # 7 days each of 67: they collect one after the other.
    assert holding(found[0]["relatives"]) == set()


def test_a_receiver_abroad_is_no_member(found):
    assert members(found[0]["abroad"]) == collectors("sends")


@pytest.mark.parametrize("receiver", ["one", "few", "regulars", "kept", "each"])
def test_what_is_no_such_network(found, receiver):
    assert receiver not in found[0]
