from math import sqrt
from typing import Any

import pytest

from jobs.signals.goods.clearance import abandoned_imports, failed_inspections
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding


def test_imports_left_behind_again_and_again(measure: Measure) -> None:
    rows = [declaration(1000 + 10 * trader + n, str(trader)) for trader in range(10, 20) for n in range(5)]
    rows += [declaration(n, "71", cleared_at=None) for n in range(4)]
    rows += [declaration(100 + n, "72", cleared_at=None if n == 0 else day(30)) for n in range(4)]
    rows += [
        declaration(200 + n, "73", cleared_at=None, event_day=day(5)) for n in range(4)
    ]  # still under way
    for row in rows:
        row["cleared_at"] = row["registered_at"] if row["cleared_at"] is not None else None

    found = measure(abandoned_imports, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    row = found["tax:71"]
    assert evidence(row) == {f"{100000000000 + n}:1" for n in range(4)}
    rate = 5 / 58  # 58 declarations of one chapter are old enough, five are uncleared
    assert row.value == pytest.approx((4 - 4 * rate) / sqrt(4 * rate * (1 - rate) + 1), rel=1e-3)


def test_an_office_that_stood_still(measure: Measure) -> None:
    rows = [declaration(1000 + 10 * trader + n, str(trader)) for trader in range(10, 20) for n in range(5)]
    # Five hands leave what they had at another office on one day; it clears else.
    storm = {"customs_office": "03CD", "cleared_at": None, "event_day": day(60)}
    rows += [declaration(10 * n + place, str(70 + n), **storm) for n in range(5) for place in range(4)]
    rows += [declaration(200 + n, "80", customs_office="03CD") for n in range(40)]

    assert measure(abandoned_imports, customs_declarations=rows) == {}
    # Four hands are no storm.
    four = [row for row in rows if row["trader_id"] != "74"]
    assert set(measure(abandoned_imports, customs_declarations=four)) == {f"tax:7{n}" for n in range(4)}


@pytest.mark.parametrize(
    ("again", "told"),
    [
        ({}, {"declared_anew"}),
        ({"channel": "green"}, set()),
        ({"customs_office": "02CD"}, set()),
        ({"customs_office": "02CD", "channel": "red"}, {"declared_anew"}),  # inspected elsewhere
        ({"net_weight_kg": 14.0}, {"declared_anew"}),  # what was found on top is declared too
        ({"net_weight_kg": 9.5}, set()),
        ({"net_weight_kg": 15.5}, set()),
        ({"event_day": day(29)}, set()),
        ({"cleared_at": None}, set()),
        # Under the same bill at the same office, where the papers are looked at, for no fewer.
        ({"house_bill_no": "H0", "net_weight_kg": 9.5}, {"declared_anew"}),
        ({"house_bill_no": "H0", "quantity": 100.0}, {"declared_anew"}),
        ({"house_bill_no": "H0", "quantity": 9.0}, set()),
        ({"house_bill_no": "H0", "channel": "green"}, set()),
        ({"house_bill_no": "H0", "net_weight_kg": 9.5, "customs_office": "02CD"}, set()),
    ],
)
def test_what_is_soon_declared_anew_was_a_mistake(
    measure: Measure, again: dict[str, Any], told: set[str]
) -> None:
    # One of five lots left behind: ten pieces of 10 kg, five days later declared as 10.2 kg.
    rows = [declaration(1000 + 10 * trader + n, str(trader)) for trader in range(10, 20) for n in range(5)]
    left = {"channel": "yellow", "cleared_at": None}
    rows += [declaration(n, "71", quantity=10.0 + n, house_bill_no=f"H{n}", **left) for n in range(5)]
    rows.append(
        declaration(9, "71", **{"channel": "yellow", "net_weight_kg": 10.2, "event_day": day(35)} | again)
    )

    found = measure(abandoned_imports, customs_declarations=rows)

    assert holding(found["tax:71"]) == told


def test_failed_inspections_among_those_inspected(measure: Measure) -> None:
    rows = [
        declaration(1000 + 10 * trader + n, str(trader), channel="red", inspection_result="match")
        for trader in range(10, 20)
        for n in range(4)
    ]
    rows += [declaration(n, "71", channel="red", inspection_result="violation") for n in range(4)]
    rows += [declaration(100 + n, "72", inspection_result="none") for n in range(4)]  # green: no label
    rows += [
        declaration(200 + n, "73", channel="red", inspection_result="mismatch" if n == 0 else "match")
        for n in range(4)
    ]

    changed = {"join_from": 0.05, "report_from": 0.05}
    # Five of 48 failed (green ones are not counted), four of them of one trader: chi-squared 40 of 11.
    found = measure(failed_inspections, {**changed, "uneven_deviations": 5.0}, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:73"}
    assert found["tax:71"].support == 4
    assert holding(found["tax:71"]) == set()
    assert holding(found["tax:73"]) == {"isolated_case"}
    assert found["tax:73"].value < found["tax:71"].value / 5
    by_chance = measure(failed_inspections, {**changed, "uneven_deviations": 9.0}, customs_declarations=rows)
    assert holding(by_chance["tax:71"]) == {"by_chance"}
