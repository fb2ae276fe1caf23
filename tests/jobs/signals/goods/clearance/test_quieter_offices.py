"""Ten pieces of one seller's shoes: first looked at in 03CC, then in 48BD, where nobody looks."""

from math import log, sqrt
from typing import Any

import pytest

from jobs.signals.goods.clearance import quieter_offices
from jobs.signals.goods.clearance.office_moves import joined_rows
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _lines(
    start: int, trader: str, office: str, price: int, channels: str, before: int, **given: Any
) -> list[dict[str, Any]]:
    """A line a letter of `channels` (r, y, g), one a day from `before` days ago on."""
    names = {"r": "red", "y": "yellow", "g": "green"}
    return [
        declaration(
            start + place,
            trader,
            event_day=day(before - place),
            **{
                "customs_office": office,
                "channel": names[letter],
                "partner_name_norm": "rayong foods",
                "customs_value_vnd": price * 10_000,
            }
            | given,
        )
        for place, letter in enumerate(channels)
    ]


def _moved(start: int, trader: str, prices: tuple[int, int] = (100, 50), **then: Any) -> list[dict[str, Any]]:
    """Two lines, a red one and a green one, and then four elsewhere."""
    old, new = prices
    return [
        *_lines(start, trader, "03CC", old, "rg", 100),
        *_lines(start + 10, trader, "48BD", new, "gggg", 60, **then),
    ]


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


def test_the_same_goods_at_half_the_price_where_nobody_looks(measure: Measure) -> None:
    [row] = measure(quieter_offices, customs_declarations=_moved(1, "71")).values()

    # Half of what was declared was looked at, and then nothing; four lines of six with the doubt.
    assert row.value == pytest.approx(log(2) * 4 / 6 * sqrt(0.5), abs=1e-6)
    assert members(row) == {("company", "tax:71")}
    # What was stopped, and what came afterwards.
    assert evidence(row) == _keys(1, 11, 12, 13, 14)
    assert row.support == 4
    # Four times ten pieces at 100,000.
    assert row.value_vnd == 4_000_000
    assert holding(row) == set()


def test_who_takes_the_same_goods_to_the_same_office_is_one_with_them(measure: Measure) -> None:
    rows = _moved(1, "71") + _moved(31, "72", (100, 88)) + _moved(61, "73", hs_code="85171300")
    rows += _lines(81, "73", "03CC", 100, "rg", 100, hs_code="85171300")
    # Lower by an eighth is little alone.
    assert measure(quieter_offices, customs_declarations=_moved(31, "72", (100, 88))) == {}

    found = measure(quieter_offices, customs_declarations=rows)

    assert {frozenset(members(row)) for row in found.values()} == {
        frozenset({("company", "tax:71"), ("company", "tax:72")}),
        frozenset({("company", "tax:73")}),
    }


def test_lines_that_were_looked_at_on_paper_only_count_less(measure: Measure) -> None:
    rows = _lines(1, "71", "03CC", 100, "yg", 100) + _lines(11, "71", "48BD", 50, "gggg", 60)
    [row] = measure(quieter_offices, customs_declarations=rows).values()
    assert row.value == pytest.approx(0.8 * log(2) * 4 / 6 * sqrt(0.5), abs=1e-6)
    assert evidence(row) == _keys(11, 12, 13, 14)


@pytest.mark.parametrize(
    "rows",
    [
        _moved(1, "71", (100, 100)),  # moved house
        _lines(1, "71", "03CC", 100, "gg", 100) + _lines(11, "71", "48BD", 50, "gggg", 60),  # never looked at
        _lines(1, "71", "03CC", 100, "rg", 100)
        + _lines(11, "71", "48BD", 50, "ryrg", 60),  # looked at as well
        _lines(1, "71", "03CC", 100, "r", 100) + _lines(11, "71", "48BD", 50, "gggg", 60),  # one line before
        _lines(1, "71", "03CC", 100, "rg", 100) + _lines(11, "71", "48BD", 50, "gg", 60),  # two lines after
        _lines(1, "71", "03CC", 100, "rg", 20)
        + _lines(11, "71", "48BD", 50, "gggg", 60),  # the other way round
        _moved(1, "71", partner_name_norm="another seller"),
        _moved(1, "71", hs_code="85171300"),  # other goods
        _moved(1, "71", unit="PR"),  # ten pieces, ten pairs
        _moved(1, "71", regime="E21"),
        _moved(1, "71", channel=None),  # not told whether anybody looked
    ],
)
def test_honest_moves(measure: Measure, rows: list[dict[str, Any]]) -> None:
    assert measure(quieter_offices, customs_declarations=rows) == {}


def test_innocent_explanations(measure: Measure) -> None:
    lots = _moved(1, "71", quantity=30.0, customs_value_vnd=1_500_000)
    [row] = measure(quieter_offices, customs_declarations=lots).values()
    assert holding(row) == {"larger_lots"}

    [row] = measure(quieter_offices, customs_declarations=_moved(1, "71", inspection_result="match")).values()
    assert holding(row) == {"inspected_and_matched"}


def test_all_moves_of_one_hand_are_one_row() -> None:
    def move(hand: str, office: str, goods: str, value: float) -> dict[str, Any]:
        key = f"{hand}{office}"
        shown = [{"trader": f"tax:{hand}", "evidence": {"feed": "customs_declarations", "key": key}}]
        measured = {"typical": 0.1, "tail": 0.1, "peers": 9, "peer_group": "x", "support": 3, "value_vnd": 5}
        return {
            "hand": hand, "office": office, "goods": [goods], "value": value, "shown": shown,
            "explanations": [], **measured,
        }  # fmt: skip

    moves = [
        move("1", "A", "x", 0.3),
        move("1", "B", "y", 0.2),
        move("2", "B", "y", 0.1),
        move("3", "B", "z", 0.1),
    ]
    [row] = joined_rows("quieter_offices", moves, 0.15, 10, max)
    assert [member["id"] for member in row["members"]] == ["tax:1", "tax:2"]
    assert (row["value"], row["support"], row["value_vnd"]) == (0.3, 9, 15)
    assert [record["key"] for record in row["evidence"]] == ["1A", "1B", "2B"]
