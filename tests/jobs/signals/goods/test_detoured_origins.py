"""Korean goods that a Chinese seller ships to one buyer, against trading places and trodden paths."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods import detoured_origins
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members


def _line(number: int, trader: str, sold_in: str, origin: str, duty: int = 0, **given: Any) -> dict[str, Any]:
    return declaration(
        number,
        trader,
        partner_country=sold_in,
        origin_country=origin,
        duty_vnd=duty,
        **({"partner_name_norm": f"ban hang {sold_in}"} | given),
    )


def _trade() -> list[dict[str, Any]]:
    """Nine importers of Chinese goods from China, which bear a fifth."""
    return [_line(900 + n, str(10 + n % 9), "CN", "CN", 200_000) for n in range(36)]


def test_an_origin_that_nobody_else_gets_from_that_country(measure: Measure) -> None:
    detour = {"partner_name_norm": "guangzhou x"}
    rows = _trade() + [_line(n, "71", "CN", "KR", **detour) for n in range(4)]
    rows += [_line(10 + n, "72", "CN", "KR", 200_000, **detour) for n in range(5)]  # saves nothing

    [row] = measure(detoured_origins, customs_declarations=rows).values()

    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (*range(4), *range(10, 15))}
    assert row.value == pytest.approx(log2(1 + 4), abs=1e-6)
    assert row.support == 9
    assert holding(row) == set()


@pytest.mark.parametrize(
    "detour",
    [
        [_line(n, "71", "CN", "KR") for n in range(3)],  # three lines
        [_line(n, "71", "HK", "KR") for n in range(6)],  # Hong Kong makes nothing
        [_line(n, str(71 + n % 5), "CN", "KR", partner_name_norm=f"x{n % 5}") for n in range(20)],  # trodden
        [_line(n, "71", "CN", "KR") for n in range(4)] + [_line(10 + n, "71", "CN", "CN") for n in range(10)],
        [_line(n, "71", "CN", "KR", trader_key="cccd:71") for n in range(4)],  # presents
        [_line(n, "71", "CN", "KR", hs_code="61091010") for n in range(4)],  # nobody else imports them
        [_line(n, "71", "CN", "KR", regime="E21") for n in range(4)],
        [_line(n, "71", "CN", "KR", partner_name_norm=None) for n in range(4)],
    ],
)
def test_honest_detours(measure: Measure, detour: list[dict[str, Any]]) -> None:
    assert measure(detoured_origins, customs_declarations=_trade() + detour) == {}


def test_who_has_two_lines_by_the_detour_of_another_goes_with_it(measure: Measure) -> None:
    detour = {"partner_name_norm": "guangzhou x"}
    rows = _trade() + [_line(n, "71", "CN", "KR", **detour) for n in range(4)]
    rows += [_line(10 + n, "72", "CN", "KR", **detour) for n in range(2)]
    [row] = measure(detoured_origins, customs_declarations=rows).values()
    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}


def _korean_goods(hands: int) -> list[dict[str, Any]]:
    """So many importers of goods from Korea, beside four who get them from China."""
    lines = [_line(800 + n, str(30 + n), "KR", "KR", 200_000) for n in range(hands)]
    return lines + [_line(850 + n, str(50 + n), "CN", "CN", 200_000) for n in range(4)]


@pytest.mark.parametrize(("hands", "duty", "found"), [(3, 200_000, 1), (4, 200_000, 0), (4, 0, 1)])
def test_nobody_invents_the_origin_that_most_have(
    measure: Measure, hands: int, duty: int, found: int
) -> None:
    # The detour's own hand has no vote: three Korean importers are fewer than four Chinese ones.
    rows = _korean_goods(hands) + [_line(n, "71", "CN", "KR", duty) for n in range(6)]
    assert len(measure(detoured_origins, customs_declarations=rows)) == found


def test_what_was_inspected_and_found_in_order_says_so(measure: Measure) -> None:
    rows = _trade() + [_line(n, "71", "CN", "KR", channel="red", inspection_result="match") for n in range(4)]
    [row] = measure(detoured_origins, customs_declarations=rows).values()
    assert holding(row) == {"inspected_and_matched"}
