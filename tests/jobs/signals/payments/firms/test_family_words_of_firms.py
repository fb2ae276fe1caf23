"""Firms that speak as families do, against lenders, canteens, employers, a family's firm and families."""

import pytest

from jobs.signals.payments.firms import family_words_of_firms
from tests.jobs.signals.payments.told import holding, members, shown


def _says(world, debtor, creditor, *remarks, **columns):
    """A million for each remark, a day apart."""
    return [
        world.pay(debtor, creditor, 1, day, remittance_norm=remark, **columns)
        for day, remark in enumerate(remarks)
    ]


@pytest.fixture(scope="module")
def found(new_world, measure):
    world = new_world()
    for firm in (
        "maker",
        "lender",
        "canteen",
        "bakery",
        "employer",
        "bank loan",
        "builder",
        "sister",
        "other",
    ):
        world.account(firm, holder_type="company", holder_key=f"tax:{firm}")
    world.sellers.append({"seller_key": "facebook:lan", "settlement_account_id": "lan"})
    keys = _says(world, "lan", "maker", "mung tuoi", "cho em muon", "chuyen khoan")
    keys = keys[:2] + _says(world, "maker", "man behind", "tien sinh hoat", "gui me")
    # Once is a slip; sales in plenty beside it; what names its goods, or an everyday reason.
    _says(world, "mai", "maker", "tra no")
    _says(world, "cuc", "maker", "tra no", "mung tuoi", *["ao so mi"] * 3)
    _says(world, "dao", "maker", "muon tien hang", "tang kem don hang", "gui tien hoc phi")
    # One reason each.
    for customer in ("an", "binh"):
        _says(world, customer, "lender", "tra no thang 1", "tra tien vay", "tra no cam on")
        _says(world, customer, "canteen", "tien an thang 1", "tien an thang 2")
        _says(world, "employer", customer, "tien an trua", "mung tuoi", "tien an trua")
        world.pay("employer", customer, 9, 20, remittance_norm="luong thang 1", purpose_code="SALA")
    # Presents are goods.
    _says(world, "an", "bakery", "gio qua tet", "hop qua", "tra no", "tra no")
    # A builder's wife, or the firm of his sister.
    _says(world, "builder", "wife", "tien sinh hoat", "bieu me", "cho con")
    _says(world, "sister", "other", "tien sinh hoat", "bieu me", "cho con")
    # Families.
    _says(world, "son", "mother", "bieu me", "tra no", "cho con")
    return {row.subject_id: row for row in measure(family_words_of_firms, world)}, keys


def test_a_maker_is_paid_and_pays_as_if_it_had_a_family(found):
    rows, keys = found
    row = rows["maker"]
    assert (row.value, row.support, row.value_vnd) == (4, 4, 4_000_000)
    assert shown(row) == set(keys)
    assert members(row) == {
        ("maker", "firm"),
        ("tax:maker", "firm"),
        ("lan", "payer"),
        ("man behind", "payee"),
        ("facebook:lan", "paying_shop"),
    }
    assert holding(row) == set()


def test_one_household_explains_its_own_firm_and_no_other_firm(found):
    rows, _ = found
    assert holding(rows["builder"]) == {"owners_household"}
    assert members(rows["sister"]) == {("sister", "firm"), ("tax:sister", "firm"), ("other", "firm")}
    assert holding(rows["sister"]) == set()


def test_nobody_else_is_found(found):
    rows, _ = found
    assert set(rows) == {"maker", "builder", "sister", "other"}
