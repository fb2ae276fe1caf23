"""Two accounts that pay the orders of many people; others buy for themselves, their homes or friends."""

from collections.abc import Callable
from datetime import date
from math import log2, sqrt
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.orders.orders_paid_by_strangers import transform

Rows = list[dict[str, Any]]
PAYER = "tran thi binh"


def paid(
    shop: str, payer: str, number: int, *, to: dict[str, Any] | None = None, **more: Any
) -> tuple[Rows, Rows]:
    """So many orders of a shop, each to another person, and the payments of one private account for them."""
    sent, payments = [], []
    for n in range(number):
        order = f"CB{shop}{payer}{n}X1D"
        sent.append(
            {
                "record_key": f"ghn:{order}",
                "seller_key": f"shopee:{shop}",
                "operator_id": f"op_{shop}",
                "order_no": f"0-{order}",
                "recipient_name_norm": f"nguyen van {payer}{n}",
                "recipient_phone_e164": f"+84{shop}{payer}{n}",
                "recipient_address_norm": f"nha {n} {payer}",
                "declared_value_vnd": 100,
                **(to or {}),
            }
        )
        payments.append(
            {
                "payment_key": f"VCB:{order}",
                "amount_vnd": 100,
                "debtor_account_id": f"VCB:{payer}",
                "debtor_name_norm": PAYER,
                "debtor_holder_type": "individual",
                "creditor_account_id": f"TCB:{shop}",
                "remittance_norm": f"tt don {order.lower()}",
                **more,
            }
        )
    return sent, payments


CASES = [
    paid("forged", "a", 4),
    paid("forged", "b", 3, creditor_account_id="ACB:platform", creditor_hub=True),
    # One who pays its own order; two are too few, and shown with nobody.
    paid("forged", "self", 1, to={"recipient_name_norm": PAYER}),
    paid("forged", "gift", 2),
    # Of another shop: one payer alone.
    paid("friend", "c", 9),
    # The payers of each buy for somebody else as well, in more places.
    paid("group", "d", 3),
    paid("group", "e", 3),
    paid("market", "d", 4),
    paid("fair", "e", 3),
    # One home, one phone, one name in each; a given name alone; the payer's own name or phone.
    *(paid("home", payer, 5, to={"recipient_address_norm": "nha 1"}) for payer in "fg"),
    *(paid("phone", payer, 5, to={"recipient_phone_e164": "+841"}) for payer in "fg"),
    *(paid("name", payer, 5, to={"recipient_name_norm": "le van nam"}) for payer in "fg"),
    *(paid("given", payer, 5, to={"recipient_name_norm": f"nam{payer}"}) for payer in "fg"),
    *(paid("own", payer, 5, to={"recipient_name_norm": PAYER}) for payer in "fg"),
    *(paid("known", payer, 5, to={"recipient_phone_e164": "+84payer"}) for payer in ("h", "i")),
    # Firms and hubs pay for many.
    *(paid("firm", payer, 5, debtor_holder_type="company") for payer in ("j", "k")),
    *(paid("hub", payer, 5, debtor_hub=True) for payer in ("j", "k")),
    # No number in the order, or in the remark.
    *(paid("short", payer, 5, to={"order_no": "CB12"}) for payer in ("j", "k")),
    *(paid("silent", payer, 5, remittance_norm="tt don hang") for payer in ("j", "k")),
]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    accounts = [
        {"account_id": f"VCB:{payer}", "phone_e164": "+84payer" if payer in "hi" else f"+84{payer}"}
        for payer in "abcdefghijk"
    ]
    rows = transform(
        parcels=table("parcels", *(row for sent, _ in CASES for row in sent)),
        payments=table("payments", *(row for _, payments in CASES for row in payments)),
        accounts=table("accounts", *accounts),
        operators=table("operators", {"kind": "seller", "id": "shopee:forged", "operator_id": "op_forged"}),
        sellers=table("sellers", {"seller_key": "shopee:forged"}),
        parameters=parameters("orders_paid_by_strangers"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_two_accounts_pay_the_orders_of_seven_people(found: dict[str, Row]) -> None:
    row = found["op_forged"]
    assert row.value == pytest.approx(log2(8) * sqrt(7 / 10), abs=1e-6)
    assert (row.support, row.value_vnd) == (7, 700)
    assert {(member.kind, member.id, member.role) for member in row.members} == {
        ("seller", "shopee:forged", "shop"),
        ("account", "TCB:forged", "collector"),
        ("account", "VCB:a", "straw_buyer"),
        ("account", "VCB:b", "straw_buyer"),
    }
    orders = {*(f"CBforgeda{n}X1D" for n in range(4)), *(f"CBforgedb{n}X1D" for n in range(3))}
    assert {(one.feed, one.key) for one in row.evidence} == {
        *(("shipments", f"ghn:{order}") for order in orders),
        *(("bank_transactions", f"VCB:{order}") for order in orders),
    }
    assert not any(reason.holds for reason in row.explanations)


def test_who_buys_for_others_in_many_places_is_explained(found: dict[str, Row]) -> None:
    row = found["op_group"]
    assert row.value == pytest.approx(log2(7), abs=1e-6)
    assert [reason.id for reason in row.explanations if reason.holds] == ["group_buying"]


def test_nobody_else_is_heard(found: dict[str, Row]) -> None:
    """A single payer, a household, one recipient, the payer itself, firms, hubs, remarks without a number.

    Orders without a payer are not measured at all: of the other shops those with one are peers.
    """
    assert set(found) == {"op_forged", "op_group"}
    senders = {
        "forged",
        "friend",
        "group",
        "market",
        "fair",
        "home",
        "phone",
        "name",
        "given",
        "own",
        "known",
    }
    assert {row.peers for row in found.values()} == {len(senders)}
