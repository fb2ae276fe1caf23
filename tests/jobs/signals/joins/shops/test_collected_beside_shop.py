"""Revenue in strangers' accounts, against a shop's own account, a spouse's, group buying and dropshipping."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.shops.collected_beside_shop import transform

DAY = date(2026, 2, 1)


def sales(shop: str, account: str, count: int = 10, **more: Any) -> tuple[list[Any], list[Any]]:
    """Parcels of a shop sent by its phone, and what their recipients pay into `account` the day before."""
    sent = [
        {
            "record_key": f"ghn:{shop}{n}",
            "operator_id": f"op_{shop}",
            "sender_phone_e164": f"+84{shop}",
            "recipient_name_norm": f"nguyen van {shop}{n}",
            "declared_value_vnd": 100 + n,
            "day": DAY,
            "status": "delivered",
        }
        for n in range(count)
    ]
    paid = [
        {
            "payment_key": f"MBB:{shop}{n}",
            "day": DAY - timedelta(days=1),
            "amount_vnd": 100 + n,
            "channel": "napas247",
            "debtor_account_id": f"MBB:{shop}{n}",
            "debtor_name_norm": f"nguyen van {shop}{n}",
            "creditor_account_id": account,
            **more,
        }
        for n in range(count)
    ]
    return sent, paid


def shop_row(shop: str, account: str, **more: Any) -> dict[str, Any]:
    return {
        "record_key": f"facebook:{shop}",
        "seller_key": f"facebook:{shop}",
        "owner_key": f"cccd:{shop}",
        "phone_e164": f"+84{shop}",
        "settlement_account_id": account,
        **more,
    }


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    parcels, payments = [], []
    for shop, account in (
        ("hidden", "TCB:straw"),
        ("open", "VCB:open"),
        ("family", "TCB:spouse"),
        ("drop", "VCB:brand"),
        ("firm", "VCB:firm"),
    ):
        sent, paid = sales(shop, account)
        parcels, payments = parcels + sent, payments + paid
    # A straw's salary and a friend's loan: two more private payments into the account.
    for n in range(2):
        payments.append({**payments[0], "payment_key": f"ACB:{n}", "debtor_account_id": f"ACB:{n}",
                         "debtor_name_norm": "tran thi khac", "amount_vnd": 5000})  # fmt: skip
    # Group buying: friends pay the leader, to whom alone the parcels go.
    sent, paid = sales("group", "TCB:leader")
    parcels += [{**row, "recipient_name_norm": "le thi leader"} for row in sent]
    payments += paid
    shops = ("hidden", "open", "family", "drop", "group", "brand")
    rows = transform(
        parcels=table("parcels", *parcels),
        payments=table("payments", *payments),
        accounts=table(
            "accounts",
            {"account_id": "TCB:spouse", "registered": True, "address_norm": "12 le loi"},
            {"account_id": "TCB:straw", "registered": True, "address_norm": "9 tran phu"},
            # A company that sends without a shop has left the phone with its bank.
            {"account_id": "VCB:firm", "holder_type": "company", "phone_e164": "+84firm"},
        ),
        operators=table(
            "operators",
            *[{"kind": "seller", "id": f"facebook:{shop}", "operator_id": f"op_{shop}"} for shop in shops],
        ),
        sellers=table(
            "sellers",
            *[
                shop_row(shop, f"VCB:{shop}", pickup_address_norm="12 le loi" if shop == "family" else None)
                for shop in shops
            ],
        ),
        parameters=parameters("collected_beside_shop", report_from=0.05),
        as_of=date(2026, 3, 31),
    ).collect()
    return {row["subject_id"]: row for row in rows}


def test_recipients_who_pay_a_stranger_name_shop_and_account(found: dict[str, Row]) -> None:
    row = found["op_hidden"]
    # Ten of twelve payments into the account; ten of sixty parcels are the hand's; all of them are paid so.
    assert row["value"] == pytest.approx(10 / 15 * ((10 / 12 - 10 / 60) * 1.0) ** 0.5, abs=1e-6)
    assert row["value_vnd"] == sum(100 + n for n in range(10))
    assert {(m["kind"], m["id"], m["role"]) for m in row["members"]} == {
        ("seller", "facebook:hidden", "shop"),
        ("account", "TCB:straw", "collector"),
    }
    assert not [e for e in row["explanations"] if e["holds"]]


def test_records_are_the_payments_parcels_shop_and_account(found: dict[str, Row]) -> None:
    feeds = [record["feed"] for record in found["op_hidden"]["evidence"]]
    assert {feed: feeds.count(feed) for feed in set(feeds)} == {
        "bank_transactions": 10,
        "shipments": 10,
        "sellers": 1,
        "bank_accounts": 1,
    }


def test_innocent_twins(found: dict[str, Row]) -> None:
    assert "op_open" not in found, "the shop's own account"
    assert "op_firm" not in found, "the company's own account"
    assert "op_group" not in found, "friends pay the leader, who alone receives"
    holds = {name: {e["id"] for e in found[name]["explanations"] if e["holds"]} for name in found}
    assert holds["op_family"] == {"family_account"}
    assert holds["op_drop"] == {"sells_for_another_shop"}
    plain = 10 / 15 * (1 - 10 / 60) ** 0.5
    assert found["op_family"]["value"] == pytest.approx(plain * 0.4, abs=1e-6)
    assert found["op_drop"]["value"] == pytest.approx(plain * 0.4, abs=1e-6)
