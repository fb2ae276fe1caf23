"""A television set under the code of a monitor, against a code that others use and one that saves nothing."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.declarations import unusual_codes
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

_TELEVISION, _MONITOR = "85287292", "85285200"


def _line(number: int, trader: str, code: str, duty: int | None, **given: Any) -> dict[str, Any]:
    """A television set for 1,000,000 VND, called so."""
    called = {"goods_norm": f"ti vi mau hieu sony model x{number}"}
    return declaration(number, trader, hs_code=code, duty_vnd=duty, **(called | given))


def _honest(origin: str = "CN") -> list[dict[str, Any]]:
    """Four importers who pay 35 % on television sets, one line in three with a preference."""
    return [
        _line(1000 + 10 * trader + n, str(trader), _TELEVISION, duty, origin_country=origin)
        for trader in range(11, 15)
        for n, duty in enumerate((350_000, 350_000, 0))
    ]


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


def test_a_code_that_nobody_else_uses_at_a_lower_rate(measure: Measure) -> None:
    rows = _honest()
    rows += [_line(n, "71", _MONITOR, 0) for n in range(3)]
    rows.append(_line(3, "71", _TELEVISION, 350_000))  # sometimes honest
    rows += [_line(10 + n, "72", _MONITOR, 0, goods_norm="man hinh may tinh") for n in range(3)]
    rows.append(_line(20, "73", "85287199", 0))  # one line may be a slip
    rows += [_line(30 + n, "74", "85287111", 0, regime="E21") for n in range(3)]  # pays no duty anyway
    rows += [_line(40 + n, "75", "85287111", 0, direction="export") for n in range(3)]
    rows += [_line(50 + n, "76", "85287111", 0, goods_norm="hang moi 100%") for n in range(3)]

    found = measure(unusual_codes, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    row = found["tax:71"]
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == _keys(0, 1, 2)
    assert row.value == pytest.approx(log2(4))
    assert (row.support, row.value_vnd) == (3, 3_000_000)
    assert holding(row) == set()


def test_a_code_that_saves_nothing_counts_half(measure: Measure) -> None:
    rows = _honest()
    rows += [_line(n, "71", _MONITOR, 350_000) for n in range(4)]
    rows += [_line(10 + n, "72", "85287111", 330_000) for n in range(4)]  # two of a hundred saved
    rows += [_line(20 + n, "73", "85287119", 320_000) for n in range(4)]  # three
    rows += [_line(30 + n, "74", "85287191", None) for n in range(4)]  # nobody knows

    found = measure(unusual_codes, {"usual_share": 0.5}, customs_declarations=rows)

    values = {trader: row.value for trader, row in found.items()}
    half = pytest.approx(log2(1 + 4 / 2))
    assert values == {"tax:71": half, "tax:72": half, "tax:73": pytest.approx(log2(5)), "tax:74": half}


def test_the_usual_rate_is_that_of_the_same_origin(measure: Measure) -> None:
    """Everybody's sets of Malaysia are free of duty: one under another code saves nothing."""
    rows = _honest() + [row | {"duty_vnd": 0} for row in _honest("MY")]
    for place, line in enumerate(rows):
        line["record_key"] = f"{place}"
    rows += [_line(n, "71", _MONITOR, 0, origin_country="MY") for n in range(4)]

    [row] = measure(unusual_codes, customs_declarations=rows).values()

    assert row.value == pytest.approx(log2(3))


def test_a_code_that_two_use_beside_four_is_not_unusual(measure: Measure) -> None:
    rows = _honest()
    rows += [_line(10 * trader + n, str(trader), _MONITOR, 0) for trader in (71, 72) for n in range(3)]

    assert measure(unusual_codes, customs_declarations=rows) == {}
    assert len(measure(unusual_codes, {"odd_share": 0.5}, customs_declarations=rows)) == 2


def test_where_the_trade_does_not_agree_nothing_is_usual(measure: Measure) -> None:
    """Three of six hands, and two of three."""
    rows = [row for row in _honest() if row["trader_id"] != "14"]
    rows += [_line(100 * n + m, f"7{n}", f"8528710{n}", 0) for n in range(3) for m in range(3)]
    few = [row for row in _honest() if row["trader_id"] in ("11", "12")]
    few += [_line(n, "71", _MONITOR, 0) for n in range(3)]

    assert measure(unusual_codes, customs_declarations=rows) == {}
    assert measure(unusual_codes, customs_declarations=few) == {}


def test_private_persons_do_not_say_under_which_code_companies_import(measure: Measure) -> None:
    """Four importers use one code, and twelve persons another; of two more companies one does as they do."""
    rows = _honest()
    rows += [_line(100 * n, str(n), _MONITOR, 0, trader_key=f"cccd:{n}") for n in range(31, 37)]
    rows += [_line(100 * n, str(n), _MONITOR, 0, regime="MIC") for n in range(41, 47)]
    rows += [_line(n, "71", "85287111", 0) for n in range(3)]
    rows += [_line(10 + n, "72", _MONITOR, 350_000) for n in range(4)]
    # Nobody but persons imports these.
    only = [
        line | {"trader_key": f"cccd:{line['trader_id']}", "goods_norm": "loa keo", "record_key": f"p{place}"}
        for place, line in enumerate(_honest())
    ]
    only += [_line(20 + n, "73", _MONITOR, 0, goods_norm="loa keo", trader_key="cccd:73") for n in range(3)]

    found = measure(unusual_codes, customs_declarations=rows + only)

    # Too many use the persons' code for it to be unusual.
    assert set(found) == {"tax:71", "cccd:73"}


def test_what_was_inspected_and_found_in_order_counts_less(measure: Measure) -> None:
    rows = _honest()
    rows += [_line(n, "71", _MONITOR, 0, inspection_result="match" if n < 3 else "none") for n in range(7)]

    [row] = measure(unusual_codes, customs_declarations=rows).values()

    assert holding(row) == {"inspected_and_matched"}
    assert row.value == pytest.approx(0.6 * log2(8))


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(unusual_codes) == {}
