from typing import Any

import pytest

from jobs.signals.goods import processing_not_reexported
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding


def _imports(start: int, trader: str, befores: list[int]) -> list[dict[str, Any]]:
    return [
        declaration(start + place, trader, regime="E21", event_day=day(before), net_weight_kg=100.0)
        for place, before in enumerate(befores)
    ]


def _export(number: int, trader: str, before: int, weight: float, worth: int = 0) -> dict[str, Any]:
    return declaration(
        number,
        trader,
        direction="export",
        regime="E52",
        event_day=day(before),
        net_weight_kg=weight,
        customs_value_vnd=worth,
    )


def test_only_aged_stock_that_nothing_accounts_for(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = [*_imports(1, "71", old), _export(9, "71", 60, 28.0)]
    rows += [*_imports(11, "72", old), _export(19, "72", 20, 300.0)]  # what it brought in, less waste
    rows += _imports(21, "73", [20, 15, 10, 5])  # young stock
    rows += _imports(31, "74", old)  # sold at home, declared and taxed
    rows.append(declaration(39, "74", regime="A42", event_day=day(30), net_weight_kg=400.0))
    rows += [*_imports(41, "75", old), _export(49, "75", 10, 112.0)]  # half is out, and it goes on

    found = measure(processing_not_reexported, {"peers_for_usual": 100}, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    row = found["tax:71"]
    assert row.value == pytest.approx((1 - 28 / 280) * 4 / 10)  # 400 kg less 30 % waste
    assert evidence(row) == {f"{100000000000 + n}:1" for n in range(1, 5)}
    assert holding(row) == set()


def test_what_leaves_is_accounted_for_by_value_as_by_weight(measure: Measure) -> None:
    old = [80, 75, 70, 65]  # worth 4,000,000
    rows = [*_imports(1, "71", old), _export(9, "71", 60, 28.0, worth=3_900_000)]  # steel becomes watches
    rows += [*_imports(11, "72", old), _export(19, "72", 60, 28.0, worth=1_000_000)]

    found = measure(
        processing_not_reexported, {"peers_for_usual": 100, "report_from": 0.1}, customs_declarations=rows
    )

    assert set(found) == {"tax:72"}
    assert found["tax:72"].value == pytest.approx((1 - 0.25) * 4 / 10)


def test_who_declares_now_and_then_does_not_work_for_others(measure: Measure) -> None:
    rows = [
        declaration(5, "71", line_no=line, record_key=f"5:{line}", regime="E21", event_day=day(80))
        for line in range(1, 6)
    ]
    rows += _imports(11, "72", [80, 75, 70])
    assert measure(processing_not_reexported, {"peers_for_usual": 100}, customs_declarations=rows) == {}


def _payment(number: int, debtor: str, amount: int, **given: Any) -> dict[str, Any]:
    return {
        "report_keys": [f"ACB:{number}"],
        "day": day(50),
        "amount_vnd": amount,
        "debtor_account_id": f"ACB:{debtor}",
        "debtor_country": "VN",
        "debtor_holder_key": debtor,
        "debtor_hub": False,
        **given,
    }


def test_buyers_at_home_are_members_and_a_principal_abroad_explains(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = [*_imports(1, "71", old), *_imports(11, "72", old)]
    payments = [
        # 71 sells at home: a buyer pays twice, others once or little.
        *(_payment(n, "tax:900", 300_000_000, creditor_holder_key="tax:71") for n in (1, 2)),
        _payment(3, "tax:901", 40_000_000, creditor_holder_key="tax:71"),
        *(_payment(n, "cccd:1", 100_000, creditor_holder_key="tax:71") for n in (4, 5)),
        # 72 is paid by its principal.
        _payment(
            6, "x", 500_000_000, creditor_holder_key="tax:72", debtor_country="CN", debtor_holder_key=None
        ),
        *(_payment(n, "tax:902", 60_000_000, creditor_holder_key="tax:72", debtor_hub=True) for n in (7, 8)),
    ]

    found = measure(
        processing_not_reexported,
        {"peers_for_usual": 100, "report_from": 0.2},
        customs_declarations=rows,
        payments=payments,
    )

    row = found["tax:71"]
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:71", "trader"),
        ("company", "tax:900", "buyer"),
        ("account", "ACB:tax:900", "buyer"),
    }
    assert {"ACB:1", "ACB:2"} <= evidence(row)
    assert row.value == pytest.approx(0.4 + 0.5 * 0.4 * 0.6)
    assert holding(found["tax:72"]) == {"paid_from_abroad"}
    assert found["tax:72"].value == pytest.approx(0.4 * 0.6)


def test_what_a_third_of_the_processors_do_is_no_finding(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = []
    for place in range(12):
        trader = str(60 + place)
        rows += _imports(10 * place + 1, trader, old)
        if place >= 6:
            rows.append(_export(10 * place + 9, trader, 60, 280.0))
    assert measure(processing_not_reexported, customs_declarations=rows) == {}

    alone = [row for row in rows if row["trader_id"] not in {str(60 + place) for place in range(1, 6)}]
    (row,) = measure(processing_not_reexported, customs_declarations=alone).values()
    assert row.value == pytest.approx(0.4)

    # Of six who leave all of it open, one is paid at home.
    sales = [_payment(n, "tax:900", 300_000_000, creditor_holder_key="tax:60") for n in (1, 2)]
    (row,) = measure(processing_not_reexported, customs_declarations=rows, payments=sales).values()
    assert row.subject_id == "tax:60"
    assert row.value == pytest.approx(0.24 + 0.5 * 0.24 * 0.76)
