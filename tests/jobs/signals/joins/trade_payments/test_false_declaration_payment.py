"""Remittances on numbers that never existed, against numbers that are missing for ordinary reasons."""

from collections.abc import Callable
from datetime import date, timedelta
from math import log10
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.false_declaration_payment import transform

FIRST = date(2026, 1, 1)
AS_OF = date(2026, 3, 31)


def number(day: int, place: int = 0) -> str:
    """Numbers run in order: ten a day from 1 January."""
    return f"10{day + 100:08d}{place:02d}"


def line(day: int, place: int) -> dict[str, Any]:
    return {
        "declaration_no": number(day, place),
        "event_day": FIRST + timedelta(days=day),
        "customs_office": "02CI",
    }


def payment(key: str, payer: str, named: str, day: int = 60, payee: str | None = None) -> dict[str, Any]:
    return {
        "payment_key": key,
        "day": FIRST + timedelta(days=day),
        "amount_vnd": 1_000_000_000,
        "debtor_account_id": f"VCB:{payer}",
        "debtor_operator": payer,
        "debtor_holder_key": f"tax:{payer}",
        "creditor_account_id": payee or f"ICBK:{payer}",
        "creditor_country": "CN",
        "declaration_no": named,
    }


CUSTOMS = [line(day, place) for day in range(88) if day != 40 for place in range(0, 20, 4)]
HONEST = [
    payment(f"VCB:honest{n}", f"honest{n % 5}", number(30 + n // 5, 4 * (n % 5)), day=50) for n in range(50)
]
PAYMENTS = [
    *HONEST,
    *(payment(f"VCB:false{n}", "false", number(42 + n, 1)) for n in range(4)),
    *(payment(f"VCB:pair{n}", f"pair{n}", number(50, 1)) for n in range(2)),
    payment("VCB:split0", "split0", number(43, 2), payee="HSBC:9"),
    payment("VCB:split1", "split1", number(44, 3), payee="HSBC:9"),
    payment("VCB:split2", "split2", number(45, 3), payee="HSBC:9"),
    *(payment(f"VCB:instalment{n}", "instalments", number(47, 1), day=58 + n) for n in range(4)),
    *(payment(f"VCB:held{n}", "instalments", number(48 + n, 4)) for n in range(4)),
    *(
        {
            "payment_key": f"feed{n}",
            "amount_vnd": 900_000_000,
            "debtor_account_id": "MBB:straw",
            "creditor_account_id": "VCB:false",
        }
        for n in range(2)
    ),
    {
        "payment_key": "customer",
        "amount_vnd": 900_000_000,
        "debtor_account_id": "MBB:customer",
        "creditor_account_id": "VCB:false",
    },
    *(payment(f"VCB:before{n}", "before", number(-50 + n)) for n in range(3)),
    *(payment(f"VCB:early{n}", "early", number(20 + n, 1), day=10) for n in range(3)),
    *(payment(f"VCB:recent{n}", "recent", number(84, 1 + n), day=87) for n in range(3)),
    *(payment(f"VCB:refused{n}", "refused", number(40, n)) for n in range(3)),
    *(payment(f"VCB:withdrawn{n}", "withdrawn", number(42, 5 + n)) for n in range(3)),
    *(payment(f"VCB:quarantined{n}", "quarantined", number(46, 5 + n)) for n in range(3)),
    *(payment(f"VCB:typing{n}", "typing", number(30, 4 * n)) for n in range(5)),
    payment("VCB:typing error", "typing", number(30, 1)),
]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = transform(
        customs=table("customs", *CUSTOMS),
        history=table("customs", *({"declaration_no": number(42, 5 + n)} for n in range(3))),
        quarantined=table(
            "quarantined",
            *(
                {"feed": "customs_declarations", "raw": f'{{"declaration_no": "{number(46, 5 + n)}"}}'}
                for n in range(3)
            ),
        ),
        files=table(
            "files",
            {
                "feed": "customs_declarations",
                "sender": "02CI",
                "business_date": FIRST + timedelta(days=41),
                "outcome": "rejected",
            },
        ),
        payments=table("payments", *PAYMENTS),
        parameters=parameters("false_declaration_payment", report_from=0.0),
        as_of=AS_OF,
    )
    return {row.subject_id: row for row in rows.collect()}


def test_a_payer_whose_declarations_never_existed(found: dict[str, Row]) -> None:
    row = found["false"]
    # Others: 5 payers miss 1 of 1 (each heard as half), a typist 1 of 6, one by instalments 2.5 of 6.5, among
    # 50 honest and 6 withdrawn or quarantined: usual = (2.5 + 1 + 2.5 + 1) / 123.5; here 4 of 4 miss.
    assert row.value == pytest.approx(4 * -log10(7 / 123.5), abs=1e-3)
    assert row.support == 4
    assert row.value_vnd == 4_000_000_000
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "VCB:false", "operator"),
        ("company", "tax:false", "trader"),
        ("account", "ICBK:false", "beneficiary"),
        ("account", "MBB:straw", "depositor"),
    }
    assert {e.key for e in row.evidence} == {*(f"VCB:false{n}" for n in range(4)), "feed0", "feed1"}


def test_instalments_on_one_missing_declaration_weigh_less(found: dict[str, Row]) -> None:
    # 1 + 3 x 0.5 of 6.5, where 6.5 of 121 is usual.
    assert found["instalments"].support == 4
    assert found["instalments"].value == pytest.approx(1.39, abs=0.01)


def test_two_payers_on_one_missing_number(found: dict[str, Row]) -> None:
    assert found["pair0"].value == pytest.approx(-log10(8.5 / 126.5) + 2, abs=1e-3)


def test_payers_with_one_false_number_each_are_judged_by_their_common_payee(found: dict[str, Row]) -> None:
    for payer in ("split0", "split1", "split2"):
        assert found[payer].value > 2.5
        assert ("account", "HSBC:9", "beneficiary") in {(m.kind, m.id, m.role) for m in found[payer].members}


@pytest.mark.parametrize("payer", ["before", "early", "recent", "refused"])
def test_numbers_before_the_data_too_new_or_of_a_rejected_file_are_not_judged(
    found: dict[str, Row], payer: str
) -> None:
    assert payer not in found


@pytest.mark.parametrize("payer", ["withdrawn", "quarantined", "honest1"])
def test_withdrawn_and_quarantined_declarations_exist(found: dict[str, Row], payer: str) -> None:
    assert found[payer].value == 0


def test_one_mistyped_number_is_next_to_nothing(found: dict[str, Row]) -> None:
    assert found["typing"].value < 1
    assert [e.id for e in found["typing"].explanations if e.holds] == ["mistyped_number"]
