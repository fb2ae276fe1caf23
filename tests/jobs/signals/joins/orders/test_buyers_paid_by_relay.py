"""Accounts that a shop fills for those who order from it, and relatives and foremen who only pay many."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.orders.buyers_paid_by_relay import transform


def paid(payer: str, *payees: str, shop: str | None = None, **more: Any) -> list[dict[str, Any]]:
    """100 from one private account to each of others; `shop` is the hand of the payer."""
    return [
        {
            "payment_key": f"{payer}>{payee}",
            "day": date(2026, 2, 1),
            "amount_vnd": 100,
            "debtor_account_id": f"VCB:{payer}",
            "debtor_holder_key": f"cccd:{payer}",
            "debtor_holder_type": "individual",
            "debtor_operator": f"op:{shop}" if shop else None,
            "creditor_account_id": f"VCB:{payee}",
            "creditor_holder_key": f"cccd:{payee}",
            "creditor_holder_type": "individual",
            "creditor_name_norm": payee,
            **more,
        }
        for payee in payees
    ]


def sent(shop: str, *names: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "record_key": f"{shop}>{name}",
            "operator_id": f"op:{shop}",
            "seller_key": f"shopee:{shop}",
            "status": "delivered",
            "recipient_name_norm": name,
            **more,
        }
        for name in names
    ]


CROWD = [f"p{n}" for n in range(8)]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    parcels = [
        *sent("farm", *CROWD[:4], "stranger"),
        # A shop of the ring names no shop on its parcels; another only fills the relay.
        *sent("sister", "p4", seller_key=None, sender_phone_e164="+8490"),
        *sent("nameless", "p5", seller_key=None),
        *sent("beside", "somebody"),
        *sent("wife", "p0", "p1"),
        *sent("employer", *CROWD),
        *sent("refused", *CROWD[:4], status="returned"),
        *sent("stall", *CROWD[5:]),
        *sent("mart", *CROWD[:4]),
    ]
    payments = [
        *paid("farm", "relay", shop="farm"),
        *paid("sister", "relay", shop="sister"),
        *paid("beside", "relay", shop="beside"),
        *paid("nameless", "relay", shop="nameless"),
        *paid("relay", *CROWD[:6], "rent", "farm"),
        # One whom a shop pays pays relatives, two of whom ordered there.
        *paid("wife shop", "wife", shop="wife"),
        *paid("wife", *CROWD[:6]),
        # Wages that an employee hands on, parcels that nobody took, an account that nobody fills.
        *paid("boss", "foreman", shop="employer", debtor_holder_type="company", purpose_code="SALA"),
        *paid("foreman", *CROWD),
        *paid("refused", "helper", shop="refused"),
        *paid("helper", *CROWD[:4]),
        *paid("aunt", *CROWD),
        # People with a household business; a company has its own suppliers.
        *paid("stall", "trader", shop="stall", creditor_holder_type="household_business"),
        *paid("trader", *CROWD[5:], creditor_holder_type="household_business"),
        *paid("mart", "firm", shop="mart", creditor_holder_type="company"),
        *paid("firm", *CROWD[:4]),
    ]
    rows = transform(
        parcels=table("parcels", *parcels),
        payments=table("payments", *payments),
        operators=table("operators", {"kind": "seller", "id": "shopee:sister", "operator_id": "op:sister"}),
        sellers=table("sellers", {"seller_key": "shopee:sister", "phone_e164": "+8490"}),
        parameters=parameters("buyers_paid_by_relay"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_the_relay_between_a_shop_and_its_buyers(found: dict[str, Row]) -> None:
    row = found["VCB:relay"]
    # Six of seven payees; what goes back to the shop is no payee.
    assert row.value == pytest.approx(36 / 7, abs=1e-6)
    assert (row.support, row.value_vnd) == (6, 600)
    members = {(item.id, item.role) for item in row.members}
    assert members == {
        ("VCB:relay", "mule"),
        ("VCB:nameless", "operator"),
        ("shopee:farm", "shop"),
        ("shopee:sister", "shop"),
        *((f"VCB:{name}", "straw_buyer") for name in CROWD[:6]),
    }
    keys = {item.key for item in row.evidence}
    assert keys == {
        "farm>relay",
        "sister>relay",
        "nameless>relay",
        *(f"relay>{name}" for name in CROWD[:6]),
        *(f"farm>{name}" for name in CROWD[:4]),
        "sister>p4",
        "nameless>p5",
    }


def test_who_has_a_household_business_lends_a_name_as_well(found: dict[str, Row]) -> None:
    assert found["VCB:trader"].value == 3


def test_nobody_else(found: dict[str, Row]) -> None:
    assert found.keys() == {"VCB:relay", "VCB:trader"}
