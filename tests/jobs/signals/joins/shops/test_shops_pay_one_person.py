"""Fronts that hand their takings on to one person, against a supplier, a savings club and a landlord."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.shops.shops_pay_one_person import transform


def paid(
    creditor: str, debtor: str, times: int = 2, sums: tuple[int, ...] = (100, 150), **more: Any
) -> list[dict[str, Any]]:
    """So many payments on days of one month, the sums in turn."""
    return [
        {
            "payment_key": f"VCB:{creditor}{debtor}{n}",
            "day": date(2026, 2, 1 + n),
            "amount_vnd": sums[n % len(sums)],
            "debtor_account_id": debtor,
            "debtor_holder_key": f"cccd:{debtor}",
            "debtor_holder_type": "individual",
            "creditor_account_id": creditor,
            "creditor_holder_key": f"cccd:{creditor}",
            "creditor_holder_type": "individual",
            **more,
        }
        for n in range(times)
    ]


def of_all(creditor: str, shops: str = "abcd", **more: Any) -> list[dict[str, Any]]:
    """Shops of their own take 1,000 each and pay somebody 250 of it."""
    accounts = [f"shop {creditor} {shop}" for shop in shops]
    return [row for account in accounts for row in (*income(account, 1000), *paid(creditor, account, **more))]


def income(account: str, amount_vnd: int, **more: Any) -> list[dict[str, Any]]:
    """What one payment brings into an account."""
    return paid(account, "carrier", 1, (amount_vnd,), **{"debtor_holder_type": "carrier", **more})


def rent(creditor: str, shops: str, least: int = 150, most: int = 200) -> list[dict[str, Any]]:
    """Once a month, with what water and electricity cost that month."""
    once = of_all(creditor, shops, times=1, sums=(least,))
    dearer = of_all(creditor, shops, times=1, sums=(most,), day=date(2026, 3, 5), payment_key="")
    march = [row | {"payment_key": f"VCB:{row['debtor_account_id']}/3"} for row in dearer]
    return [*once, *(row for row in march if row["creditor_account_id"] == creditor)]


def monthly(creditor: str, shops: str, amount_vnd: int) -> list[dict[str, Any]]:
    """The very same sum in each of three months: nearly all that the shop takes."""
    taken = [row for shop in shops for row in income(f"shop {creditor} {shop}", 1000)]
    paid_on = [date(2026, month, 5) for month in (1, 2, 3)]
    return taken + [
        row
        for shop in shops
        for day in paid_on
        for row in paid(
            creditor,
            f"shop {creditor} {shop}",
            1,
            (amount_vnd,),
            day=day,
            payment_key=f"VCB:{creditor}{shop}{day}",
        )
    ]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    payments = [
        *of_all("boss"),
        # One of two accounts of a shop owner, who spends on groceries; a shop that pays once, a buyer, and
        # the boss' own money.
        *income("shop second", 500),
        *paid("boss", "shop second", debtor_holder_key="cccd:shop boss a"),
        *paid("market", "shop second", channel="qr"),
        *income("shop once", 1000),
        *paid("boss", "shop once", times=1),
        *paid("boss", "friend"),
        *paid("boss", "own", debtor_holder_key="cccd:boss"),
        *of_all("pair", shops="ab"),
        *of_all("orders", remittance_norm="tra tien hang thang 2"),
        *of_all("wholesaler", remittance_norm="nhap hang dot 2"),
        *of_all("materials", remittance_norm="tt hd 15"),
        *of_all("pocket", remittance_norm="chuyen khoan nhap"),
        *of_all("thrift", remittance_norm="gop hui ky 5"),
        # A carrier whom four shops pay 1,000 of 8,000, and seven others the rest; six who pay little.
        *of_all("driver"),
        *[row for n in range(7) for row in paid("driver", f"customer {n}", 1, (1000,))],
        *of_all("patron"),
        *[row for n in range(7) for row in paid("patron", f"cousin {n}", 1, (10,))],
        *of_all("funded"),
        *paid("funded", "investor", 7, (1000,)),
        *of_all("club"),
        *[row for shop in "ab" for row in paid(f"shop club {shop}", "club", 1, (0,), channel="qr")],
        *rent("landlord", "abcd"),
        # Nearly all that they take.
        *rent("straw", "ab", 400, 500),
        *monthly("house", "ab", 300),
        *of_all("half for goods", shops="ab"),
        *of_all("half for goods", shops="cd", remittance_norm="nhap hang dot 2"),
        *of_all("half for thrift", shops="ab"),
        *of_all("half for thrift", shops="cd", remittance_norm="gop hui ky 5"),
        *of_all("half for rent", shops="ab"),
        *rent("half for rent", "cd"),
        # Straw accounts that no shop registered: a marketplace or a carrier pays them. One is paid wages, and
        # one's own money comes in, as well: no income.
        *[
            row
            for n in (1, 2)
            for row in income(f"straw {n}", 300, debtor_holder_type=None, channel="cod_settlement")
        ],
        *income("straw 1", 900, payment_key="pay", purpose_code="SALA", debtor_holder_type="company"),
        *income("straw 2", 900, payment_key="own", debtor_holder_key="cccd:straw 2", debtor_holder_type=None),
        *[row for n in (1, 2) for row in paid("principal", f"straw {n}")],
        # Two people whom buyers pay are no shops.
        *[row for n in (1, 2) for row in income(f"friend {n}", 300, debtor_holder_type="individual")],
        *[row for n in (1, 2) for row in paid("buddy", f"friend {n}")],
        # More is handed on than came in: not all of it is the shop's. Little came in: it says nothing.
        *[row for n in (1, 2) for row in income(f"small {n}", 200)],
        *[row for n in (1, 2) for row in paid("saved", f"small {n}")],
        *[row for n in (1, 2) for row in income(f"tiny {n}", 90)],
        *[row for n in (1, 2) for row in paid("pastime", f"tiny {n}")],
        # A family's shops pay a relative no more than others: the root of 0.25 and 0.25 is too little.
        *of_all("relative"),
        *[row for shop in "abcd" for row in paid("others", f"shop relative {shop}", 3, (250,))],
        # One large payment and small change: paid once.
        *of_all("lender", times=3, sums=(230, 10, 10)),
        *of_all("grower", shops="ab"),
        *of_all("trader", shops="ab"),
        *of_all("grocer", channel="qr"),
        *of_all("firm", creditor_holder_type="company"),
        *of_all("supplier", creditor_holder_type="household_business"),
        *of_all("hub", creditor_hub=True),
        *of_all("single", shops="a"),
        *of_all("one owner", shops="a"),
        *income("shop other account", 1000),
        *paid("one owner", "shop other account", debtor_holder_key="cccd:shop one owner a"),
        *of_all("worker", debtor_holder_type="company", purpose_code="SALA"),
    ]
    accounts = sorted({row["debtor_account_id"] for row in payments})
    shops = [
        {
            "record_key": f"shopee:{account}",
            "seller_key": f"shopee:{account}",
            "settlement_account_id": account,
        }
        for account in accounts
        if account.startswith("shop ")
    ]
    goods = {"grower": ("gao st25", "ca phe hat robusta", "ao thun"), "trader": ("gao st25", "ao", "giay")}
    parcels = [
        {"record_key": f"ghn:{shop}{n}", "seller_key": f"shopee:shop {payee} {shop}", "goods_norm": name}
        for payee, names in goods.items()
        for shop in "ab"
        for n, name in enumerate(names)
    ]
    rows = transform(
        payments=table("payments", *payments),
        parcels=table("parcels", *parcels),
        sellers=table("sellers", *shops),
        parameters=parameters("shops_pay_one_person", income_least_vnd=100),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_shops_of_four_owners_hand_on_to_one_person(found: dict[str, Row]) -> None:
    row = found["boss"]
    # Four accounts hand on 250 of 1,000, all that they spend; the second of one owner 250 of 500, half of it.
    assert row.value == pytest.approx(4 * 0.25**0.5 + (0.5 * 0.5) ** 0.5)
    assert (row.support, row.value_vnd) == (10, 5 * 250)
    shops = {"shop second", *(f"shop boss {shop}" for shop in "abcd")}
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "boss", "collector"),
        *(("account", shop, "paying_shop") for shop in shops),
        *(("seller", f"shopee:{shop}", "paying_shop") for shop in shops),
    }
    assert ("bank_transactions", "VCB:bossshop boss a1") in {(e.feed, e.key) for e in row.evidence}
    assert ("sellers", "shopee:shop boss d") in {(e.feed, e.key) for e in row.evidence}
    assert not any(e.holds for e in row.explanations)


def test_two_owners_are_enough(found: dict[str, Row]) -> None:
    assert found["pair"].value == pytest.approx(2 * 0.25**0.5)


def test_whom_carriers_pay_is_a_shop_and_pay_and_own_money_are_no_income(found: dict[str, Row]) -> None:
    row = found["principal"]
    assert row.value == pytest.approx(2 * (250 / 300) ** 0.5, abs=1e-5)
    assert {(m.kind, m.id) for m in row.members} == {
        ("account", "principal"),
        ("account", "straw 1"),
        ("account", "straw 2"),
    }


def test_who_hands_on_more_than_comes_in_pays_from_other_money(found: dict[str, Row]) -> None:
    # Each hands on five for every four that come in.
    assert found["saved"].value == pytest.approx(2 * (4 / 5) ** 0.5, abs=1e-5)


@pytest.mark.parametrize(
    ("account", "explanation"),
    [
        ("half for goods", "ordered_goods"),
        ("half for thrift", "stated_reason"),
        ("half for rent", "steady_terms"),
    ],
)
def test_of_those_who_pay_only_who_gives_no_reason_counts(
    found: dict[str, Row], account: str, explanation: str
) -> None:
    row = found[account]
    assert row.value == pytest.approx(2 * 0.25**0.5)
    assert [e.id for e in row.explanations if e.holds] == [explanation]
    shops = {m.id for m in row.members if m.role == "paying_shop" and m.kind == "account"}
    assert shops == {f"shop {account} a", f"shop {account} b"}


def test_nearly_all_that_shops_take_is_no_rent(found: dict[str, Row]) -> None:
    row = found["straw"]
    assert row.value == pytest.approx(2 * 0.9**0.5, abs=1e-5)
    assert not any(e.holds for e in row.explanations)


def test_the_very_same_sum_each_month_is_rent_whatever_part_it_is(found: dict[str, Row]) -> None:
    assert "house" not in found


def test_a_club_pays_back(found: dict[str, Row]) -> None:
    assert found["club"].value == pytest.approx(4 * 0.25**0.5)
    assert [e.id for e in found["club"].explanations if e.holds] == ["pays_back"]


def test_farmers_sell_together_and_one_of_them_takes_the_money(found: dict[str, Row]) -> None:
    assert [e.id for e in found["grower"].explanations if e.holds] == ["farm_produce"]
    assert not any(e.holds for e in found["trader"].explanations)


def test_whom_many_others_pay_more_has_shops_among_the_customers(found: dict[str, Row]) -> None:
    assert [e.id for e in found["driver"].explanations if e.holds] == ["many_customers"]


@pytest.mark.parametrize("account", ["patron", "funded"])
def test_who_lives_on_the_shops_or_is_paid_by_few_has_no_such_customers(
    found: dict[str, Row], account: str
) -> None:
    assert not any(e.holds for e in found[account].explanations)


def test_words_of_no_goods_explain_nothing(found: dict[str, Row]) -> None:
    assert found["pocket"].value == pytest.approx(4 * 0.25**0.5)
    assert not any(e.holds for e in found["pocket"].explanations)


@pytest.mark.parametrize(
    "account",
    [
        "buddy",
        "pastime",
        "relative",
        "lender",
        "grocer",
        "firm",
        "supplier",
        "hub",
        "single",
        "one owner",
        "worker",
    ],
)
def test_what_hands_nothing_on_is_left_out(found: dict[str, Row], account: str) -> None:
    assert account not in found


@pytest.mark.parametrize("account", ["orders", "wholesaler", "materials", "thrift", "landlord"])
def test_what_is_paid_for_a_reason_is_not_handed_on(found: dict[str, Row], account: str) -> None:
    assert account not in found
