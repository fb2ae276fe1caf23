"""One cargo declared twice, against repeated orders, goods of one weight a piece, corrections and returns."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.clearance import cargo_declared_again
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding


def _twice(
    number: int, trader: str, sizes: dict[float, float], apart: int = 20, **again: Any
) -> list[dict[str, Any]]:
    """Lots of so many pieces and kilograms, each declared anew so many days later."""
    rows = []
    for place, (quantity, weight) in enumerate(sizes.items()):
        lot = {"quantity": quantity, "net_weight_kg": weight, "partner_name_norm": f"ban {trader}"}
        rows.append(declaration(number + place, trader, event_day=day(90 - place), **lot))
        lot |= {"event_day": day(90 - place - apart), **again}
        rows.append(declaration(number + 500 + place, trader, **lot))
    return rows


def _odd(trader: int) -> dict[float, float]:
    """Every shipment weighs what it weighs."""
    return {1180.0: 1200.1 + trader, 3350.0: 3500.2 + 2 * trader, 2970.0: 3100.3 + 3 * trader}


def test_a_cargo_that_is_declared_again(measure: Measure) -> None:
    rows = _twice(1, "71", _odd(71))
    rows += _twice(11, "72", _odd(72), inspection_result="match")
    rows += _twice(21, "73", {1180.0: 1288.8})  # one may be chance
    rows += _twice(31, "74", _odd(74), apart=3)  # a correction
    rows += _twice(41, "75", _odd(75), cleared_at=None)  # given up
    rows += _twice(51, "76", {100.0: 50.0, 300.0: 150.0, 700.0: 350.0})  # every piece weighs half a kilogram
    rows += _twice(61, "77", _odd(77), direction="export", regime="B13")  # left again
    rows += _twice(71, "78", _odd(78), regime="G11")  # comes and goes
    # The same number month by month: the weight tells the shipments apart.
    rows += [
        declaration(
            100 + n,
            "79",
            partner_name_norm="ban",
            quantity=900.0,
            net_weight_kg=870.0 + n / 10,
            event_day=day(30 * n + 1),
        )
        for n in range(10)
    ]
    # All lots of one number: two of many weigh the same.
    rows += [
        declaration(
            200 + n,
            "80",
            partner_name_norm="ban",
            quantity=900.0,
            net_weight_kg=870.0 + n % 2 / 10,
            event_day=day(30 * n + 1),
        )
        for n in range(4)
    ]

    low = {"join_from": 1.0, "report_from": 1.0}
    found = measure(cargo_declared_again, low, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:72"}
    assert found["tax:71"].value == pytest.approx(log2(4))
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in (1, 2, 3, 501, 502, 503)}
    assert (found["tax:71"].support, found["tax:71"].value_vnd) == (6, 3_000_000)
    assert holding(found["tax:71"]) == set()
    assert holding(found["tax:72"]) == {"inspected_and_matched"}


def test_what_a_piece_weighs_with_many_hands_tells_nothing(measure: Measure) -> None:
    rows = _twice(1, "71", {1180.0: 590.0, 3350.0: 3526.9})
    rows += [
        declaration(100 + n, str(80 + n), partner_name_norm="ban", quantity=50.0, net_weight_kg=25.0)
        for n in range(4)
    ]
    assert measure(cargo_declared_again, customs_declarations=rows) == {}


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(cargo_declared_again) == {}
