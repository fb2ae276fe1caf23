"""Money for a supplier that goes through straw persons, against entrusted importers, agents and family."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.paid_through_others import transform

MILLION = 1_000_000
START = datetime(2026, 3, 1, 3, tzinfo=UTC)


def line(number: int, trader: str) -> dict[str, Any]:
    return {
        "record_key": f"{number}:1",
        "declaration_no": str(number),
        "direction": "import",
        "trader_key": trader,
        "trader_name_norm": f"cty tnhh {trader[4:]}",
        "partner_name_norm": f"{trader[4:]} foshan factory ltd",
        "event_day": date(2026, 2, 20),
        "customs_value_vnd": 100 * MILLION,
    }


def passage(key: str, trader: str, between: str, value: int, **changed: Any) -> list[dict[str, Any]]:
    """What `trader` pays `between`, and what is sent abroad a day later."""
    person = {"id": f"cccd:{between}", "type": "individual", **changed.pop("holder", {})}
    account = f"VCB:{between}"
    sent = {"payee": f"{trader[4:]} foshan factory", "days": 1, "share": 0.97, **changed}
    return [
        {
            "payment_key": f"in:{key}",
            "report_keys": [f"in:{key}"],
            "at": START,
            "amount_vnd": value * MILLION,
            "debtor_account_id": f"VCB:{trader[4:]}",
            "debtor_holder_key": trader,
            "debtor_name_norm": f"cty tnhh {trader[4:]}",
            "creditor_account_id": account,
            "creditor_holder_key": person["id"],
            "creditor_holder_type": person["type"],
        },
        {
            "payment_key": f"out:{key}",
            "report_keys": [f"out:{key}"],
            "at": START + timedelta(days=sent["days"]),
            "amount_vnd": int(value * MILLION * sent["share"]),
            "debtor_account_id": account,
            "debtor_holder_key": person["id"],
            "creditor_country": "CN",
            "creditor_name_norm": sent["payee"],
        },
    ]


def openly(trader: str, times: int, number: str | None = "100000000900") -> list[dict[str, Any]]:
    """What `trader` itself pays its supplier, on a declaration that nobody holds."""
    return [
        {
            "payment_key": f"open:{trader}{n}",
            "at": START,
            "amount_vnd": 300 * MILLION,
            "debtor_account_id": f"VCB:{trader[4:]}",
            "debtor_holder_key": trader,
            "debtor_holder_type": "company",
            "debtor_operator": trader,
            "creditor_country": "CN",
            "creditor_name_norm": f"{trader[4:]} foshan factory",
            "declaration_no": number,
        }
        for n in range(times)
    ]


TRADERS = ("tax:aside", "tax:trust", "tax:family", "tax:late", *(f"tax:client{n}" for n in range(4)))
PAYMENTS = [
    *passage("a", "tax:aside", "straw", 100),
    *passage("b", "tax:aside", "other straw", 200, payee="wei jian agency"),
    *passage("c", "tax:trust", "firm", 100, holder={"id": "tax:firm", "type": "company"}),
    *passage("d", "tax:family", "daughter", 100, payee="university of nowhere"),
    *passage("e", "tax:late", "slow", 100, days=20),
    *passage("f", "tax:late", "large", 100, share=3.0),
    *(row for n in range(4) for row in passage(f"g{n}", f"tax:client{n}", "forwarder", 50 + n)),
    # Importers of whom no declaration is held.
    *openly("tax:paying", 2),
    *passage("h", "tax:paying", "cousin", 100),
    *openly("tax:once", 1),
    *passage("i", "tax:once", "friend", 100),
    *openly("tax:services", 2, number=None),
    *passage("j", "tax:services", "uncle", 100),
]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = transform(
        customs=table("customs", *(line(n, trader) for n, trader in enumerate(TRADERS, 100000000000))),
        payments=table("payments", *PAYMENTS),
        operators=table("operators"),
        parameters=parameters("paid_through_others", report_from=0.0),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_straw_persons_are_found_with_what_they_sent_on(found: dict[str, Row]) -> None:
    row = found["tax:aside"]
    assert row.value == pytest.approx(log2(3), abs=1e-5)
    assert (row.support, row.value_vnd) == (2, 291 * MILLION)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:aside", "trader"),
        ("account", "VCB:aside", "trader"),
        ("account", "VCB:straw", "payer"),
        ("person", "cccd:straw", "payer"),
        ("account", "VCB:other straw", "payer"),
        ("person", "cccd:other straw", "payer"),
    }
    assert {e.key for e in row.evidence} == {"in:a", "out:a", "in:b", "out:b", "100000000000:1"}


def test_an_entrusted_firm_counts_less(found: dict[str, Row]) -> None:
    row = found["tax:trust"]
    assert row.value == pytest.approx(0.25, abs=1e-5)
    assert {e.id for e in row.explanations if e.holds} == {"entrusted_import"}


def test_an_importers_own_payments_tell_its_supplier(found: dict[str, Row]) -> None:
    row = found["tax:paying"]
    assert row.value == pytest.approx(1.0, abs=1e-5)
    assert {e.key for e in row.evidence} == {"in:h", "out:h"}


def test_agents_families_and_other_money_are_nothing(found: dict[str, Row]) -> None:
    # Nor one payment of one's own, or payments for services: they make nobody a supplier of goods.
    assert set(found) == {"tax:aside", "tax:trust", "tax:paying"}
