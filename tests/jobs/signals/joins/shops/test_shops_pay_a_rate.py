"""Shop owners who pay one person a rate, against a landlord, a teacher, a club and a supplier."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.shops.shops_pay_a_rate import transform


def paid(
    creditor: str, debtor: str, sums: tuple[int, ...] = (100, 110, 100), **more: Any
) -> list[dict[str, Any]]:
    """One payment a month from January on."""
    return [
        {
            "payment_key": f"VCB:{creditor}{debtor}{month}",
            "report_keys": [f"VCB:{creditor}{debtor}{month}"],
            "day": date(2026, month, 5),
            "amount_vnd": amount,
            "debtor_account_id": debtor,
            "debtor_holder_key": f"cccd:{debtor}",
            "debtor_holder_type": "individual",
            "creditor_account_id": creditor,
            "creditor_holder_key": f"cccd:{creditor}",
            "creditor_holder_type": "individual",
            **more,
        }
        for month, amount in enumerate(sums, 1)
    ]


def by_shops(creditor: str, shops: str = "abcd", **more: Any) -> list[dict[str, Any]]:
    return [row for shop in shops for row in paid(creditor, f"shop {shop}", **more)]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    payments = [
        # Four shops pay; a second account of one owner, who is one owner still. Most goes on to an official.
        *by_shops("aunt"),
        *paid("aunt", "second", debtor_holder_key="cccd:shop a"),
        *paid("official", "aunt", (800,)),
        *paid("grocer's wife", "aunt", (100,)),
        # Three shops and a friend.
        *by_shops("uncle", "abc"),
        *paid("uncle", "friend"),
        # Shops among many others who pay: a landlord who is told so by few.
        *by_shops("landlord"),
        *[row for n in range(8) for row in paid("landlord", f"tenant {n}")],
        *by_shops("stall owner", remittance_norm="tien thue sap"),
        *by_shops("teacher", remittance_norm="tien hoc cua con"),
        *by_shops("supplier", remittance_norm="tra tien hang"),
        *by_shops("as orders come", sums=(100, 400, 50)),
        *[row for row in by_shops("within a month") if row["day"].month == 1],
        *by_shops("firm", creditor_holder_type="company"),
        *by_shops("counter", channel="qr"),
        *by_shops("pair", "ab"),
        *by_shops("club"),
        *[row for shop in "abcd" for row in paid(f"shop {shop}", "club", (1000,))],
    ]
    shops = [
        {
            "record_key": f"shopee:{shop}",
            "seller_key": f"shopee:{shop}",
            "settlement_account_id": f"shop {shop}" if shop != "d" else None,
            "owner_key": "cccd:shop d" if shop == "d" else None,
        }
        for shop in "abcd"
    ]
    accounts = [{"account_id": f"shop {shop}", "holder_key": f"cccd:shop {shop}"} for shop in "abcd"]
    accounts.append({"account_id": "second", "holder_key": "cccd:shop a"})
    shops[0]["owner_key"] = "cccd:shop a"
    rows = transform(
        payments=table("payments", *payments),
        accounts=table("accounts", *accounts),
        sellers=table("sellers", *shops),
        parameters=parameters("shops_pay_a_rate"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_shops_pay_a_rate_that_goes_on_to_one_person(found: dict[str, Row]) -> None:
    row = found["aunt"]
    # Four owners of four who pay, by five accounts, three times each.
    assert (row.value, row.support, row.value_vnd) == (4.0, 15, 5 * 310)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "aunt", "collector"),
        ("account", "official", "beneficiary"),
        ("account", "second", "shop"),
        *(("account", f"shop {shop}", "shop") for shop in "abcd"),
        *(("seller", f"shopee:{shop}", "shop") for shop in "abcd"),
    }
    assert ("bank_transactions", "VCB:officialaunt1") in {(e.feed, e.key) for e in row.evidence}
    assert not any(e.holds for e in row.explanations)


def test_others_who_pay_weaken_it(found: dict[str, Row]) -> None:
    assert found["uncle"].value == 3 * 3 / 4


def test_a_club_pays_back(found: dict[str, Row]) -> None:
    assert [e.id for e in found["club"].explanations if e.holds] == ["pays_back"]


def test_everyday_reasons_are_left_out(found: dict[str, Row]) -> None:
    assert set(found) == {"aunt", "uncle", "club"}
