"""Several express consignments of one sender a day, against a parcel now and then and one order in boxes."""

from typing import Any

import pytest

from jobs.signals.goods.consignees import several_receipts
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding


def _parcel(number: int, trader: str, **given: Any) -> dict[str, Any]:
    return declaration(number, trader, **{"regime": "MIC", "partner_name_norm": "yiwu x", **given})


def test_one_sender_several_times_a_day(measure: Measure) -> None:
    rows = [_parcel(1000 + n, str(100 + n)) for n in range(80)]  # a parcel each
    rows += [_parcel(n, "71", event_day=day(10 + n // 3)) for n in range(9)]  # three a day
    rows += [_parcel(20 + n, "72", event_day=day(10)) for n in range(3)]  # one order in three boxes
    rows += [_parcel(30 + n, "73", partner_name_norm=f"shop {n}") for n in range(9)]  # a sale day
    rows += [_parcel(40 + n, "74", event_day=day(10 + n)) for n in range(9)]  # one a day
    rows += [_parcel(50 + n, "75", regime="A11") for n in range(9)]  # lorries

    found = measure(several_receipts, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:72"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(9)}
    assert holding(found["tax:72"]) == {"one_order_in_boxes"}
    # 12 of 110 declarations: 80, 9, 3, 9 and 9.
    base = 12 / 110
    expected = 9 * base
    assert found["tax:71"].value == pytest.approx(
        (9 - expected) / (expected * (1 - base) + 1) ** 0.5 * 9 / 11, rel=1e-3
    )


def test_one_kind_of_goods_several_times_a_day_is_a_shops_stock(measure: Measure) -> None:
    def received(start: int, trader: str, days: int, **given: Any) -> list[dict[str, Any]]:
        """Three a day, each of another sender."""
        return [
            _parcel(start + n, trader, event_day=day(10 + n // 3), partner_name_norm=f"shop {n}", **given)
            for n in range(3 * days)
        ]

    rows = [_parcel(1000 + n, str(100 + n)) for n in range(80)]
    rows += received(0, "71", 3) + received(20, "72", 2)
    rows += [row | {"hs_code": f"{6404 + n % 3}1190"} for n, row in enumerate(received(40, "73", 3))]

    found = measure(several_receipts, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(9)}


def test_one_person_who_receives_several_of_all_kinds_a_day_more_than_once(measure: Measure) -> None:
    def received(start: int, trader_key: str, *days: int) -> list[dict[str, Any]]:
        """Three on each of these days, each of another sender, other goods and to another phone."""
        return [
            _parcel(
                start + n,
                f"{start + n}",
                trader_key=trader_key,
                event_day=day(days[n // 3]),
                partner_name_norm=f"shop {n}",
                hs_code=f"{6401 + n}1190",
            )
            for n in range(3 * len(days))
        ]

    rows = [_parcel(1000 + n, str(100 + n)) for n in range(80)]  # a parcel each
    rows += received(10, "cccd:71", 10, 20)
    rows += received(20, "cccd:72", 10)  # a sale day
    rows += received(30, "cccd:73", 10) + received(40, "cccd:73", 20)[:2]  # and two a day once more
    rows += received(50, "tax:0300000074", 10, 20)  # a company

    found = measure(several_receipts, {"report_from": 0.01, "join_from": 0.01}, customs_declarations=rows)

    assert set(found) == {"cccd:71"}
    assert evidence(found["cccd:71"]) == {f"{100000000010 + n}:1" for n in range(6)}
    # 6 of 100 declarations: 80, 6, 3, 5 and 6. They are more than one order in boxes.
    expected = 6 * 0.06
    assert found["cccd:71"].value == pytest.approx(
        (6 - expected) / (expected * 0.94 + 1) ** 0.5 * 6 / 8, rel=1e-3
    )
    assert holding(found["cccd:71"]) == set()


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(several_receipts) == {}
