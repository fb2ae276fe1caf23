"""An importer under a new name after a decision, and others who began since or share a phone with it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.earlier_cases.importer_returns import transform

DECIDED = date(2026, 1, 9)
OLD, EARLY, LATE = date(2025, 12, 26), date(2026, 1, 5), date(2026, 1, 23)


def declared(trader: str, on: date, times: int = 2, **same: Any) -> list[dict[str, Any]]:
    """Declarations of a million each; phone, address and seller are the trader's own unless given."""
    return [
        {
            "record_key": f"{trader} {n}:1",
            "declaration_no": f"{trader} {n}",
            "event_day": on,
            "trader_key": trader,
            "trader_phone_e164": f"+84 {trader}",
            "trader_address_norm": f"street {trader}",
            "partner_name_norm": f"seller {trader}",
            "hs_code": "33049930",
            "customs_value_vnd": 1_000_000,
            **same,
        }
        for n in range(times)
    ]


def decision(trader: str, outcome: str = "confirmed", on: date = DECIDED) -> dict[str, Any]:
    return {
        "record_key": f"{outcome}:{trader}",
        "decided_on": on,
        "subject_kind": "company",
        "subject_id": trader,
        "outcome": outcome,
    }


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    old = {
        "trader_phone_e164": "+84 old",
        "trader_address_norm": "street old",
        "partner_name_norm": "seller old",
    }
    phone = {"trader_phone_e164": "+84 old"}
    customs = [
        *declared("tax:0100000001", EARLY, **old),
        *declared("tax:new", LATE, **old),
        *declared("tax:same phone", LATE, consignee_phone_e164="+84 old"),
        *declared("tax:once", LATE, times=1, **phone),
        *declared("tax:earlier", EARLY, **phone),
        *declared("tax:0100000001-001", LATE, **phone),
        *declared("tax:stranger", LATE, partner_name_norm="seller old"),
        *declared("tax:broker's client", LATE, trader_phone_e164="+84 broker"),
        *declared("tax:clean", EARLY),
        *declared("tax:first records", OLD),
        *declared("tax:long ago", EARLY),
        *declared("tax:long known", LATE, trader_phone_e164="+84 tax:long ago"),
        *declared("tax:taken over", EARLY, partner_name_norm="seller before"),
        *declared("tax:taken over", LATE, **{**old, "trader_address_norm": "street of its own"}),
        *declared("tax:moved in", EARLY),
        *declared("tax:moved in", LATE, **phone),
        *declared("tax:old customer", EARLY, partner_name_norm="seller old"),
        *declared("tax:old customer", LATE, **old),
        *declared("tax:friend", LATE, trader_phone_e164="+84 tax:clean"),
    ]
    identifiers = [
        {"kind": "phone", "id": "+84 old", "users": 4, "hub": False},
        {"kind": "address", "id": "street old", "users": 2, "hub": False},
        {"kind": "phone", "id": "+84 broker", "users": 5, "hub": False},
        {"kind": "phone", "id": "+84 tax:clean", "users": 2, "hub": False},
        {"kind": "phone", "id": "+84 tax:long ago", "users": 2, "hub": False},
    ]
    customs += declared("tax:punished", EARLY, trader_phone_e164="+84 broker")
    rows = transform(
        actions=table(
            "actions",
            decision("tax:0100000001"),
            decision("tax:punished"),
            decision("tax:long ago", on=date(2026, 1, 8)),
            decision("tax:clean"),
            decision("tax:clean", "cleared", date(2026, 1, 15)),
        ),
        customs=table("customs", *customs),
        identifiers=table("identifiers", *identifiers),
        parameters=parameters("importer_returns"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_the_same_business_under_a_new_name(found: dict[str, Row]) -> None:
    row = found["tax:new"]
    assert row.value == pytest.approx(0.9 + 0.6 + 0.4 + 0.4)
    assert (row.subject_kind, row.support, row.value_vnd) == ("company", 2, 2_000_000)
    assert {tuple(member) for member in row.members} == {
        ("company", "tax:new", "trader"),
        ("company", "tax:0100000001", "sanctioned"),
    }
    assert {(record.feed, record.key) for record in row.evidence} == {
        ("enforcement_actions", "confirmed:tax:0100000001"),
        *(
            ("customs_declarations", f"{trader} {n}:1")
            for trader in ("tax:new", "tax:0100000001")
            for n in (0, 1)
        ),
    }


def test_a_phone_alone_weighs_less(found: dict[str, Row]) -> None:
    assert found["tax:same phone"].value == pytest.approx(0.9)


def test_a_company_that_is_taken_over(found: dict[str, Row]) -> None:
    """One that declared before takes up the phone and the goods of the seller after the decision; who took
    the phone alone, or always bought of that seller, is not found."""
    assert found["tax:taken over"].value == pytest.approx(0.9 + 0.4 + 0.4)
    assert not {"tax:moved in", "tax:old customer"} & set(found)


def test_nobody_else(found: dict[str, Row]) -> None:
    """Once only, before the decision, a branch, a seller in common, a broker's phone, one who was cleared;
    and a decision soon after the first records."""
    assert set(found) == {"tax:new", "tax:same phone", "tax:taken over"}
