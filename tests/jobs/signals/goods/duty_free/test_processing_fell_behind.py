"""Processors held against their own earlier lots: who fell behind, who keeps up, who cannot be told."""

from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.duty_free import processing_fell_behind
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_EARLIER, _LATER = (300, 290, 280), (150, 140, 130, 120)


def _imports(start: int, trader: str, befores: tuple[int, ...]) -> list[dict[str, Any]]:
    """Lots of 100 kg worth 1,000,000 each."""
    return [
        declaration(start + place, trader, regime="E31", event_day=day(before), net_weight_kg=100.0)
        for place, before in enumerate(befores)
    ]


def _out(number: int, trader: str, before: int, weight: float, worth: int, **given: Any) -> dict[str, Any]:
    left = {"direction": "export", "regime": "E62", "hs_code": "61034200", "quantity": 77.0} | given
    return declaration(
        number, trader, event_day=day(before), net_weight_kg=weight, customs_value_vnd=worth, **left
    )


def _processor(
    start: int, trader: str, weight: float, worth: int, later: tuple[int, ...] = _LATER, **given: Any
) -> list[dict[str, Any]]:
    """Of three earlier lots 240 kg left, worth twice what came; of the later ones so much."""
    return [
        *_imports(start, trader, _EARLIER),
        _out(start + 5, trader, 250, 240.0, 6_000_000),
        *_imports(start + 10, trader, later),
        _out(start + 6, trader, 100, weight, worth, **given),
    ]


_KEEP_UP = [
    *_processor(100, "81", 320.0, 800_000),  # by weight
    *_processor(140, "82", 32.0, 8_000_000),  # steel becomes watches
    *_processor(180, "83", 320.0, 800_000, direction="import", regime="A42"),  # sold at home, and taxed
]
_CANNOT_BE_TOLD = [
    *_processor(220, "84", 32.0, 800_000)[1:],  # two earlier lots
    *_imports(260, "85", _EARLIER),  # much of its goods never left by weight: it is worked away
    _out(265, "85", 250, 150.0, 6_000_000),
    *_imports(270, "85", _LATER),
    *_processor(300, "86", 32.0, 800_000, later=(44, 30, 20, 10)),  # still in production
    *_imports(340, "87", _LATER),  # a new processor
]


def _stopped(start: int, trader: str, goes_on: tuple[int, ...]) -> list[dict[str, Any]]:
    """Three lots came in the later half; 240 kg left, worth twice as much, 100 days ago."""
    return [
        *_imports(start, trader, (140, 130, 120)),
        _out(start + 5, trader, 100, 240.0, 6_000_000),
        *_imports(start + 10, trader, goes_on),
    ]


_GOES_ON = (99, 90, 85, 80, 75, 70, 65, 60)


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    rows = _processor(1, "71", 32.0, 800_000) + _KEEP_UP + _CANNOT_BE_TOLD
    # Sent out twice what came, of goods of its own.
    rows += [*_processor(40, "72", 40.0, 800_000), _out(47, "72", 255, 360.0, 1)]
    # Twenty later lots, and a quarter of their weight leaves in the last days.
    rows += _processor(400, "73", 0.0, 1, later=tuple(range(150, 130, -1)))
    rows.append(_out(450, "73", 10, 500.0, 1_000_000))
    # Eight lots after its last exit; one of five days before it was still in work, and is of neither part.
    rows += _stopped(500, "74", (105, *_GOES_ON))
    rows += _stopped(540, "88", (99, 90))  # two lots
    # Sent out again what came since.
    rows += [*_stopped(580, "89", _GOES_ON), _out(599, "89", 50, 640.0, 16_000_000)]
    lower = {"report_from": 0.2, "join_from": 0.2}
    return measure(processing_fell_behind, lower, customs_declarations=rows)


def test_who_once_sent_out_what_came_and_no_longer_does(found: dict[str, Row]) -> None:
    row = found["tax:71"]
    # 32 kg of the 320 kg that its own rate (80 %) would have sent out of 400 kg; four lots, six of doubt.
    assert row.value == pytest.approx(0.9 * 4 / 10)
    assert (row.support, row.value_vnd) == (4, 3_600_000)
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == {f"{100000000000 + number}:1" for number in (11, 12, 13, 14)}
    assert holding(row) == set()


def test_no_more_than_all_can_leave(found: dict[str, Row]) -> None:
    assert found["tax:72"].value == pytest.approx((1 - 40 / 400) * 4 / 10)


def test_who_catches_up_counts_for_less(found: dict[str, Row]) -> None:
    row = found["tax:73"]
    assert holding(row) == {"still_exporting"}
    assert row.value == pytest.approx((1 - 500 / 1600) * 20 / 26 * 0.5, rel=1e-4)


def test_who_stopped_sending_out_and_goes_on_bringing_in(found: dict[str, Row]) -> None:
    row = found["tax:74"]
    assert row.value == pytest.approx(8 / 14)
    assert (row.support, row.value_vnd) == (8, 8_000_000)
    assert evidence(row) == {f"{100000000000 + number}:1" for number in range(511, 519)}


def test_nobody_else_is_told(found: dict[str, Row]) -> None:
    assert set(found) == {"tax:71", "tax:72", "tax:73", "tax:74"}
