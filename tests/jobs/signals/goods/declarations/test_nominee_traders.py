import math
from typing import Any

import pytest

from jobs.signals.goods.declarations import nominee_traders
from tests.jobs.signals.goods.frames import Measure, day, declaration, holding, members


def _company(start: int, trader: str, befores: list[int], **given: Any) -> list[dict[str, Any]]:
    return [
        declaration(start + place, trader, event_day=day(before), **given)
        for place, before in enumerate(befores)
    ]


def _same(bills: int) -> float:
    """What is left of always the same goods after the part that so few bills may owe to chance."""
    return 1 - 0.6 / math.sqrt(bills)


def test_companies_that_follow_each_other_on_one_phone(measure: Measure) -> None:
    rows: list[dict[str, Any]] = []
    for place in range(4):
        shell = [85 - 16 * place, 83 - 16 * place, 80 - 16 * place]
        low = {"trader_phone_e164": "+84911000001", "customs_value_vnd": 500_000}
        rows += _company(10 * place, str(71 + place), shell, **low)
        # Branches of one company: one name, one phone.
        rows += _company(
            200 + 10 * place,
            str(81 + place),
            [60, 5],
            trader_phone_e164="+84911000002",
            trader_name_norm="cong ty tnhh hoa sen",
        )
    for place in range(5):
        # Clients of a customs broker, who gives its own phone for all of them.
        rows += _company(
            400 + 10 * place,
            str(30 + place),
            [60, 5],
            trader_phone_e164="+84911000003",
            hs_code=f"{3000 + 10 * place}0000",
        )

    found = measure(nominee_traders, customs_declarations=rows)

    assert set(found) == {"+84911000001"}
    row = found["+84911000001"]
    assert members(row) == {("phone", "+84911000001"), *(("company", f"tax:{71 + n}") for n in range(4))}
    assert row.support == 12
    # Crowd 3/5; all lives are short, over or just begun, and in turn; the same goods; 12 lines of 12 + 8.
    assert row.value == pytest.approx(0.6 * (0.35 + 0.2 * 1 + 0.2 + 0.25 * _same(12)) * 12 / 20, rel=1e-4)
    assert holding(row) == set()


def test_two_lines_near_each_other_show_no_short_life(measure: Measure) -> None:
    rows: list[dict[str, Any]] = []
    for place in range(4):
        rare = [85 - 16 * place, 80 - 16 * place]
        rows += _company(10 * place, str(71 + place), rare, trader_phone_e164="+84911000001")

    (row,) = measure(nominee_traders, customs_declarations=rows).values()

    # Of 86 days, two lines lie within six of each other with a chance of 13 %.
    assert row.value == pytest.approx(0.6 * (0.35 + 0.2 * 0 + 0.2 + 0.25 * _same(8)) * 8 / 16, rel=1e-4)
