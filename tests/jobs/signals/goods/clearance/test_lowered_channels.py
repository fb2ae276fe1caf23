"""Six of ten declarations lowered to green, among traders to whom it hardly ever happens."""

from math import log10
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.clearance import lowered_channels
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

# Of 1300 ordinary declarations none, of 90 others 25.
USUAL = round(25 / 1390, 9)


def bound(lowered: int, of: int) -> float:
    share = lowered / of
    return of * (share * log10(share / USUAL) + (1 - share) * log10((1 - share) / (1 - USUAL)))


def _traded(start: int, trader: str, number: int, lowered: int, **more: Any) -> list[dict[str, Any]]:
    """So many declarations over ten months, the first of them lowered from red and from yellow in turn."""
    rows = [declaration(start + n, trader, event_day=day(30 * n)) for n in range(number)]
    for n, row in enumerate(rows[:lowered]):
        row.update(channel_history=("red>green", "yellow > green")[n % 2])
        row.update(more)
    return rows


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    rows = [row for n in range(130) for row in _traded(1000 + 20 * n, f"{100 + n}", 10, 0)]
    rows += _traded(1, "71", 10, 6)
    # Four of ten, one of ten and two of ten.
    rows += _traded(21, "72", 10, 4) + _traded(41, "73", 10, 1) + _traded(61, "74", 10, 2)
    # Inspected after all, raised, or simply green.
    rows += _traded(81, "75", 10, 6, inspection_result="match")
    rows += _traded(101, "76", 10, 6, channel_history="green>red", channel="red")
    rows += _traded(121, "77", 10, 6, channel_history="green")
    # As often inspected and found in order as lowered.
    rows += _traded(141, "78", 10, 6)
    for row in rows[-4:]:
        row.update(channel="red", channel_history=None, inspection_result="match")
    rows += [
        declaration(161 + n, "78", channel="red", inspection_result="match", event_day=day(n))
        for n in range(2)
    ]
    # Beyond the year.
    rows += [
        declaration(181 + n, "79", channel_history="red>green", event_day=day(366 + n)) for n in range(9)
    ]
    rows += _traded(201, "79", 8, 6)
    return measure(lowered_channels, customs_declarations=rows)


def test_far_more_channels_are_lowered_than_chance_would(found: dict[str, Row]) -> None:
    row = found["tax:71"]
    assert row.value == pytest.approx(bound(6, 10), abs=1e-5)
    assert (row.support, row.value_vnd) == (6, 6_000_000)
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in range(1, 7)}
    assert holding(row) == set()


def test_who_is_inspected_as_often_is_explained(found: dict[str, Row]) -> None:
    row = found["tax:78"]
    assert row.value == pytest.approx(bound(6, 12), abs=1e-5)
    assert holding(row) == {"inspected_and_matched"}


def test_few_are_chance_and_what_was_inspected_or_raised_is_nothing(found: dict[str, Row]) -> None:
    assert set(found) == {"tax:71", "tax:78", "tax:79"}
    # Without those of the year before.
    assert found["tax:79"].value == pytest.approx(bound(6, 8), abs=1e-5)
