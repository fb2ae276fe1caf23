"""Sellers of foreign goods: one who buys nothing, a retailer, an importer, a maker and a cash buyer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.supply import cod_beyond_purchases, undeclared_foreign_goods

MILLION = 1_000_000
SELLERS = ("smuggler", "retailer", "importer", "maker", "cash", "domestic", "unseen", "small")


def parcels_of(seller: str, count: int = 20, brand: str | None = "Shiseido") -> list[dict[str, Any]]:
    return [
        {
            "record_key": f"ghn:{seller}{n}",
            "seller_key": f"shopee:{seller}",
            "operator_id": seller,
            "cod_account_id": f"VCB:{seller}",
            "status": "delivered",
            "cod_amount_vnd": 5 * MILLION,
            "brand": brand,
            "goods_norm": "kem duong da",
        }
        for n in range(count)
    ]


def payment(
    key: str, debtor: str | None, creditor: str | None, amount: int, channel: str, **more: Any
) -> dict[str, Any]:
    return {
        "payment_key": key,
        "amount_vnd": amount * MILLION,
        "channel": channel,
        "debtor_operator": debtor,
        "creditor_operator": creditor,
        "creditor_account_id": creditor and f"VCB:{creditor}",
        **more,
    }


def takings(seller: str) -> dict[str, Any]:
    return payment(f"in {seller}", "carrier", seller, 100, "cod_settlement")


PAYMENTS = [
    *(takings(seller) for seller in SELLERS),
    *(
        payment(f"out {s}", s, f"friend of {s}", 50, "napas247")
        for s in ("smuggler", "importer", "maker", "domestic")
    ),
    payment("goods", "retailer", "wholesaler", 60, "napas247", creditor_holder_type="company"),
    payment("cash", "cash", None, 60, "cash_withdrawal"),
    payment("own", "smuggler", "smuggler", 40, "napas247", creditor_holder_type="company"),
]


@pytest.fixture(scope="module")
def frames(table: Callable[..., Any]) -> dict[str, Any]:
    parcels = [
        parcel
        for seller in SELLERS
        for parcel in parcels_of(
            seller, 3 if seller == "small" else 20, None if seller == "domestic" else "Shiseido"
        )
    ]
    return {
        "parcels": table("parcels", *parcels),
        "payments": table("payments", *PAYMENTS),
        "accounts": table(
            "accounts", {"account_id": "VCB:maker", "operator_id": "maker", "occupation": "san xuat my pham"}
        ),
        "operators": table("operators", {"kind": "company", "id": "tax:1", "operator_id": "importer"}),
        "customs": table(
            "customs",
            {
                "record_key": "1:1",
                "declaration_no": "1",
                "direction": "import",
                "trader_key": "tax:1",
                "brand": "SHISEIDO",
                "origin_country": "JP",
                "customs_value_vnd": 60 * MILLION,
            },
        ),
    }


@pytest.fixture(scope="module")
def found(frames: dict[str, Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = cod_beyond_purchases.transform(
        **frames, parameters=parameters("cod_beyond_purchases", report_from=0.0), as_of=date(2026, 3, 31)
    )
    return {row.subject_id: row for row in rows.collect()}


@pytest.fixture(scope="module")
def undeclared(frames: dict[str, Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = undeclared_foreign_goods.transform(
        **frames, parameters=parameters("undeclared_foreign_goods", report_from=0.0), as_of=date(2026, 3, 31)
    )
    return {row.subject_id: row for row in rows.collect()}


def test_takings_of_foreign_goods_without_any_purchase(found: dict[str, Row]) -> None:
    row = found["smuggler"]
    # Nothing bought, all foreign; a tenth is lost to size: 1 - 10 m / 100 m. Own accounts are no supplier.
    assert row.value == pytest.approx(0.9)
    assert (row.value_vnd, row.support) == (100 * MILLION, 20)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("seller", "shopee:smuggler", "shop"),
        ("account", "VCB:smuggler", "collector"),
    }
    assert {e.key for e in row.evidence} == {"in smuggler", *(f"ghn:smuggler{n}" for n in range(20))}


@pytest.mark.parametrize("seller", ["retailer", "importer", "domestic"])
def test_who_buys_imports_or_sells_domestic_goods_is_balanced(found: dict[str, Row], seller: str) -> None:
    assert found[seller].value == 0


def test_makers_and_cash_buyers_are_lowered_with_the_reason(found: dict[str, Row]) -> None:
    assert found["maker"].value == pytest.approx(0.9 * 0.3)
    assert found["cash"].value == pytest.approx(0.9 * 0.6)
    assert [e.id for e in found["maker"].explanations if e.holds] == ["own_production"]
    assert [e.id for e in found["cash"].explanations if e.holds] == ["buys_in_cash"]


@pytest.mark.parametrize("seller", ["unseen", "small"])
def test_money_that_is_not_seen_to_leave_and_few_parcels_are_not_measured(
    found: dict[str, Row], seller: str
) -> None:
    assert seller not in found


def test_undeclared_goods_without_import_or_supplier(undeclared: dict[str, Row]) -> None:
    assert undeclared["smuggler"].value == pytest.approx(1 - 2 / 20)
    assert undeclared["unseen"].value == pytest.approx((1 - 2 / 20) * 0.6)
    for seller in ("retailer", "importer", "domestic"):
        assert undeclared[seller].value == 0
    assert {e.key for e in undeclared["smuggler"].evidence} == {f"ghn:smuggler{n}" for n in range(20)}
