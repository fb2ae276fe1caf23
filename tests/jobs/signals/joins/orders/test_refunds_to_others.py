"""Shops that refund who never paid them, against customers who paid, or paid at the door, and one refund."""

from collections.abc import Callable
from datetime import date
from math import log2, sqrt
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.orders.refunds_to_others import transform


def paid(debtor: str, creditor: str, times: int = 1, **more: Any) -> list[dict[str, Any]]:
    """So many payments of 100 between two strangers, one a day."""
    return [
        {
            "payment_key": f"{debtor}>{creditor}:{n}",
            "day": date(2026, 2, 1 + n),
            "amount_vnd": 100,
            "debtor_account_id": f"VCB:{debtor}",
            "debtor_holder_key": f"cccd:{debtor}",
            "debtor_holder_type": "individual",
            "creditor_account_id": f"VCB:{creditor}",
            "creditor_holder_key": f"cccd:{creditor}",
            "creditor_holder_type": "individual",
            **more,
        }
        for n in range(times)
    ]


def refunded(shop: str, receiver: str, times: int = 1, **more: Any) -> list[dict[str, Any]]:
    return paid(shop, receiver, times, remittance_norm="shop hoan tien don hang", **more)


SHOPS = ("siphon", "honest", "single", "left", "right", "three", "four", "owner", "platform", "gifts")


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    payments = [
        *refunded("siphon", "straw1", 4),
        *refunded("siphon-cod", "straw2", 3),
        *paid("buyer", "siphon-cod"),
        *refunded("siphon", "buyer"),
        *paid("client", "honest"),
        *refunded("honest", "client", 3),
        *refunded("single", "visitor"),
        *refunded("left", "runner"),
        *refunded("right", "runner"),
        *refunded("three", "friend", 3),
        *refunded("four", "cousin", 4),
        *refunded("owner", "owner-savings", 4, creditor_holder_key="cccd:owner"),
        *refunded("platform", "wallet", 4, creditor_hub=True),
        *refunded("private", "somebody", 4),
        *paid("gifts", "guest", 4, remittance_norm="mung cuoi"),
    ]
    sellers = [
        {
            "record_key": f"register:{shop}",
            "seller_key": f"shopee:{shop}",
            "settlement_account_id": f"VCB:{shop}",
        }
        for shop in SHOPS
    ]
    parcels = [{"record_key": "ghn:1", "operator_id": "op:siphon", "cod_account_id": "VCB:siphon-cod"}]
    operators = [{"kind": "seller", "id": "shopee:siphon", "operator_id": "op:siphon", "degree": 2}]
    rows = transform(
        parcels=table("parcels", *parcels),
        payments=table("payments", *payments),
        accounts=table("accounts"),
        operators=table("operators", *operators),
        sellers=table("sellers", *sellers),
        parameters=parameters("refunds_to_others", report_from=0.1),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def holding(row: Row) -> list[str]:
    return [e.id for e in row.explanations if e.holds]


def test_two_who_never_paid_are_refunded_over_and_over(found: dict[str, Row]) -> None:
    row = found["op:siphon"]
    # Seven of eight refunds; the buyer had paid the hand's other account.
    assert row.value == pytest.approx(log2(1 + 7) * sqrt(7 / 8), abs=1e-6)
    assert (row.support, row.value_vnd) == (7, 700)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("seller", "shopee:siphon", "shop"),
        ("account", "VCB:siphon", "operator"),
        ("account", "VCB:siphon-cod", "operator"),
        ("account", "VCB:straw1", "beneficiary"),
        ("account", "VCB:straw2", "beneficiary"),
    }
    assert {(e.feed, e.key) for e in row.evidence} == {
        *(("bank_transactions", f"siphon>straw1:{n}") for n in range(4)),
        *(("bank_transactions", f"siphon-cod>straw2:{n}") for n in range(3)),
        ("sellers", "register:siphon"),
    }
    assert holding(row) == []


@pytest.mark.parametrize("shop", ["honest", "single"])
def test_refunds_to_who_had_paid_and_one_refund_are_nothing(found: dict[str, Row], shop: str) -> None:
    assert f"shopee:{shop}" not in found


@pytest.mark.parametrize("shop", ["left", "right"])
def test_one_receiver_of_two_shops_counts_for_both(found: dict[str, Row], shop: str) -> None:
    row = found[f"shopee:{shop}"]
    assert row.value == pytest.approx(log2(1 + 1))
    assert row.support == 1
    assert {(m.id, m.role) for m in row.members} == {
        (f"shopee:{shop}", "shop"),
        (f"VCB:{shop}", "operator"),
        ("VCB:runner", "beneficiary"),
    }


def test_up_to_three_refunds_to_one_person_may_be_a_customers_returns(found: dict[str, Row]) -> None:
    assert found["shopee:three"].value == pytest.approx(log2(1 + 3))
    assert holding(found["shopee:three"]) == ["returned_for_a_customer"]
    assert found["shopee:four"].value == pytest.approx(log2(1 + 4), abs=1e-6)
    assert holding(found["shopee:four"]) == []


def test_own_money_platforms_private_people_and_other_remarks_are_left_out(found: dict[str, Row]) -> None:
    assert set(found) == {"op:siphon", *(f"shopee:{shop}" for shop in ("left", "right", "three", "four"))}
