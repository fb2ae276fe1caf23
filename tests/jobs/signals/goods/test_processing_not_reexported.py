from typing import Any

import pytest

from jobs.signals.goods import processing_not_reexported
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding


def _imports(start: int, trader: str, befores: list[int]) -> list[dict[str, Any]]:
    return [
        declaration(start + place, trader, regime="E21", event_day=day(before), net_weight_kg=100.0)
        for place, before in enumerate(befores)
    ]


def _export(number: int, trader: str, before: int, weight: float) -> dict[str, Any]:
    return declaration(
        number, trader, direction="export", regime="E52", event_day=day(before), net_weight_kg=weight
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
    assert row.value == pytest.approx((1 - 28 / 280) * 4 / 6)  # 400 kg less 30 % waste
    assert evidence(row) == {f"{100000000000 + n}:1" for n in range(1, 5)}
    assert holding(row) == set()
