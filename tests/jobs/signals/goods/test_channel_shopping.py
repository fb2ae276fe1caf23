from typing import Any

import pytest

from jobs.signals.goods import channel_shopping
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding


def _pair(number: int, trader: str, before: int, **again: Any) -> list[dict[str, Any]]:
    """A red declaration that is never cleared, and the same goods as green two days later."""
    red = declaration(
        number, trader, event_day=day(before), channel="red", cleared_at=None, net_weight_kg=500.0 + number
    )
    green = declaration(number + 1, trader, event_day=day(before - 2), net_weight_kg=500.0 + number, **again)
    return [red, green]


def test_returns_at_another_office_count_and_corrections_hardly(measure: Measure) -> None:
    rows: list[dict[str, Any]] = []
    for place in range(3):
        rows += _pair(10 * place, "71", 60 - 15 * place, customs_office="02XY")
        rows += _pair(100 + 10 * place, "72", 60 - 15 * place)
        # Red, inspected and cleared; then other goods as green: ordinary trade.
        rows.append(declaration(200 + place, "73", channel="red", inspection_result="match"))
        rows.append(declaration(210 + place, "73", event_day=day(38), net_weight_kg=77.0))

    found = measure(channel_shopping, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:72"}
    assert found["tax:71"].value == pytest.approx(2 * 3 / 4)  # log2(1 + 3) x 3/4
    assert found["tax:71"].support == 6
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in (0, 1, 10, 11, 20, 21)}
    assert holding(found["tax:71"]) == set()
    assert found["tax:72"].value == pytest.approx(1.035624 * 3 / 4)  # log2(1 + 3 x 0.35)
    assert holding(found["tax:72"]) == {"plain_correction"}


def test_a_withdrawn_red_declaration_counts_as_dropped(measure: Measure) -> None:
    pairs = [
        row for place in range(3) for row in _pair(10 * place, "71", 60 - 15 * place, customs_office="02XY")
    ]
    withdrawn = [row for row in pairs if row["channel"] == "red"]
    gone = [
        {key: row[key] for key in row if key in _HISTORY} | {"cleared_at": row["registered_at"]}
        for row in withdrawn
    ]

    found = measure(
        channel_shopping,
        customs_declarations=[row for row in pairs if row["channel"] == "green"],
        superseded=gone,
    )

    assert found["tax:71"].value == pytest.approx(1.5)
    assert len(evidence(found["tax:71"])) == 6


_HISTORY = {
    "declaration_no", "line_no", "direction", "regime", "registered_at", "customs_office", "channel",
    "channel_history", "officer_code", "inspection_result", "trader_id", "hs_code", "net_weight_kg",
    "customs_value_vnd",
}  # fmt: skip
