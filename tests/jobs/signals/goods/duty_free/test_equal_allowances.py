"""Equal lots that people bring in under their allowances, against neighbours, shared and express orders."""

from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.duty_free import equal_allowances
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _brought(
    start: int, seller: str, days: int, quantities: list[float], **given: Any
) -> list[dict[str, Any]]:
    """A person for each quantity, on so many days three weeks apart."""
    return [
        declaration(
            start + 10 * turn + place,
            str(start + place),
            **{
                "trader_key": f"cccd:{start + place:012d}",
                "partner_name_norm": seller,
                "regime": "H11",
                "event_day": day(20 + 21 * turn),
                "quantity": quantity,
            }
            | given,
        )
        for turn in range(days)
        for place, quantity in enumerate(quantities)
    ]


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    rows = _brought(100, "divides", 3, [16.0] * 5 + [9.0])
    rows += _brought(200, "neighbours", 3, [16.0, 16.0, 16.0, 9.0, 7.0])
    rows += _brought(300, "shared order", 1, [16.0] * 9)
    rows += _brought(400, "express", 3, [16.0] * 5, regime="MIC")
    rows += _brought(500, "mostly other", 2, [16.0] * 4 + [1.0, 2.0, 3.0, 4.0, 5.0])
    rows += _brought(600, "companies", 3, [16.0] * 5, trader_key="tax:0100000001")
    rows += _brought(700, "one after another", 3, [16.0])
    return measure(equal_allowances, customs_declarations=rows)


def test_goods_divided_evenly_among_people(found: dict[str, Row]) -> None:
    row = found[f"cccd:{100:012d}"]
    assert row.value == pytest.approx(log2(15), rel=1e-5)
    assert members(row) == {("person", f"cccd:{100 + n:012d}") for n in range(5)}
    assert (row.support, row.value_vnd) == (15, 15_000_000)
    assert evidence(row) == {f"{100000000000 + 100 + 10 * turn + n}:1" for turn in range(3) for n in range(5)}
    assert holding(row) == set()


def test_nobody_else_is_told(found: dict[str, Row]) -> None:
    # Half of log2(9) for an order shared once.
    assert set(found) == {f"cccd:{100:012d}"}
