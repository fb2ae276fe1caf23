import math
from typing import Any

import pytest

from jobs.signals.goods.clearance import channel_shopping
from tests.jobs.signals.goods.frames import Measure, at, day, declaration, evidence, holding


def _pair(number: int, trader: str, before: int, **again: Any) -> list[dict[str, Any]]:
    """A red declaration that is never cleared, and the same goods as green two days later."""
    red = declaration(
        number, trader, event_day=day(before), channel="red", cleared_at=None, net_weight_kg=500.0 + number
    )
    green = declaration(number + 1, trader, event_day=day(before - 2), net_weight_kg=500.0 + number, **again)
    return [red, green]


def test_returns_at_another_office_count_and_corrections_hardly(measure: Measure) -> None:
    rows: list[dict[str, Any]] = []
    for place in range(3):
        rows += _pair(10 * place, "71", 60 - 15 * place, customs_office="02XY")
        rows += _pair(100 + 10 * place, "72", 60 - 15 * place)
        # Yellow at first, and made red; whoever became yellow only was never to open its goods.
        made_red = _pair(300 + 10 * place, "74", 60 - 15 * place, customs_office="02XY")
        rows += [made_red[0] | {"channel_history": "yellow>red"}, made_red[1]]
        eased = _pair(400 + 10 * place, "75", 60 - 15 * place, customs_office="02XY")
        rows += [eased[0] | {"channel_history": "green>yellow", "channel": "yellow"}, eased[1]]
        # Red, inspected and cleared; then other goods as green: ordinary trade.
        rows.append(declaration(200 + place, "73", channel="red", inspection_result="match"))
        rows.append(declaration(210 + place, "73", event_day=day(38), net_weight_kg=77.0))

    found = measure(channel_shopping, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:72", "tax:74"}
    assert found["tax:74"].value == found["tax:71"].value
    assert found["tax:71"].value == pytest.approx(2 * 3 / 4)  # log2(1 + 3) x 3/4
    assert found["tax:71"].support == 6
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in (0, 1, 10, 11, 20, 21)}
    assert holding(found["tax:71"]) == set()
    assert found["tax:72"].value == pytest.approx(1.035624 * 3 / 4)  # log2(1 + 3 x 0.35)
    assert holding(found["tax:72"]) == {"plain_correction"}


def test_what_a_courier_declares_for_one_customer_does_not_come_back_for_another(measure: Measure) -> None:
    def pairs(start: int, trader: str, phones: tuple[str, str]) -> list[dict[str, Any]]:
        return [
            row | {"consignee_phone_e164": phone}
            for place in range(3)
            for row, phone in zip(
                _pair(start + 10 * place, trader, 60 - 15 * place, customs_office="02XY"), phones, strict=True
            )
        ]

    rows = [*pairs(0, "71", ("+84900000001", "+84900000002")), *pairs(100, "72", ("+84900000003",) * 2)]
    rows += [declaration(200 + n, f"8{n}", channel="red", inspection_result="match") for n in range(3)]
    assert set(measure(channel_shopping, customs_declarations=rows)) == {"tax:72"}


def test_a_withdrawn_red_declaration_counts_as_dropped(measure: Measure) -> None:
    pairs = [
        row for place in range(3) for row in _pair(10 * place, "71", 60 - 15 * place, customs_office="02XY")
    ]
    withdrawn = [row for row in pairs if row["channel"] == "red"]
    gone = [
        {key: row[key] for key in row if key in _HISTORY} | {"cleared_at": row["registered_at"]}
        for row in withdrawn
    ]

    found = measure(
        channel_shopping,
        customs_declarations=[row for row in pairs if row["channel"] == "green"],
        superseded=gone,
    )

    assert found["tax:71"].value == pytest.approx(1.5)
    assert len(evidence(found["tax:71"])) == 6


def test_what_one_left_behind_comes_back_green_in_anothers_name(measure: Measure) -> None:
    left, taken = [{"channel": "red", "cleared_at": None, "inspection_result": None}, {"event_day": day(56)}]

    def under_one_bill(number: int, bill: str, red: str, green: str, **again: Any) -> list[dict[str, Any]]:
        rows = [
            declaration(number, red, event_day=day(60), net_weight_kg=500.0, **left),
            declaration(number + 1, green, net_weight_kg=800.0, **{**taken, **again}),
        ]
        return [row | {"master_bill_no": bill} for row in rows]

    rows = [
        *under_one_bill(0, "MAEU1000001", "71", "72"),
        *under_one_bill(10, "MAEU1000002", "71", "72"),
        # Other goods on the bill, a fourth company on it, and what is no number: nobody's return.
        *under_one_bill(20, "MAEU1000003", "73", "74", hs_code="85171300"),
        *under_one_bill(30, "MAEU1000004", "75", "76"),
        declaration(32, "77", net_weight_kg=900.0, master_bill_no="MAEU1000004", channel="yellow"),
        declaration(33, "78", net_weight_kg=910.0, master_bill_no="MAEU1000004", channel="yellow"),
        *under_one_bill(40, "none", "79", "80"),
    ]

    found = measure(channel_shopping, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert found["tax:71"].value == pytest.approx(math.log2(1 + 2 * 2) * 2 / 3, abs=1e-6)
    assert {member.id for member in found["tax:71"].members} == {"tax:71", "tax:72"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in (0, 1, 10, 11)}


def test_a_left_lot_comes_back_in_anothers_name_at_another_office(measure: Measure) -> None:
    def lot(number: int, red: str, green: str, units: float = 3120.0, **again: Any) -> list[dict[str, Any]]:
        said = {"quantity": units, "partner_name_norm": f"seller {red}"}
        left = {"event_day": day(60), "channel": "red", "cleared_at": None, "net_weight_kg": 500.0}
        taken = {"event_day": day(53), "channel": "yellow", "customs_office": "02XY", "net_weight_kg": 510.0}
        return [
            declaration(number, red, **said, **left),
            declaration(number + 1, green, **{**said, **taken, **again}),
        ]

    rows = [
        *lot(0, "71", "72"),
        *lot(10, "71", "72", units=860.0, channel="green"),
        # Sold on at the same office, looked at again, of another number, and a few pieces: no return.
        *lot(20, "73", "74", customs_office="01AB"),
        *lot(30, "75", "76", channel="red"),
        *lot(40, "77", "78", quantity=3119.0),
        *lot(50, "79", "80", units=49.0),
    ]

    found = measure(channel_shopping, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert found["tax:71"].value == pytest.approx(math.log2(1 + 2 * 2) * 2 / 3, abs=1e-6)
    assert {member.id for member in found["tax:71"].members} == {"tax:71", "tax:72"}
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in (0, 1, 10, 11)}


def test_a_left_lot_is_known_by_its_weight_or_by_half_of_it(measure: Measure) -> None:
    def lot(number: int, red: str, weight: float, *again: float) -> list[dict[str, Any]]:
        """Left by one trader, and declared by its twin within days, under another number of pieces."""
        seller = {"partner_name_norm": f"seller {red}"}
        left = {"event_day": day(60), "channel": "red", "cleared_at": None, "net_weight_kg": weight}
        rows = [declaration(number, red, **seller, **left, quantity=weight)]
        for place, part in enumerate(again, start=1):
            taken = {"event_day": day(53), "customs_office": "02XY", "net_weight_kg": part}
            rows.append(declaration(number + place, f"{red}9", **seller, **taken, quantity=part * 0.93))
        return rows

    rows = [
        *lot(0, "71", 577.37, 577.37),
        *lot(10, "72", 1384.43, 692.22, 692.22),
        # Whole kilograms, another weight, and next to nothing: no return.
        *lot(20, "73", 500.0, 500.0),
        *lot(30, "74", 577.37, 577.5),
        *lot(40, "75", 49.37, 49.37),
    ]

    found = measure(channel_shopping, customs_declarations=rows)

    assert {row.subject_id: {member.id for member in row.members} for row in found.values()} == {
        "tax:71": {"tax:71", "tax:719"},
        "tax:72": {"tax:72", "tax:729"},
    }


_HISTORY = {
    "declaration_no", "line_no", "direction", "regime", "registered_at", "customs_office", "channel",
    "channel_history", "officer_code", "inspection_result", "trader_id", "hs_code", "net_weight_kg",
    "customs_value_vnd",
}  # fmt: skip


def test_those_who_take_one_sellers_goods_to_one_office_act_together(measure: Measure) -> None:
    def moved(number: int, trader: str, seller: str, to: str, home: str) -> list[dict[str, Any]]:
        pairs = [
            row
            for place in range(2)
            for row in _pair(number + 10 * place, trader, 60 - 15 * place, customs_office=to)
        ]
        return [
            row
            | {"partner_name_norm": seller}
            | ({"customs_office": home} if row["channel"] == "red" else {})
            for row in pairs
        ]

    rows = [
        *moved(0, "71", "haven supply", "01A1", "02DS"),
        *moved(100, "72", "haven supply", "01A1", "27NB"),
        # The same seller through an office of its own, and the same office for another seller's goods.
        *moved(200, "73", "haven supply", "54CF", "13CG"),
        *moved(300, "74", "other supply", "01A1", "18A3"),
        *(declaration(500 + n, f"8{n}", channel="red", inspection_result="match") for n in range(9)),
        *(declaration(600 + n, f"9{n}", channel="red", partner_name_norm="haven supply") for n in range(5)),
    ]

    found = measure(channel_shopping, customs_declarations=rows)

    tied = sorted(sorted(member.id for member in row.members) for row in found.values())
    assert tied == [["tax:71", "tax:72"], ["tax:73"], ["tax:74"]]


def test_several_lots_come_back_more_or_less(measure: Measure) -> None:
    def lot(number: int, red: str, green: str, share: float, **again: Any) -> list[dict[str, Any]]:
        said = {"partner_name_norm": f"seller {red}", "quantity": 1000.0, "net_weight_kg": 500.0}
        left = {"event_day": day(60), "channel": "red", "cleared_at": None}
        taken = {"event_day": day(57), "customs_office": "02XY", "quantity": 1000 * share}
        taken["net_weight_kg"] = 500 / share
        return [
            declaration(number, red, **said, **left),
            declaration(number + 1, green, **{**said, **taken, **again}),
        ]

    rows = [
        *lot(0, "71", "72", 0.98),
        *[row | {"hs_code": "85171300"} for row in lot(10, "71", "72", 0.88)],
        # One alone, a sixth less, at the same office, of another seller: chance.
        *lot(20, "73", "74", 0.98),
        *[row for n in (30, 40) for row in lot(n, "75", "76", 0.83)],
        *[row for n in (50, 60) for row in lot(n, "77", "78", 0.98, customs_office="01AB")],
        *[row for n in (70, 80) for row in lot(n, "79", "80", 0.98, partner_name_norm="another")],
    ]

    found = measure(channel_shopping, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert found["tax:71"].value == pytest.approx(math.log2(1 + 2 * 2) * 2 / 3, abs=1e-6)
    assert {member.id for member in found["tax:71"].members} == {"tax:71", "tax:72"}


def test_a_house_bill_tells_the_lot_in_anothers_name(measure: Measure) -> None:
    left = {"event_day": day(60), "channel": "red", "cleared_at": None, "net_weight_kg": 500.0}
    taken = {"event_day": day(57), "customs_office": "02XY", "net_weight_kg": 250.0}
    rows = [
        *[declaration(n, "71", house_bill_no=f"HBL53790{n}", **left) for n in (0, 1)],
        *[declaration(10 + n, "72", house_bill_no=f"HBL53790{n}", **taken) for n in (0, 1)],
        declaration(20, "73", house_bill_no="HBL537905", **left),
        declaration(21, "74", house_bill_no="HBL537905", hs_code="85171300", **taken),
    ]

    found = measure(channel_shopping, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    assert {member.id for member in found["tax:71"].members} == {"tax:71", "tax:72"}


def test_one_bill_or_number_tells_the_lot_whatever_it_weighs(measure: Measure) -> None:
    def twice(number: int, trader: str, bill: str, pieces: float, **again: Any) -> list[dict[str, Any]]:
        """Left as red, and declared again by the same trader, somewhat lighter."""
        left = {"event_day": day(60), "channel": "red", "cleared_at": None, "net_weight_kg": 500.0}
        taken = {"event_day": day(57), "customs_office": "02XY", "net_weight_kg": 450.0}
        said = {"partner_name_norm": f"seller {trader}", "quantity": pieces}
        return [
            declaration(number, trader, master_bill_no=bill, **said, **left),
            declaration(number + 1, trader, **{**said, "master_bill_no": bill, **taken, **again}),
        ]

    rows = [
        *twice(0, "71", "MAEU2000001", 20.0),
        *twice(10, "71", "MAEU2000002", 20.0, channel="yellow"),
        *twice(20, "72", "MAEU2000003", 180.0, master_bill_no="MAEU2000009"),
        *twice(30, "72", "MAEU2000004", 260.0, master_bill_no="MAEU2000008", channel="yellow"),
        # At the same office, other goods on the bill, and a few pieces under another bill: no return.
        *twice(40, "73", "MAEU2000005", 20.0, customs_office="01AB"),
        *twice(50, "74", "MAEU2000006", 20.0, hs_code="85171300"),
        *twice(60, "75", "MAEU2000007", 20.0, master_bill_no="MAEU2000010"),
    ]

    found = measure(channel_shopping, customs_declarations=rows)

    assert set(found) == {"tax:71", "tax:72"}
    for row in found.values():
        assert row.value == pytest.approx(math.log2(1 + 2) * 2 / 3, abs=1e-6)
        assert row.support == 4


def test_an_uncleared_yellow_lot_comes_back_at_another_office(measure: Measure) -> None:
    def lot(number: int, left: str, taken: str, units: float, **again: Any) -> list[dict[str, Any]]:
        said = {"quantity": units, "partner_name_norm": f"seller {left}", "net_weight_kg": 500.0}
        before = {"event_day": day(60), "channel": "yellow", "cleared_at": None}
        after = {"event_day": day(53), "customs_office": "02XY"}
        return [
            declaration(number, left, **said, **before),
            declaration(number + 1, taken, **said | after | again),
        ]

    rows = [
        *lot(0, "71", "72", 640.0),
        *lot(10, "71", "71", 720.0),
        # At the same office and of another number: put right, and another lot.
        *lot(20, "73", "73", 650.0, customs_office="01AB"),
        *lot(30, "74", "74", 660.0, quantity=661.0),
    ]
    # Cleared in the first place.
    cleared, again = lot(40, "75", "75", 670.0)
    rows += [cleared | {"cleared_at": again["cleared_at"]}, again]

    found = measure(channel_shopping, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    # In another's name it weighs two, at another office one.
    assert found["tax:71"].value == pytest.approx(math.log2(1 + 2 + 1) * 2 / 3, abs=1e-6)
    assert evidence(found["tax:71"]) == {f"{100000000000 + n}:1" for n in (0, 1, 10, 11)}


def test_one_cargo_does_not_stand_at_one_office_and_leave_through_another(measure: Measure) -> None:
    def twice(number: int, trader: str, other: str, cleared: int, **again: Any) -> list[dict[str, Any]]:
        """Red, and cleared in the end; the same bill green at another office three days later."""
        red = {"event_day": day(60), "channel": "red", "cleared_at": at(day(cleared))}
        green = {"event_day": day(57), "customs_office": "02XY", "net_weight_kg": None}
        bill = {"master_bill_no": f"MAEU200000{number}"}
        return [
            declaration(number, trader, **bill, **red),
            declaration(number + 1, other, **{**bill, **green, **again}),
        ]

    parcel: dict[str, Any] = {"master_bill_no": "COSU681163", "event_day": day(57)}
    red_until_55: dict[str, Any] = {"channel": "red", "cleared_at": at(day(55))}
    found = measure(
        channel_shopping,
        customs_declarations=[
            *twice(0, "71", "71", 55),
            *twice(10, "72", "73", 55),
            # Cleared before, at the same office, and other goods.
            *twice(20, "74", "74", 58),
            *twice(30, "75", "75", 55, customs_office="01AB"),
            *twice(40, "76", "76", 55, hs_code="85171300"),
            # Another parcel under the courier's master bill.
            declaration(50, "77", **parcel | {"event_day": day(60)}, house_bill_no="H301246", **red_until_55),
            declaration(51, "78", **parcel, house_bill_no="H812924", customs_office="02XY"),
        ],
    )

    assert set(found) == {"tax:71", "tax:72"}
    for row in found.values():
        assert row.value == pytest.approx(math.log2(1 + 2) * 1 / 2)
