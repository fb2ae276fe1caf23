"""Caught hands that have their lots of the same sellers, against a trade that buys of them too."""

from typing import Any

import pytest

from jobs.signals.goods.alike_hands import GOODS, SELLER, alike_hands
from jobs.signals.goods.clearance import channel_shopping
from tests.jobs.signals.goods.frames import Measure, day, declaration

_PARAMETERS = {"tie_sellers_share": 0.5, "tie_alike_lines": 3, "tie_chance_max": 0.02}


def _hand(trader: str, **lots: int) -> list[dict[str, Any]]:
    return [
        {"trader": trader, "partner_name_norm": seller}
        for seller, count in lots.items()
        for _ in range(count)
    ]


def _buyers(of_both: int, others: int) -> dict[str, dict[str, float]]:
    """So many others have six tenths of their lines of the seller `a`; the rest buys a tenth of it."""
    shares = {f"other {n}": 0.6 if n < of_both else 0.1 for n in range(others)}
    return {"a": shares | {"one": 0.6}, "b": {"one": 0.4}}


@pytest.mark.parametrize(
    ("of_both", "others", "tied"),
    [
        (0, 49, True),  # (0 + 1) / (49 + 1)
        (0, 48, False),  # too few to know that it is rare
        (1, 98, False),
        (1, 99, True),
    ],
)
def test_what_hardly_anybody_else_buys_so_ties(of_both: int, others: int, tied: bool) -> None:
    shown = {"one": _hand("one", a=3, b=2), "two": _hand("two", a=4, c=1)}
    found = alike_hands(shown, {SELLER: _buyers(of_both, others)}, _PARAMETERS)
    assert found == ([(SELLER, "one", "two")] if tied else [])


def test_half_of_both_has_to_agree_over_three_lines() -> None:
    shown = {
        "one": _hand("one", a=2, b=2),
        "half": _hand("half", a=1, b=1, c=2),  # a quarter of a, a quarter of b
        "less": _hand("less", a=2, c=3),  # 0.4 of a
        "few": _hand("few", a=1, b=1),
    }
    # Half of `one` and of `half` agrees, too, but not with what `half` and `less` have together (0.45).
    assert alike_hands(shown, {SELLER: _buyers(0, 99)}, _PARAMETERS) == [(SELLER, "half", "less")]


def test_a_third_joins_two_whose_lots_its_own_agree_with() -> None:
    shown = {
        "one": _hand("one", a=2, b=2),
        "two": _hand("two", a=2, b=1, c=1),
        "third": _hand("third", a=2, c=2),  # 0.75 of `two`, 0.625 of `one` and `two` together
    }
    tied = alike_hands(shown, {SELLER: _buyers(0, 99)}, _PARAMETERS)
    assert tied == [(SELLER, "one", "two"), (SELLER, "third", "two")]


def test_whom_one_office_lets_through_has_lots_there() -> None:
    def at(hand: list[dict[str, Any]], *offices: str) -> list[dict[str, Any]]:
        named = zip(hand, offices, strict=True)
        return [
            line | {"partner_at_office": f"{line['partner_name_norm']}|{office}"} for line, office in named
        ]

    shown = {
        "one": at(_hand("one", a=2, b=1), "18A3", "18A3", "27NB"),
        "two": at(_hand("two", a=2, c=1), "27NB", "18A3", "54CF"),
        "third": at(_hand("third", a=3), "54CF", "54CF", "54CF"),
        "no office": [line | {"partner_at_office": None} for line in _hand("no office", a=3)],
    }
    parameters = _PARAMETERS | {"tie_alike_at_office": 1}
    assert alike_hands(shown, {SELLER: _buyers(0, 99)}, parameters) == [(SELLER, "one", "two")]


def test_the_same_goods_tie_as_sellers_do() -> None:
    shown = {hand: [{"trader": hand, "hs_code": "85166090"}] * 3 for hand in ("one", "two")}
    trade = {GOODS: {"85166090": {f"other {n}": 0.6 if n < 2 else 0.2 for n in range(149)} | {"one": 0.1}}}
    tied = alike_hands(shown, trade, {"tie_goods_share": 0.5, "tie_alike_lines": 3, "tie_chance_max": 0.02})
    assert tied == [(GOODS, "one", "two")]  # (2 + 1) / (149 + 1)


def test_the_same_goods_of_one_seller_each_tie_none_to_the_others() -> None:
    def hand(trader: str, *sellers: str) -> list[dict[str, Any]]:
        lots = zip(sellers, ("85166090",) * 3, strict=True)
        return [{"trader": trader, "partner_name_norm": seller, "hs_code": code} for seller, code in lots]

    shown = {
        "a1": hand("a1", *"aaa"),
        "a2": hand("a2", *"aaa"),
        "b1": hand("b1", *"bbb"),
    }
    trade = {GOODS: {"85166090": {f"other {n}": 0.1 for n in range(99)}}}
    parameters = {"tie_goods_share": 0.5, "tie_alike_lines": 3, "tie_chance_max": 0.02}
    assert alike_hands(shown, trade, parameters) == [(GOODS, "a1", "a2")]
    # Who buys of both tells that the sellers are no difference.
    shown["both"] = hand("both", *"abb")
    tied = [("a1", "a2"), ("a1", "both"), ("a2", "b1")]
    assert alike_hands(shown, trade, parameters) == [(GOODS, *pair) for pair in tied]


def test_importers_who_drop_the_lots_of_one_seller_of_many_act_together(measure: Measure) -> None:
    def dropped(number: int, trader: str, seller: str, offices: tuple[str, str, str]) -> list[dict[str, Any]]:
        rows = []
        for place, office in enumerate(offices):
            lot = {"net_weight_kg": 500.0 + number + place, "partner_name_norm": seller}
            at = number + 2 * place
            red = declaration(
                at, trader, event_day=day(60 - 15 * place), channel="red", cleared_at=None, **lot
            )
            back = declaration(at + 1, trader, event_day=day(58 - 15 * place), customs_office=office, **lot)
            rows += [red, back]
        return rows

    rows = [
        *dropped(0, "71", "haven supply", ("01A1", "02DS", "27NB")),
        *dropped(100, "72", "haven supply", ("54CF", "13CG", "18A3")),
        *dropped(200, "73", "other supply", ("43NB", "47NF", "51CI")),
    ]
    # Ninety-nine others buy three lots each, a third of them of this seller.
    for other in range(99):
        for lot, seller in enumerate(("haven supply", f"seller {other}", "other supply")):
            number = 1000 + 3 * other + lot
            rows.append(declaration(number, f"8{other:02}", channel="red", partner_name_norm=seller))

    found = measure(channel_shopping, customs_declarations=rows)

    tied = sorted(sorted(member.id for member in row.members) for row in found.values())
    assert tied == [["tax:71", "tax:72"], ["tax:73"]]
