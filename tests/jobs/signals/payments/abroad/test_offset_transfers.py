"""Books that dealers keep in common, and the shops, agents and treasuries whose sums match, too."""

import pytest

from jobs.signals.payments.abroad import offset_transfers
from tests.jobs.signals.payments.told import holding

MILLION = 1_000_000


def order(world, got, paid, millions, day, *, fee=0.01, hours=2.0, payer=None, payee=None, **sides):
    """A stranger pays `got`, and `paid` pays another one. Returns both keys; `sides`: columns of each."""
    number = len(world.payments)
    paid_in = world.pay(payer or f"payer-{number}", got, millions, day, **sides.get("credit", {}))
    after = (payee or f"payee-{number}", millions * (1 - fee), day + hours / 24)
    return [paid_in, world.pay(paid, *after, **sides.get("debit", {}))]


def book(world, one, two, start=0, **order_columns):
    """Four orders across, of 20, 30, 40 and 50 million, and a settlement: five payments an account."""
    keys = []
    for n, (got, paid) in enumerate([(one, two), (one, two), (two, one), (two, one)]):
        keys += order(world, got, paid, 20 + 10 * n, start + 5 * n, **order_columns)
    return [*keys, world.pay(one, two, 7, start + 20)]


def ring(world):
    """A book with an order within one account, one by chance, a purchase and small change."""
    keys = book(world, "ann", "bob")
    keys += order(world, "ann", "ann", 60, 25)
    order(world, "bob", "ann", 10, 40, fee=-0.01)
    world.pay("ann", "market", 3, 30)
    world.pay("ann", "market", 0.9, 31)
    return keys


def found_keys(row):
    return {record.key for record in row.evidence}


def member_ids(row):
    return {member.id for member in row.members}


def everybody(rows):
    return set().union(*map(member_ids, rows.values()))


@pytest.fixture(scope="module")
def filled(new_world):
    """The world, and the keys that the evidence should have, by the smallest account of a ring."""
    world = new_world()
    for name in ("firm", "works", "employer", "plant", "half"):
        world.account(name, holder_type="company", holder_key=f"tax:{name}")
    keys = {"ann": ring(world)}
    keys["cam"] = book(world, "cam", "dan") + book(world, "dan", "eve", 100)
    keys["day"] = book(world, "day", "night", hours=24)
    book(world, "firm", "works")
    book(world, "half", "other-half")
    keys["rent"] = book(world, "rent", "tenant")
    for paid_in in (0, 4):
        world.payments[int(keys["rent"][paid_in].split(":T")[1])]["remittance_norm"] = "tien thue nha"
    keys["fees"] = book(world, "fees", "term", debit={"remittance_norm": "tien thue nha"})

    keys["kim"] = book(world, "kim", "lan")
    world.pay("payer-early", "kim", 20, -1 / 24)
    world.pay("lan", "payee-late", 19.7, 5 / 24)

    # One order and a settlement with ned, who has two credits and two debits, and does nothing else like it.
    keys["meg"] = book(world, "meg", "max")
    order(world, "meg", "ned", 90, 50)
    for millions in (11, 13):
        world.pay("shop", "ned", millions, 60 + millions)
    world.pay("ned", "meg", 5, 90)

    book(world, "late", "later", hours=24.1)
    book(world, "free", "gift", fee=0)
    book(world, "dear", "dearer", fee=0.1)
    book(world, "small", "smaller", start=200)
    for payment in world.payments[-9:]:
        payment["amount_vnd"] //= 60
    book(world, "agent", "agency", payee="principal")
    book(world, "tutor", "tuition", payer="fund")
    book(world, "stall", "store")
    for number in (0, 1):
        order(world, "stall", "store", 70 + 5 * number, 40 + 5 * number, fee=-0.01)
    book(world, "seldom", "rarely")
    for day in range(22):
        world.pay("seldom", "market", 3, 60 + day)
    book(world, "employer", "plant", debit={"purpose_code": "SALA"})
    book(world, "wallet", "purse", debit={"creditor_hub": True})
    for number in range(4):
        order(world, "changer", "changer", 20 + 10 * number, 5 * number)
    book(world, "apart", "alone")
    world.payments.pop()
    # No strangers: who pays is paid back, or is the one who pays out, or who is paid is the one that got it.
    for one, two in (("ivy", "jim"), ("eli", "fay"), ("gus", "hal")):
        for n, (got, paid) in enumerate([(one, two), (one, two), (two, one), (two, one)]):
            payer = {"ivy": f"same-{n}", "eli": paid}.get(one)
            payee = {"ivy": f"same-{n}", "gus": got}.get(one)
            order(world, got, paid, 20 + 10 * n, 5 * n, payer=payer, payee=payee)
        world.pay(one, two, 7, 20)
    return world, keys


@pytest.fixture(scope="module")
def found(filled, measure):
    return {row.subject_id: row for row in measure(offset_transfers, filled[0])}


@pytest.fixture(scope="module")
def found_loosely(filled, measure):
    loose = {
        "amount_vnd_least": 100_000,
        "hold_hours": 25,
        "fee_least": 0.0,
        "fee_most": 0.1,
        "strangers_least": 1,
        "mirrored_most": 1.0,
        "matched_share_least": 0.1,
    }
    return {row.subject_id: row for row in measure(offset_transfers, filled[0], **loose)}


def test_accounts_that_keep_one_book(filled, found):
    row = found["ann"]
    # ann: 6 of 9 payments match, and 1 by chance; bob: 4 of 6, and 1.
    assert row.value == round((10 - 2) / 15, 6)
    assert (row.support, row.value_vnd) == (5, (20 + 30 + 40 + 50 + 60) * MILLION)
    assert {(member.kind, member.id, member.role) for member in row.members} == {
        ("account", "ann", "dealer"),
        ("account", "bob", "dealer"),
    }
    assert found_keys(row) == set(filled[1]["ann"])
    assert holding(row) == set()


def test_books_with_a_common_dealer_are_one_ring(filled, found):
    row = found["cam"]
    assert member_ids(row) == {"cam", "dan", "eve"}
    assert (row.value, row.support, row.value_vnd) == (0.8, 8, 280 * MILLION)
    assert found_keys(row) == set(filled[1]["cam"])


def test_each_payment_matches_once_with_the_latest_credit(filled, found):
    row = found["kim"]
    assert (row.value, row.support) == (round(8 / 12, 6), 4)
    assert found_keys(row) == set(filled[1]["kim"])


def test_who_matches_once_is_no_member(filled, found):
    row = found["max"]
    # The credit of meg matches all the same: 5 of 7 payments, and 4 of 5 of max.
    assert (row.value, row.support) == (round(9 / 12, 6), 4)
    assert member_ids(row) == {"meg", "max"}
    assert found_keys(row) == set(filled[1]["meg"])


def test_the_last_hour_of_the_window_counts(found):
    assert (found["day"].value, found["day"].support) == (0.8, 4)


def test_what_explains_a_book(found):
    assert holding(found["firm"]) == {"group_treasury"}
    assert holding(found["half"]) == set()
    assert holding(found["rent"]) == {"stated_reason"}
    assert holding(found["fees"]) == set()


@pytest.mark.parametrize("account", ["late", "free", "dear", "small", "agent", "tutor", "stall", "seldom"])
def test_delays_other_fees_agents_and_shops_show_only_under_looser_limits(found, found_loosely, account):
    assert account not in everybody(found)
    assert account in everybody(found_loosely)


@pytest.mark.parametrize("account", ["employer", "wallet", "changer", "apart", "ivy", "eli", "gus"])
def test_wages_hubs_a_changer_alone_and_money_back_are_nothing(found, found_loosely, account):
    assert account not in everybody(found)
    assert account not in everybody(found_loosely)


def test_busy_accounts_are_left_out(filled, measure):
    rows = {row.subject_id for row in measure(offset_transfers, filled[0], rows_most=8)}
    assert "ann" not in rows  # nine payments
    assert "day" in rows


def test_evidence_is_bounded(filled, measure):
    rows = measure(offset_transfers, filled[0], evidence_limit=3)
    assert {len(row.evidence) for row in rows} == {3}
