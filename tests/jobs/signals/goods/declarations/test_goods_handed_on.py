"""Lots that one party brings in and another sends out, against chance, round lots, groups and re-export."""

from math import exp, expm1, log, log10
from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from jobs.signals.goods.declarations import goods_handed_on
from jobs.signals.goods.declarations.chance_of_lots import Lots, Reach, expected_by_chance
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_ODD = [892.0, 463.0, 1407.0, 731.0, 2239.0, 317.0]


def _lot(number: int, importer: str, exporter: str, quantity: float, **left: Any) -> list[dict[str, Any]]:
    """In some weeks ago, out three days later, between strangers; `left`: what stands in the export."""
    before = 90 - 7 * (number % 10)
    goods = {"hs_code": left.get("hs_code", "85171300"), "quantity": quantity}
    out = {"regime": "B11", "partner_name_norm": f"mua {number}", **goods, **left}
    return [
        declaration(number, importer, event_day=day(before), **goods),
        declaration(500 + number, exporter, direction="export", event_day=day(before - 3), **out),
    ]


def _market(start: int, hs_code: str, quantity: float) -> list[dict[str, Any]]:
    """What others bring in of the goods: far away from the lots, or (a `quantity`) in their size."""
    return [
        declaration(start + n, str(20 + n % 10), quantity=quantity or 10_000.0 * 1.2**n, hs_code=hs_code)
        for n in range(40)
    ]


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + start + n}:1" for start in (0, 500) for n in numbers}


def test_odd_lots_that_another_hand_sends_out(measure: Measure) -> None:
    rows = _market(2000, "85171300", 0) + _market(3000, "64041100", 1000.0)
    for n, quantity in enumerate(_ODD):
        rows += _lot(n, "71", "72", quantity)
        rows += _lot(10 + n, "73", "74", 1.37 * quantity)  # one address, below
        rows += _lot(20 + n, "75", "76", 1000.0, hs_code="64041100")  # everybody's quantity
        rows += _lot(30 + n, "77", "78", 1.71 * quantity, regime="B13")  # declared as re-exported
        rows += _lot(40 + n, "79", "79", 2.13 * quantity)  # one hand
    for row in rows:
        if row["trader_key"] == "tax:74":
            row["trader_address_norm"] = "so 73 pho hue"

    found = measure(goods_handed_on, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:73"}
    row = found["tax:71"]
    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(row) == _keys(*range(6))
    assert row.support == 6
    assert holding(row) == set()
    assert holding(found["tax:73"]) == {"openly_together"}
    assert found["tax:73"].value == pytest.approx(row.value / 2, rel=0.2)


def test_two_lots_are_no_system_and_later_imports_no_source(measure: Measure) -> None:
    rows = _market(2000, "85171300", 0)
    for n, quantity in enumerate(_ODD):
        if n < 2:
            rows += _lot(n, "71", "72", quantity)
        rows += [
            row | {"event_day": day(95) if row["direction"] == "export" else row["event_day"]}
            for row in _lot(10 + n, "73", "74", 1.37 * quantity)  # out before anything came
        ]
    assert measure(goods_handed_on, customs_declarations=rows) == {}


def test_one_buyer_whom_several_exporters_serve(measure: Measure) -> None:
    """Two lots each are no system; to one buyer abroad they are six, the importer's own among them."""
    rows = _market(2000, "85171300", 0)
    for n, quantity in enumerate(_ODD):
        exporter = ("71", "72", "73")[n % 3]
        given = {"partner_name_norm": "american orient", "quantity": quantity * 0.99}
        came, left = _lot(n, "71", exporter, quantity)
        rows += [came, left | given]

    (row,) = measure(goods_handed_on, customs_declarations=rows).values()

    assert members(row) == {("company", f"tax:{number}") for number in ("71", "72", "73")}
    assert evidence(row) == _keys(*range(6))
    assert row.support == 6


def test_value_by_hand(measure: Measure) -> None:
    """Three lots, each alone in its time; nobody else brings in any of their size."""
    rows = _market(2000, "85171300", 0)
    for n, quantity in ((0, 892.0), (2, 50.0), (4, 7001.0)):
        rows += _lot(n, "71", "72", quantity)

    # Two weeks lie between the lots.
    (row,) = measure(goods_handed_on, {"same_days": 10}, customs_declarations=rows).values()

    # Own lots about each size: itself, one of three, times 0.001 of 0.5 (log) about it.
    expected = -3 * expm1(-1 / 3 * 0.001 / 0.5)
    # One pair (exporter) and no buyer has three lots; importers with three lots: it and the ten others.
    chance = poisson.sf(2, expected) * 11 * 1 * 2
    assert row.value == pytest.approx(-log10(chance), rel=1e-4)


def test_chance_of_round_and_of_container_lots() -> None:
    def sizes(*quantities: float) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.array([round(log(quantity) * 1e6) for quantity in quantities])

    reach = Reach(larger=500, smaller=500, days=10, scale=250_000)
    days = np.array([1, 20, 40])
    sent = Lots(sizes(1000.0), np.array([22]))
    odd = Lots(sizes(100.0, 1000.0, 10_000.0), days)

    # Half of the others' four lots are of a thousand; one of its own came in time.
    everybody = Lots(sizes(100.0, 1000.0, 10_000.0, 1000, 1000, 7, 7), np.zeros(7, dtype=np.int64))
    assert expected_by_chance(odd, everybody, sent, reach) == pytest.approx(1 - exp(-0.5))
    # Nobody else: its own other lots are all of a thousand.
    round_ones = Lots(sizes(1000.0, 1000.0, 1000.0), days)
    assert expected_by_chance(round_ones, round_ones, sent, reach) == pytest.approx(1 - exp(-1))
    # Its lots lie about a thousand: the share of that scale that counts as the same.
    full = Lots(sizes(1000.0, 1040.0, 980.0), days)
    assert expected_by_chance(full, full, sent, reach) == pytest.approx(1 - exp(-0.001 / 0.5))
    assert expected_by_chance(full, full, Lots(sent.size, np.array([19])), reach) == 0


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(goods_handed_on) == {}
