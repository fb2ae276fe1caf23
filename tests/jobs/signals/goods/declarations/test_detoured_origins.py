"""Korean goods that a Chinese seller ships to one buyer, against trading houses and trodden paths."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.declarations import detoured_origins
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
    # The seller ships goods of its own country as well.
    rows = [*_trade(), _line(880, "10", "CN", "CN", 200_000, **detour)]
    rows += [_line(n, "71", "CN", "KR", **detour) for n in range(4)]
    rows += [_line(10 + n, "72", "CN", "KR", **detour) for n in range(5)]
    [row] = measure(detoured_origins, customs_declarations=rows).values()

    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (*range(4), *range(10, 15))}
    assert row.value == pytest.approx(log2(1 + 5), abs=1e-6)
    assert row.support == 9
    assert holding(row) == set()


def test_what_saves_no_duty_counts_a_fifth(measure: Measure) -> None:
    rows = _trade() + [_line(n, "71", "CN", "KR", 200_000) for n in range(15)]
    [row] = measure(detoured_origins, customs_declarations=rows).values()
    assert row.value == pytest.approx(log2(1 + 0.2 * 15), abs=1e-6)


def test_whichever_seller_and_country_the_papers_name(measure: Measure) -> None:
    # Two lines each, of two sellers who ship Chinese goods to others, with origins of two countries.
    other = {"partner_name_norm": "ning bo"}
    rows = _trade() + [_line(880 + n, str(10 + n), "CN", "CN", 200_000, **other) for n in range(3)]
    rows += [_line(n, "71", "CN", "KR") for n in range(2)] + [
        _line(10 + n, "71", "CN", "TH", **other) for n in range(2)
    ]
    [row] = measure(detoured_origins, customs_declarations=rows).values()
    assert row.value == pytest.approx(log2(1 + 4), abs=1e-6)


def test_one_way_is_one_practice_whichever_goods_go_by_it(measure: Measure) -> None:
    # Nine importers of two more goods; two lines of each by the detour, and "72" takes two ways.
    codes = [{"hs_code": "61091010"}, {"hs_code": "85183020"}]
    rows = _trade()
    for place, code in enumerate(codes):
        rows += [_line(700 + 20 * place + n, str(10 + n), "CN", "CN", 200_000, **code) for n in range(9)]
        rows += [_line(10 * place + n, "71", "CN", "KR", **code) for n in range(2)]
        origin = ("JP", "TH")[place]
        rows += [_line(100 + 10 * place + n, "72", "CN", origin, **code) for n in range(2)]
    [row] = measure(detoured_origins, customs_declarations=rows).values()
    assert members(row) == {("company", "tax:71")}
    assert row.value == pytest.approx(log2(1 + 4), abs=1e-6)


@pytest.mark.parametrize(
    "detour",
    [
        [_line(n, "71", "CN", "KR") for n in range(3)],  # three lines
        [_line(n, "71", "HK", "KR") for n in range(6)],  # Hong Kong makes nothing
        [_line(n, "71", "CN", "VN") for n in range(6)],  # comes home
        [_line(n, str(71 + n % 4), "CN", "KR") for n in range(20)],  # trodden
        [_line(n, "71", "CN", "KR", partner_name_norm="x") for n in range(9)],  # trades in others' goods
        [_line(n, "71", "CN", "KR") for n in range(4)] + [_line(20 + n, "71", "CN", "CN") for n in range(13)],
        [_line(n, "71", "CN", "KR", trader_key="cccd:71") for n in range(4)],  # presents
        [_line(n, "71", "CN", "KR", hs_code="61091010") for n in range(4)],  # nobody else imports them
        [_line(n, "71", "CN", "KR", regime="E21") for n in range(4)],
        [_line(n, "71", "CN", "KR", partner_name_norm=None) for n in range(4)],
    ],
)
def test_honest_detours(measure: Measure, detour: list[dict[str, Any]]) -> None:
    assert measure(detoured_origins, customs_declarations=_trade() + detour) == {}


def _korean_goods(hands: int) -> list[dict[str, Any]]:
    """So many importers of goods from Korea, beside four who get them from China."""
    lines = [_line(800 + n, str(30 + n), "KR", "KR", 200_000) for n in range(hands)]
    return lines + [_line(850 + n, str(50 + n % 4), "CN", "CN", 200_000) for n in range(16)]


@pytest.mark.parametrize(("hands", "duty", "found"), [(3, 200_000, 1), (4, 200_000, 0), (4, 0, 1)])
def test_nobody_invents_the_origin_that_most_have(
    measure: Measure, hands: int, duty: int, found: int
) -> None:
    # The detour's own hand has no vote: three Korean importers are fewer than four Chinese ones.
    rows = _korean_goods(hands) + [_line(n, "71", "CN", "KR", duty) for n in range(15)]
    assert len(measure(detoured_origins, customs_declarations=rows)) == found


def test_what_was_inspected_and_found_in_order_says_so(measure: Measure) -> None:
    rows = _trade() + [_line(n, "71", "CN", "KR", channel="red", inspection_result="match") for n in range(4)]
    [row] = measure(detoured_origins, customs_declarations=rows).values()
    assert holding(row) == {"inspected_and_matched"}


def test_who_gets_a_little_by_the_way_that_a_seller_keeps_for_another(measure: Measure) -> None:
    kept = {"partner_name_norm": "guangzhou x"}
    rows = [*_trade(), _line(880, "10", "CN", "CN", 200_000, **kept)]
    rows += [_line(n, "71", "CN", "KR", **kept) for n in range(4)] + [_line(10, "72", "CN", "KR", **kept)]
    [row] = measure(detoured_origins, customs_declarations=rows).values()

    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert row.value == pytest.approx(log2(1 + 4), abs=1e-6)
    assert row.support == 5
