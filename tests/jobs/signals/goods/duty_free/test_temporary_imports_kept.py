from typing import Any

import pytest

from jobs.signals.goods.duty_free import temporary_imports_kept
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding


def _brought_in(start: int, trader: str, befores: list[int], **given: Any) -> list[dict[str, Any]]:
    return [
        declaration(start + place, trader, regime="G11", event_day=day(before), net_weight_kg=100.0, **given)
        for place, before in enumerate(befores)
    ]


def _sent_out(number: int, trader: str, regime: str, weight: float) -> dict[str, Any]:
    return declaration(
        number, trader, direction="export", regime=regime, event_day=day(60), net_weight_kg=weight
    )


def test_only_a_re_export_accounts_for_what_came_for_a_time(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = [*_brought_in(1, "71", old), _sent_out(9, "71", "B11", 400.0)]  # other goods of its own leave
    rows += [*_brought_in(11, "72", old), _sent_out(19, "72", "G21", 380.0)]
    rows += _brought_in(21, "73", [25, 20, 15, 5])  # the term runs
    rows += _brought_in(31, "74", old)  # taxed for sale at home
    rows.append(declaration(39, "74", regime="A42", event_day=day(30), net_weight_kg=400.0))
    # Machines for a project stay as long as its contract says.
    rows += [line | {"regime": "G12"} for line in _brought_in(41, "75", old)]

    found = measure(temporary_imports_kept, {"peers_for_usual": 100}, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert found["tax:71"].value == pytest.approx(4 / 6)
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in range(1, 5)}


def test_what_came_to_a_fair_leaves_when_it_is_over_machines_as_well(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    machines = {"hs_code": "84571010", "goods_norm": "may phay cnc tam nhap tham gia trien lam"}

    def at_a_fair(start: int, trader: str, **given: Any) -> list[dict[str, Any]]:
        return [line | {"regime": "G12"} for line in _brought_in(start, trader, old, **(machines | given))]

    rows = [*at_a_fair(1, "71"), *at_a_fair(11, "72"), _sent_out(19, "72", "G22", 400.0)]
    rows += at_a_fair(21, "73", goods_norm="may phay cnc cho thue theo hop dong")

    found = measure(temporary_imports_kept, {"peers_for_usual": 100}, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert holding(found["tax:71"]) == set()


def test_machines_that_stay_say_nothing_of_sugar_that_stays(measure: Measure) -> None:
    """Three lend machines out, two send all their sugar on, one keeps it: of the six, four leave all open."""
    old = [80, 75, 70, 65]
    rows = [line for n in range(3) for line in _brought_in(10 * n + 1, f"8{n}", old, hs_code="84571010")]
    rows += _brought_in(41, "71", old, hs_code="17019910")
    for start, trader in ((51, "72"), (61, "73")):
        rows += [*_brought_in(start, trader, old, hs_code="17019910")]
        rows.append(_sent_out(start + 8, trader, "G21", 400.0))

    found = measure(temporary_imports_kept, {"peers_for_usual": 3}, customs_declarations=rows)

    # Held against the sugar of two others, which left; the machines are all alike.
    assert set(found) == {"tax:71"}
    assert holding(found["tax:71"]) == set()
    alone = measure(temporary_imports_kept, {"peers_for_usual": 100}, customs_declarations=rows)
    assert {name for name, row in alone.items() if holding(row) == {"equipment"}} == {
        "tax:80",
        "tax:81",
        "tax:82",
    }


def test_importers_of_one_foreign_seller_are_tied(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = [
        line
        for start, trader in ((1, "71"), (11, "72"))
        for line in _brought_in(start, trader, old, partner_name_norm="hk lianfa international")
    ]

    found = measure(temporary_imports_kept, {"peers_for_usual": 100}, customs_declarations=rows)

    (row,) = found.values()
    assert {member.id for member in row.members} == {"tax:71", "tax:72"}


def test_what_leaves_of_younger_lots_accounts_for_no_older_ones(measure: Measure) -> None:
    rows = _brought_in(1, "71", [80, 75, 70, 65]) + _brought_in(11, "71", [20, 18, 16, 14], quantity=7.0)
    out = {"direction": "export", "regime": "G21", "net_weight_kg": 100.0}
    rows += [declaration(21 + n, "71", event_day=day(10), quantity=7.0, **out) for n in range(4)]
    rows.append(declaration(31, "71", event_day=day(60), **out))  # one of the older ones

    (row,) = measure(temporary_imports_kept, {"peers_for_usual": 100}, customs_declarations=rows).values()

    # Of 400 kg, 5 % of them waste, 100 left.
    assert row.value == pytest.approx((1 - 100 / 380) * 4 / 6, rel=1e-3)
