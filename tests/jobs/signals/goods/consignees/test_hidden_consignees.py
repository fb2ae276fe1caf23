"""Whose phone or address a receiver's is: who shares it, however their names are written."""

from typing import Any

import pytest

from jobs.signals.goods.consignees.hidden_consignees import receiver_row

_SHARED, _OWN, _AGENT = "+84911000001", "+84911000002", "+84911000003"


def _bill(number: int, name: str | None, trader: str | None, phone: str, **given: Any) -> dict[str, Any]:
    return {
        "evidence": {"feed": "customs_declarations", "key": f"{number}:1"},
        "name": name,
        "trader": trader,
        "trader_bills": 1,
        "forwarder": False,
        "seller": None,
        "seller_bills": None,
        "tie_phone": phone,
        "tie_address": None,
        **given,
    }


def _members(*bills: dict[str, Any]) -> set[tuple[str, str]]:
    measured = {"value": 1.0, "typical": 0.1, "tail": 0.01, "peers": 9, "peer_group": "consignees"}
    found = measured | {"support": len(bills), "value_vnd": 1, "explanations": [], "shown": list(bills)}
    parameters = {
        "evidence_limit": 10,
        "member_share": 0.5,
        "shop_parcels": 4,
        "identifier_share": 0.1,
        "names_used_once": 15,
    }
    row = receiver_row("shared_consignees", found, "consignee", parameters)
    return {(one["kind"], one["id"]) for one in row["members"]}


def test_a_phone_that_several_traders_or_names_share_is_a_member() -> None:
    found = _members(
        _bill(1, "le thi hoa", "cccd:1", _SHARED),
        _bill(2, "le thi hoa", "cccd:2", _SHARED),
        _bill(3, "tran van an", "cccd:3", _AGENT, forwarder=True),
        _bill(4, "do van binh", "cccd:4", _AGENT, forwarder=True),
    )
    assert found == {("phone", _SHARED), ("phone", _AGENT), *(("person", f"cccd:{n}") for n in (1, 2, 3, 4))}


def test_a_number_of_ones_own_is_none_however_the_name_is_written() -> None:
    found = _members(
        _bill(1, "le thi hoa", "cccd:1", _SHARED),
        _bill(2, "tran van an", "cccd:2", _SHARED),
        _bill(3, "le thi hoa", "cccd:1", _OWN),
        _bill(4, "le t hoa", None, _OWN),  # a parcel, which names no trader
        _bill(5, None, None, _OWN),
    )
    assert found == {("phone", _SHARED), ("person", "cccd:1"), ("person", "cccd:2")}


def test_a_neighbour_who_buys_through_several_is_none_where_others_share() -> None:
    through = [_bill(n, "do van binh", f"tax:{n}", _OWN) for n in (1, 2, 3)]
    shared = [_bill(n, f"ten {n}", f"cccd:{n}", _SHARED) for n in (4, 5)]
    assert ("phone", _OWN) not in _members(*through, *shared)
    # Alone it is the one that borrows them all.
    assert ("phone", _OWN) in _members(*through)


def test_one_buyer_through_two_forwarders_is_one() -> None:
    through = [_bill(n, "le thi hoa", f"tax:{n}", _AGENT, forwarder=True) for n in (1, 2)]
    shared = [_bill(n, f"ten {n}", f"cccd:{n}", _SHARED) for n in (3, 4)]
    assert ("phone", _AGENT) not in _members(*through, *shared)


def test_names_by_the_dozen_on_one_bill_each_are_witnesses() -> None:
    def bills(people: int, each: int = 1) -> list[dict[str, Any]]:
        return [
            _bill(10 * n + bill, f"ten {n}", f"cccd:{n}", _SHARED, trader_bills=each)
            for n in range(people)
            for bill in range(each)
        ]

    phone = {("phone", _SHARED)}
    assert _members(*bills(15)) == phone
    assert _members(*bills(14)) == phone | {("person", f"cccd:{n}") for n in range(14)}
    # Who receives twice under its name has lent it.
    assert _members(*bills(15, 2)) == phone | {("person", f"cccd:{n}") for n in range(15)}
    # A company among them declares, and is looked at.
    assert _members(*bills(15), _bill(999, "cong ty a", "tax:1", _SHARED)) == phone | {("company", "tax:1")}


@pytest.mark.parametrize(("parcels", "of_all", "member"), [(4, 8, True), (4, 9, False), (3, 3, False)])
def test_a_shop_that_sends_half_of_all_its_parcels_here_is_a_member(
    parcels: int, of_all: int, member: bool
) -> None:
    sent = {"seller": "shopee:1", "seller_bills": of_all}
    found = _members(*[_bill(n, f"ten {n}", None, _SHARED, **sent) for n in range(parcels)])
    assert (("seller", "shopee:1") in found) is member
