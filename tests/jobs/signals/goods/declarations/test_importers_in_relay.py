"""One importer stops and the next goes on with a seller's goods, against takeovers and many at once."""

from datetime import date
from typing import Any

import pytest

from configs.catalogue import load_catalogue
from jobs.signals.goods.declarations import importers_in_relay
from jobs.signals.goods.declarations.importers_in_relay import handover, longest_relay, relay_rows
from jobs.signals.schema import Parameters
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_SELLER = "yiwu trading"
_RECEIVER = "+84911222333"
_ONE = {"report_from": 1.5}  # one handover alone is reported


def _trade(start: int, trader: str, first: int, last: int, **given: Any) -> list[dict[str, Any]]:
    """Five lines of a seller's goods between two days before the run."""
    return [
        declaration(
            start + n,
            trader,
            event_day=day(first - n * (first - last) // 4),
            **({"partner_name_norm": _SELLER} | given),
        )
        for n in range(5)
    ]


def _keys(*starts: int) -> set[str]:
    return {f"{100000000000 + start + n}:1" for start in starts for n in range(5)}


def test_three_companies_one_after_the_other(measure: Measure) -> None:
    receiver = {"consignee_phone_e164": _RECEIVER}
    rows = _trade(0, "71", 500, 400, **receiver)
    rows += _trade(10, "72", 390, 300, **receiver)  # the same receiver
    rows += _trade(20, "73", 240, 100)  # another one, two months later
    rows += _trade(30, "71", 80, 60, partner_name_norm="other")  # the first is still there

    found = measure(importers_in_relay, customs_declarations=rows)

    assert set(found) == {"tax:73"}  # the last of them
    row = found["tax:73"]
    traders = {("company", f"tax:{trader}") for trader in (71, 72, 73)}
    assert members(row) == traders | {("phone", _RECEIVER)}
    assert evidence(row) == _keys(0, 10, 20)
    # 1 and the receiver; 1 and the second is gone.
    assert row.value == pytest.approx((1 + 1) + (1 + 0.5))
    assert (row.support, row.value_vnd) == (15, 15_000_000)
    assert holding(row) == set()


def test_who_pays_what_others_pay_saves_nothing_by_a_name(measure: Measure) -> None:
    peers = [
        declaration(500 + 10 * place + n, str(10 + place), event_day=day(50 + n))
        for place in range(8)
        for n in range(3)
    ]
    seat = {"consignee_phone_e164": _RECEIVER}
    low = {**seat, "customs_value_vnd": 600_000, "partner_name_norm": "another"}
    rows = _trade(0, "71", 300, 200, **seat) + _trade(10, "72", 190, 50, **seat)
    rows += _trade(20, "73", 300, 200, **low) + _trade(30, "74", 190, 50, **low)

    found = measure(importers_in_relay, _ONE, customs_declarations=peers + rows)

    assert (found["tax:72"].value, found["tax:74"].value) == (2.5, 2.5)
    assert (holding(found["tax:72"]), holding(found["tax:74"])) == ({"ordinary_prices"}, set())


@pytest.mark.parametrize("result", ["violation", "mismatch"])
def test_who_was_found_out_has_a_reason_to_be_another_company(measure: Measure, result: str) -> None:
    """At what others pay, and at the old address."""
    peers = [
        declaration(500 + 10 * place + n, str(10 + place), event_day=day(50 + n))
        for place in range(8)
        for n in range(3)
    ]
    seat = {"consignee_phone_e164": _RECEIVER, "trader_address_norm": "so 1 pho hue"}
    rows = _trade(0, "71", 300, 200, **seat) + _trade(10, "72", 190, 50, **seat)
    rows[4]["inspection_result"] = result

    [row] = measure(importers_in_relay, _ONE, customs_declarations=peers + rows).values()

    assert row.value == pytest.approx(1 + 0.5 + 1 + 0.5)
    assert holding(row) == set()


def test_honest_changes_of_importer(measure: Measure) -> None:
    rows = _trade(0, "11", 300, 200, partner_name_norm="too long a pause") + _trade(
        10, "12", 124, 50, partner_name_norm="too long a pause"
    )
    rows += _trade(20, "21", 300, 200, partner_name_norm="both at once") + _trade(
        30, "22", 210, 50, partner_name_norm="both at once"
    )
    seat = {"partner_name_norm": "taken over", "trader_address_norm": "so 1 pho hue"}
    rows += _trade(40, "31", 300, 200, **seat) + _trade(50, "32", 190, 50, **seat)
    for n in range(6):  # 71 and 72 are a third of the trade
        rows += _trade(100 + 10 * n, f"4{n}", 300, 50, partner_name_norm="sells to many")
    rows += _trade(60, "51", 300, 200, partner_name_norm="sells to many")
    rows += _trade(70, "52", 190, 50, partner_name_norm="sells to many")
    rows += _trade(80, "61", 300, 200, partner_name_norm="goods differ", hs_code="64041110")
    rows += _trade(90, "62", 190, 50, partner_name_norm="goods differ", hs_code="61091010")
    rows += _trade(200, "63", 300, 200, partner_name_norm="rarely buys")
    rows += _trade(210, "64", 190, 50, partner_name_norm="rarely buys")[:2]
    rows += _trade(220, "65", 300, 200, partner_name_norm=None)
    rows += _trade(230, "66", 190, 50, partner_name_norm=None)
    rows += _trade(240, "67", 300, 200, regime="E21") + _trade(250, "68", 190, 50, regime="E21")

    assert measure(importers_in_relay, customs_declarations=rows) == {}


def test_a_seller_that_changed_its_customer_once(measure: Measure) -> None:
    rows = _trade(0, "71", 300, 200) + _trade(10, "72", 190, 50)

    assert measure(importers_in_relay, customs_declarations=rows) == {}
    # A third in turn is another matter.
    third = _trade(20, "73", 45, 1)
    assert set(measure(importers_in_relay, customs_declarations=rows + third)) == {"tax:73"}


def test_a_phone_that_everybody_names_ties_nobody(measure: Measure) -> None:
    broker = {"consignee_phone_e164": _RECEIVER}
    rows = _trade(0, "71", 300, 200, **broker) + _trade(10, "72", 190, 50, **broker)
    hub = {"kind": "phone", "id": _RECEIVER, "users": 90, "hub": True}

    [tied] = measure(importers_in_relay, _ONE, customs_declarations=rows).values()
    [known] = measure(importers_in_relay, _ONE, customs_declarations=rows, identifiers=[hub]).values()

    others = [declaration(300 + n, str(80 + n), goods_norm="khac", **broker) for n in range(7)]
    [of_many] = measure(importers_in_relay, _ONE, customs_declarations=rows + others).values()

    assert (tied.value, known.value, of_many.value) == (2.5, 1.5, 1.5)
    assert members(known) == {("company", "tax:71"), ("company", "tax:72")}


def test_who_delivers_to_many_has_no_receiver_behind_it(measure: Measure) -> None:
    rows = _trade(0, "71", 300, 200) + _trade(10, "72", 190, 50)
    for n in range(11):
        customer = {"consignee_phone_e164": f"+84911222{n:03d}", "goods_norm": "khac", "hs_code": "61091010"}
        rows.append(declaration(300 + n, "71", event_day=day(250), **customer))
        rows.append(declaration(400 + n, "72", event_day=day(100), **customer))

    [row] = measure(importers_in_relay, _ONE, customs_declarations=rows).values()

    assert row.value == 1.5
    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}


def test_names_of_one_hand_hand_nothing_over(measure: Measure) -> None:
    rows = _trade(0, "71", 300, 200) + _trade(10, "72", 190, 50)
    hand = [{"kind": "company", "id": f"tax:{trader}", "operator_id": "op a"} for trader in (71, 72)]

    assert len(measure(importers_in_relay, _ONE, customs_declarations=rows)) == 1
    assert measure(importers_in_relay, _ONE, customs_declarations=rows, operators=hand) == {}


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(importers_in_relay) == {}


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return load_catalogue().signals["importers_in_relay"].parameters


def _buyer(hand: str, first: date, last: date, **given: Any) -> dict[str, Any]:
    """A company that bought five lots of the seller between two days, and nothing after."""
    return {
        "partner_name_norm": _SELLER,
        "goods": "64041190",
        "hand": hand,
        "trader": f"tax:{hand}",
        "lines": 5,
        "first": first,
        "last": last,
        "last_of_all": last,
        "value_vnd": 100,
        "seats": [f"so {hand}"],
        "found_out": 0,
        "contacts": [],
        "evidence": [{"feed": "customs_declarations", "key": hand}],
        **given,
    }


def _hands(chain: list[dict[str, Any]]) -> list[str]:
    return [row["hand"] for row in chain]


A = _buyer("a", date(2025, 1, 1), date(2025, 3, 31))
B = _buyer("b", date(2025, 4, 10), date(2025, 6, 30))
C = _buyer("c", date(2025, 7, 5), date(2025, 9, 30))


@pytest.mark.parametrize(
    ("before", "after", "worth"),
    [
        ({}, {}, 1.5),
        ({"last_of_all": date(2025, 4, 21)}, {}, 1.5),  # three weeks more
        ({"last_of_all": date(2025, 4, 22)}, {}, 1.0),
        ({"contacts": [_RECEIVER]}, {"contacts": [_RECEIVER, "+8490"]}, 2.5),
        ({"contacts": [_RECEIVER]}, {"contacts": None}, 1.5),
        ({"seats": ["so 1", "so 2"]}, {"seats": ["so 2"]}, 0.75),  # an open takeover counts half
        ({"seats": []}, {"seats": []}, 1.5),
        ({"found_out": 2}, {}, 2.0),
        ({}, {"found_out": 2}, 1.5),
        ({"seats": ["so 1"], "found_out": 1}, {"seats": ["so 1"]}, 2.0),  # no takeover to be proud of
        # Low prices from one address: one business, as if both had one phone. Too few lines say nothing.
        ({"seats": ["so 1"]}, {"seats": ["so 1"], "priced": 4, "level": -250_000}, 2.5),
        ({"seats": ["so 1"]}, {"seats": ["so 1"], "priced": 4, "level": -249_000}, 0.75),
        ({"seats": ["so 1"]}, {"seats": ["so 1"], "priced": 3, "level": -900_000}, 0.75),
        ({}, {"priced": 4, "level": -900_000}, 1.5),
    ],
)
def test_what_a_handover_counts(
    parameters: Parameters, before: dict[str, Any], after: dict[str, Any], worth: float
) -> None:
    assert handover(A | before, B | after, parameters) == worth


@pytest.mark.parametrize(
    ("first", "chain"),
    [
        (date(2025, 3, 24), []),  # while the one before still buys
        (date(2025, 3, 25), ["a", "b"]),  # within the last week of three months
        (date(2025, 4, 1), ["a", "b"]),
        (date(2025, 6, 14), ["a", "b"]),  # 75 days later
        (date(2025, 6, 15), []),
    ],
)
def test_the_next_begins_after_the_one_before_and_not_long_after(
    parameters: Parameters, first: date, chain: list[str]
) -> None:
    after = B | {"first": first, "last": date(2025, 12, 31)}
    assert _hands(longest_relay([after, A], parameters)) == chain


def test_who_has_the_same_phone_may_take_longer(parameters: Parameters) -> None:
    before = A | {"contacts": [_RECEIVER]}
    for first, chain in ((date(2025, 8, 28), ["a", "b"]), (date(2025, 8, 29), [])):  # 150 days, and one more
        after = B | {"contacts": [_RECEIVER], "first": first, "last": date(2025, 12, 31)}
        assert _hands(longest_relay([after, before], parameters)) == chain


def test_who_buys_in_the_same_weeks_follows_nobody(parameters: Parameters) -> None:
    # A quarter of 16 days: four, and the last of them is too early.
    brief = A | {"first": date(2025, 3, 15)}
    assert _hands(longest_relay([brief, B | {"first": date(2025, 3, 28)}], parameters)) == ["a", "b"]
    assert longest_relay([brief, B | {"first": date(2025, 3, 27)}], parameters) == []


def test_the_chain_that_is_worth_most(parameters: Parameters) -> None:
    rival = _buyer("r", date(2025, 4, 5), date(2025, 6, 30), lines=5, contacts=[_RECEIVER])
    trade = [C | {"contacts": [_RECEIVER]}, rival, B, A]

    # a, r, c: 1.5 and 2.5; a, b, c: twice 1.5. 15 of 20 lines are less than four in five: r and c are tied.
    assert _hands(longest_relay(trade, parameters)) == ["r", "c"]
    assert _hands(longest_relay(trade, {**parameters, "trade_share": 0.75})) == ["a", "r", "c"]


def test_a_small_part_of_the_trade_is_a_chain_where_contacts_tie_all_of_it(parameters: Parameters) -> None:
    others = [_buyer(f"o{n}", date(2025, 1, 1), date(2025, 12, 31), lines=50) for n in range(3)]
    tied = [row | {"contacts": [_RECEIVER]} for row in (A, B, C)]

    assert _hands(longest_relay([*others, *tied], parameters)) == ["a", "b", "c"]
    # Who shares nothing with the next is left out.
    assert _hands(longest_relay([*others, A, *tied[1:]], parameters)) == ["b", "c"]
    assert longest_relay([*others, A, B], parameters) == []


def test_who_buys_less_often_carries_nothing_on(parameters: Parameters) -> None:
    assert _hands(longest_relay([A, B | {"lines": 3}], parameters)) == ["a", "b"]
    assert longest_relay([A, B | {"lines": 2}], parameters) == []
    assert longest_relay([], parameters) == []


def test_the_row_of_a_chain(parameters: Parameters) -> None:
    address = "so 9 pho hue"
    chain = [A | {"contacts": [_RECEIVER, address]}, B | {"contacts": [_RECEIVER, address]}, C]
    quiet = [_buyer(name, A["first"], C["last"], partner_name_norm="other") for name in "xy"]

    [row] = relay_rows([*quiet, *chain], parameters)

    assert (row["subject_kind"], row["subject_id"]) == ("company", "tax:c")
    assert [(one["kind"], one["id"]) for one in row["members"]] == [
        ("address", address),
        ("company", "tax:a"),
        ("company", "tax:b"),
        ("company", "tax:c"),
        ("phone", _RECEIVER),
    ]
    assert [one["key"] for one in row["evidence"]] == ["a", "b", "c"]
    # Two sellers have several importers: one at 4, one at 0.
    assert (row["value"], row["typical"], row["tail"], row["peers"]) == (4.0, 2.0, 0.5, 2)
    assert (row["support"], row["value_vnd"]) == (15, 300)
    assert not any(one["holds"] for one in row["explanations"])


def test_an_open_takeover_says_so_where_the_chain_is_long_enough(parameters: Parameters) -> None:
    one_seat = [row | {"seats": ["so 1"]} for row in (A, B, C)]

    assert relay_rows(one_seat[:2], parameters | _ONE) == []  # 0.75
    [row] = relay_rows(one_seat, parameters | _ONE)
    assert row["value"] == 1.5
    assert [one["id"] for one in row["explanations"] if one["holds"]] == ["openly_taken_over"]


def test_low_prices_of_the_next_are_no_ordinary_ones(parameters: Parameters) -> None:
    before = A | {"seats": ["so 1"], "priced": 40, "level": 0}
    after = B | {"seats": ["so 1"], "priced": 4, "level": -300_000}  # of all, 3 % below the peers

    [row] = relay_rows([before, after], parameters)
    assert row["value"] == 2.5
    assert not any(one["holds"] for one in row["explanations"])


def test_the_last_company_of_two_chains_has_the_stronger(parameters: Parameters) -> None:
    elsewhere = [row | {"goods": "61091010"} for row in (B, C)]

    rows = relay_rows([A, B, C, *elsewhere], parameters)
    assert [(row["subject_id"], row["value"]) for row in rows] == [("tax:c", 3.0)]
    assert relay_rows([*elsewhere, C, B, A], parameters) == rows
