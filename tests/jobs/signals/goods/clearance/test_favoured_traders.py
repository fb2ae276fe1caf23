from math import sqrt
from typing import Any

import pytest

from jobs.signals.goods.clearance import favoured_traders
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members


def _at(start: int, trader: str, officer: str, channels: str) -> list[dict[str, Any]]:
    names = {"g": "green", "y": "yellow", "r": "red"}
    return [
        declaration(start + place, trader, officer_code=officer, channel=names[letter])
        for place, letter in enumerate(channels)
    ]


def test_one_officer_is_always_green_for_one_trader(measure: Measure) -> None:
    rows: list[dict[str, Any]] = []
    # Twelve ordinary traders, half green at either officer.
    for place in range(12):
        rows += _at(1000 + 20 * place, str(10 + place), "C1", "grgr")
        rows += _at(1010 + 20 * place, str(10 + place), "C2", "gryg"[::-1])
    rows += _at(1, "71", "C1", "g" * 20) + _at(31, "71", "C2", "rgry")
    # Green everywhere: a priority trader.
    rows += _at(51, "72", "C1", "g" * 12) + _at(71, "72", "C2", "g" * 12)

    found = measure(favoured_traders, customs_declarations=rows)

    assert "tax:72" not in found or holding(found["tax:72"]) == {"priority_trader"}
    assert "tax:72" not in found or found["tax:72"].value < found["tax:71"].value
    row = found["tax:71"]
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in range(1, 21)}
    # 144 declarations, 93 green: expected (93 + 10 x 93/144) / 154 = 0.645833, the chapter being everything.
    base = 93 / 144
    shift_of_desk = 0.5 - base  # the median of the traders at C1
    own = (1 - 4 * base) / (4 + 4)  # one green of four elsewhere
    rate = base + shift_of_desk + own
    green = (20 - 20 * rate) / sqrt(20 * rate * (1 - rate))
    share = (48 + 20 + 12) / 144
    sought = (20 - 24 * share) / sqrt(24 * share * (1 - share) + 1)
    assert row.value == pytest.approx(green * (1 + 0.2 * sought) * 20 / 24, rel=1e-3)
