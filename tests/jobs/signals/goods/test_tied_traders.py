"""When tied hands are one detection, and what they are worth together."""

from typing import Any

import pytest

from jobs.signals.goods.alike_hands import SELLER as _SELLER
from jobs.signals.goods.tied_traders import TIE_COLUMNS, tied_rows

_PHONE = "+84911222333"
_OTHER_PHONE = "+84911222444"
_PARAMETERS = {
    "tied_traders_limit": 40,
    "tied_share": 0.34,
    "tie_chance_max": 0.02,
    "tie_line_share": 0.1,
    "report_from": 1.8,
    "evidence_limit": 1000,
}


def _hand(number: int, value: float, phone: str | None = _PHONE) -> dict[str, Any]:
    shown = {
        "trader": f"tax:{number}",
        "evidence": {"feed": "customs_declarations", "key": str(number)},
        **dict.fromkeys(TIE_COLUMNS),
        "consignee_phone_e164": phone,
    }
    return {
        "hand": f"hand {number}",
        "value": value,
        "typical": 0.0,
        "tail": 0.01,
        "peers": 500,
        "peer_group": "importers",
        "support": 3,
        "value_vnd": 100,
        "explanations": [],
        "shown": [shown],
    }


def _through(number: int, seller_at_office: str) -> dict[str, Any]:
    hand = _hand(number, 2.0, phone=None)
    hand["shown"] = [one | {"partner_at_office": seller_at_office} for one in hand["shown"]]
    return hand


def _rows(*hands: dict[str, Any], **parameters: float) -> list[dict[str, Any]]:
    return tied_rows("understated_weights", list(hands), {("phone", _PHONE): 2}, _PARAMETERS | parameters)


def test_tied_hands_are_worth_what_the_strongest_is() -> None:
    assert _rows(_hand(1, 1.5), _hand(2, 1.2)) == []
    (row,) = _rows(_hand(1, 2.0), _hand(2, 1.2))
    assert row["value"] == 2.0
    assert (row["support"], row["value_vnd"]) == (6, 200)


def test_distances_of_tied_hands_add_up() -> None:
    (row,) = _rows(_hand(1, 1.5), _hand(2, 1.2), distances_add_up=1)
    assert row["value"] == pytest.approx((1.5**2 + 1.2**2) ** 0.5)
    assert {member["id"] for member in row["members"]} == {"tax:1", "tax:2", _PHONE}


def test_distances_of_strangers_do_not() -> None:
    assert _rows(_hand(1, 1.5), _hand(2, 1.2, phone=None), distances_add_up=1) == []


def test_one_seller_through_one_office_ties_where_the_signal_says_so() -> None:
    hands = [_through(1, "seller|01A1"), _through(2, "seller|01A1"), _through(3, "seller|02CI")]

    def tied(users: int, **also: int) -> list[set[str]]:
        counted = {("partner_at_office", "seller|01A1"): users, ("partner_at_office", "seller|02CI"): 1}
        rows = tied_rows("channel_shopping", hands, counted, _PARAMETERS | also)
        return [{member["id"] for member in row["members"]} for row in rows]

    # The seller and the office are no members.
    assert tied(3, tie_at_office=1) == [{"tax:1", "tax:2"}, {"tax:3"}]
    assert tied(3) == [{"tax:1"}, {"tax:2"}, {"tax:3"}]
    # Thirty buy of this seller through this office: two of them are caught there by chance.
    assert tied(30, tie_at_office=1) == [{"tax:1"}, {"tax:2"}, {"tax:3"}]


def test_two_houses_that_buy_of_one_seller_are_two_of_its_customers() -> None:
    """Hands of two telephones, and others with none, all supplied by one seller."""

    def supplied(*phones: str | None) -> list[set[str]]:
        hands = [_hand(number, 2.0, phone) for number, phone in enumerate(phones, start=1)]
        for hand in hands:
            hand["shown"] = [one | {"partner_name_norm": "seller"} for one in hand["shown"]]
        users = {(_SELLER, "seller"): len(phones), ("phone", _PHONE): 2, ("phone", _OTHER_PHONE): 2}
        rows = tied_rows("undervalued_imports", hands, users, _PARAMETERS)
        return [{member["id"] for member in row["members"]} for row in rows]

    house, other = {"tax:1", "tax:2", _PHONE}, {"tax:3", "tax:4", _OTHER_PHONE}
    assert supplied(_PHONE, _PHONE, _OTHER_PHONE, _OTHER_PHONE) == [house, other]
    # Who stands alone belongs to the only house, and to neither of two.
    assert supplied(_PHONE, _PHONE, None) == [house | {"tax:3"}]
    assert supplied(_PHONE, _PHONE, _OTHER_PHONE, _OTHER_PHONE, None, None) == [
        house,
        other,
        {"tax:5", "tax:6"},
    ]


def test_two_houses_alike_in_whom_they_buy_of_are_two_customers_still() -> None:
    """Two telephones of two importers each, and one importer of neither: all buy nearly all of one seller."""

    def supplied(*phones: str | None) -> list[set[str]]:
        hands = [_hand(number, 2.0, phone) for number, phone in enumerate(phones, start=1)]
        for hand in hands:
            hand["shown"] = [one | {"partner_name_norm": "seller"} for one in hand["shown"]] * 3
        # Too many buy of this seller for one lot of its to tie them.
        users = {(_SELLER, "seller"): 500, ("phone", _PHONE): 2, ("phone", _OTHER_PHONE): 2}
        trade = {_SELLER: {"seller": {f"other {number}": 0.1 for number in range(99)}}}
        alike = {"tie_sellers_share": 0.5, "tie_alike_lines": 3}
        rows = tied_rows("undervalued_imports", hands, users, _PARAMETERS | alike, trade)
        return [{member["id"] for member in row["members"]} for row in rows]

    house, other = {"tax:1", "tax:2", _PHONE}, {"tax:3", "tax:4", _OTHER_PHONE}
    assert supplied(_PHONE, _PHONE, _OTHER_PHONE, _OTHER_PHONE) == [house, other]
    assert supplied(_PHONE, _PHONE, None) == [house | {"tax:3"}]
    assert supplied(None, None) == [{"tax:1", "tax:2"}]
