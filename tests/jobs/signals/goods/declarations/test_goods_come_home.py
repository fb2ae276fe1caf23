"""Cashews that one party sends out and another brings home, against chance, returns and foreign goods."""

from math import comb, expm1, log10
from typing import Any

import pytest
from scipy.stats import poisson

from jobs.signals.goods.declarations import goods_come_home
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_CASHEWS = "08013200"


def _lot(number: int, exporter: str, importer: str, quantity: float, **home: Any) -> list[dict[str, Any]]:
    """Out some weeks ago, home three days later, between strangers; `home`: what stands in the import."""
    before = 90 - 7 * (number % 10)
    goods = {"hs_code": _CASHEWS, "origin_country": "VN", "quantity": quantity}
    out = {"direction": "export", "regime": "B11", "partner_name_norm": f"mua {number}"}
    return [
        declaration(number, exporter, event_day=day(before), **goods, **out),
        declaration(500 + number, importer, event_day=day(before - 3), **goods | home),
    ]


def test_vietnamese_goods_that_another_hand_brings_home(measure: Measure) -> None:
    rows = [
        declaration(
            2000 + n,
            str(20 + n % 10),
            direction="export",
            regime="B11",
            quantity=10_000.0 * 1.2**n,
            hs_code=_CASHEWS,
            origin_country="VN",
        )
        for n in range(40)
    ]
    # Two weeks lie between the lots.
    for n, quantity in ((0, 892.0), (2, 50.0), (4, 7001.0)):
        rows += _lot(n, "71", "72", quantity)
        rows += _lot(10 + n, "73", "74", 1.37 * quantity, regime="A31")  # returned, and says so
        rows += _lot(20 + n, "75", "76", 1.71 * quantity, origin_country="TZ")  # others' cashews
        rows += _lot(30 + n, "77", "77", 2.13 * quantity)  # one hand
        rows += [  # home before anything left
            row | {"event_day": day(95)} if row["direction"] == "import" else row
            for row in _lot(40 + n, "78", "79", 2.71 * quantity)
        ]
        if n < 4:
            rows += _lot(50 + n, "80", "81", 3.1 * quantity)  # two are no system

    (row,) = measure(goods_come_home, {"same_days": 10}, customs_declarations=rows).values()

    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(row) == {f"{100000000000 + start + n}:1" for start in (0, 500) for n in (0, 2, 4)}
    assert (row.support, holding(row)) == (3, set())
    # Own lots about each size: itself, one of three, times 0.001 of 0.5 (log) about it.
    expected = -3 * expm1(-1 / 3 * 0.001 / 0.5)
    # Exporters with three lots or more: the ten of the market, 71, 73, 75, 77 and 78. Ways home with as many
    # lots: 72, 77 and 79.
    assert row.value == pytest.approx(-log10(poisson.sf(2, expected) * 15 * 3 * 2), rel=1e-3)


def _carousel(start: int, exporter: str, importer: str, rounds: int, **home: Any) -> list[dict[str, Any]]:
    """550 phones out and home again, once a month."""
    goods = {"hs_code": "85171300", "origin_country": "VN", "quantity": 550.0}
    out = {"direction": "export", "regime": "B11", "partner_name_norm": "mua ltd"}
    rows = []
    for turn in range(rounds):
        before = 330 - 30 * turn
        rows.append(declaration(start + turn, exporter, event_day=day(before), **goods, **out))
        came = {"event_day": day(before - 10), "partner_name_norm": "ban ltd"}
        rows.append(declaration(start + 500 + turn, importer, **goods | came | home))
    return rows


def _market() -> list[dict[str, Any]]:
    sold = {"direction": "export", "regime": "B11", "hs_code": "85171300", "origin_country": "VN"}
    return [declaration(2000 + n, str(20 + n), quantity=100.0 * 1.1**n, **sold) for n in range(39)]


def test_two_of_one_size_that_take_turns(measure: Measure) -> None:
    rows = _market() + _carousel(1, "71", "72", 6)
    (row,) = measure(goods_come_home, customs_declarations=rows).values()
    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    # None of 39 others sends as many; of all orders one takes turns. The exporter, two ways home (importer
    # and seller) and two ways to agree were looked at; of these four, two agree as well as the best.
    chance = 1 / 40 / comb(12, 6)
    assert row.value == pytest.approx(-log10(chance * 1 * 2 * 2 / 2), rel=1e-3)


@pytest.mark.parametrize(
    ("rounds", "home"),
    [(3, {}), (6, {"partner_name_norm": "mua ltd"}), (6, {"event_day": day(5)})],
    ids=["three turns", "handed over here to the party abroad that bought", "all at once"],
)
def test_what_takes_no_turns(measure: Measure, rounds: int, home: dict[str, Any]) -> None:
    rows = _market() + _carousel(1, "71", "72", rounds, **home)
    assert measure(goods_come_home, customs_declarations=rows) == {}
