"""Bicycles of one brand and seller, now of the seller's country and now of another."""

from math import log2
from typing import Any

import pytest

from jobs.signals.goods.prices import uneven_origins
from tests.jobs.signals.goods.frames import Measure, declaration, evidence


def _line(number: int, trader: str, origin: str, **given: Any) -> dict[str, Any]:
    """A bicycle from a seller in China, with 30 % of duty unless it is Indonesian."""
    goods = {
        "hs_code": "87120020",
        "goods_norm": "xe dap tre em",
        "brand": "Norloco",
        "origin_country": origin,
        "partner_country": "CN",
        "customs_value_vnd": 1_000_000,
        "duty_vnd": 0 if origin == "ID" else 300_000,
    }
    return declaration(number, trader, **(goods | given))


def _both(first: int, trader: str, **given: Any) -> list[dict[str, Any]]:
    """Lines of Indonesia between lines of China."""
    return [
        _line(first + n, trader, origin, **given) for n, origin in enumerate(("CN", "ID", "ID", "ID", "CN"))
    ]


def test_an_origin_that_one_trader_alone_declares(measure: Measure) -> None:
    rows = _both(0, "71") + [_line(100 + n, f"{11 + n}", "CN") for n in range(4)]

    found = measure(uneven_origins, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + number}:1" for number in (1, 2, 3)}
    assert found["tax:71"].value == pytest.approx(log2(4))


def test_where_many_declare_an_origin_the_brand_is_made_there(measure: Measure) -> None:
    """Three others buy the brand's bicycles from Indonesia as well: a factory of its own."""
    rows = _both(0, "71") + [_line(100 + n, f"{11 + n}", "ID") for n in range(3)]

    assert measure(uneven_origins, customs_declarations=rows) == {}


def test_a_few_among_many_others_are_no_factory(measure: Measure) -> None:
    rows = _both(0, "71") + [_line(100 + n, f"{11 + n}", "ID") for n in range(3)]
    rows += [_line(200 + n, f"{31 + n}", "CN") for n in range(9)]  # 4 of 13 declare Indonesia

    assert set(measure(uneven_origins, customs_declarations=rows)) == {"tax:71"}


def test_where_both_origins_pay_the_same_nothing_is_gained(measure: Measure) -> None:
    rows = _both(0, "71", duty_vnd=300_000) + [_line(100 + n, f"{11 + n}", "CN") for n in range(4)]

    assert measure(uneven_origins, customs_declarations=rows) == {}
