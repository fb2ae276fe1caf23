"""One private account behind many sender phones, against families, warehouses, firms and unlike senders."""

import math
from typing import Any

import pytest

from jobs.signals.goods.parcels import masked_senders
from tests.jobs.signals.goods.frames import Measure, evidence, holding, members, parcel

_HOME = "12 ngo 5 duong lang ha noi"
_WAREHOUSE = "kho 3 duong lang ha noi"
_GENERIC = "hang tap hoa moi 100%"


def _phone(number: int) -> str:
    return f"+8490000{number:04d}"


def _sent(
    start: int, account: str, phones: int, each: int = 2, place: str | None = None, **given: Any
) -> list[dict[str, Any]]:
    """So many phones with `each` parcels for 100,000 VND, all for one account.

    Each phone has a place and two sorts of goods of its own, unless given.
    """
    rows = []
    for n in range(phones * each):
        number = start + n // each
        row = {
            "sender_phone_e164": _phone(number),
            "sender_address_norm": place or f"{number} pho hue ha noi",
            "cod_account_id": account,
            "cod_amount_vnd": 100_000,
            "goods_norm": f"tra sen {number} {n % 2}",
        }
        rows.append(parcel(start * 10 + n, f"phone:{_phone(number)}", **(row | given)))
    return rows


def _held(account: str, holder_type: str | None = "individual", hub: bool = False) -> dict[str, Any]:
    return {"account_id": account, "holder_type": holder_type, "hub": hub}


def test_many_phones_send_the_same_goods_for_one_account(measure: Measure) -> None:
    # Four phones with two, two, three and three parcels; of the ten parcels six hold goods that two of the
    # four send, and two leave from a place that two of them use.
    rows = _sent(10, "a", 2) + _sent(12, "a", 2, each=3)
    for n in (0, 1, 2, 4, 5, 7):
        rows[n]["goods_norm"] = "kem tron" if n in (0, 1, 2) else "thuoc giam can"
    rows[3]["sender_address_norm"] = rows[6]["sender_address_norm"] = _HOME

    [row] = measure(masked_senders, parcels=rows, accounts=[_held("a")]).values()

    assert row.value == pytest.approx(math.log2(4) * 6 / 10)
    assert (row.subject_kind, row.subject_id) == ("account", "a")
    assert (row.support, row.value_vnd) == (10, 1_000_000)
    assert {tuple(member) for member in row.members} == {
        ("account", "a", "collector"),
        *(("phone", _phone(n), "phone") for n in range(10, 14)),
    }
    assert evidence(row) == {parcel["record_key"] for parcel in rows}
    assert holding(row) == set()


def test_many_phones_send_from_one_place_for_an_account_of_nobody_known(measure: Measure) -> None:
    # Of eight parcels, six of three phones leave from one place; the fourth phone sends from elsewhere.
    rows = _sent(10, "a", 3, place=_HOME) + _sent(13, "a", 1)
    others = _sent(20, "b", 1) + _sent(21, "c", 1) + _sent(22, "d", 1)

    [row] = measure(
        masked_senders,
        parcels=rows + others,
        accounts=[_held("a", None), *(_held(name) for name in "bcd")],
    ).values()

    assert row.value == pytest.approx(math.log2(4) * 6 / 8)
    assert (row.support, row.value_vnd) == (8, 800_000)
    assert members(row) == {("account", "a"), *(("phone", _phone(n)) for n in range(10, 14))}
    assert (row.typical, row.tail, row.peers) == (0.0, 0.25, 4)
    assert holding(row) == set()


def test_goods_of_a_few_of_many_phones_are_not_their_own(measure: Measure) -> None:
    """Of six phones two send the same: less than half of them."""
    rows = _sent(10, "a", 4) + _sent(14, "a", 2, each=6, goods_norm="kem tron")
    assert measure(masked_senders, parcels=rows, accounts=[_held("a")]) == {}
    rows += _sent(20, "a", 1, goods_norm="kem tron")
    # Three of seven are not half, either; four of eight are.
    assert measure(masked_senders, parcels=rows, accounts=[_held("a")]) == {}
    rows += _sent(21, "a", 1, goods_norm="kem tron")
    [row] = measure(masked_senders, parcels=rows, accounts=[_held("a")]).values()
    assert row.value == pytest.approx(math.log2(8) * 16 / 24)


def test_phones_that_take_turns_over_the_same_accounts_are_alike(measure: Measure) -> None:
    rows = _sent(10, "a", 3) + _sent(10, "b", 3) + _sent(13, "b", 1)
    # Two who share two accounts, as spouses do, and two more who lend one each.
    rows += _sent(20, "c", 3) + _sent(20, "d", 2) + _sent(23, "d", 1)
    # Of the second account each phone has one parcel.
    rows += _sent(30, "e", 3) + _sent(30, "f", 3, each=1)
    # Of two accounts one is a firm's.
    rows += _sent(40, "g", 3) + _sent(40, "firm", 3)

    found = measure(
        masked_senders,
        parcels=rows,
        accounts=[*(_held(name) for name in "abcdefg"), _held("firm", "company")],
    )

    assert set(found) == {"a", "b"}
    assert found["a"].value == pytest.approx(math.log2(3))
    # Two of eight parcels are of a phone that has one account.
    assert found["b"].value == pytest.approx(math.log2(4) * 6 / 8)
    assert members(found["a"]) == {("account", "a"), *(("phone", _phone(n)) for n in range(10, 13))}
    assert holding(found["a"]) == holding(found["b"]) == set()


def test_phones_take_turns_over_the_account_of_a_household_business_too(measure: Measure) -> None:
    rows = _sent(10, "a", 3) + _sent(10, "stall", 3, place=_HOME, goods_norm="kem tron")

    found = measure(masked_senders, parcels=rows, accounts=[_held("a"), _held("stall", "household_business")])

    assert {name: row.value for name, row in found.items()} == {
        name: pytest.approx(math.log2(3)) for name in ("a", "stall")
    }


def test_honest_senders(measure: Measure) -> None:
    alike = {"place": _HOME, "goods_norm": "kem tron"}
    rows = _sent(10, "two phones", 2, **alike)
    rows += _sent(20, "one parcel a phone", 5, each=1, **alike)
    rows += _sent(30, "unlike", 4)
    rows += _sent(40, "company", 4, **alike)
    rows += _sent(50, "household", 4, **alike)
    rows += _sent(60, "carrier", 4, **alike)
    rows += _sent(70, "hub", 4, **alike)
    rows += _sent(80, "shop", 4, seller_key="shopee:1", **alike)
    rows += _sent(90, "anything", 4, goods_norm=_GENERIC)
    rows += _sent(100, "nothing said", 4, goods_norm=None)
    rows += _sent(110, "warehouse", 4, place=_WAREHOUSE)
    rows += _sent(120, "counter", 3, **alike)
    kinds = {"company": "company", "household": "household_business", "carrier": "carrier"}
    names = {str(row["cod_account_id"]) for row in rows}

    found = measure(
        masked_senders,
        parcels=rows,
        accounts=[_held(name, kinds.get(name, "individual"), hub=name == "hub") for name in names],
        # One of three phones is a post office's.
        identifiers=[{"kind": "phone", "id": _phone(122), "hub": True}],
    )

    assert found == {}


def test_most_parcels_from_a_warehouse_are_an_explanation(measure: Measure) -> None:
    rows = _sent(10, "a", 4, each=3, goods_norm="kem tron")
    for row in rows[:7]:
        row["sender_address_norm"] = _WAREHOUSE
    [row] = measure(masked_senders, parcels=rows, accounts=[_held("a")]).values()
    assert row.value == pytest.approx(math.log2(4))
    assert holding(row) == {"warehouse"}


def test_a_few_phones_at_one_address_may_be_a_family(measure: Measure) -> None:
    rows = _sent(10, "three", 3, place=_HOME) + _sent(20, "four", 4, place=_HOME)
    rows += _sent(30, "one elsewhere", 3, place=_HOME)
    rows[-1]["sender_address_norm"] = "9 pho hue ha noi"
    names = ("three", "four", "one elsewhere")

    found = measure(masked_senders, parcels=rows, accounts=[_held(name) for name in names])

    assert {name: holding(found[name]) for name in names} == {
        "three": {"reception_or_family"},
        "four": set(),
        "one elsewhere": set(),
    }
    assert found["three"].value == pytest.approx(math.log2(3), abs=1e-6)
    assert found["one elsewhere"].value == pytest.approx(math.log2(3) * 5 / 6, abs=1e-6)


def test_phones_that_send_once_neither_count_nor_hide_those_that_send_on(measure: Measure) -> None:
    steady = _sent(10, "a", 3, place=_HOME) + _sent(20, "a", 4, each=1, place="4 pho hue ha noi")
    once = _sent(30, "b", 2, place=_HOME) + _sent(40, "b", 4, each=1, place=_HOME)

    [row] = measure(masked_senders, parcels=steady + once, accounts=[_held("a"), _held("b")]).values()

    assert row.subject_id == "a"
    assert row.value == pytest.approx(math.log2(3))


def test_farmers_of_a_cooperative_send_their_produce(measure: Measure) -> None:
    rows = _sent(10, "a", 3, place=_HOME, goods_norm="nong san kho")
    [row] = measure(masked_senders, parcels=rows, accounts=[_held("a")]).values()
    assert holding(row) == {"reception_or_family", "farm_produce"}
