"""Importers with one contact and one private purse, against neighbours, wage earners and market traders."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.companies_of_one_purse import transform


def _declares(company: str, name: str, address: str, phone: str | None = None) -> dict[str, Any]:
    return {
        "record_key": f"{company}:1",
        "declaration_no": company,
        "line_no": 1,
        "direction": "import",
        "event_day": date(2026, 2, 1),
        "trader_key": f"tax:{company}",
        "trader_name_norm": name,
        "trader_address_norm": address,
        "trader_phone_e164": phone,
    }


def _pays(
    key: str, person: str, company: str, *amounts: int, back: bool = False, **more: Any
) -> list[dict[str, Any]]:
    """Payments between a private account and a company's, into the company unless they go `back`."""
    private, firm = ("creditor", "debtor") if back else ("debtor", "creditor")
    return [
        {
            "payment_key": f"{key} {n}",
            "amount_vnd": amount,
            f"{private}_account_id": person,
            f"{private}_holder_type": "individual",
            f"{firm}_account_id": f"VCB:{company}",
            f"{firm}_holder_key": f"tax:{company}",
            f"{firm}_holder_type": "company",
            **more,
        }
        for n, amount in enumerate(amounts)
    ]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    customs = [
        _declares("1", "cty tnhh truong long", "16 ba trieu"),
        _declares("2", "cty tnhh an anh", "16 ba trieu"),
        _declares("3", "cty tnhh viet son", "16 ba trieu"),
        _declares("4", "cty tnhh hoa phat bac", "9 le loi", "+84980000004"),
        _declares("5", "cty tnhh hoa phat nam", "8 le loi", "+84980000004"),
        *(_declares(f"7{n}", f"cty tnhh thap {n}", "toa nha 1") for n in range(7)),
    ]
    large = (60_000_000, 90_000_000)
    payments = [
        *[row for n in "123" for row in _pays(f"funds {n}", "VCB:purse", n, *large)],
        # Who is paid by two of them, and who pays each once only.
        *[row for n in "12" for row in _pays(f"takes {n}", "VCB:taker", n, *large, back=True)],
        *[row for n in "12" for row in _pays(f"once {n}", "VCB:once", n, 150_000_000)],
        *[row for n in "12" for row in _pays(f"small {n}", "VCB:small", n, 9_000_000, 9_000_000)],
        *[row for n in "45" for row in _pays(f"owner {n}", "VCB:owner", n, *large)],
        *[row for n in ("70", "71") for row in _pays(f"tower {n}", "VCB:tower", n, *large)],
        # Importers that have nothing in common.
        *[row for n in "14" for row in _pays(f"market {n}", "VCB:market", n, *large)],
        *[
            row
            for n in "12"
            for row in _pays(f"wages {n}", "VCB:clerk", n, *large, back=True, remittance_norm="luong thang 2")
        ],
    ]
    rows = transform(
        payments=table("payments", *payments),
        customs=table("customs", *customs),
        parameters=parameters("companies_of_one_purse"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_one_purse_behind_three_companies_at_one_address(found: dict[str, Row]) -> None:
    row = found["VCB:purse"]
    assert (row.value, row.support, row.value_vnd) == (3.0, 6, 450_000_000)
    assert {(member.kind, member.id, member.role) for member in row.members} == {
        ("account", "VCB:purse", "operator"),
        ("company", "tax:1", "trader"),
        ("company", "tax:2", "trader"),
        ("company", "tax:3", "trader"),
    }
    shown = {(record.feed, record.key) for record in row.evidence}
    assert ("customs_declarations", "1:1") in shown
    assert ("bank_transactions", "funds 3 1") in shown


def test_who_only_takes_from_them_is_one_too(found: dict[str, Row]) -> None:
    assert found["VCB:taker"].value == 2.0
    assert not any(explanation.holds for explanation in found["VCB:taker"].explanations)


def test_companies_of_one_name_are_a_group(found: dict[str, Row]) -> None:
    assert [explanation.id for explanation in found["VCB:owner"].explanations if explanation.holds] == [
        "one_group_of_companies"
    ]


@pytest.mark.parametrize("innocent", ["once", "small", "tower", "market", "clerk"])
def test_neighbours_customers_and_employees_are_none(found: dict[str, Row], innocent: str) -> None:
    assert f"VCB:{innocent}" not in found
