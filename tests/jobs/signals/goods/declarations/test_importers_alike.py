"""One import business under several names, against competitors, neighbours, groups and open takeovers."""

from datetime import date
from typing import Any

import pytest

from configs.catalogue import load_catalogue
from jobs.signals.goods.declarations import importers_alike
from jobs.signals.goods.declarations.importers_alike import alike, in_turn, rows_of_groups
from jobs.signals.schema import Parameters
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members

_SELLERS = ("yiwu trading", "foshan trading")


def _trade(
    start: int,
    trader: str,
    lots: int = 8,
    first: int = 200,
    sellers: tuple[str, ...] = _SELLERS,
    **given: Any,
) -> list[dict[str, Any]]:
    """Lots of the sellers in turn, every ten days."""
    return [
        declaration(
            start + n,
            trader,
            event_day=day(first - 10 * n),
            **({"partner_name_norm": sellers[n % len(sellers)]} | given),
        )
        for n in range(lots)
    ]


def test_two_companies_with_one_trade(measure: Measure) -> None:
    rows = _trade(0, "71") + _trade(20, "72", first=195)

    [row] = measure(importers_alike, customs_declarations=rows).values()

    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert evidence(row) == {f"{100000000000 + start + n}:1" for start in (0, 20) for n in range(8)}
    assert row.value == pytest.approx(8 / (8 + 8))  # everything in common; eight lines against eight of doubt
    assert (row.support, row.value_vnd) == (16, 16_000_000)
    assert holding(row) == set()


def test_honest_importers_have_less_in_common(measure: Measure) -> None:
    rows = _trade(0, "11", sellers=("one seller",)) + _trade(20, "12", sellers=("one seller",))
    # Elsewhere, other goods, private people, few lots, processing.
    rows += _trade(40, "21", sellers=("b1", "b2")) + _trade(
        60, "22", sellers=("b1", "b2"), customs_office="43IH"
    )
    rows += _trade(80, "31", sellers=("c1", "c2")) + _trade(
        100, "32", sellers=("c1", "c2"), hs_code="61091010"
    )
    for start, name in ((120, "41"), (140, "42")):
        rows += _trade(start, name, sellers=("d1", "d2"), trader_key=f"cccd:{name}")
    rows += _trade(160, "51", lots=3, sellers=("e1", "e2")) + _trade(180, "52", lots=3, sellers=("e1", "e2"))
    for start, name in ((200, "61"), (220, "62")):
        rows += _trade(start, name, sellers=("f1", "f2"), regime="E21")
    for start, name in ((240, "63"), (260, "64")):  # couriers, who declare for whoever ordered
        rows += _trade(start, name, sellers=("h1", "h2"), regime="MIC")
    for n in range(13):  # wholesalers to a whole trade
        rows += _trade(300 + 20 * n, str(700 + n), sellers=("g1", "g2"))

    assert measure(importers_alike, customs_declarations=rows) == {}


def test_who_follows_one_that_is_gone_needs_no_office_in_common(measure: Measure) -> None:
    rows = _trade(0, "71", first=300) + _trade(20, "72", first=200, customs_office="43IH")
    assert len(measure(importers_alike, customs_declarations=rows)) == 1


def test_branches_and_names_of_one_hand_are_one_importer(measure: Measure) -> None:
    rows = _trade(0, "71") + _trade(20, "72")
    hand = [{"kind": "company", "id": f"tax:{trader}", "operator_id": "op a"} for trader in (71, 72)]
    assert measure(importers_alike, customs_declarations=rows, operators=hand) == {}


def test_groups_and_takeovers_in_the_open_are_explained(measure: Measure) -> None:
    rows = _trade(0, "71", trader_name_norm="cty tnhh hoa phat dung quat")
    rows += _trade(20, "72", trader_name_norm="cty cp hoa phat hai duong", trader_address_norm="so 1 pho hue")
    rows += _trade(40, "81", first=300, sellers=("h1", "h2"), trader_address_norm="so 2 pho hue")
    rows += _trade(60, "82", first=200, sellers=("h1", "h2"), trader_address_norm="so 2 pho hue")

    found = measure(importers_alike, customs_declarations=rows)

    assert holding(found["tax:71"]) == {"one_group_of_companies"}
    assert holding(found["tax:81"]) == {"openly_taken_over"}


def test_no_declarations_give_no_rows(measure: Measure) -> None:
    assert measure(importers_alike) == {}


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return load_catalogue().signals["importers_alike"].parameters


def _buyer(hand: str, seller: str, lines: int, of: int, **given: Any) -> dict[str, Any]:
    """So many of a hand's lines are of the seller; all of it is one kind of goods at one office."""
    return {
        "hand": hand,
        "partner_name_norm": seller,
        "lines": lines,
        "value_vnd": 100,
        "evidence": [{"feed": "customs_declarations", "key": f"{hand}{seller}"}],
        "trader": f"tax:{hand}",
        "all_lines": of,
        "first": date(2026, 1, 1),
        "last": date(2026, 3, 1),
        "seats": [],
        "group": None,
        "goods": [{"value": "64041190", "lines": of}],
        "offices": [{"value": "01AB", "lines": of}],
        **given,
    }


def test_shares_multiply_and_few_lines_count_for_less(parameters: Parameters) -> None:
    half = {
        "goods": [{"value": "64041190", "lines": 6}, {"value": None, "lines": 6}],
        "offices": [{"value": "01AB", "lines": 9}, {"value": "43IH", "lines": 3}],
    }
    one = {"x": _buyer("a", "x", 6, 12), "y": _buyer("a", "y", 6, 12)}
    other = {"x": _buyer("b", "x", 9, 12, **half), "y": _buyer("b", "y", 3, 12, **half)}

    # Sellers 1/2 and 1/4, goods 1/2, office 3/4, and twelve lines against eight of doubt.
    assert alike(one, other, parameters) == pytest.approx(0.75 * 0.5 * 0.75 * 12 / 20)


@pytest.mark.parametrize(
    ("first", "follows"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 5, 15), True),  # 75 days later
        (date(2026, 5, 16), False),
    ],
)
def test_the_next_begins_after_the_one_before_and_not_long_after(
    parameters: Parameters, first: date, follows: bool
) -> None:
    before, after = _buyer("a", "x", 6, 6), _buyer("b", "x", 6, 6, first=first, last=date(2026, 8, 1))
    assert in_turn(before, after, parameters) is follows
    assert in_turn(after, before, parameters) is follows


def test_pairs_that_tie_a_group_add_up(parameters: Parameters) -> None:
    rows = [_buyer(hand, seller, 4, 8) for hand in "ab" for seller in ("x", "y")]
    # c shares two sellers with b alone, and half of its lines.
    rows += [_buyer("b", seller, 2, 8) for seller in ("v", "w")]
    rows += [_buyer("c", seller, 2, 8) for seller in ("v", "w")] + [_buyer("c", "own", 4, 8)]

    [row] = rows_of_groups(rows, parameters)

    # a and b have all in common, 8 lines against 8 of doubt; b and c half of it.
    assert row["value"] == pytest.approx(1 - (1 - 0.5) * (1 - 0.25))
    assert [one["id"] for one in row["members"]] == ["tax:a", "tax:b", "tax:c"]
    assert "cown" not in {one["key"] for one in row["evidence"]}
    assert rows_of_groups(list(reversed(rows)), parameters) == [row]
