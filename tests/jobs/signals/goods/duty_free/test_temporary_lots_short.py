"""Lots in temporary import past their term: whole ones, short ones, and what accounts for the rest."""

from typing import Any

import pytest

from jobs.signals.goods.duty_free import temporary_lots_short
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding

BEEF = {"hs_code": "02023000", "unit": "KGM"}


def _came(number: int, trader: str, age: int = 200, **fields: Any) -> dict[str, Any]:
    lot = {"quantity": 1000.0 + number, "event_day": day(age), "regime": "G11"}
    return declaration(number, trader, **BEEF | lot | fields)


def _left(number: int, trader: str, quantity: float, part: int = 1, **fields: Any) -> dict[str, Any]:
    out = {"quantity": quantity, "event_day": day(30), "direction": "export", "regime": "G21"}
    return declaration(1000 * part + number, trader, **BEEF | out | fields)


def _crowd() -> list[dict[str, Any]]:
    """Thirty importers whose one lot left as it came."""
    return [row for n in range(100, 130) for row in (_came(n, f"8{n}"), _left(n, f"8{n}", 1000.0 + n))]


def test_lot_after_lot_leaves_short(measure: Measure) -> None:
    rows = _crowd()
    for n in range(1, 5):
        rows += [_came(n, "71"), _left(n, "71", 800.0 + n)]  # a fifth stays
        rows += [_came(10 + n, "72"), _left(10 + n, "72", 500.0), _left(10 + n, "72", 510.0 + n, 2)]
        rows += [_came(20 + n, "73", quantity=1000.0), _left(20 + n, "73", 980.0 + n)]  # dried out
        rows += [_came(30 + n, "74", age=90)]  # the term may be extended
        rows += [_came(40 + n, "75", age=50)]  # within the term
        rows += [_came(50 + n, "76", hs_code="84522900", quantity=2.0)]  # a machine at work
        rows += [_came(60 + n, "77"), _left(60 + n, "77", 1.0, unit="TNE")]  # in another unit
        rows += [_came(70 + n, "78"), _left(70 + n, "78", 800.0 + n)]
        rows += [_left(70 + n, "78", 270.0, 2, direction="import", regime="A42")]  # taxed for use at home
    rows += [
        _came(81, "79"),
        *[row for n in (82, 83) for row in (_came(n, "79"), _left(n, "79", 1000.0 + n))],
    ]

    found = measure(temporary_lots_short, {"report_from": 0.5, "join_from": 0.5}, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:74"}  # one lot of 79 waits, two left
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(1, 5)}
    assert found["tax:71"].support == 4
    # Nine lots are short of 30 + 24 + 3 whose term is over or that left.
    base = 9 / 57
    value = (4 - 4 * base) / (4 * base * (1 - base) + 1) ** 0.5 * 4 / 6
    assert found["tax:71"].value == pytest.approx(value, rel=1e-3)
    assert not holding(found["tax:71"])
    assert holding(found["tax:74"]) == {"within_extension"}
    assert found["tax:74"].value == pytest.approx(value / 2, rel=1e-3)


def test_lots_that_leave_in_part_have_a_rate_of_their_own(measure: Measure) -> None:
    rows = _crowd()
    rows += [_came(n, f"9{n}") for n in range(200, 230)]  # of thirty others no exit is known
    phones: dict[str, Any] = {"hs_code": "85171300", "unit": "PCE"}
    for n in range(1, 5):
        rows += [_came(n, "71", **phones), _left(n, "71", 300.0 + n, **phones)]  # by the hundred: no machines
        rows += [_came(10 + n, "72"), _left(10 + n, "72", 750.0)]  # the last quarter of each may follow
        rows += [_came(20 + n, "73", **phones | {"quantity": 20.0}), _left(20 + n, "73", 5.0, **phones)]

    found = measure(temporary_lots_short, {"report_from": 0.9, "join_from": 0.9}, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    # Four lots left in part and short of 30 + 30 + 4 + 4; by all short ones (38 of 68) it would be 0.8.
    base = 4 / 68
    value = (4 - 4 * base) / (4 * base * (1 - base) + 1) ** 0.5 * 4 / 6
    assert found["tax:71"].value == pytest.approx(value, rel=1e-3)


def test_an_extension_does_not_explain_lots_that_are_past_it(measure: Measure) -> None:
    rows = _crowd()
    rows += [_came(n, "71", age=90) for n in range(1, 5)] + [_came(n, "71") for n in range(5, 8)]
    rows += [_came(n, "72", age=90) for n in range(11, 15)] + [_came(n, "72") for n in range(15, 17)]

    found = measure(temporary_lots_short, customs_declarations=rows)

    assert not holding(found["tax:71"])
    assert holding(found["tax:72"]) == {"within_extension"}


def test_the_bill_tells_how_much_of_a_lot_left(measure: Measure) -> None:
    rows = [{**row, "house_bill_no": f"B{row['trader_key']}"} for row in _crowd()]

    def lot(number: int, trader: str, *parts: float, age: int = 200, out: str = "") -> None:
        bill = f"B{number}"
        rows.append(_came(number, trader, age, quantity=1000.0, house_bill_no=bill))
        for part, quantity in enumerate(parts, start=1):
            rows.append(_left(number, trader, quantity, part, house_bill_no=out or bill))

    for n in range(1, 5):
        lot(n, "71", 400.0, 350.0)  # a quarter of each stays ...
        lot(10 + n, "71", 800.0, 500.0, age=30)  # ... and more than came left under other bills
        lot(20 + n, "72", 400.0, 550.0)  # dried out
        lot(30 + n, "73", 500.0, age=50)  # the rest may still leave
        lot(40 + n, "74", 500.0, 500.0, out="NONE")  # no bill: all that left is held against all that came

    found = measure(temporary_lots_short, {"report_from": 0.5, "join_from": 0.5}, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(1, 5)}
    # Four of its eight lots, and of 30 + 8 + 4 + 4 whose term is over or that left: those of 73 are neither.
    base = 4 / 46
    value = (4 - 8 * base) / (8 * base * (1 - base) + 1) ** 0.5 * 4 / 6
    assert found["tax:71"].value == pytest.approx(value, rel=1e-3)


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(temporary_lots_short) == {}
