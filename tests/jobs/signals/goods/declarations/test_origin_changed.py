"""Foreign goods that leave as Vietnamese, against makers, open re-export, strangers and chance."""

from math import exp, log, log10
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from jobs.signals.goods.declarations import origin_changed
from jobs.signals.goods.declarations.chance_of_lots import Lots, Reach, chance_of_pairs, one_to_one
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_ODD = [892.0, 463.0, 1407.0, 731.0, 2239.0, 317.0]


def _lot(number: int, importer: str, exporter: str, quantity: float, **left: Any) -> list[dict[str, Any]]:
    """In from China, two weeks after the lot before; out as Vietnamese after a week, but for 3 in 100."""
    before = 120 - 14 * (number % 10)
    fewer = 0.97 * quantity
    came = {"goods_norm": "ban go ban thanh pham", "regime": ("A12", "E31")[number % 2]}
    out = {"goods_norm": "ban go, model a155", "regime": ("E62", "B11")[number % 2], "origin_country": "VN"}
    out |= {"direction": "export", "quantity": fewer, "net_weight_kg": 1.1 * fewer, "hs_code": "94036090"}
    return [
        declaration(
            number,
            importer,
            event_day=day(before),
            hs_code="94036090",
            quantity=quantity,
            net_weight_kg=quantity,
            **came,
        ),
        declaration(500 + number, exporter, **{"event_day": day(before - 7), **out, **left}),
    ]


def _lots(start: int, importer: str, exporter: str, **left: Any) -> list[dict[str, Any]]:
    """Six lots of sizes that no other start has."""
    sizes = enumerate(quantity * 1.2 ** (start / 10) for quantity in _ODD)
    return [row for n, quantity in sizes for row in _lot(start + n, importer, exporter, quantity, **left)]


def _paid(payer: str, payee: str) -> dict[str, Any]:
    return {
        "day": day(60),
        "amount_vnd": 1,
        "debtor_holder_key": f"tax:{payer}",
        "creditor_holder_key": f"tax:{payee}",
    }


def _keys(start: int) -> set[str]:
    return {f"{100000000000 + side + start + n}:1" for side in (0, 500) for n in range(6)}


def test_lots_that_leave_as_vietnamese(measure: Measure) -> None:
    rows = _lots(0, "71", "71") + _lots(10, "72", "73") + _lots(20, "74", "75") + _lots(30, "76", "77")
    payments = [_paid("73", "72"), _paid("76", "77")]  # 74 and 75 are strangers; 76 pays its buyer

    found = measure(origin_changed, customs_declarations=rows, payments=payments)

    assert set(found) == {"tax:71", "tax:72"}
    assert members(found["tax:71"]) == {("company", "tax:71")}
    assert evidence(found["tax:71"]) == _keys(0)
    assert found["tax:71"].support == 6
    assert found["tax:71"].value_vnd == 6_000_000
    assert members(found["tax:72"]) == {("company", "tax:72"), ("company", "tax:73")}
    assert evidence(found["tax:72"]) == _keys(10)
    assert all(holding(row) == set() for row in found.values())


def test_another_name_or_code_of_the_chapter(measure: Measure) -> None:
    other = {"goods_norm": "ghe tu ban go", "hs_code": "94016900"}
    rows = _lots(0, "71", "71", **other)
    rows += _lots(10, "72", "72", **other, customs_value_vnd=1_600_000)  # worked on: dearer by more than half
    rows += _lots(20, "73", "73", **other | {"hs_code": "44219990"})  # of another chapter
    rows += [
        row | ({"origin_country": "LA"} if row["direction"] == "import" else {})
        for row in _lots(30, "74", "74", **other)  # nobody lays a duty on it
    ]
    rows += _lots(40, "75", "76", **other)  # another hand's, which could be of anybody

    found = measure(origin_changed, customs_declarations=rows, payments=[_paid("76", "75")])

    assert set(found) == {"tax:71"}
    assert evidence(found["tax:71"]) == _keys(0)


def test_makers_and_open_traders(measure: Measure) -> None:
    dearer = 1_600_000
    rows = _lots(0, "71", "71", goods_norm="san pham gia cong tu ban go", customs_value_vnd=dearer)
    rows += _lots(10, "72", "72", hs_code="94033000", customs_value_vnd=dearer)  # of another code
    rows += _lots(20, "73", "73", net_weight_kg=1.0)  # of another weight
    rows += _lots(30, "74", "74", origin_country="CN")  # re-exported openly
    rows += _lots(40, "75", "75", regime="B13")  # declared as sent back
    rows += _lots(50, "76", "76", event_day=day(10))  # long after
    assert measure(origin_changed, customs_declarations=rows) == {}


def test_what_goes_back_to_the_party_of_a_processing_contract(measure: Measure) -> None:
    contract = ({"regime": "E21", "partner_name_norm": "alpha"}, {"regime": "E52"})
    rows = []
    for start, trader, buyer in ((0, "71", "alpha"), (10, "72", "beta")):
        came, out = contract[0], contract[1] | {"partner_name_norm": buyer}
        rows += [
            row | (out if row["direction"] == "export" else came) for row in _lots(start, trader, trader)
        ]

    # What goes to somebody else leaves with an origin that it has not.
    assert set(measure(origin_changed, customs_declarations=rows)) == {"tax:72"}


def test_everybodys_quantity_agrees_by_chance(measure: Measure) -> None:
    rows = [row for n in range(6) for row in _lot(n, "71", "71", 1000.0)]
    assert measure(origin_changed, customs_declarations=rows) == {}


def test_innocent_explanations(measure: Measure) -> None:
    together = {"trader_address_norm": "so 71 pho hue"}
    plain = _lots(0, "71", "72")
    payments = [_paid("72", "71")]

    def run(rows: list[dict[str, Any]]) -> Any:
        return measure(origin_changed, customs_declarations=rows, payments=payments)["tax:71"]

    row, inspected, group = (
        run(rows)
        for rows in (
            plain,
            _lots(0, "71", "72", inspection_result="match"),
            _lots(0, "71", "72", **together),
        )
    )
    assert holding(row) == set()
    assert holding(inspected) == {"inspected_and_matched"}
    assert inspected.value == pytest.approx(0.5 * row.value, rel=1e-5)
    assert holding(group) == {"openly_together"}
    assert group.value == pytest.approx(0.7 * row.value, rel=1e-5)


def test_value_by_hand(measure: Measure) -> None:
    """Three lots of very different size, each alone in its month, and no other importer of the goods."""
    rows = [
        row for n, quantity in ((0, 892.0), (3, 50.0), (6, 7001.0)) for row in _lot(n, "71", "71", quantity)
    ]

    (row,) = measure(origin_changed, customs_declarations=rows).values()

    # One of its three lots is of about the size: 0.0705 of 0.5 (log) about it counts as the same.
    likely = 1 - exp(-1 / 3 * 0.0705 / 0.5)
    # Two pairs were looked at, as these goods and as goods of their chapter.
    assert row.value == pytest.approx(-3 * log10(likely) - log10(2), rel=1e-4)


def _of(*lots: tuple[float, int]) -> Lots:
    return Lots(np.array([round(log(size) * 1e6) for size, _ in lots]), np.array([when for _, when in lots]))


def test_chance_is_asked_of_the_side_with_fewer_lots() -> None:
    reach = Reach(larger=70_000, smaller=500, days=30, scale=250_000)
    brought, sent = _of((100, 0), (9000, 50)), _of((98, 5), (8900, 55), (500, 60))
    # Each of two finds, among three, the one of its size that leaves within a month.
    one = 1 - exp(-1 / 3 * 0.0705 / 0.5)
    both = 1 - exp(-2 / 3 * 0.0705 / 0.5)
    expected = binom.sf(1, 2, (one + both) / 2)
    assert chance_of_pairs(2, brought, sent, brought, sent, reach) == pytest.approx(expected)
    # Nothing leaves in time: there is nothing that chance could pair.
    late = _of((98, 40), (8900, 95), (500, 99))
    assert chance_of_pairs(1, brought, late, brought, late, reach) == 0


def test_no_lot_stands_in_two_pairs() -> None:
    assert one_to_one([("a", "x"), ("a", "y"), ("b", "x")]) == {("a", "y"), ("b", "x")}
    assert len(one_to_one([("a", "x"), ("b", "x")])) == 1


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(origin_changed) == {}
