"""Who pays for imports, and who is paid: strangers against agents, principals, consignees and factoring."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments import payee_changed_late, payer_unrelated_to_importer

AS_OF = date(2026, 3, 31)


def line(number: str, trader: str, **more: Any) -> dict[str, Any]:
    return {
        "record_key": f"{number}:1",
        "declaration_no": number,
        "direction": "import",
        "trader_key": f"tax:{trader}",
        "trader_name_norm": f"cong ty tnhh {trader}",
        "partner_name_norm": "shenzhen bright factory co ltd",
        "partner_country": "CN",
        "event_day": date(2026, 2, 1),
        "customs_value_vnd": 100,
        **more,
    }


def payment(payer: str, number: str, day: int = 10, **more: Any) -> dict[str, Any]:
    return {
        "payment_key": f"{payer}>{number}",
        "day": date(2026, 3, day),
        "amount_vnd": 100,
        "debtor_account_id": f"VCB:{payer}",
        "debtor_holder_key": f"tax:{payer}",
        "debtor_holder_type": "company",
        "debtor_name_norm": f"cong ty tnhh {payer}",
        "creditor_account_id": "ICBK:factory",
        "creditor_country": "CN",
        "creditor_name_norm": "shenzhen bright factory",
        "declaration_no": number,
        **more,
    }


PERSON = {"debtor_holder_type": "individual", "debtor_name_norm": "nguyen van an"}


@pytest.fixture(scope="module")
def payers(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    numbers = {"front": "12", "entrusted": "34", "own": "56", "parcel": "7"}
    customs = [line(n, trader) for trader, ns in numbers.items() for n in ns]
    customs[-1] |= {"consignee_phone_e164": "+84901"}
    customs += [line(f"9{n}", f"client{n}") for n in range(6)]
    rows = payer_unrelated_to_importer.transform(
        customs=table("customs", *customs),
        payments=table(
            "payments",
            *(payment("straw", n, debtor_holder_key="cccd:1", **PERSON) for n in "12"),
            *(payment("principal", n) for n in "34"),
            *(payment("own", n) for n in "56"),
            payment("receiver", "7", debtor_holder_key="cccd:2", **PERSON),
            *(payment("agent", f"9{n}") for n in range(6)),
        ),
        accounts=table("accounts", {"account_id": "VCB:receiver", "phone_e164": "+84901"}),
        operators=table("operators"),
        parameters=parameters("payer_unrelated_to_importer", report_from=0.0),
        as_of=AS_OF,
    )
    return {row.subject_id: row for row in rows.collect()}


def test_a_person_pays_for_all_that_a_firm_imports(payers: dict[str, Row]) -> None:
    row = payers["tax:front"]
    assert row.value == pytest.approx(log2(3), abs=1e-5)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:front", "trader"),
        ("account", "VCB:straw", "payer"),
        ("person", "cccd:1", "payer"),
    }
    assert {e.key for e in row.evidence} == {"straw>1", "straw>2", "1:1", "2:1"}


def test_an_entrusted_import_is_lowered_with_the_reason(payers: dict[str, Row]) -> None:
    assert payers["tax:entrusted"].value == pytest.approx(log2(3) * 0.4, abs=1e-5)
    assert [e.holds for e in payers["tax:entrusted"].explanations] == [True]


def test_own_payments_the_consignee_and_a_payment_agent_are_nothing(payers: dict[str, Row]) -> None:
    assert payers["tax:own"].value == 0
    assert payers["tax:parcel"].value == 0
    assert "tax:client0" not in payers


@pytest.fixture(scope="module")
def payees(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    other = {
        "creditor_account_id": "HSBC:1",
        "creditor_country": "HK",
        "creditor_name_norm": "golden sea ltd",
    }
    factor = {
        "creditor_account_id": "F:1",
        "creditor_country": "SG",
        "creditor_name_norm": "asia factoring pte",
    }
    moved = {"creditor_account_id": "BOC:9", "creditor_name_norm": "bright factory shenzhen company limited"}
    customs = [
        line(f"{t}{n}", trader)
        for t, trader in enumerate(("late", "factored", "moved", "short"))
        for n in range(6)
    ]
    payments = []
    for t, (trader, change) in enumerate((("late", other), ("factored", factor), ("moved", moved))):
        payments += [payment(trader, f"{t}{n}", 1 + n) for n in range(3)]
        payments += [payment(trader, f"{t}{n}", 10 + n, **change) for n in range(3, 6)]
    payments += [
        payment("short", "30", 1),
        payment("short", "31", 9, **{**other, "creditor_account_id": "X:1"}),
    ]
    # Nobody holds these declarations; the remarks name the factory, a firm in its own name, or nobody.
    new = {
        **other,
        "creditor_account_id": "HSBC:2",
        "creditor_name_norm": "john pham",
        "remittance_norm": "invoice 7 shenzhen bright new bank",
    }
    for trader, change in (
        ("told", new),
        ("replaced", {**new, "remittance_norm": "invoice 7 john pham"}),
        ("silent", {**new, "remittance_norm": None}),
        ("shipped", {**new, "creditor_name_norm": "blue ocean lines", "amount_vnd": 19}),
        ("private", {**new, "debtor_holder_type": "individual"}),
    ):
        held = {"debtor_holder_type": change.get("debtor_holder_type", "company")}
        payments += [payment(trader, f"99{n}", 1 + n, **held) for n in range(3)]
        payments += [payment(trader, f"99{n}", 10 + n, **change) for n in range(3, 6)]
    # A last invoice still goes to the old account.
    payments += [payment("told", "999", 20)]
    rows = payee_changed_late.transform(
        customs=table("customs", *customs),
        payments=table("payments", *payments),
        operators=table("operators"),
        parameters=parameters("payee_changed_late", report_from=0.0),
        as_of=AS_OF,
    )
    return {row.subject_id: row for row in rows.collect()}


def test_another_name_in_another_country_late_in_the_relation(payees: dict[str, Row]) -> None:
    row = payees["tax:late"]
    assert row.value == pytest.approx(log2(4) * 1.0)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:late", "trader"),
        ("account", "VCB:late", "operator"),
        ("account", "HSBC:1", "beneficiary"),
    }
    assert {e.key for e in row.evidence if e.feed == "bank_transactions"} == {f"late>0{n}" for n in (3, 4, 5)}


def test_factoring_is_lowered_and_the_partners_new_bank_is_no_change(payees: dict[str, Row]) -> None:
    assert payees["tax:factored"].value == pytest.approx(log2(4) * 0.4)
    assert payees["tax:moved"].value == 0
    assert "tax:short" not in payees


def test_a_remark_tells_whose_goods_another_is_paid_for(payees: dict[str, Row]) -> None:
    row = payees["VCB:told"]
    assert row.value == pytest.approx(log2(4) * 1.0)
    assert (row.support, row.value_vnd) == (3, 300)
    # John Pham serves several here, but nobody else for the factory's goods.
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:told", "trader"),
        ("account", "VCB:told", "operator"),
    }
    assert {e.key for e in row.evidence} == {f"told>99{n}" for n in (3, 4, 5)}


def test_a_new_supplier_in_its_own_name_is_no_change(payees: dict[str, Row]) -> None:
    assert payees["VCB:replaced"].value == payees["VCB:silent"].value == 0


def test_freight_for_the_partners_goods_is_no_change(payees: dict[str, Row]) -> None:
    assert payees["VCB:shipped"].value == 0


def test_private_payers_are_not_measured_without_a_declaration(payees: dict[str, Row]) -> None:
    assert "VCB:private" not in payees
