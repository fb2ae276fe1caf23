"""Korean goods of Korean sellers on bills of Shanghai, against trading places and bills that tell little."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.declarations import loaded_elsewhere
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members


def _line(number: int, trader: str, country: str, bill: str | None, **given: Any) -> dict[str, Any]:
    """A line of a seller in `country`, by default of that country's origin."""
    return declaration(
        number,
        trader,
        partner_country=country,
        house_bill_no=bill,
        **({"origin_country": country, "partner_name_norm": f"ban hang {country}"} | given),
    )


def _trade(hands: int = 10) -> list[dict[str, Any]]:
    """Bills of Shanghai that so many hands use, and of Hong Kong, which ships Chinese goods."""
    rows = [_line(800 + n, str(10 + n), "CN", f"SHA{n}") for n in range(hands)]
    rows += [_line(900 + n, str(30 + n), "HK", f"HKG-{n}", origin_country="CN") for n in range(hands)]
    return rows


def _korean(start: int, trader: str, count: int, bill: str = "SHA", **given: Any) -> list[dict[str, Any]]:
    rest = {"partner_name_norm": "seoul x"} | given
    return [_line(start + n, trader, "KR", f"{bill}{start + n}", **rest) for n in range(count)]


def test_korean_goods_of_a_korean_seller_on_bills_of_shanghai(measure: Measure) -> None:
    rows = _trade(20) + _korean(1, "71", 5) + _korean(11, "72", 4, "sha/")
    # Whose bill tells nothing does not count either way.
    rows += [*_korean(21, "71", 9, "KX"), _line(31, "71", "KR", None, partner_name_norm="seoul x")]

    [row] = measure(loaded_elsewhere, customs_declarations=rows).values()

    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (*range(1, 6), *range(11, 15))}
    assert row.value == pytest.approx(log2(1 + 5), abs=1e-6)
    assert row.support == 9
    assert row.value_vnd == 9_000_000
    assert holding(row) == set()


@pytest.mark.parametrize(
    "rows",
    [
        _trade(20) + _korean(1, "71", 3),  # three lines
        _trade(20) + _korean(1, "71", 4, origin_country="CN"),  # a Korean seller of Chinese goods says so
        _trade(20) + _korean(1, "71", 4, trader_key="cccd:71"),
        _trade(20) + _korean(1, "71", 4, regime="E21"),
        _trade(20) + _korean(1, "71", 4, "1SHA"),  # no letters in front
        _trade(8) + _korean(1, "71", 4),  # nine hands use the prefix
        _trade(11) + _korean(1, "71", 4) + _korean(11, "72", 4),  # eleven of thirteen buy in China
        # Most of what this seller ships is loaded at home.
        _trade(20)
        + [_line(700 + n, str(50 + n), "KR", f"PUS{n}") for n in range(10)]
        + _korean(1, "71", 4)
        + _korean(11, "71", 5, "PUS"),
    ],
)
def test_honest_bills(measure: Measure, rows: list[dict[str, Any]]) -> None:
    assert measure(loaded_elsewhere, customs_declarations=rows) == {}


def test_goods_by_a_trading_place_and_goods_found_in_order_say_so(measure: Measure) -> None:
    matched = {"channel": "red", "inspection_result": "match"}
    rows = _trade(20) + _korean(1, "71", 5, "HKG", **matched, partner_name_norm="busan y")
    rows += _korean(11, "72", 2) + _korean(21, "72", 2, "HKG")
    found = measure(loaded_elsewhere, customs_declarations=rows)
    assert {key: holding(row) for key, row in found.items()} == {
        "tax:71": {"transhipment", "inspected_and_matched"},
        # No more than half of them.
        "tax:72": set(),
    }
