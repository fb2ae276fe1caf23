"""A master bill behind declarations weeks apart, against consolidations, stored goods and placeholders."""

from typing import Any

import pytest

from jobs.signals.goods.clearance import reused_bills
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, members


def _on(master: str, number: int, trader: str, before: int, **given: Any) -> dict[str, Any]:
    """Declared so many days ago; every declaration has a weight of its own."""
    weight = {"net_weight_kg": 10.0 + number}
    return declaration(number, trader, master_bill_no=master, event_day=day(before), **weight | given)


def _keys(*numbers: int) -> set[str]:
    return {f"{100000000000 + number}:1" for number in numbers}


def test_master_bills_of_arrivals_that_came_once(measure: Measure) -> None:
    rows = [_on(f"ONEY{1000 + n}", 1000 + n, str(10 + n % 9), 30) for n in range(80)]
    for n in range(4):
        # Two companies, thirty days apart. One company, sixty days apart, at offices of two regions.
        rows += [_on(f"COSU100{n}", 10 + n, "71", 50), _on(f"COSU100{n}", 20 + n, "72", 20)]
        rows += [
            _on(f"EGLV100{n}", 30 + n, "73", 80),
            _on(f"EGLV100{n}", 40 + n, "73", 20, customs_office="02DS"),
        ]
        # Two companies at offices of two regions, ten days apart.
        rows += [
            _on(f"MAEU100{n}", 50 + n, "74", 40),
            _on(f"MAEU100{n}", 60 + n, "75", 30, customs_office="02DS"),
        ]
        # Nine days: carried on to another region. Twenty-nine days: stored at the port.
        rows += [
            _on(f"HDMU100{n}", 70 + n, "76", 40),
            _on(f"HDMU100{n}", 80 + n, "77", 31, customs_office="02DS"),
            _on(f"YMLU100{n}", 90 + n, "78", 49),
            _on(f"YMLU100{n}", 100 + n, "79", 20),
        ]
        # Bulk of one ship, drawn by two buyers within days: its one bill stands in both places.
        for place, buyer in enumerate(("89", "90", "89")):
            bulk = {"house_bill_no": f"ZIMU100{n}", "net_weight_kg": 45_000.0}
            rows.append(_on(f"ZIMU100{n}", 400 + 10 * n + place, buyer, 30 - 2 * place, **bulk))
        # Goods that go on to another processor, under the bill with which they came.
        rows.append(_on(f"OOLU100{n}", 500 + n, "91", 70, house_bill_no=f"R{n}", regime="E21"))
        rows.append(_on(f"OOLU100{n}", 510 + n, "92", 20, house_bill_no=f"R{n}", regime="E23"))
        # Consolidations: within days, with one house bill left out; two house bills weeks apart.
        rows += [
            _on(f"SITG100{n}", 200 + 10 * n + place, str(80 + place), 30 + place % 3) for place in range(5)
        ]
        rows += [
            _on(f"WHLC100{n}", 300 + n, "86", 70, house_bill_no=f"P{n}"),
            _on(f"WHLC100{n}", 310 + n, "87", 20, house_bill_no=f"Q{n}"),
            _on(f"WHLC100{n}", 320 + n, "88", 20),
        ]
        # No number, though weeks apart.
        rows += [_on("KHONG CO", 330 + n, "89", 10 + 20 * n)]

    found = measure(reused_bills, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:72", "tax:73", "tax:74", "tax:75"}
    assert members(found["tax:71"]) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(found["tax:71"]) == _keys(*range(10, 14), *range(20, 24))
    assert members(found["tax:73"]) == {("company", "tax:73")}
    assert found["tax:73"].support == 8
    # 24 of 164 declarations that name a bill: 80, 5 x 8, 12, 4 to process, 20 and 8 with a house bill.
    rate = 24 / 164
    expected = 4 * rate
    assert found["tax:71"].value == pytest.approx(
        (4 - expected) / (expected * (1 - rate) + 1) ** 0.5 * 4 / 5.5, rel=1e-3
    )


def test_one_company_in_one_region_may_have_drawn_from_a_store(measure: Measure) -> None:
    rows = [_on(f"ONEY{1000 + n}", 1000 + n, str(10 + n % 9), 30) for n in range(92)]
    rows += [_on("COSU1001", 10 + n, "71", 20 + 10 * n) for n in range(6)]
    # Stored for days under its one house bill; weights that are missing are not the same weight.
    rows += [_on("EGLV1001", 20 + n, "72", 20 + 8 * n, house_bill_no="H1") for n in range(2)]
    rows += [_on("EGLV1001", 22 + n, "72", 22 + 4 * n, net_weight_kg=None) for n in range(4)]

    found = measure(reused_bills, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    # Six of 104 count half each.
    rate = 3 / 104
    expected = 6 * rate
    assert found["tax:71"].value == pytest.approx(
        (3 - expected) / (expected * (1 - rate) + 1) ** 0.5 * 3 / 4.5, rel=1e-3
    )
    assert measure(reused_bills, {"stored_mark": 0.1}, customs_declarations=rows) == {}
