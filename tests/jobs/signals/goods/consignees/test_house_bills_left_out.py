"""Undeclared house bills of a declared lot, against lots in order, gaps among many bills and poor records."""

from math import log2
from typing import Any

from jobs.signals.goods.consignees import house_bills_left_out
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, holding, members, parcel

Rows = list[dict[str, Any]]


def _lot(sender: str, declared: int, left_out: int, to: str = "+84901", **given: Any) -> tuple[Rows, Rows]:
    """Lines and parcels of one lot of `sender`: some bills are declared, the others travel to `to` alone."""
    lines, parcels = [], []
    for n in range(declared + left_out):
        bill = {"master_bill_no": f"M{sender}", "house_bill_no": f"{sender}-{n}"}
        sent = {"sender_phone_e164": sender, "recipient_phone_e164": to, "declared_value_vnd": 100}
        if n < declared:
            phone = {"trader_phone_e164": sender, "partner_name_norm": "yiwu"}
            lines.append(declaration(int(f"{sender[-2:]}{n:04}"), sender[-2:], **phone, **bill))
            sent["recipient_phone_e164"] = f"{to}{n:03}"
        parcels.append(parcel(int(f"{sender[-2:]}{n:04}"), f"phone:{sender}", **(sent | bill | given)))
    return lines, parcels


def _honest(lots: int = 10) -> tuple[Rows, Rows]:
    pairs = [_lot(f"+8490{n}", declared=8, left_out=0) for n in range(10, 10 + lots)]
    return [row for lines, _ in pairs for row in lines], [row for _, sent in pairs for row in sent]


def _measured(
    measure: Measure, *lots: tuple[Rows, Rows], sellers: Rows | None = None, hubs: Rows = None
) -> Any:
    if hubs is None:
        hubs = []
    lines, parcels = ([row for lot in lots for row in lot[side]] for side in (0, 1))
    return measure(
        house_bills_left_out,
        customs_declarations=lines,
        parcels=parcels,
        sellers=sellers or [],
        identifiers=hubs or [],
    )


def test_goods_beside_a_declared_lot(measure: Measure) -> None:
    shop = {"record_key": "shopee:1", "seller_key": "shopee:1", "phone_e164": "+84901"}
    [row] = _measured(measure, _honest(), _lot("+84971", 3, 7), sellers=[shop]).values()

    assert row.subject_id == "+84971"
    assert row.value == log2(1 + 7)
    assert (row.support, row.value_vnd) == (7, 700)
    assert members(row) == {
        ("phone", "+84971"),
        ("phone", "+84901"),
        ("seller", "shopee:1"),
        ("company", "tax:71"),
    }
    assert len(evidence(row)) == 7 + 3
    assert holding(row) == set()


def test_who_receives_two_of_them_is_a_customer(measure: Measure) -> None:
    lines, parcels = _lot("+84971", 3, 6)
    for n, sent in enumerate(parcels[3:]):
        sent["recipient_phone_e164"] = f"+8491{n // 2}"
    [row] = _measured(measure, _honest(), (lines, parcels)).values()
    assert members(row) == {("phone", "+84971"), ("company", "tax:71")}


def test_a_declaration_named_on_the_parcel_or_a_lot_that_nobody_declared(measure: Measure) -> None:
    assert _measured(measure, _honest(), _lot("+84971", 3, 7, declaration_no="100000000001")) == {}
    assert _measured(measure, _honest(), _lot("+84971", 0, 9)) == {}


def test_a_carriers_phone_stands_for_nobody(measure: Measure) -> None:
    hub = {"kind": "phone", "id": "+84971", "users": 900, "hub": True}
    assert _measured(measure, _honest(), _lot("+84971", 3, 7), hubs=[hub]) == {}


def test_a_few_gaps_among_many_bills(measure: Measure) -> None:
    [row] = _measured(measure, _lot("+84971", 96, 4)).values()
    assert holding(row) == {"few_gaps"}


def test_where_many_bills_have_no_declaration_nobody_stands_out(measure: Measure) -> None:
    assert _measured(measure, _honest(2), _lot("+84971", 3, 7)) == {}
