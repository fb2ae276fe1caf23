"""Temporary imports held against the importer's own earlier ones."""

from typing import Any

import pytest

from jobs.signals.goods.duty_free import temporary_imports_fell_behind
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence


def _lots(
    start: int, trader: str, befores: list[int], left: int, regime: str = "G11"
) -> list[dict[str, Any]]:
    """Lots of 100 kg, of which the first `left` leave after 20 days."""
    goods = {"hs_code": "84295200", "net_weight_kg": 100.0}
    came = [
        declaration(start + n, trader, regime=regime, event_day=day(before), quantity=float(n + 1), **goods)
        for n, before in enumerate(befores)
    ]
    out = {"direction": "export", "regime": "G21"} | goods
    return came + [
        declaration(start + 20 + n, trader, event_day=day(before - 20), quantity=float(n + 1), **out)
        for n, before in enumerate(befores[:left])
    ]


def test_lots_that_used_to_leave_and_no_longer_do(measure: Measure) -> None:
    earlier, later = [300, 290, 280], list(range(150, 130, -2))
    rows = _lots(0, "71", earlier, 3) + _lots(50, "71", later, 3)
    rows += _lots(100, "81", earlier, 3) + _lots(150, "81", later, 9)  # nearly all
    rows += _lots(200, "82", earlier, 2) + _lots(250, "82", later, 3)  # no less than ever
    rows += _lots(300, "83", earlier, 3) + _lots(350, "83", later, 3, regime="G12")  # for a project
    rows += _lots(400, "84", earlier, 3) + _lots(450, "84", [25, 20, 15, 10, 5], 0)  # the term runs

    found = measure(temporary_imports_fell_behind, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert found["tax:71"].value == pytest.approx(0.7 * 10 / 16)
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(50, 60)}
