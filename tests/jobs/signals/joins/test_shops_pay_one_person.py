"""Fronts that feed one private account, against a supplier, a savings club, a landlord and a popular shop."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.shops_pay_one_person import transform


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
    return [row for shop in shops for row in paid(creditor, f"shop {shop}", **more)]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    payments = [
        *of_all("boss"),
        *paid("boss", "friend", times=1),
        # One of two accounts of a shop owner, a shop that pays once, and the boss' own money.
        *paid("boss", "second", debtor_holder_key="cccd:shop a"),
        *paid("boss", "shop e", times=1),
        *paid("boss", "own", debtor_holder_key="cccd:boss"),
        *of_all("supplier", creditor_holder_type="household_business"),
        *of_all("orders", remittance_norm="tra tien hang thang 2"),
        *of_all("wholesaler", remittance_norm="nhap hang dot 2"),
        *of_all("materials", remittance_norm="tt hd 15"),
        *of_all("pocket", remittance_norm="chuyen khoan nhap"),
        *of_all("thrift", remittance_norm="gop hui ky 5"),
        *of_all("club"),
        *[row for shop in "abc" for row in paid(f"shop {shop}", "club", times=1)],
        *[
            row | {"day": date(2026, month, 5), "payment_key": f"{row['payment_key']}/{month}"}
            # Rent, with what water and electricity cost that month.
            for month, rent in ((1, 500), (2, 620))
            for row in of_all("landlord", times=1, sums=(rent,))
        ],
        *of_all("popular"),
        *[row for n in range(12) for row in paid("popular", f"buyer {n}", times=1)],
        # Four fronts feed a person who sells as well: a carrier, a platform, a hub and two buyers at the
        # counter pay for that. A third buyer is a friend too.
        *of_all("trader"),
        *paid("trader", "carrier", debtor_holder_type="carrier"),
        *paid("trader", "platform", debtor_holder_type="platform"),
        *paid("trader", "bank's own", debtor_hub=True),
        *paid("trader", "unregistered carrier", channel="cod_settlement", debtor_holder_type=None),
        *paid("trader", "buyer 1", channel="qr"),
        *paid("trader", "buyer 2", channel="wallet"),
        *paid("trader", "friend", times=1, channel="card"),
        *[row | {"payment_key": "gift"} for row in paid("trader", "friend", times=1, channel="napas247")],
        # One of five fronts pays by QR as well as by transfer; a shop that only buys there is no payer.
        *of_all("principal"),
        *paid("principal", "shop e", times=1, channel="qr"),
        *[row | {"payment_key": "e"} for row in paid("principal", "shop e", times=1, channel="napas247")],
        *of_all("grocer", channel="qr"),
        *[row for n in range(3) for row in paid("grocer", f"buyer {n}", channel="qr")],
        *of_all("firm", creditor_holder_type="company"),
        *of_all("hub", creditor_hub=True),
        *of_all("two", shops="ab"),
        *of_all("worker", debtor_holder_type="company", purpose_code="SALA"),
    ]
    shops = [
        {"record_key": f"shopee:{shop}", "seller_key": f"shopee:{shop}", "settlement_account_id": account}
        for shop, account in [*((shop, f"shop {shop}") for shop in "abcde"), ("a2", "second")]
    ]
    rows = transform(
        payments=table("payments", *payments),
        sellers=table("sellers", *shops),
        parameters=parameters("shops_pay_one_person", report_from=0.1),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_shops_of_four_owners_and_two_others_pay_one_person(found: dict[str, Row]) -> None:
    row = found["boss"]
    # Four owners (one with two accounts) pay twice; with the friend and shop e six people pay.
    assert row.value == pytest.approx(log2(4) * 4 / 6)
    assert row.support == 10
    assert row.value_vnd == 5 * 250
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "boss", "collector"),
        ("account", "second", "shop"),
        ("seller", "shopee:a2", "shop"),
        *(("account", f"shop {shop}", "shop") for shop in "abcd"),
        *(("seller", f"shopee:{shop}", "shop") for shop in "abcd"),
    }
    assert ("bank_transactions", "VCB:bossshop a1") in {(e.feed, e.key) for e in row.evidence}
    assert ("sellers", "shopee:d") in {(e.feed, e.key) for e in row.evidence}
    assert not any(e.holds for e in row.explanations)


@pytest.mark.parametrize(
    ("account", "explanation"),
    [
        ("supplier", "declared_business"),
        ("orders", "ordered_goods"),
        ("wholesaler", "ordered_goods"),
        ("materials", "ordered_goods"),
        ("thrift", "stated_reason"),
        ("club", "pays_back"),
        ("landlord", "steady_terms"),
    ],
)
def test_innocent_explanations_that_hold(found: dict[str, Row], account: str, explanation: str) -> None:
    assert found[account].value == pytest.approx(2.0)
    assert [e.id for e in found[account].explanations if e.holds] == [explanation]


def test_words_of_no_goods_explain_nothing(found: dict[str, Row]) -> None:
    assert found["pocket"].value == pytest.approx(2.0)
    assert not any(e.holds for e in found["pocket"].explanations)


def test_whom_many_others_pay_counts_for_little(found: dict[str, Row]) -> None:
    assert found["popular"].value == pytest.approx(log2(4) * 4 / 16)


def test_who_pays_for_a_sale_is_no_payer(found: dict[str, Row]) -> None:
    # Four owners and the friend; five owners, one of whom also pays by QR.
    assert found["trader"].value == pytest.approx(log2(4) * 4 / 5)
    assert found["principal"].value == pytest.approx(log2(5))
    assert "grocer" not in found


@pytest.mark.parametrize("account", ["firm", "hub", "two", "worker"])
def test_firms_hubs_two_friends_and_wages_are_left_out(found: dict[str, Row], account: str) -> None:
    assert account not in found
