"""Duty avoided by code or by origin, against parts, a general preference and a single slip."""

from typing import Any

import pytest

from jobs.signals.goods.declarations import avoided_duties
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, members


def _line(number: int, trader: str, code: str, called: str, duty: int, **given: Any) -> dict[str, Any]:
    """A line of 1,000,000 VND."""
    return declaration(
        number, trader, hs_code=code, goods_norm=f"{called} hieu x{number}", duty_vnd=duty, **given
    )


def _honest() -> list[dict[str, Any]]:
    # Eight importers of bicycles at 45 % and watches at 25 %, five lines each.
    rows = []
    for trader in range(8):
        for n in range(5):
            number = 1000 + trader * 10 + n
            rows.append(_line(number, f"{trader + 1}", "87120020", "xe dap", 450_000))
            rows.append(_line(number + 5, f"{trader + 1}", "91021190", "dong ho", 250_000))
    return rows


def test_another_class_or_another_rate(measure: Measure) -> None:
    rows = _honest()
    for n in range(6):
        rows.append(_line(2000 + n, "61", "85424020", "xe dap", 0))  # bicycles as parts of circuits
        of_indonesia = {"origin_country": "ID", "partner_country": "TW"}  # nobody else's
        rows.append(_line(2100 + n, "62", "91021190", "dong ho", 0, **of_indonesia))
        rows.append(_line(2200 + n, "63", "87149990", "phu tung xe dap", 0))  # parts are another thing
    # Others who claim a preference for goods of the same origin all do.
    for trader in range(71, 76):
        rows += [
            _line(trader * 100 + n, f"{trader}", "87120020", "xe dap", 0, origin_country="TH")
            for n in range(2)
        ]
    rows.append(_line(9000, "1", "85424020", "xe dap", 0))  # a slip

    found = measure(avoided_duties, customs_declarations=rows)

    assert set(found) == {"tax:61", "tax:62"}
    assert members(found["tax:61"]) == {("company", "tax:61")}
    assert evidence(found["tax:61"]) == {f"{100000002000 + n}:1" for n in range(6)}
    # Six lines, six by half (an agreement may offer it through a third country) and the slip, of the 103 that
    # can be compared (parts cannot).
    base = 10 / 103
    unusual = (6 - 6 * base) / (6 * base * (1 - base) + 1) ** 0.5
    assert found["tax:61"].value == pytest.approx(unusual * 6 / 7.5, rel=1e-3)


def test_an_inspected_line_is_heard_less(measure: Measure) -> None:
    rows = _honest()
    rows += [_line(2000 + n, "61", "85424020", "xe dap", 0, inspection_result="match") for n in range(6)]

    found = measure(avoided_duties, {"report_from": 0.1}, customs_declarations=rows)

    assert [e.id for e in found["tax:61"].explanations if e.holds] == ["inspected_and_matched"]


def test_a_supplier_of_those_who_avoid_ties_them(measure: Measure) -> None:
    rows = _honest()
    for n in range(6):
        for trader, supplier in (("61", "foshan x"), ("62", "foshan x"), ("63", "ningbo y")):
            number = 2000 + 100 * int(trader) + n
            rows.append(_line(number, trader, "85424020", "xe dap", 0, partner_name_norm=supplier))

    found = measure(avoided_duties, {"report_from": 0.1}, customs_declarations=rows)

    assert sorted(members(row) for row in found.values()) == [
        {("company", "tax:61"), ("company", "tax:62")},
        {("company", "tax:63")},
    ]


def test_what_an_agreement_offers_goods_straight_from_their_origin_counts_less(measure: Measure) -> None:
    rows = _honest()
    for n in range(9):
        for trader, came_from in (("61", "JP"), ("62", "HK")):
            given = {"origin_country": "JP", "partner_country": came_from}
            rows.append(_line(2000 + 100 * int(trader) + n, trader, "91021190", "dong ho", 0, **given))

    found = measure(avoided_duties, {"join_from": 0.1, "report_from": 0.1}, customs_declarations=rows)

    # 0.2 x 9 straight from there and 0.5 x 9 through a third country, in 98 lines.
    base = 6.3 / 98
    for trader, marks in (("61", 1.8), ("62", 4.5)):
        unusual = (marks - 9 * base) / (9 * base * (1 - base) + 1) ** 0.5
        assert found[f"tax:{trader}"].value == pytest.approx(unusual * marks / (marks + 1.5), rel=1e-3)


def test_a_rate_that_is_lower_by_too_little_to_be_worth_a_lie(measure: Measure) -> None:
    rows = _honest()
    of_brazil = {"origin_country": "BR", "partner_country": "BR"}
    for n in range(6):
        rows += [
            _line(3000 + 10 * trader + n, f"{trader}", "39269099", "khay", 50_000) for trader in (1, 2, 3)
        ]
        rows.append(_line(2100 + n, "61", "39269099", "khay", 21_000, **of_brazil))  # 2.9 points
        rows.append(_line(2200 + n, "62", "39269099", "khay", 20_000, **of_brazil))  # 3 points
        rows.append(_line(2300 + n, "63", "87120020", "xe dap", 420_000, **of_brazil))  # 3 of 45

    assert set(measure(avoided_duties, customs_declarations=rows)) == {"tax:62"}


def test_a_class_that_several_use_is_another_kind_of_such_goods(measure: Measure) -> None:
    rows = _honest()
    for trader in range(61, 66):
        rows += [_line(trader * 100 + n, f"{trader}", "87116012", "xe dap", 0) for n in range(6)]

    assert measure(avoided_duties, {"usual_share": 0.5}, customs_declarations=rows) == {}
    assert (
        len(measure(avoided_duties, {"usual_share": 0.5, "odd_class_hands": 5}, customs_declarations=rows))
        == 5
    )
