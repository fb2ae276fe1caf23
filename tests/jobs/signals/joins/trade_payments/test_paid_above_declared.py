"""An importer that pays three times what it declares, against honest ways to pay more at once."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.paid_above_declared import transform

MILLION = 1_000_000


# What a trader pays on declarations of 100 m each, beside one of 900 m that it has not paid.
STEADY = {
    "tax:steady": (300, 300, 310),  # log2 of 3, 3 and 3.1: a deviation of 0.03
    "tax:uneven": (200, 300, 400),
    "tax:two": (300, 300),
    "tax:almost": (300, 300, 110),  # the third is paid as declared, but for the rate
}


def line(number: str, trader: str, value: int, day: int = 5) -> dict[str, Any]:
    return {
        "record_key": f"{number}:1",
        "declaration_no": number,
        "direction": "import",
        "trader_key": trader,
        "trader_name_norm": f"cong ty tnhh {trader[4:]}",
        "partner_name_norm": f"factory of {trader[4:]}",
        "event_day": date(2026, 2, day),
        "customs_value_vnd": value * MILLION,
    }


def payment(key: str, trader: str, value: int, number: str | None, **changed: Any) -> dict[str, Any]:
    return {
        "payment_key": key,
        "day": date(2026, 2, 20),
        "amount_vnd": value * MILLION,
        "debtor_account_id": f"VCB:{trader[4:]}",
        "debtor_holder_key": trader,
        "debtor_name_norm": f"cong ty tnhh {trader[4:]}",
        "creditor_account_id": f"ICBK:{trader[4:]}",
        "creditor_country": "CN",
        "creditor_name_norm": f"factory of {trader[4:]}",
        "declaration_no": number,
        **changed,
    }


CUSTOMS = [
    *(line(f"10000000000{n}", "tax:low", 100) for n in range(3)),
    *(line(f"20000000000{n}", "tax:bundle", 100) for n in range(3)),
    line("300000000000", "tax:rates", 100),
    line("400000000000", "tax:instalments", 90),
    line("500000000000", "tax:beside", 100),
    line("600000000000", "tax:stranger", 100),
    line("610000000000", "tax:other", 100),
    line("620000000000", "tax:another", 100),
    *(
        line(f"7{i}000000000{n}", trader, 100)
        for i, (trader, sums) in enumerate(STEADY.items())
        for n in range(len(sums))
    ),
    *(line(f"7{i}0000000009", trader, 900) for i, trader in enumerate(STEADY)),
]
PAYMENTS = [
    *(payment(f"VCB:low{n}", "tax:low", 300, f"1000 0000 000{n}") for n in range(3)),
    payment("VCB:bundle", "tax:bundle", 300, "200000000000"),
    payment("VCB:rates", "tax:rates", 108, "300000000000"),
    *(payment(f"VCB:instalment{n}", "tax:instalments", 30, "400000000000") for n in range(3)),
    payment("VCB:named", "tax:beside", 100, "500000000000"),
    *(payment(f"VCB:beside{n}", "tax:beside", 100, None) for n in range(2)),
    payment("VCB:home", "tax:low", 500, "100000000000", creditor_country="VN"),
    payment("VCB:own", "tax:stranger", 100, "600000000000"),
    payment("VCB:typing error", "tax:other", 900, "600000000000"),
    payment("VCB:also", "tax:other", 100, "610000000000"),
    *(
        payment(f"VCB:{trader[4:]}{n}", trader, paid, f"7{i}000000000{n}")
        for i, (trader, sums) in enumerate(STEADY.items())
        for n, paid in enumerate(sums)
    ),
]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = transform(
        customs=table("customs", *CUSTOMS),
        payments=table("payments", *PAYMENTS),
        operators=table("operators", {"kind": "company", "id": "tax:low", "operator_id": "op low"}),
        parameters=parameters("paid_above_declared", report_from=0.0),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_three_declarations_paid_three_times_over(found: dict[str, Row]) -> None:
    row = found["op low"]
    # 600 m above 300 m declared: log2(1 + 2), with an eighth of doubt left after three declarations.
    assert row.value == pytest.approx(log2(3) * 7 / 8, abs=1e-5)
    assert (row.value_vnd, row.support) == (600 * MILLION, 3)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:low", "trader"),
        ("account", "VCB:low", "operator"),
    }
    assert {(e.feed, e.key) for e in row.evidence} == {
        *(("bank_transactions", f"VCB:low{n}") for n in range(3)),
        *(("customs_declarations", f"10000000000{n}:1") for n in range(3)),
    }


def test_one_payment_for_several_declarations_is_netted(found: dict[str, Row]) -> None:
    assert found["tax:bundle"].value == 0
    assert {e.id for e in found["tax:bundle"].explanations if e.holds} == {
        "several_declarations_in_one_payment"
    }


@pytest.mark.parametrize("trader", ["tax:rates", "tax:instalments", "tax:stranger"])
def test_exchange_rates_instalments_and_a_strangers_mistake_are_no_excess(
    found: dict[str, Row], trader: str
) -> None:
    assert found[trader].value == 0


def test_payments_beside_count_half_and_say_that_they_may_be_deferred(found: dict[str, Row]) -> None:
    row = found["tax:beside"]
    assert row.value == pytest.approx(log2(1 + 0.5 * 200 / 100) * 3 / 4, abs=1e-5)
    assert {e.id for e in row.explanations if e.holds} == {"deferred_payment"}


def test_a_steady_multiple_pays_no_other_declaration_along_with_it(found: dict[str, Row]) -> None:
    row = found["tax:steady"]
    # 610 m above 300 m declared; the 900 m that wait are not theirs.
    assert row.value == pytest.approx(log2(1 + 610 / 300) * 7 / 8, abs=1e-5)
    assert (row.value_vnd, row.support) == (610 * MILLION, 3)
    assert not any(e.holds for e in row.explanations)


@pytest.mark.parametrize("trader", ["tax:uneven", "tax:two", "tax:almost"])
def test_uneven_factors_or_too_few_may_pay_what_waits(found: dict[str, Row], trader: str) -> None:
    row = found[trader]
    assert (row.value, row.value_vnd) == (0, 0)
    assert {e.id for e in row.explanations if e.holds} == {"several_declarations_in_one_payment"}
