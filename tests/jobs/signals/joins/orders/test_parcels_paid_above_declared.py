"""Parcels declared below what the buyer pays, against freight and margin, and a mistake or two."""

from collections.abc import Callable
from datetime import date, timedelta
from math import log2, sqrt
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.orders.parcels_paid_above_declared import transform

DAY = date(2026, 2, 1)


def imported(shop: str, prices: list[int], **more: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Parcels of a shop with declarations of 100 (duty and tax included), paid by cash on delivery."""
    sent, lines = [], []
    for n, price in enumerate(prices):
        number = f"{shop}{n}"
        digits = "".join(str(ord(letter)) for letter in number)
        sent.append(
            {
                "record_key": f"ghn:{number}",
                "seller_key": f"shopee:{shop}",
                "operator_id": f"op_{shop}",
                "declaration_no": digits,
                "declared_value_vnd": 90,
                "cod_amount_vnd": price,
                "day": DAY,
                "recipient_name_norm": f"nguyen van {number}",
                **more,
            }
        )
        lines.append(
            {
                "record_key": f"{digits}:1",
                "declaration_no": digits,
                "direction": "import",
                "hs_code": "64041100",
                "customs_value_vnd": 90,
                "duty_vnd": 4,
                "vat_vnd": 6,
            }
        )
    return sent, lines


def shop_row(shop: str, account: str | None = None) -> dict[str, Any]:
    return {
        "record_key": f"shopee:{shop}",
        "seller_key": f"shopee:{shop}",
        "owner_key": f"cccd:{shop}",
        "settlement_account_id": account,
    }


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    parcels, customs, sellers, operators = [], [], [], []
    # Eight honest shops: price 120 for 100 declared is what is usual.
    for n in range(8):
        sent, lines = imported(f"h{n}", [120] * 5)
        parcels, customs = parcels + sent, customs + lines
    low_sent, low_lines = imported("low", [480] * 6)
    few_sent, few_lines = imported("few", [120] * 11 + [480])
    margin_sent, margin_lines = imported("margin", [150] * 6)
    # Off platform, from a forwarder's phone; paid by transfer into the shop's own account.
    off_sent, off_lines = imported(
        "off",
        [0] * 6,
        seller_key=None,
        operator_id=None,
        sender_key="phone:+84fwd",
        sender_phone_e164="+84fwd",
    )
    # The same, but what is paid is for orders that are gathered.
    gather_sent, gather_lines = imported("gather", [0] * 6)
    # Prepaid to the platform: the payment names the order, which lost its leading zero.
    order_sent, order_lines = imported("order", [0] * 6)
    for n, row in enumerate(order_sent):
        row["order_no"] = f"0123456780{n}"
    parcels += low_sent + few_sent + margin_sent + off_sent + order_sent + gather_sent
    customs += low_lines + few_lines + margin_lines + off_lines + order_lines + gather_lines
    for shop in ("low", "few", "margin", "off", "order", "gather"):
        sellers.append(shop_row(shop, f"VCB:{shop}"))
        operators.append({"kind": "seller", "id": f"shopee:{shop}", "operator_id": f"op_{shop}"})
        operators.append({"kind": "account", "id": f"VCB:{shop}", "operator_id": f"op_{shop}"})
    payments = [
        {
            "payment_key": f"VCB:{shop}{n}",
            "day": DAY - timedelta(days=1),
            "amount_vnd": 480,
            "channel": "napas247",
            "debtor_account_id": f"MBB:{shop}{n}",
            "debtor_name_norm": f"nguyen van {shop}{n}",
            "creditor_account_id": "VCB:hub" if shop == "order" else f"VCB:{shop}",
            "creditor_hub": shop == "order",
            "remittance_norm": remark and f"{remark}{n}",
        }
        for shop, remark in (
            ("off", None),
            ("order", "thanh toan don hang 123456780"),
            ("gather", "coc gom don dot "),
        )
        for n in range(6)
    ]
    rows = transform(
        parcels=table("parcels", *parcels),
        payments=table("payments", *payments),
        accounts=table("accounts", {"account_id": "VCB:off", "payers": 6}),
        operators=table("operators", *operators),
        sellers=table("sellers", *sellers),
        customs=table("customs", *customs),
        parameters=parameters("parcels_paid_above_declared", report_from=0.05),
        as_of=date(2026, 3, 31),
    ).collect()
    return {row["subject_id"]: row for row in rows}


GAP = log2(480 / 100) - log2(120 / 100)  # 4.8 times against the usual 1.2: two doublings


@pytest.mark.parametrize("shop", ["low", "off", "order"])
def test_price_of_every_way_of_paying_counts(found: dict[str, Row], shop: str) -> None:
    row = found[f"op_{shop}"]
    assert row["value"] == pytest.approx(GAP * 6 / (6 + 3))
    assert row["support"] == 6
    assert row["value_vnd"] == 6 * (480 - 100)
    assert [(m["kind"], m["id"]) for m in row["members"]] == [("seller", f"shopee:{shop}")]


def test_what_is_paid_for_gathered_orders_is_no_price_of_a_parcel(found: dict[str, Row]) -> None:
    assert "op_gather" not in found


def test_a_large_sender_does_not_make_its_own_gap_usual(
    table: Callable[..., Any], parameters: Callable[..., Any]
) -> None:
    parcels, customs = imported("mass", [480] * 35)  # nearly half of all parcels
    for n in range(8):
        sent, lines = imported(f"h{n}", [120] * 5)
        parcels, customs = parcels + sent, customs + lines

    (row,) = transform(
        parcels=table("parcels", *parcels),
        payments=table("payments"),
        accounts=table("accounts"),
        operators=table("operators"),
        sellers=table("sellers", shop_row("mass")),
        customs=table("customs", *customs),
        parameters=parameters("parcels_paid_above_declared"),
        as_of=date(2026, 3, 31),
    ).collect()

    assert row["value"] == pytest.approx(GAP * 35 / 38)


def test_each_parcel_is_shown_with_its_declaration_and_payment(found: dict[str, Row]) -> None:
    feeds = [record["feed"] for record in found["op_off"]["evidence"]]
    assert {feed: feeds.count(feed) for feed in set(feeds)} == {
        "shipments": 6,
        "customs_declarations": 6,
        "bank_transactions": 6,
        "sellers": 1,
    }


def test_one_mistake_among_many_is_little_and_explained(found: dict[str, Row]) -> None:
    row = found["op_few"]
    assert row["value"] == pytest.approx(GAP * sqrt(1 / 12) * 1 / 4, abs=1e-6)
    assert {e["id"] for e in row["explanations"] if e["holds"]} == {"a_few_parcels"}


def test_what_is_usual_and_a_margin_above_it_are_no_finding(found: dict[str, Row]) -> None:
    # 150 against the usual 120 is a third of a doubling.
    assert "op_margin" not in found
    assert not [subject for subject in found if subject.startswith("op_h")]


def test_where_prices_lie_far_apart_a_quarter_of_them_is_no_sign(
    table: Callable[..., Any], parameters: Callable[..., Any]
) -> None:
    """Of eight shops each sells at 60 to 480: the upper quarter begins two doublings above the middle."""
    parcels, customs = [], []
    for n in range(8):
        sent, lines = imported(f"w{n}", [60, 60, 120, 480, 480])
        parcels, customs = parcels + sent, customs + lines
    rows = transform(
        parcels=table("parcels", *parcels),
        payments=table("payments"),
        accounts=table("accounts"),
        operators=table("operators"),
        sellers=table("sellers"),
        customs=table("customs", *customs),
        parameters=parameters("parcels_paid_above_declared", report_from=0.05),
        as_of=date(2026, 3, 31),
    )
    assert rows.collect() == []
