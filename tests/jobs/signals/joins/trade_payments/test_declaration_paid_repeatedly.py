"""Declarations that strangers reuse or a payer pays again, against instalments and single mistakes."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.declaration_paid_repeatedly import transform


def line(number: str, trader: str) -> dict[str, Any]:
    return {
        "record_key": f"{number}:1",
        "declaration_no": number,
        "direction": "import",
        "trader_key": f"tax:{trader}",
        "trader_name_norm": f"cong ty {trader}",
        "event_day": date(2026, 2, 1),
        "customs_value_vnd": 100,
    }


def payment(key: str, payer: str, number: str, amount: int = 100) -> dict[str, Any]:
    return {
        "payment_key": key,
        "day": date(2026, 2, 20),
        "amount_vnd": amount,
        "debtor_account_id": f"VCB:{payer}",
        "debtor_holder_key": f"tax:{payer}",
        "debtor_name_norm": f"cong ty {payer}",
        "creditor_country": "CN",
        "declaration_no": number,
    }


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = transform(
        customs=table(
            "customs",
            line("100", "minh"),
            line("101", "minh"),
            line("200", "tam"),
            line("300", "lan"),
            line("301", "hoa"),
            *(line(f"40{n}", "phu") for n in range(3)),
            *(line(f"50{n}", "quy") for n in range(2)),
            line("600", "son"),
        ),
        payments=table(
            "payments",
            *(
                payment(f"{payer}{number}", payer, number)
                for payer in ("x", "y", "minh")
                for number in ("100", "101")
            ),
            *(payment(f"tam{n}", "tam", "200", 50) for n in range(2)),
            payment("lan", "lan", "300"),
            payment("hoa", "hoa", "301"),
            payment("hoa mistyped", "hoa", "300"),
            # Two of three of its own in full again, with a freight; one, with instalments on another.
            *(payment(f"phu{number}{n}", "phu", number, 90) for number in ("400", "401") for n in range(2)),
            payment("phu freight", "phu", "400", 10),
            payment("phu402", "phu", "402"),
            *(payment(f"quy500{n}", "quy", "500") for n in range(2)),
            *(payment(f"quy501{n}", "quy", "501", 75) for n in range(2)),
            *(payment(f"tuan{n}", "tuan", "600") for n in range(2)),
        ),
        operators=table("operators"),
        parameters=parameters("declaration_paid_repeatedly", report_from=0.0),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_two_strangers_pay_on_the_declarations_of_a_third(found: dict[str, Row]) -> None:
    row = found["VCB:x"]
    # Three times the value, two declarations: a quarter of doubt; all that the payer names.
    assert row.value == pytest.approx(log2(3) * 3 / 4, abs=1e-5)
    assert {m.id for m in row.members} == {"VCB:x", "tax:x", "VCB:y", "tax:y"}
    assert {e.key for e in row.evidence} == {"x100", "x101", "y100", "y101", "100:1", "101:1"}


def test_the_trader_whose_numbers_were_borrowed_and_instalments_are_nothing(found: dict[str, Row]) -> None:
    assert found["VCB:minh"].value == 0
    assert found["VCB:tam"].value == 0


def test_a_trader_that_pays_its_own_declarations_in_full_again(found: dict[str, Row]) -> None:
    row = found["VCB:phu"]
    # 370 paid of 200; two of the three that it names.
    assert row.value == pytest.approx(log2(370 / 200) * 3 / 4 * 2 / 3, abs=1e-5)
    assert {m.id for m in row.members} == {"VCB:phu", "tax:phu"}
    assert {e.key for e in row.evidence if e.feed == "bank_transactions"} == {
        "phu4000", "phu4001", "phu4010", "phu4011", "phu freight",
    }  # fmt: skip
    assert [e.holds for e in row.explanations] == [False]


def test_one_declaration_of_its_own_paid_twice_is_a_mistake(found: dict[str, Row]) -> None:
    assert found["VCB:quy"].value == 0


def test_one_stranger_who_pays_in_full_twice(found: dict[str, Row]) -> None:
    assert found["VCB:tuan"].value == pytest.approx(log2(2) * 1 / 2)
    assert {m.id for m in found["VCB:tuan"].members} == {"VCB:tuan", "tax:tuan"}
    assert [e.holds for e in found["VCB:tuan"].explanations] == [True]


def test_one_mistyped_number_weighs_little(found: dict[str, Row]) -> None:
    assert found["VCB:hoa"].value == pytest.approx(log2(2) * 1 / 2 * 1 / 2)
    assert [e.holds for e in found["VCB:hoa"].explanations] == [True]
