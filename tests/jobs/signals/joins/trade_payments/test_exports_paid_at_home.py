"""Exports that people and cash at home pay for, against buyers abroad, trade at home and processing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.exports_paid_at_home import transform

MILLION = 1_000_000


def lines(trader: str, number: int = 5, **more: Any) -> list[dict[str, Any]]:
    """So many export lines of 100 million each."""
    return [
        {
            "record_key": f"{trader}:{n}",
            "declaration_no": f"{trader}{n}",
            "direction": "export",
            "regime": "B11",
            "trader_key": f"tax:{trader}",
            "event_day": date(2026, 1, 5),
            "customs_value_vnd": 100 * MILLION,
            **more,
        }
        for n in range(number)
    ]


def paid(trader: str, payer: str, millions: int, **more: Any) -> dict[str, Any]:
    """What a private person pays an exporter."""
    return {
        "payment_key": f"{payer}>{trader}",
        "day": date(2026, 2, 1),
        "amount_vnd": millions * MILLION,
        "channel": "citad",
        "debtor_account_id": f"VCB:{payer}",
        "debtor_holder_key": f"cccd:{payer}",
        "debtor_holder_type": "individual",
        "creditor_account_id": f"VCB:{trader}",
        "creditor_holder_key": f"tax:{trader}",
        "creditor_holder_type": "company",
        "remittance_norm": "gop von",
        **more,
    }


def from_abroad(trader: str, millions: int) -> dict[str, Any]:
    buyer = {"debtor_holder_key": None, "debtor_holder_type": None, "debtor_country": "CN"}
    return paid(trader, "buyer", millions, **buyer)


def in_cash(trader: str, millions: int) -> dict[str, Any]:
    nobody = {"debtor_account_id": None, "debtor_holder_key": None, "debtor_holder_type": None}
    return paid(trader, "cash", millions, channel="cash_deposit", **nobody)


def from_business(trader: str, millions: int) -> dict[str, Any]:
    return paid(trader, "firm", millions, debtor_holder_type="company", debtor_holder_key="tax:firm")


TRADERS = ("loans", "owner", "abroad", "home", "little", "self", "crowd", "recent", "late", "border")
LINES = [
    *(line for trader in TRADERS if trader != "recent" for line in lines(trader)),
    *lines("recent", event_day=date(2026, 3, 1)),
    *lines("few", 4),
    *lines("processing", regime="E52"),
    *lines("importer", direction="import"),
]
PAYMENTS = [
    paid("loans", "straw1", 100),
    paid("loans", "straw2", 80),
    paid("loans", "clerk", 5),  # less than a twentieth
    in_cash("loans", 70),
    from_abroad("loans", 49),
    from_business("loans", 254),
    paid("owner", "boss", 150),
    paid("recent", "straw1", 150),
    paid("recent", "straw2", 450),
    paid("abroad", "straw1", 400),
    from_abroad("abroad", 50),
    paid("home", "straw1", 200),
    from_business("home", 200),
    paid("little", "straw1", 124),
    paid("self", "straw1", 200, debtor_operator="op:self", creditor_operator="op:self"),
    in_cash("border", 200) | {"remittance_norm": "tien hang bien mau"},
    paid("border", "straw1", 100),
    *(paid("crowd", f"customer{n}", 10) for n in range(20)),
    paid("late", "straw1", 400, day=date(2025, 6, 1)),  # before the window
    *(paid(trader, "straw1", 400) for trader in ("few", "processing", "importer")),
]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    operator = {"kind": "company", "id": "tax:self", "operator_id": "op:self", "degree": 2}
    rows = transform(
        customs=table("customs", *LINES),
        payments=table("payments", *PAYMENTS),
        operators=table("operators", operator),
        parameters=parameters("exports_paid_at_home"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def holding(row: Row) -> list[str]:
    return [e.id for e in row.explanations if e.holds]


def test_people_and_cash_pay_for_what_nobody_abroad_does(found: dict[str, Row]) -> None:
    row = found["tax:loans"]
    # 255 of 500 million.
    assert row.value == pytest.approx(0.51, abs=1e-6)
    assert (row.support, row.value_vnd) == (4, 255 * MILLION)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:loans", "trader"),
        ("account", "VCB:loans", "trader"),
        *(("account", f"VCB:straw{n}", "payer") for n in (1, 2)),
        *(("person", f"cccd:straw{n}", "payer") for n in (1, 2)),
    }
    assert {(e.feed, e.key) for e in row.evidence} == {
        *(("bank_transactions", f"{payer}>loans") for payer in ("straw1", "straw2", "clerk", "cash")),
        *(("customs_declarations", f"loans:{n}") for n in range(5)),
    }
    assert holding(row) == []


def test_an_owner_customers_and_credit_are_explanations(found: dict[str, Row]) -> None:
    assert found["tax:owner"].value == pytest.approx(0.3)
    assert holding(found["tax:owner"]) == ["owner_pays_in"]
    assert holding(found["tax:crowd"]) == ["sells_at_home"]
    # No more than the whole counts.
    assert found["tax:recent"].value == 1.0
    assert holding(found["tax:recent"]) == ["sold_on_credit"]
    assert holding(found["tax:border"]) == ["border_trade"]


def test_buyers_abroad_trade_at_home_and_processing_are_nothing(found: dict[str, Row]) -> None:
    assert set(found) == {f"tax:{trader}" for trader in ("loans", "owner", "crowd", "recent", "border")}
