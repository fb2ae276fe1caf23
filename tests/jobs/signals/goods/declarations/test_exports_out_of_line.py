"""Processors of computers sent out by a furniture maker at twice what they cost here, against their twins."""

from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.declarations import exports_out_of_line
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_CHIPS, _CASES = "85423100", "84733090"


def _market(start: int, code: str) -> list[dict[str, Any]]:
    """Six importers pay 100,000 a piece (of 1 kg)."""
    return [declaration(start + place, f"{start + place}", hs_code=code) for place in range(6)]


def _out(start: int, trader: str, times: float, lots: int, code: str = _CHIPS, **given: Any) -> list[Any]:
    """Furniture since 90 days, and then so many lots of other goods at so many times the importers' price."""
    sent = {"direction": "export", "regime": "B11"}
    worth = {"hs_code": code, "customs_value_vnd": round(1_000_000 * times)}
    own = [
        declaration(start + place, trader, hs_code="94036090", event_day=day(90 - place), **sent)
        for place in range(3)
    ]
    return own + [
        declaration(start + 10 + place, trader, **({"event_day": day(50 - place)} | sent | worth | given))
        for place in range(lots)
    ]


_TWINS = [
    *_out(140, "81", 1.9, 4),  # not twice as dear
    *_out(160, "82", 3.0, 2),  # two lots
    *_out(180, "83", 3.0, 4, net_weight_kg=30.0),  # large pieces: no dearer by weight
    # Makes such goods.
    *_out(220, "85", 3.0, 8)[3:],
    # Brought such goods in.
    *_out(240, "86", 3.0, 4),
    declaration(259, "86", hs_code=_CHIPS, event_day=day(60), quantity=1e4, net_weight_kg=1e4),
    # Began with them, and took up furniture later.
    *_out(260, "87", 3.0, 4, event_day=day(95)),
]


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    rows = _market(1, _CHIPS) + _out(20, "71", 4.0, 3) + _out(40, "72", 4.0, 6)
    rows += _market(61, _CASES) + _out(80, "73", 3.0, 4, _CASES, inspection_result="match", channel="red")
    # Each of the twins deals in goods of its own, so that they are no peers of one another.
    for place, trader in enumerate(("81", "82", "83", "85", "86", "87")):
        code = f"8{place}999900"
        rows += _market(400 + 10 * place, code)
        twins = [row for row in _TWINS if row["trader_id"] == trader]
        rows += [row | ({"hs_code": code} if row["hs_code"] == _CHIPS else {}) for row in twins]
    # Six exporters are peers of one another.
    rows += _market(500, "90999900")
    rows += [row for place in range(6) for row in _out(520 + 20 * place, f"9{place}", 3.0, 4, "90999900")]
    return measure(exports_out_of_line, customs_declarations=rows)


def test_several_who_send_out_goods_out_of_their_line_are_one_trade(found: dict[str, Row]) -> None:
    row = found["tax:71"]
    # Two doublings in six lots of the stronger; the lots and the money of both.
    assert row.value == pytest.approx(2 * 6 / 7.5)
    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert (row.support, row.value_vnd) == (9, 36_000_000)
    numbers = [*range(30, 33), *range(50, 56)]
    assert evidence(row) == {f"{100000000000 + number}:1" for number in numbers}
    assert holding(row) == set()


def test_lots_found_in_order_count_for_less(found: dict[str, Row]) -> None:
    row = found["tax:73"]
    assert holding(row) == {"inspected_and_matched"}
    assert row.value == pytest.approx(log2(3) * 4 / 5.5 * 0.85, rel=1e-5)


def test_nobody_else_is_told(found: dict[str, Row]) -> None:
    assert set(found) == {"tax:71", "tax:73"}
