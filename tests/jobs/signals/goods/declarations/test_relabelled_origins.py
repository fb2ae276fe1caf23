"""Panels from China that leave for the United States as Vietnamese, against makers, sellers and workshops."""

from datetime import timedelta
from typing import Any

import pytest

from jobs.signals.goods.declarations import relabelled_origins
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_PANELS = "85414300"


def _came(number: int, trader: str, before: int, quantity: float, **given: Any) -> dict[str, Any]:
    goods = {"hs_code": _PANELS, "quantity": quantity, "customs_value_vnd": round(quantity) * 1_000_000}
    return declaration(number, trader, event_day=day(before), **goods | {"origin_country": "CN"} | given)


def _left(number: int, trader: str, before: int, quantity: float, **given: Any) -> dict[str, Any]:
    sent = {"direction": "export", "regime": "B11", "origin_country": "VN", "partner_country": "US"}
    return _came(number, trader, before, quantity, **sent | given)


def _trade(start: int, trader: str, sent: float = 95, **left: Any) -> list[dict[str, Any]]:
    """Two lots of 100 come; of the 200, two lots of `sent` leave in other sizes than they came in."""
    return [
        _came(start, trader, 200, 100),
        _left(start + 1, trader, 150, sent - 35, **left),
        _came(start + 2, trader, 140, 100),
        _left(start + 3, trader, 90, sent + 35, **left),
    ]


def _keys(start: int) -> set[str]:
    return {f"{100000000000 + start + n}:1" for n in range(4)}


def test_as_much_leaves_as_vietnamese_as_came(measure: Measure) -> None:
    [row] = measure(relabelled_origins, customs_declarations=_trade(1, "71")).values()
    # 190 of 200, shown by two lots, with one lot's worth of doubt.
    assert row.value == pytest.approx(0.95 * 2 / 3)
    assert members(row) == {("company", "tax:71")}
    assert evidence(row) == _keys(1)
    assert row.support == 2
    assert row.value_vnd == 190_000_000
    assert holding(row) == set()


def test_traders_of_the_same_goods_are_one_trade(measure: Measure) -> None:
    rows = _trade(1, "71") + _trade(11, "72", 99) + _trade(21, "73", hs_code="94054190")
    rows += [_came(41, "73", 200, 100, hs_code="94054190"), _came(42, "73", 199, 100, hs_code="94054190")]
    found = measure(relabelled_origins, customs_declarations=rows)
    grouped = {frozenset(members(row)): row for row in found.values()}
    assert set(grouped) == {
        frozenset({("company", "tax:71"), ("company", "tax:72")}),
        frozenset({("company", "tax:73")}),
    }
    both = grouped[frozenset({("company", "tax:71"), ("company", "tax:72")})]
    # The value of the stronger, the lots and the money of both.
    assert both.value == pytest.approx(0.99 * 2 / 3)
    assert (both.support, both.value_vnd) == (4, 388_000_000)
    assert evidence(both) == _keys(1) | _keys(11)


@pytest.mark.parametrize(
    "left",
    [
        {"origin_country": "CN"},  # sold on with its origin
        {"partner_country": "CN"},  # sent back to where no duty waits
        {"hs_code": "85414900"},  # worked into something else
        {"regime": "B13"},  # declared as what it is
        {"unit": "SET"},
    ],
    ids=["own origin", "untaxed market", "other goods", "re-export", "other unit"],
)
def test_what_trades_openly_or_is_worked_on_is_left_out(measure: Measure, left: dict[str, Any]) -> None:
    assert measure(relabelled_origins, customs_declarations=_trade(1, "71", **left)) == {}


def test_the_same_model_tells_as_much_as_a_duty(measure: Measure) -> None:
    def traded(start: int, trader: str, came: str, left: str) -> list[dict[str, Any]]:
        lines = _trade(start, trader, partner_country="KR")
        return [row | {"goods_norm": left if row["direction"] == "export" else came} for row in lines]

    rows = traded(1, "71", "tui xach ma hd568 25x18cm", "tui xach ma hd568 25x18cm xuat xu viet nam")
    rows += traded(11, "72", "tui xach ma hd568 25x18cm", "tui xach ma kl991 25x18cm")
    rows += traded(21, "73", "tui xach 25x18cm", "tui xach 25x18cm")
    [row] = measure(relabelled_origins, customs_declarations=rows).values()
    assert members(row) == {("company", "tax:71")}


def test_one_lot_of_two_for_a_market_with_duty_says_too_little(measure: Measure) -> None:
    rows = _trade(1, "71")
    rows[1]["partner_country"] = "KR"
    assert measure(relabelled_origins, customs_declarations=rows) == {}


def test_goods_that_no_duty_waits_for_are_left_out(measure: Measure) -> None:
    rows = [
        row | ({"origin_country": "KR"} if row["direction"] == "import" else {}) for row in _trade(1, "71")
    ]
    assert measure(relabelled_origins, customs_declarations=rows) == {}


@pytest.mark.parametrize("sent", [70, 110], ids=["sells here as well", "makes some of it"])
def test_a_trader_whose_balance_is_open_is_left_out(measure: Measure, sent: float) -> None:
    assert measure(relabelled_origins, customs_declarations=_trade(1, "71", sent)) == {}


def test_what_left_before_it_came_was_made_here(measure: Measure) -> None:
    early = [
        row | {"event_day": day(300)} if row["direction"] == "export" else row for row in _trade(1, "71")
    ]
    assert measure(relabelled_origins, customs_declarations=early) == {}


def test_one_lot_shows_nothing(measure: Measure) -> None:
    rows = [_came(1, "71", 200, 100), _left(2, "71", 150, 95), _came(3, "71", 140, 5)]
    assert measure(relabelled_origins, customs_declarations=rows) == {}


def _between(start: int, left: float = 95, lots: int = 4, **given: Any) -> list[dict[str, Any]]:
    """Lots of 100 from one seller to two importers; a third sends as many to one buyer."""
    seller, buyer = {"partner_name_norm": "jin mao"}, {"partner_name_norm": "golden state"}
    came = [_came(start + n, f"6{n % 2}", 150 - 20 * n, 100, **seller) for n in range(lots)]
    sent = [_left(start + 10 + n, "71", 140 - 20 * n, left, **(buyer | given)) for n in range(lots)]
    return came + sent


def test_one_sends_out_what_others_bring_in(measure: Measure) -> None:
    # Another seller's goods stay here.
    stay = [_came(40 + n, "60", 300, 900, partner_name_norm="lion city") for n in range(4)]
    # What the seller has from elsewhere has no duty to avoid.
    stay.append(_came(45, "62", 300, 900, partner_name_norm="jin mao", origin_country="TH"))
    [row] = measure(relabelled_origins, customs_declarations=_between(1) + stay).values()
    assert row.value == pytest.approx(0.95 * 4 / 5)
    assert members(row) == {("company", "tax:60"), ("company", "tax:61"), ("company", "tax:71")}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (*range(1, 5), *range(11, 15))}


def test_what_others_bring_in_has_other_ways_out(measure: Measure) -> None:
    made_here = [_left(60 + n, f"8{n}", 200, 50, partner_country="KR") for n in range(5)]
    # Three other sellers' goods stay here: of four ways that could agree, one does.
    stay = [_came(60 + n, "60", 300, 900, partner_name_norm=f"lion {n % 3}") for n in range(12)]
    for rows in (
        [*_between(1), *stay],
        [*_between(1), *made_here],  # six hands send such goods out
        _between(1, lots=3),  # by accident three agree
        _between(1, left=60),  # much of it stays
        _between(1, partner_country="KR"),
    ):
        assert measure(relabelled_origins, customs_declarations=rows) == {}


def _beside(start: int, sent: float = 95, later: int = 10, **given: Any) -> list[dict[str, Any]]:
    """One imports three lots of 100 of three sellers, another sends three lots out, each some days later."""
    rows = []
    for n in range(3):
        rows.append(_came(start + n, "61", 150 - 20 * n, 100, partner_name_norm=f"jin {n}"))
        rows.append(_left(start + 10 + n, "71", 150 - 20 * n - later, sent, **given))
    return rows


def _goods_of_many() -> list[dict[str, Any]]:
    """Six others who send such goods out, and bring them in, all the while."""
    rows = [_left(60 + n, f"8{n}", 300, 50, partner_country="KR") for n in range(6)]
    return rows + [_came(70 + n, f"8{n}", 300, 70) for n in range(6)]


def test_an_exporter_whose_trade_runs_beside_an_importers(measure: Measure) -> None:
    [row] = measure(relabelled_origins, customs_declarations=_beside(1) + _goods_of_many()).values()
    assert row.value == pytest.approx(0.95 * 3 / 4)
    assert members(row) == {("company", "tax:61"), ("company", "tax:71")}
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (*range(1, 4), *range(11, 14))}


def test_pairs_of_the_same_goods_are_trades_of_their_own(measure: Measure) -> None:
    others = [
        row | {"trader_key": f"{row['trader_key']}9", "event_day": row["event_day"] + timedelta(70)}
        for row in _beside(101)
    ]
    rows = _beside(1) + others + _goods_of_many()
    found = measure(relabelled_origins, customs_declarations=rows)
    assert {frozenset(members(row)) for row in found.values()} == {
        frozenset({("company", "tax:61"), ("company", "tax:71")}),
        frozenset({("company", "tax:619"), ("company", "tax:719")}),
    }


@pytest.mark.parametrize(
    "rows",
    [
        _beside(1, later=35),  # begins two months after
        _beside(1, sent=60),  # much stays here
        _beside(1, partner_country="KR"),  # no duty waits there
        _beside(1)[:4],  # two lots
        [
            row
            | {"trader_key": "tax:61"}
            | ({"origin_country": "TH"} if row["direction"] == "import" else {})
            for row in _beside(1)
        ],
    ],
    ids=["later", "stays", "untaxed market", "two lots", "no duty"],
)
def test_who_trades_beside_another_by_chance(measure: Measure, rows: list[dict[str, Any]]) -> None:
    assert measure(relabelled_origins, customs_declarations=rows + _goods_of_many()) == {}


def test_who_trades_from_the_first_day_on_begins_with_everybody(measure: Measure) -> None:
    made_here = [_left(60 + n, f"8{n}", 150, 50, partner_country="KR") for n in range(6)]
    assert measure(relabelled_origins, customs_declarations=_beside(1) + made_here) == {}


def test_innocent_explanations(measure: Measure) -> None:
    dearer = _trade(1, "71", customs_value_vnd=160_000_000)
    checked = _trade(1, "71", inspection_result="match", channel="red")
    [worked_on] = measure(relabelled_origins, customs_declarations=dearer).values()
    [matched] = measure(relabelled_origins, customs_declarations=checked).values()
    # 320 for 190 pieces against 200 for 200: e to the 0.52.
    assert holding(worked_on) == {"worked_on_here"}
    assert holding(matched) == {"inspected_and_matched"}
