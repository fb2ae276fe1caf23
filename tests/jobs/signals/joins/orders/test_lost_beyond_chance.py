"""Senders whose parcels keep being lost, against bad luck, breakage, and losses that nobody paid for."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.orders.lost_beyond_chance import transform


def sent(sender: str, number: int, lost: int, **more: Any) -> list[dict[str, Any]]:
    """So many parcels of a sender, of which the first `lost` are lost."""
    return [
        {
            "record_key": f"{sender}:{n}",
            "carrier": "ghn",
            "seller_key": f"shopee:{sender}",
            "sender_key": f"shopee:{sender}",
            "sender_phone_e164": f"+84-{sender}",
            "day": date(2026, 2, 1),
            "status": "lost" if n < lost else "delivered",
            "goods_norm": "dong ho",
            "declared_value_vnd": 1_000 + n,
            **more,
        }
        for n in range(number)
    ]


def compensated(sender: str, times: int, **more: Any) -> list[dict[str, Any]]:
    """So many payments of a carrier to the account that a sender has with its register."""
    return [
        {
            "payment_key": f"to {sender}:{n}",
            "day": date(2026, 2, 20),
            "amount_vnd": 1_000,
            "debtor_account_id": "TCB:carrier",
            "debtor_holder_type": "carrier",
            "creditor_account_id": f"VCB:{sender}",
            "creditor_holder_key": f"cccd:{sender}",
            "remittance_norm": "boi thuong don 123",
            **more,
        }
        for n in range(times)
    ]


SENDERS = ("claims", "pots", "unpaid", "shared", "many", "few", "ordinary", "waiting", "other")
PARCELS = [
    *sent("claims", 20, 6),
    # Nobody's register knows this sender: its phone and the account that collects for it.
    *sent("off", 10, 5, seller_key=None, sender_key="phone:+84-off", cod_account_id="VCB:off"),
    *sent("desk", 10, 5, sender_phone_e164="+84-hub"),
    *sent("pots", 20, 6, goods_norm="bo am tra gom bat trang"),
    *sent("unpaid", 20, 6),
    *sent("shared", 20, 6, cod_account_id="VCB:hub"),
    *sent("many", 60, 10),  # a large part arrives
    *sent("few", 10, 4),
    *sent("waiting", 20, 6, day=date(2025, 9, 1)),  # before the window
    *sent("other", 20, 6, carrier="lossy"),  # a carrier that loses as much of everybody's
    *sent("fellow", 20, 6, carrier="lossy"),
    *sent("fellow on the way", 900, 900, carrier="lossy", status="in_transit"),
    *sent("ordinary", 2_000, 4),
]
# What GHN loses of all that is no longer on the way, in the window.
GHN = [p for p in PARCELS if p["carrier"] == "ghn" and p["day"] > date(2026, 1, 1)]
USUAL = sum(p["status"] == "lost" for p in GHN) / len(GHN)


def value(lost: int, number: int) -> float:
    """-log10 of the Chernoff bound of the binomial tail, times the root of the share."""
    share = lost / number
    bits = number * (share * math.log(share / USUAL) + (1 - share) * math.log((1 - share) / (1 - USUAL)))
    return bits / math.log(10) * math.sqrt(share)


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    payments = [
        *compensated("claims", 3),
        # Takings that the carrier hands over, and somebody else's damages.
        *compensated("claims", 2, payment_key="cod", remittance_norm="thanh toan cod"),
        *compensated("claims", 2, payment_key="driver", debtor_holder_type="individual"),
        *compensated("off", 5),
        # One hands its compensation on to another; what it pays an honest shop shows nothing.
        {
            "payment_key": "share",
            "day": date(2026, 2, 25),
            "amount_vnd": 900,
            "debtor_account_id": "VCB:off",
            "creditor_account_id": "VCB:claims",
        },
        {
            "payment_key": "purchase",
            "day": date(2026, 2, 25),
            "amount_vnd": 900,
            "debtor_account_id": "VCB:off",
            "creditor_account_id": "VCB:ordinary",
        },
        *compensated("pots", 6),
        *compensated("unpaid", 2),
        *compensated("shared", 6, creditor_account_id="VCB:hub"),
    ]
    register = [
        {
            "record_key": f"register:{name}",
            "seller_key": f"shopee:{name}",
            "settlement_account_id": f"VCB:{name}",
        }
        for name in SENDERS
    ]
    rows = transform(
        parcels=table("parcels", *PARCELS),
        payments=table("payments", *payments),
        accounts=table("accounts", {"account_id": "VCB:hub", "hub": True}),
        operators=table("operators"),
        sellers=table("sellers", *register),
        identifiers=table("identifiers", {"kind": "phone", "id": "+84-hub", "users": 90, "hub": True}),
        parameters=parameters("lost_beyond_chance", report_from=1.0),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def holding(row: Row) -> list[str]:
    return [e.id for e in row.explanations if e.holds]


def test_losses_beyond_chance_that_carriers_pay_for(found: dict[str, Row]) -> None:
    row = found["shopee:claims"]
    assert row.value == pytest.approx(value(6, 20), abs=1e-4)
    assert (row.support, row.value_vnd) == (6, 6_015)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("seller", "shopee:claims", "shop"),
        ("phone", "+84-claims", "phone"),
        ("account", "VCB:claims", "beneficiary"),
    }
    assert {(e.feed, e.key) for e in row.evidence} == {
        *(("shipments", f"claims:{n}") for n in range(20)),
        *(("bank_transactions", f"to claims:{n}") for n in range(3)),
    }
    # Half of the losses are paid for.
    assert holding(row) == []


def test_a_sender_without_a_register_who_pays_another_and_a_shared_phone(found: dict[str, Row]) -> None:
    row = found["phone:+84-off"]
    assert row.value == pytest.approx(value(5, 10), abs=1e-4)
    assert {(m.kind, m.id) for m in row.members} == {
        ("phone", "+84-off"),
        ("account", "VCB:off"),
        ("account", "VCB:claims"),
    }
    payments = {e.key for e in row.evidence if e.feed == "bank_transactions"}
    assert payments == {"share", *(f"to off:{n}" for n in range(5))}
    assert holding(row) == []
    assert {m.id for m in found["shopee:desk"].members} == {"shopee:desk"}


def test_breakage_and_losses_that_nobody_pays_for_are_explanations(found: dict[str, Row]) -> None:
    assert holding(found["shopee:pots"]) == ["fragile_goods"]
    assert holding(found["shopee:unpaid"]) == ["not_compensated"]
    # What comes into an account that takes in the parcels of many is not known to be theirs.
    assert holding(found["shopee:shared"]) == ["not_compensated"]
    assert ("account", "VCB:hub") not in {(m.kind, m.id) for m in found["shopee:shared"].members}


def test_bad_luck_few_losses_and_a_careless_carrier_are_nothing(found: dict[str, Row]) -> None:
    assert set(found) == {
        "phone:+84-off",
        *(f"shopee:{name}" for name in ("claims", "desk", "pots", "unpaid", "shared")),
    }
