from typing import Any

import pytest

from jobs.signals.goods.duty_free import processing_not_reexported
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding


def _imports(start: int, trader: str, befores: list[int]) -> list[dict[str, Any]]:
    return [
        declaration(start + place, trader, regime="E21", event_day=day(before), net_weight_kg=100.0)
        for place, before in enumerate(befores)
    ]


def _export(number: int, trader: str, before: int, weight: float, worth: int = 0) -> dict[str, Any]:
    return declaration(
        number,
        trader,
        direction="export",
        regime="E52",
        event_day=day(before),
        net_weight_kg=weight,
        customs_value_vnd=worth,
    )


def test_only_aged_stock_that_nothing_accounts_for(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = [*_imports(1, "71", old), _export(9, "71", 60, 28.0)]
    rows += [*_imports(11, "72", old), _export(19, "72", 20, 300.0)]  # what it brought in, less waste
    rows += _imports(21, "73", [20, 15, 10, 5])  # young stock
    rows += _imports(31, "74", old)  # sold at home, declared and taxed
    rows.append(declaration(39, "74", regime="A42", event_day=day(30), net_weight_kg=400.0))
    rows += [*_imports(41, "75", old), _export(49, "75", 10, 112.0)]  # half is out, and it goes on

    found = measure(processing_not_reexported, {"peers_for_usual": 100}, customs_declarations=rows)

    assert set(found) == {"tax:71"}
    row = found["tax:71"]
    assert row.value == pytest.approx((1 - 28 / 280) * 4 / 10)  # 400 kg less 30 % waste
    assert evidence(row) == {f"{100000000000 + n}:1" for n in range(1, 5)}
    assert holding(row) == set()


def test_what_leaves_is_accounted_for_by_value_as_by_weight(measure: Measure) -> None:
    old = [80, 75, 70, 65]  # worth 4,000,000
    rows = [*_imports(1, "71", old), _export(9, "71", 60, 28.0, worth=3_900_000)]  # steel becomes watches
    rows += [*_imports(11, "72", old), _export(19, "72", 60, 28.0, worth=1_000_000)]

    found = measure(
        processing_not_reexported, {"peers_for_usual": 100, "report_from": 0.1}, customs_declarations=rows
    )

    assert set(found) == {"tax:72"}
    assert found["tax:72"].value == pytest.approx((1 - 0.25) * 4 / 10)


def test_what_leaves_is_worth_the_work_as_well(measure: Measure) -> None:
    """Six others send out three times the value that came in: half of it is a sixth of the goods."""
    old = [80, 75, 70, 65]  # worth 4,000,000
    rows = [*_imports(1, "71", old), _export(9, "71", 60, 28.0, worth=2_000_000)]
    for n in range(2, 8):
        rows += [*_imports(100 * n, f"7{n}", old), _export(100 * n + 9, f"7{n}", 60, 280.0, 12_000_000)]

    [row] = measure(processing_not_reexported, {"report_from": 0.1}, customs_declarations=rows).values()

    assert row.subject_id == "tax:71"
    assert row.value == pytest.approx((1 - 2 / 12) * 4 / 10, abs=1e-6)


def test_who_declares_now_and_then_does_not_work_for_others(measure: Measure) -> None:
    rows = [
        declaration(5, "71", line_no=line, record_key=f"5:{line}", regime="E21", event_day=day(80))
        for line in range(1, 6)
    ]
    rows += _imports(11, "72", [80, 75, 70])
    assert measure(processing_not_reexported, {"peers_for_usual": 100}, customs_declarations=rows) == {}


def _payment(number: int, debtor: str, amount: int, **given: Any) -> dict[str, Any]:
    return {
        "report_keys": [f"ACB:{number}"],
        "day": day(50),
        "amount_vnd": amount,
        "debtor_account_id": f"ACB:{debtor}",
        "debtor_country": "VN",
        "debtor_holder_key": debtor,
        "debtor_hub": False,
        **given,
    }


def test_buyers_at_home_are_members_and_a_principal_abroad_explains(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = [*_imports(1, "71", old), *_imports(11, "72", old)]
    payments = [
        # 71 sells at home: a buyer pays twice, others once or little.
        *(_payment(n, "tax:900", 300_000_000, creditor_holder_key="tax:71") for n in (1, 2)),
        _payment(3, "tax:901", 40_000_000, creditor_holder_key="tax:71"),
        *(_payment(n, "cccd:1", 100_000, creditor_holder_key="tax:71") for n in (4, 5)),
        # 72 is paid by its principal.
        _payment(
            6, "x", 500_000_000, creditor_holder_key="tax:72", debtor_country="CN", debtor_holder_key=None
        ),
        *(_payment(n, "tax:902", 60_000_000, creditor_holder_key="tax:72", debtor_hub=True) for n in (7, 8)),
    ]

    found = measure(
        processing_not_reexported,
        {"peers_for_usual": 100, "report_from": 0.2},
        customs_declarations=rows,
        payments=payments,
    )

    row = found["tax:71"]
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:71", "trader"),
        ("company", "tax:900", "buyer"),
    }
    assert {"ACB:1", "ACB:2"} <= evidence(row)
    # They pay more than all goods are worth; 4 of 4 + 6 lines.
    assert row.value == pytest.approx(0.4 + 0.5 * 0.4 * 0.6, abs=1e-6)
    assert holding(found["tax:72"]) == {"paid_from_abroad"}
    assert found["tax:72"].value == pytest.approx(0.4 * 0.6)


def test_of_three_buyers_the_two_who_take_most_are_members(measure: Measure) -> None:
    rows = _imports(1, "71", [80, 75, 70, 65])
    payments = [
        _payment(10 * buyer + n, f"tax:90{buyer}", vnd, creditor_holder_key="tax:71")
        for buyer, vnd in ((1, 90_000_000), (2, 300_000_000), (3, 200_000_000))
        for n in range(2)
    ]

    found = measure(
        processing_not_reexported,
        {"peers_for_usual": 100, "report_from": 0.2},
        customs_declarations=rows,
        payments=payments,
    )

    row = found["tax:71"]
    assert {m.id for m in row.members if m.role == "buyer"} == {"tax:902", "tax:903"}
    # What the third paid is evidence like the rest.
    assert {f"ACB:{10 * buyer + n}" for buyer in (1, 2, 3) for n in range(2)} <= evidence(row)


def test_who_pays_beside_is_named_however_much_customers_take(measure: Measure) -> None:
    rows = _imports(1, "71", [80, 75, 70, 65])
    own = {"creditor_holder_key": "tax:71", "creditor_account_id": "ACB:71", "debtor_holder_type": "company"}
    till = {
        "creditor_account_id": "ACB:director",
        "creditor_holder_key": "cccd:5",
        "creditor_holder_type": "individual",
        "debtor_holder_type": "company",
    }
    knowing, customers = ("tax:901", "tax:902"), ("tax:903", "tax:904")
    payments = [
        *(_payment(10 + n, knowing[n % 2], 90_000_000, **own) for n in range(4)),
        *(_payment(20 + n, knowing[n % 2], 60_000_000, **till) for n in range(4)),
        *(_payment(30 + n, customers[n % 2], 200_000_000, **own) for n in range(4)),
    ]

    found = measure(
        processing_not_reexported,
        {"peers_for_usual": 100, "report_from": 0.2},
        customs_declarations=rows,
        payments=payments,
    )

    assert {m.id for m in found["tax:71"].members if m.role == "buyer"} == set(knowing)


def test_ordinary_exports_beside_worked_goods_account_for_nothing(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    own = {"direction": "export", "regime": "B11", "event_day": day(50), "net_weight_kg": 500.0}
    own["customs_value_vnd"] = 3_500_000
    rows = [*_imports(1, "71", old), _export(9, "71", 60, 28.0), declaration(10, "71", **own)]
    rows += [*_imports(11, "72", old), declaration(19, "72", **own)]  # it knows no other regime
    rows += _imports(21, "73", old)  # somebody else may export its goods
    rows += [*_imports(31, "74", old), _export(39, "74", 60, 28.0)]
    rows.append(declaration(40, "74", **own | {"regime": "B13"}))  # materials go back unused

    found = measure(
        processing_not_reexported, {"peers_for_usual": 100, "report_from": 0.2}, customs_declarations=rows
    )

    assert set(found) == {"tax:71", "tax:73"}
    assert found["tax:71"].value == pytest.approx((1 - 28 / 280) * 4 / 10)
    assert holding(found["tax:71"]) == set()
    assert found["tax:73"].value == pytest.approx(0.4 * 0.6)
    assert holding(found["tax:73"]) == {"exports_through_others"}


def test_who_works_is_held_against_others_who_do(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = [*_imports(1, "60", old), _export(9, "60", 60, 0.0)]
    for place in range(1, 13):
        trader = str(60 + place)
        rows += _imports(10 * place + 1, trader, old)
        if place <= 6:  # six others work, and six bring in alone
            rows.append(_export(10 * place + 9, trader, 60, 280.0))

    found = measure(processing_not_reexported, customs_declarations=rows)

    assert set(found) == {"tax:60"}
    assert found["tax:60"].value == pytest.approx(0.4)


def test_two_of_forty_do_not_excuse_each_other(measure: Measure) -> None:
    old, rows = [80, 75, 70, 65], []
    for n in range(40):
        left = 1.0 if n < 2 else 300.0
        rows += [*_imports(10 * n + 1, f"7{n}", old), _export(10 * n + 9, f"7{n}", 60, left)]

    found = measure(processing_not_reexported, customs_declarations=rows)

    assert set(found) == {"tax:70", "tax:71"}  # one in 39 others: fewer than one in twenty
    assert found["tax:70"].value == pytest.approx((1 - 1 / 280) * 4 / 10, rel=1e-3)


def test_what_a_third_of_the_processors_do_is_no_finding(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = []
    for place in range(12):
        trader = str(60 + place)
        rows += _imports(10 * place + 1, trader, old)
        rows.append(_export(10 * place + 9, trader, 60, 280.0 if place >= 6 else 0.0))
    assert measure(processing_not_reexported, customs_declarations=rows) == {}

    alone = [row for row in rows if row["trader_id"] not in {str(60 + place) for place in range(1, 6)}]
    (row,) = measure(processing_not_reexported, customs_declarations=alone).values()
    assert row.value == pytest.approx(0.4)

    # Of six who leave all of it open, one is paid at home.
    sales = [_payment(n, "tax:900", 300_000_000, creditor_holder_key="tax:60") for n in (1, 2)]
    # However much buyers pay.
    bounds = {"balance_least": 2.0}
    (row,) = measure(processing_not_reexported, bounds, customs_declarations=rows, payments=sales).values()
    assert row.subject_id == "tax:60"
    # As rare as buyers make it, 0.6, of 4 of 4 + 6 lines.
    assert row.value == pytest.approx(0.24 + 0.5 * 0.24 * 0.76)


def _sales(number: int, trader: str, each: int) -> list[dict[str, Any]]:
    """Two payments of a buyer at home."""
    return [_payment(n, "tax:900", each, creditor_holder_key=f"tax:{trader}") for n in (number, number + 1)]


def _dear(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "customs_value_vnd": 200_000_000} for row in rows]


def test_what_buyers_at_home_pay_is_missing_whatever_leaves(measure: Measure) -> None:
    old = [80, 75, 70, 65]
    rows = [*_dear(_imports(1, "71", old)), _export(9, "71", 60, 400.0)]
    # As much is young stock.
    rows += [*_dear(_imports(11, "72", [*old, 40, 35, 30, 25])), _export(19, "72", 60, 400.0)]
    rows += [*_dear(_imports(21, "73", old)), _export(29, "73", 60, 400.0)]
    # Ten times as dear, and the scrap is sold at home.
    scrap = [{**row, "customs_value_vnd": 2_000_000_000} for row in _imports(31, "74", old)]
    rows += [*scrap, _export(39, "74", 60, 400.0)]
    payments = [
        *_sales(1, "71", 160_000_000),  # 40 %
        *_sales(3, "72", 160_000_000),  # 20 %
        *_sales(5, "73", 79_000_000),  # just less than 20 %
        *_sales(7, "74", 120_000_000),  # 3 %
    ]

    found = measure(
        processing_not_reexported,
        {"peers_for_usual": 100, "join_from": 0.01, "report_from": 0.01},
        customs_declarations=rows,
        payments=payments,
    )

    # Each share, of 4 of 4 + 6 lines, and nearer to 1 as buyers pay.
    assert {key: row.value for key, row in found.items()} == {
        "tax:71": pytest.approx(0.16 + 0.5 * 0.16 * 0.84, abs=1e-6),
        "tax:72": pytest.approx(0.08 + 0.5 * 0.08 * 0.92, abs=1e-6),
    }
    assert found["tax:71"].value_vnd == 320_000_000
    assert {(m.kind, m.id) for m in found["tax:71"].members} == {
        ("company", "tax:71"),
        ("company", "tax:900"),
    }


def test_where_buyers_pay_most_of_what_did_not_leave_no_lot_has_to_age(measure: Measure) -> None:
    young = [60, 20, 15, 10]
    rows = []
    for place, (trader, worth) in enumerate({"71": 40, "72": 41, "73": 40}.items()):
        rows += _dear(_imports(10 * place + 1, trader, young))
        # Half of what came in, or just more, leaves again in the last days.
        rows.append(_export(10 * place + 9, trader, 5, 20.0, worth * 10_000_000))
    payments = [
        *_sales(1, "71", 100_000_000),  # half of what did not leave
        *_sales(3, "72", 100_000_000),
        *_sales(5, "73", 99_000_000),
    ]

    found = measure(
        processing_not_reexported,
        {"peers_for_usual": 100, "join_from": 0.01, "report_from": 0.01},
        customs_declarations=rows,
        payments=payments,
    )

    # A quarter of the value, of 4 of 4 + 6 lines; and nearer to 1 as buyers pay.
    base = 0.25 * 0.4
    assert {key: row.value for key, row in found.items()} == {
        "tax:71": pytest.approx(base + 0.5 * base * (1 - base), abs=1e-6)
    }
    assert found["tax:71"].support == 4
    assert found["tax:71"].value_vnd == 200_000_000


def test_what_peers_leave_open_is_not_taken_off_what_was_sold(measure: Measure) -> None:
    rows = []
    for place in range(8):
        trader = str(60 + place)
        # Seven leave half of it open; the eighth exports all.
        rows += _dear(_imports(10 * place + 1, trader, [80, 75, 70, 65]))
        rows.append(_export(10 * place + 9, trader, 60, 140.0 if place else 280.0))

    (row,) = measure(
        processing_not_reexported, customs_declarations=rows, payments=_sales(1, "60", 240_000_000)
    ).values()

    assert row.subject_id == "tax:60"
    assert row.value == pytest.approx(0.24 + 0.5 * 0.24 * 0.76)


def test_a_private_account_that_several_of_its_payers_pay_takes_for_the_importer(measure: Measure) -> None:
    rows = [*_dear(_imports(1, "71", [80, 75, 70, 65])), *_dear(_imports(11, "72", [80, 75, 70, 65]))]
    rows.append(_export(19, "72", 60, 0.0))
    rows = [{**row, "trader_name_norm": f"cty tnhh {row['trader_id']}"} for row in rows]
    # 71's account has no key, and its name tells whose it is.
    own = {"creditor_name_norm": "cty tnhh 71", "creditor_account_id": "ACB:71"}
    till = {
        "creditor_account_id": "ACB:director",
        "creditor_holder_key": "cccd:5",
        "creditor_holder_type": "individual",
    }
    friend = {**till, "creditor_account_id": "ACB:friend", "creditor_holder_key": "cccd:6"}
    firm = {"debtor_holder_type": "company"}
    payments = [
        *(_payment(n, f"tax:90{n}", 60_000_000, **firm, **own) for n in (1, 2)),
        *(_payment(10 + n, f"tax:90{1 + n % 2}", 60_000_000, **firm, **till) for n in range(4)),
        # Who pays the company alone is a customer.
        *(_payment(40 + n, "tax:905", 99_000_000, **firm, **own) for n in range(2)),
        # One of its payers alone pays a friend.
        *(_payment(20 + n, "tax:901", 90_000_000, **firm, **friend) for n in range(3)),
        # What it moves between its own accounts is no sale.
        *(_payment(30 + n, "71", 90_000_000, debtor_name_norm="cty tnhh 71", **own) for n in range(3)),
    ]

    found = measure(
        processing_not_reexported,
        {"peers_for_usual": 100, "sold_least": 0.3},
        customs_declarations=rows,
        payments=payments,
    )

    row = found["tax:71"]
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("company", "tax:71", "trader"),
        ("account", "ACB:71", "settlement"),
        ("account", "ACB:director", "collector"),
        ("person", "cccd:5", "collector"),
    }
    # 240 of 800 million went to the account beside; nothing left, of 4 of 4 + 6 lines.
    assert row.value == pytest.approx(0.4 + 0.5 * 0.4 * 0.6, abs=1e-6)
    assert {"ACB:10", "ACB:11", "ACB:12", "ACB:13"} <= evidence(row)
    assert found["tax:72"].value == pytest.approx(0.4)


def test_what_is_worth_less_than_its_materials_accounts_for_nothing_by_weight(measure: Measure) -> None:
    old = [80, 75, 70, 65]  # 100 kg each, 10,000 VND a kilogram
    rows = [*_imports(1, "71", old), _export(9, "71", 60, 280.0, worth=280 * 6_900)]
    rows += [*_imports(11, "72", old), _export(19, "72", 60, 280.0, worth=280 * 7_100)]

    [row] = measure(
        processing_not_reexported, {"peers_for_usual": 100, "report_from": 0.1}, customs_declarations=rows
    ).values()

    assert row.subject_id == "tax:71"
    assert row.value == pytest.approx((1 - 280 * 6_900 / 4_000_000) * 4 / 10, abs=1e-6)
