"""Carousels and foreign goods sold as Vietnamese, against open resale and declared re-export."""

from typing import Any

import pytest

from jobs.signals.goods.declarations import round_trips
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _trip(
    number: int, importer: str, exporter: str, bought: dict[str, Any], sold: dict[str, Any]
) -> list[Any]:
    """Two lines of one quantity that nothing else has: in 40 days ago, out 30 days ago."""
    amount = {"quantity": 100 * 1.05**number, "hs_code": "85171300"}
    came = {"origin_country": "CN", "partner_name_norm": f"ban {number}", **amount, **bought}
    left = {"origin_country": "CN", "partner_name_norm": f"mua {number}", **amount, **sold}
    return [
        declaration(number, importer, **came),
        declaration(
            500 + number, exporter, direction="export", event_day=day(30), **{"regime": "B11", **left}
        ),
    ]


def _lines(*numbers: int) -> set[str]:
    return {f"{100000000000 + start + n}:1" for start in (0, 500) for n in numbers}


def test_goods_that_go_round(measure: Measure) -> None:
    rows = [
        declaration(2000 + n, str(10 + n % 9), quantity=float(n + 1), hs_code="85171300") for n in range(164)
    ]
    back, elsewhere = {"partner_name_norm": "foshan x"}, {"partner_name_norm": "ningbo y"}
    for n in range(4):
        rows += _trip(n, "71", "71", back, back)
        rows += _trip(10 + n, "72", "73", elsewhere, elsewhere)  # another company sends it back
        rows += _trip(20 + n, "74", "74", {}, {"origin_country": "VN"})
        at = {"trader_phone_e164": "+84900000041"}  # one phone, no partner in common
        rows += _trip(50 + n, "77", "78", at, {**at, "origin_country": "VN"})
        rows += _trip(30 + n, "75", "75", {}, {})  # sold on, with its origin
        rows += _trip(40 + n, "76", "76", back, {**back, "regime": "B13"})  # declared as returned

    found = measure(round_trips, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows)

    assert evidence(found["tax:71"]) == _lines(0, 1, 2, 3)
    assert members(found["tax:71"]) == {("company", "tax:71")}
    assert members(found["tax:72"]) >= {("company", "tax:72"), ("company", "tax:73")}
    assert evidence(found["tax:72"]) == _lines(10, 11, 12, 13)
    assert evidence(found["tax:74"]) == _lines(20, 21, 22, 23)
    assert evidence(found["tax:77"]) == _lines(50, 51, 52, 53)
    assert "tax:76" not in found
    assert holding(found["tax:75"]) == {"sold_on_openly"}
    # 32 lines of 1 and 8 of 0.3 among 208 (what is declared as returned is left out).
    base = 34.4 / 208
    expected = 8 * base
    value = (8 - expected) / (expected * (1 - base) + 1) ** 0.5 * 8 / 10
    assert found["tax:71"].value == pytest.approx(value, rel=1e-3)
    assert found["tax:75"].value < value / 3


def test_goods_that_leave_and_come_home(measure: Measure) -> None:
    rows = [
        declaration(2000 + n, str(10 + n % 9), quantity=float(n + 1), hs_code="85171300") for n in range(164)
    ]
    back = {"partner_name_norm": "foshan x"}
    for n in range(4):
        came, left = _trip(n, "71", "72", {**back, "origin_country": "VN"}, {**back, "origin_country": "VN"})
        rows += [{**came, "event_day": day(20)}, left]  # ten days after it left
        came, left = _trip(10 + n, "73", "73", {}, {"origin_country": "VN"})
        rows += [{**came, "event_day": day(20)}, left]  # bought abroad after a sale abroad

    found = measure(round_trips, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows)

    (row,) = found.values()
    assert evidence(row) == _lines(0, 1, 2, 3)
    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}


def test_a_lot_that_goes_round_again_and_again(measure: Measure) -> None:
    """Out on day 60, home on day 58, out again on day 50: each export has the import that is nearest."""
    partner = {"partner_name_norm": "foshan x", "hs_code": "85171300", "quantity": 1060.0}
    rows = [
        declaration(2000 + n, str(10 + n % 9), quantity=float(n + 1), hs_code="85171300") for n in range(90)
    ]
    for n, left in enumerate((60, 50, 40, 30)):
        rows.append(
            declaration(500 + n, "71", direction="export", regime="B11", event_day=day(left), **partner)
        )
        rows.append(declaration(n, "72", event_day=day(left - 2), **partner))
    found = measure(round_trips, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows)
    (only,) = found.values()
    assert evidence(only) == _lines(0, 1, 2, 3)
    assert members(only) == {("company", "tax:71"), ("company", "tax:72")}


def test_chance_makes_no_trips(measure: Measure) -> None:
    """Twelve lots in and twelve out, of which one agrees: some dozen that nearly agree tell of chance."""
    rows = [declaration(2000 + n, str(10 + n % 9), hs_code="85171300") for n in range(40)]
    for n in range(12):
        amount = {"hs_code": "85171300", "origin_country": "CN"}
        rows.append(declaration(n, "71", quantity=100 * 1.08**n, event_day=day(40), **amount))
        sold = {**amount, "origin_country": "VN", "direction": "export", "regime": "B11"}
        quantity = 100 * 1.08**n * (1.0 if n == 0 else 1.04)
        rows.append(declaration(500 + n, "71", quantity=quantity, event_day=day(30), **sold))

    found = measure(round_trips, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows)

    # Each of the 24 lines has four to twelve others that nearly agree, which make a trip in 24 each.
    assert "tax:71" not in found


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(round_trips) == {}


def test_lots_that_two_alone_declare_with_a_partner_of_many(measure: Measure) -> None:
    """The partner deals with everybody; the numbers, to the piece, are those of two."""
    hub = {"partner_name_norm": "hong kong trading", "hs_code": "85171300"}
    rows = [declaration(2000 + n, str(10 + n % 9), quantity=1000.0 + n, **hub) for n in range(90)]

    def lots(start: int, seller: str, buyer: str, count: int, **bought: Any) -> list[dict[str, Any]]:
        out = {"direction": "export", "regime": "B11", "origin_country": "VN", "event_day": day(40)}
        made = []
        for n in range(count):
            lot = hub | {"quantity": 5000.0 + 13 * start + n}
            made.append(declaration(start + n, seller, **lot, **out))
            made.append(declaration(start + 50 + n, buyer, **{**lot, "event_day": day(30), **bought}))
        return made

    rows += lots(0, "71", "72", 3)
    rows += lots(100, "73", "74", 2)  # twice may be chance
    rows += lots(200, "75", "76", 4, partner_name_norm="another")  # nothing tells that it is the same lot
    rows += lots(300, "77", "78", 4)
    rows += [
        declaration(390 + n, "79", **hub, quantity=5000.0 + 13 * 300 + n) for n in range(4)
    ]  # a usual size

    found = measure(round_trips, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows)

    both = {("company", "tax:71"), ("company", "tax:72")}
    assert {name: members(row) for name, row in found.items()} == {"tax:71": both, "tax:72": both}
    lines = {f"{100000000000 + start + n}:1" for start in (0, 50) for n in range(3)}
    assert all(evidence(row) == lines for row in found.values())
