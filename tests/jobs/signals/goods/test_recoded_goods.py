"""Bicycles under the code of their parts, beside a trader's own bicycles."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods import recoded_goods
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members

_BICYCLE, _PART = "87120020", "87149199"


def _line(number: int, trader: str, code: str, rate: float, **given: Any) -> dict[str, Any]:
    """Ten bicycles of 12 kg for 800,000 VND each, or parts of the same weight and price."""
    name = "xe dap tre em" if code == _BICYCLE else "khung va phu tung"
    goods = {
        "goods_norm": name,
        "quantity": 10.0,
        "unit": "PCE",
        "net_weight_kg": 120.0,
        "customs_value_vnd": 8_000_000,
        "duty_vnd": round(8_000_000 * rate),
        "origin_country": "CN",
    }
    return declaration(number, trader, **({"hs_code": code} | goods | given))


def _both(first: int, trader: str, **of_parts: Any) -> list[dict[str, Any]]:
    """Two lines of bicycles at 30 % and three of parts at 10 %."""
    bicycles = [_line(first + n, trader, _BICYCLE, 0.3) for n in range(2)]
    return bicycles + [_line(first + 2 + n, trader, _PART, 0.1, **of_parts) for n in range(3)]


def test_parts_that_weigh_and_cost_what_the_traders_bicycles_do(measure: Measure) -> None:
    rows = _both(0, "71")
    rows += _both(10, "72", net_weight_kg=30.0)  # lighter parts
    rows += _both(20, "73", customs_value_vnd=4_000_000, duty_vnd=400_000)  # cheaper ones
    rows += _both(30, "74", hs_code="40115000")  # of another chapter and name: tyres of such a weight
    rows += _both(40, "75", duty_vnd=2_300_000, hs_code="87142090")  # saves one point
    rows += _both(50, "76", origin_country="TW")  # none of that origin beside them
    rows += [_line(60 + n, "77", _PART, 0.1) for n in range(3)]  # parts alone
    rows += _both(70, "78")[:3]  # one line may be a slip

    found = measure(recoded_goods, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    row = found["tax:71"]
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == {f"{100000000000 + number}:1" for number in (2, 3, 4)}
    assert row.value == pytest.approx(log2(4))
    assert (row.support, row.value_vnd) == (3, 24_000_000)
    assert holding(row) == set()


def test_goods_by_weight_agree_in_their_names_as_well(measure: Measure) -> None:
    """A kilogram always weighs one: frozen fish and frozen shrimps are not the same for costing the same."""
    by_weight = {"unit": "KGM", "quantity": 120.0}
    rows = []
    for place, (trader, name) in enumerate((("71", "ca ngu dong lanh"), ("72", "tom nguyen con dong lanh"))):
        first = 10 * place
        rows += [
            _line(first + n, trader, "03061721", 0.1, goods_norm="tom the nguyen con", **by_weight)
            for n in range(2)
        ]
        rows += [
            _line(first + 5 + n, trader, "03048900", 0.0, goods_norm=name, **by_weight) for n in range(3)
        ]

    assert set(measure(recoded_goods, customs_declarations=rows)) == {"tax:72"}


def test_lines_found_in_order_explain(measure: Measure) -> None:
    [row] = measure(
        recoded_goods,
        {"report_from": 1.0, "join_from": 1.0},
        customs_declarations=_both(0, "71", inspection_result="match"),
    ).values()

    assert row.value == pytest.approx(log2(4) * 0.6)
    assert holding(row) == {"inspected_and_matched"}
