"""What an importer's own people send abroad with its money, against wages, agents, families and platforms."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.payee_of_insiders import transform

MILLION = 1_000_000
AFFILIATE = "albion hong kong ltd"


def line(number: int, trader: str) -> dict[str, Any]:
    return {
        "record_key": f"{number}:1",
        "declaration_no": str(number),
        "direction": "import",
        "trader_key": trader,
        "partner_name_norm": "albion furniture plc",
        "event_day": date(2026, 2, 20),
        "customs_value_vnd": 100 * MILLION,
    }


def advance(key: str, trader: str, person: str, value: int, **changed: Any) -> dict[str, Any]:
    return {
        "payment_key": f"in:{key}",
        "report_keys": [f"in:{key}"],
        "amount_vnd": value * MILLION,
        "debtor_account_id": f"VCB:{trader[4:]}",
        "debtor_holder_key": trader,
        "debtor_holder_type": "company",
        "debtor_operator": f"op_{trader[4:]}",
        "creditor_account_id": f"VCB:{person}",
        "creditor_holder_key": f"cccd:{person}",
        "creditor_holder_type": "individual",
        **changed,
    }


def abroad(key: str, person: str, value: int, **changed: Any) -> dict[str, Any]:
    return {
        "payment_key": f"out:{key}",
        "report_keys": [f"out:{key}"],
        "amount_vnd": value * MILLION,
        "debtor_account_id": f"VCB:{person}",
        "debtor_holder_key": f"cccd:{person}",
        "creditor_account_id": "HSBC:1",
        "creditor_country": "HK",
        "creditor_name_norm": AFFILIATE,
        **changed,
    }


TRADERS = ("low", "paid back", "one", "wages", "school", "little", "ads", *(f"client{n}" for n in range(4)))
PLATFORM = {"creditor_name_norm": "clicks pte", "creditor_account_id": "DBS:1"}
COMMITTED = {"creditor_name_norm": "lucky star", "creditor_account_id": "DBS:2"}
PAYMENTS = [
    # Two people send 180 of the 200 million that their company gave them.
    advance("a", "tax:low", "director", 120),
    advance("b", "tax:low", "wife", 80),
    abroad("a", "director", 100),
    abroad("b", "wife", 40),
    abroad("c", "wife", 40),
    # Half of what they sent is given back.
    abroad("d", "clerk", 100, **COMMITTED),
    abroad("e", "nephew", 100, **COMMITTED),
    advance("d", "tax:paid back", "clerk", 60),
    advance("e", "tax:paid back", "nephew", 60),
    # One person alone, people with wages, and children at school.
    advance("f", "tax:one", "owner", 300),
    abroad("f", "owner", 100, creditor_name_norm="peak land"),
    abroad("f2", "owner", 100, creditor_name_norm="peak land"),
    *(advance(f"g{n}", "tax:wages", f"worker{n}", 90, purpose_code="SALA") for n in range(2)),
    *(abroad(f"g{n}", f"worker{n}", 80, creditor_name_norm="home shop") for n in range(2)),
    *(advance(f"h{n}", "tax:school", f"parent{n}", 90) for n in range(2)),
    *(
        abroad(f"h{n}", f"parent{n}", 80, creditor_name_norm="hill", remittance_norm="tuition fee")
        for n in range(2)
    ),
    # Most of what they send is their own money.
    *(advance(f"i{n}", "tax:little", f"rich{n}", 20) for n in range(2)),
    *(abroad(f"i{n}", f"rich{n}", 90, creditor_name_norm="north star") for n in range(2)),
    # Everybody pays the platform.
    *(advance(f"j{n}", "tax:ads", f"seller{n}", 90) for n in range(2)),
    *(abroad(f"j{n}", f"seller{n}", 80, **PLATFORM) for n in range(2)),
    *(abroad(f"k{n}", f"customer{n}", 1, **PLATFORM) for n in range(40)),
    # Two forwarders send what four importers pay them.
    *(advance(f"l{n}{m}", f"tax:client{n}", f"agent{m}", 90) for n in range(4) for m in range(2)),
    *(abroad(f"l{m}", f"agent{m}", 80, creditor_name_norm="far east") for m in range(2)),
]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = transform(
        customs=table("customs", *(line(n, f"tax:{name}") for n, name in enumerate(TRADERS, 100000000000))),
        payments=table("payments", *PAYMENTS),
        operators=table(
            "operators",
            *({"kind": "company", "id": f"tax:{name}", "operator_id": f"op_{name}"} for name in TRADERS),
        ),
        parameters=parameters("payee_of_insiders", report_from=0.01),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_people_of_one_importer_are_found_with_what_they_send(found: dict[str, Row]) -> None:
    row = found["op_low"]
    assert row.value == pytest.approx(log2(4), abs=1e-5)
    assert (row.support, row.value_vnd) == (3, 180 * MILLION)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:low", "trader"),
        ("account", "VCB:low", "trader"),
        ("account", "VCB:director", "operator"),
        ("person", "cccd:director", "operator"),
        ("account", "VCB:wife", "operator"),
        ("person", "cccd:wife", "operator"),
    }
    assert {e.key for e in row.evidence} == {"in:a", "in:b", "out:a", "out:b", "out:c"}


def test_what_is_given_back_counts_as_far_as_it_covers(found: dict[str, Row]) -> None:
    assert found["op_paid back"].value == pytest.approx(log2(3) * 0.6, abs=1e-5)


def test_a_platform_counts_less(found: dict[str, Row]) -> None:
    row = found["op_ads"]
    assert row.value == pytest.approx(log2(3) * 0.3, abs=1e-5)
    assert {e.id for e in row.explanations if e.holds} == {"shop_of_many"}


def test_single_people_wages_schools_own_money_and_agents_are_nothing(found: dict[str, Row]) -> None:
    assert set(found) == {"op_low", "op_paid back", "op_ads"}
