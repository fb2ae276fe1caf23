"""Firms that divide lots, against those who meet once, share a container, or are openly one group."""

from typing import Any

from jobs.signals.goods.declarations import firms_in_one_lot
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _part(number: int, firm: int, before: int, **given: Any) -> dict[str, Any]:
    return declaration(
        number,
        f"{firm}",
        **{
            "trader_key": f"tax:{firm:010d}",
            "trader_name_norm": f"cong ty tnhh thanh {firm}",
            "partner_name_norm": "guangzhou x",
            "event_day": day(before),
            "hs_code": "85183020",
            **given,
        },
    )


def _lots(start: int, firms: tuple[int, ...], *days: int, **given: Any) -> list[dict[str, Any]]:
    """A part for each firm of a lot on each of the days, on house bills that end differently."""
    return [
        _part(start + 10 * place + n, firm, before, house_bill_no=f"9038343{start}{place}0{n}", **given)
        for place, before in enumerate(days)
        for n, firm in enumerate(firms)
    ]


def test_firms_that_divide_two_lots(measure: Measure) -> None:
    rows = [
        row | {"master_bill_no": f"OOLU{row['house_bill_no'][:-2]}"} for row in _lots(1000, (1, 2), 40, 12)
    ]
    rows += _lots(2000, (3, 4), 40)  # once
    rows += _lots(3000, (5, 6), 40, 40)  # two bills of one day
    # A container of two firms: goods, or sellers, of their own.
    rows += [
        row | {"hs_code": f"{84 + int(row['trader_key'][-1])}183020"} for row in _lots(4000, (7, 8), 30, 9)
    ]
    rows += [row | {"partner_name_norm": row["trader_key"]} for row in _lots(5000, (11, 12), 30, 9)]
    rows += _lots(6000, tuple(range(21, 28)), 28, 8)  # a fair
    rows += [row | {"trader_key": f"cccd:{row['trader_key'][4:]}"} for row in _lots(7000, (31, 32), 28, 8)]

    found = measure(firms_in_one_lot, customs_declarations=rows)

    (row,) = found.values()
    assert members(row) == {("company", "tax:0000000001"), ("company", "tax:0000000002")}
    assert (row.value, row.support, row.value_vnd, len(evidence(row))) == (2.0, 4, 4_000_000, 4)
    assert holding(row) == set()


def test_one_master_bill_is_one_lot_and_a_third_firm_joins_by_any_two(measure: Measure) -> None:
    rows = [
        row | {"house_bill_no": None, "master_bill_no": f"OOLU7700{before}"}
        for before in (40, 20, 10)
        for row in _lots(1000 + before, (1, 2) if before == 40 else (1, 2, 3), before)
    ]
    (row,) = measure(firms_in_one_lot, customs_declarations=rows).values()
    assert row.value == 3.0
    assert {number for _, number in members(row)} == {f"tax:000000000{n}" for n in (1, 2, 3)}


def test_firms_of_one_name_are_openly_one_group(measure: Measure) -> None:
    rows = _lots(1000, (1, 2), 40, 12, trader_name_norm="cong ty tnhh hung vuong")
    (row,) = measure(firms_in_one_lot, customs_declarations=rows).values()
    assert holding(row) == {"one_open_group"}
