"""Lots that leave in the number that came: light ones, usual ones, and what is no such lot."""

from typing import Any

import pytest

from jobs.signals.goods.duty_free import light_reexports
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding


def _lot(number: int, trader: str, share: float, **left: Any) -> list[dict[str, Any]]:
    """100 kg and some pieces in 60 days ago; a share of the weight out ten days later."""
    goods = {"quantity": 100.0 + number, "hs_code": "40111000"}
    out = {"direction": "export", "regime": "G21", "event_day": day(50), "net_weight_kg": 100 * share}
    return [
        declaration(number, trader, regime="G11", event_day=day(60), net_weight_kg=100.0, **goods),
        declaration(500 + number, trader, **goods | out | left),
    ]


def test_lots_that_leave_lighter_than_they_came(measure: Measure) -> None:
    rows = []
    for n in range(4):
        rows += _lot(n, "71", 0.45)
        rows += _lot(10 + n, "72", 0.8)  # another scale
        rows += _lot(20 + n, "73", 0.45, inspection_result="match")
        rows += _lot(30 + n, "74", 0.45, quantity=45.0)  # a part of the lot: its number says so
        rows += _lot(40 + n, "75", 0.45, net_weight_kg=None)
        rows += _lot(50 + n, "76", 0.45, event_day=day(70))  # before it came
    for n in range(100, 140):
        rows += _lot(n, str(n), 1.0)

    found = measure(light_reexports, {"report_from": 0.5, "join_from": 0.5}, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:73"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + s + n}:1" for s in (0, 500) for n in range(4)}
    # 8 of 52 lots are light, and none of the 4 parts of lots.
    base = 8 / 56
    value = (4 - 4 * base) / (4 * base * (1 - base) + 1) ** 0.5 * 4 / 6
    assert found["tax:71"].value == pytest.approx(value, rel=1e-3)
    assert holding(found["tax:73"]) == {"inspected_and_matched"}
    assert found["tax:73"].value == pytest.approx(value / 2, rel=1e-3)


def test_lots_that_leave_in_parts_are_weighed_by_the_piece(measure: Measure) -> None:
    rows = []
    for trader, weights in (("71", (20.0, 22.0)), ("72", (48.0, 52.0))):
        for n in range(4):
            number = 10 * int(trader) + n
            goods = {"quantity": 100.0 + n, "hs_code": "40111000"}
            came = {"regime": "G11", "event_day": day(60), "net_weight_kg": 100.0}
            rows.append(declaration(number, trader, **goods | came))
            for part, weight in enumerate(weights):
                half = {"quantity": 50.0 + n / 2, "net_weight_kg": weight, "event_day": day(50 - part)}
                out = {"direction": "export", "regime": "G21"}
                rows.append(declaration(1000 * (part + 1) + number, trader, **goods | half | out))
    for n in range(100, 140):
        rows += _lot(n, str(n), 1.0)

    (row,) = measure(
        light_reexports, {"report_from": 0.5, "join_from": 0.5}, customs_declarations=rows
    ).values()

    assert row.subject_id == "tax:71"
    # 8 of 56 are light; the last lot that came stands for the goods.
    base = 8 / 56
    assert row.value == pytest.approx((8 - 8 * base) / (8 * base * (1 - base) + 1) ** 0.5 * 8 / 10, rel=1e-3)
    assert {f"{100000000000 + 1000 * part + 710 + n}:1" for part in (1, 2) for n in range(4)} <= evidence(row)


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(light_reexports) == {}
