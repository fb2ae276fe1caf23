"""A house bill behind several declarations, against lots, corrections and a placeholder."""

from typing import Any

import pytest

from jobs.signals.goods.clearance import reused_bills
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, members


def _on(bill: str, number: int, trader: str, **given: Any) -> dict[str, Any]:
    return declaration(number, trader, house_bill_no=bill, **given)


def test_bills_of_several_traders_and_of_the_same_cargo_again(measure: Measure) -> None:
    rows = [_on(f"H{n}", 1000 + n, str(10 + n % 9)) for n in range(36)]  # one bill, one declaration
    for n in range(4):
        rows += [_on(f"A{n}", 10 + n, "71"), _on(f"A{n}", 20 + n, "72", event_day=day(30))]
        # The same cargo, declared again after forty days.
        rows += [_on(f"B{n}", 30 + n, "73", event_day=day(50)), _on(f"B{n}", 40 + n, "73", event_day=day(10))]
        # Lots of one consignment; a correction the next day; a number that stands for none.
        rows += [_on(f"C{n}", 50 + 10 * n + lot, "74", net_weight_kg=10.0 + 5 * lot) for lot in range(2)]
        rows += [_on(f"D{n}", 100 + n, "75"), _on(f"D{n}", 110 + n, "75", event_day=day(39))]
        rows += [_on("KHONG CO", 200 + 10 * n + place, str(80 + place)) for place in range(8)]

    found = measure(reused_bills, customs_declarations=rows)

    assert {row.subject_id for row in found.values()} == {"tax:71", "tax:72", "tax:73"}
    assert members(found["tax:71"]) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in (*range(10, 14), *range(20, 24))}
    assert members(found["tax:73"]) == {("company", "tax:73")}
    # 16 of 100 declarations: 36, 8, 8, 8, 8 and 32.
    expected = 4 * 0.16
    assert found["tax:71"].value == pytest.approx(
        (4 - expected) / (expected * 0.84 + 1) ** 0.5 * 4 / 5.5, rel=1e-3
    )


def test_one_bill_of_what_left_is_one_exporters(measure: Measure) -> None:
    def under(master: str, number: int, trader: str, ago: int, **given: Any) -> dict[str, Any]:
        return declaration(
            number,
            trader,
            direction="export",
            regime="B11",
            master_bill_no=master,
            house_bill_no=None,
            event_day=day(ago),
            **given,
        )

    rows = [under(f"OTHER{n:04}", 1000 + n, str(10 + n % 9), 20) for n in range(60)]
    for n in range(4):
        rows += [under(f"SHIP10{n}0", 10 + n, "71", 20), under(f"SHIP10{n}0", 20 + n, "72", 15)]
        rows += [under(f"SHIP20{n}0", 30 + n, "73", 20), under(f"SHIP20{n}0", 40 + n, "74", 20)]  # one day
        rows += [
            under(f"SHIP30{n}0", 50 + n, "75", 20),
            under(f"SHIP30{n}0", 60 + n, "75", 15, net_weight_kg=7.0),
        ]  # its own lots

    found = measure(reused_bills, {"report_from": 0.5, "join_from": 0.5}, customs_declarations=rows)

    assert {member for row in found.values() for member in members(row)} == {
        ("company", "tax:71"),
        ("company", "tax:72"),
    }


@pytest.mark.parametrize(
    ("came_under", "found_again"), [("house_bill_no", False), ("master_bill_no", False), (None, True)]
)
def test_what_leaves_again_names_the_bill_under_which_it_came(
    measure: Measure, came_under: str | None, found_again: bool
) -> None:
    rows = [_on(f"H{n}00000", 1000 + n, str(10 + n % 9)) for n in range(60)]
    for n in range(4):
        bill = {came_under or "house_bill_no": f"CAME{n}0000"}
        other = {"house_bill_no": None} if came_under == "master_bill_no" else {}
        # In two equal lots, weeks apart.
        for lot in range(2):
            out = {"direction": "export", "regime": "G21", "event_day": day(60 - 20 * lot)}
            rows.append(declaration(100 + 10 * n + lot, "71", **{**other, **bill, **out}))
        came = {"direction": "import", "event_day": day(90), "net_weight_kg": 99.0}
        rows.append(declaration(200 + n, "71" if came_under else "72", **{**other, **bill, **came}))

    found = measure(reused_bills, customs_declarations=rows)

    assert ("tax:71" in found) == found_again


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(reused_bills) == {}
