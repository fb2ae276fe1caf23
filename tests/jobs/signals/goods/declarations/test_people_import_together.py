"""People who come together twice, against those who meet once, in pairs, at an offer, or at home."""

from typing import Any

from jobs.signals.goods.declarations import people_import_together
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _order(number: int, person: int, before: int, **given: Any) -> dict[str, Any]:
    return declaration(
        number,
        f"{person}",
        **{
            "trader_key": f"cccd:{person:012d}",
            "regime": "MIC",
            "partner_name_norm": "yiwu x",
            "event_day": day(before),
            **given,
        },
    )


def _days(start: int, people: range, *days: int, **given: Any) -> list[dict[str, Any]]:
    return [
        _order(start + 100 * place + one, one, before, **given)
        for place, before in enumerate(days)
        for one in people
    ]


def test_the_same_three_people_on_two_days(measure: Measure) -> None:
    rows = _days(0, range(1, 4), 40, 12)
    rows += _days(1000, range(11, 14), 40)  # once
    rows += _days(2000, range(21, 23), 30, 20)  # two people
    rows += _days(3000, range(31, 34), 33, 22, trader_key="tax:0100000001")  # a company
    for one in range(41, 44):  # who orders all the time meets others
        rows += [
            _order(4000 + 50 * one + n, one, 60 + 7 * n + one % 41, hs_code="61091000") for n in range(5)
        ]
        rows += [
            _order(4040 + 50 * one + n, one, before, hs_code="61091000") for n, before in enumerate((28, 8))
        ]
    rows += _days(4500, range(45, 48), 29)  # two kinds of goods, on one day
    rows += _days(4700, range(45, 48), 29, hs_code="85183000")
    rows += _days(5000, range(51, 101), 27, 7)  # an offer that brings fifty
    rows += _days(6000, range(111, 114), 26, 6, hs_code=None)  # nobody says what

    found = measure(people_import_together, customs_declarations=rows)

    (row,) = found.values()
    assert members(row) == {("person", f"cccd:{one:012d}") for one in (1, 2, 3)}
    assert (row.value, row.support, row.value_vnd) == (3.0, 6, 6_000_000)
    assert len(evidence(row)) == 6
    assert holding(row) == set()


def test_whoever_sends_the_goods(measure: Measure) -> None:
    rows = [
        row | {"partner_name_norm": f"yiwu {number}"}
        for number, row in enumerate(_days(0, range(1, 4), 28, 8))
    ]

    (row,) = measure(people_import_together, customs_declarations=rows).values()

    assert members(row) == {("person", f"cccd:{one:012d}") for one in (1, 2, 3)}


def test_who_only_comes_with_one_of_them_is_none_of_the_ring(measure: Measure) -> None:
    rows = _days(0, range(1, 5), 40, 12)
    rows += [_order(500 + before, 9, before, partner_name_norm="yiwu y") for before in (30, 20)]
    rows += [_order(600 + before, 1, before, partner_name_norm="yiwu y") for before in (30, 20)]

    (row,) = measure(people_import_together, customs_declarations=rows).values()

    assert members(row) == {("person", f"cccd:{one:012d}") for one in (1, 2, 3, 4)}
    assert (row.value, row.support) == (4.0, 8)
    assert len(evidence(row)) == 8  # not what one of them brought in beside a stranger


def test_a_household_orders_together(measure: Measure) -> None:
    rows = _days(0, range(1, 4), 40, 12, consignee_address_norm="12 ngo quyen")

    (row,) = measure(people_import_together, customs_declarations=rows).values()

    assert holding(row) == {"household"}
