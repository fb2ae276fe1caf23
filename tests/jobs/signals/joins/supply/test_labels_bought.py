"""A private person who buys labels and boxes and is paid by shops, against a maker, a feast and own goods."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.supply.labels_bought import transform


def paid(debtor: str, creditor: str, remark: str | None, times: int = 1, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "payment_key": f"VCB:{debtor}{creditor}{remark}{n}",
            "report_keys": [f"VCB:{debtor}{creditor}{remark}{n}"],
            "day": date(2026, 2, 1 + n),
            "amount_vnd": 100,
            "debtor_account_id": debtor,
            "debtor_holder_key": f"cccd:{debtor}",
            "debtor_holder_type": "individual",
            "creditor_account_id": creditor,
            "creditor_holder_key": f"cccd:{creditor}",
            "creditor_holder_type": "individual",
            "remittance_norm": remark,
            **more,
        }
        for n in range(times)
    ]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    firm, pays = {"creditor_holder_type": "company"}, {"debtor_holder_type": "company"}
    payments = [
        # Three kinds of wrapping; two shops and a friend pay.
        *paid("workshop", "printer", "in tem nhan", **firm),
        *paid("workshop", "printer", "tt vo hop", **firm),
        *paid("workshop", "bottles", "chai lo thuy tinh", **firm),
        *paid("shop a", "workshop", "lay hang", 2),
        *paid("shop b", "workshop", None),
        *paid("friend", "workshop", "ca phe"),
        *paid("handmade", "printer", "in nhan chai", 2, **firm),
        *paid("feast", "printer", "in hop", **firm),
        *paid("parcels", "printer", "thung carton", 5, **firm),
        *paid("maker", "printer", "in tem nhan", 5, debtor_holder_type="company", **firm),
        *paid("household", "printer", "in tem nhan", 5, debtor_holder_type="household_business", **firm),
        *paid("counter", "printer", "in tem nhan", 5, channel="qr", **firm),
        # Two pharmacies buy from one again and again, one from another, and two once or twice from a third.
        *paid("supplier", "filler", "bot va vo hop"),
        *[row for name in ("one", "two") for row in paid(name, "supplier", None, 3, **pays)],
        *paid("craftsman", "printer", "vo hop", **firm),
        *paid("one", "craftsman", None, 5, **pays),
        *paid("baker", "printer", "in hop", **firm),
        *[row for name in ("one", "two") for row in paid(name, "baker", None, 2, **pays)],
    ]
    shops = [
        {
            "record_key": f"shopee:{name}",
            "seller_key": f"shopee:{name}",
            "settlement_account_id": account,
            "owner_key": owner,
        }
        for name, account, owner in (
            ("a", "shop a", None),
            ("b", None, "cccd:shop b"),
            ("own", None, "cccd:handmade"),
        )
    ]
    accounts = [{"account_id": name, "holder_key": f"cccd:{name}"} for name in ("shop b", "handmade")]
    rows = transform(
        payments=table("payments", *payments),
        accounts=table("accounts", *accounts),
        sellers=table("sellers", *shops),
        parameters=parameters("labels_bought"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_who_buys_wrapping_and_is_paid_by_shops(found: dict[str, Row]) -> None:
    row = found["workshop"]
    assert row.value == pytest.approx(log2(1 + 3) + log2(1 + 2), abs=1e-6)
    assert (row.support, row.value_vnd) == (3, 300)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "workshop", "collector"),
        ("seller", "shopee:a", "shop"),
        ("seller", "shopee:b", "shop"),
    }
    assert {e.feed for e in row.evidence} == {"bank_transactions", "sellers"}
    assert not any(e.holds for e in row.explanations)


def test_of_whom_companies_buy_again_and_again_one_payment_for_wrapping_is_enough(
    found: dict[str, Row],
) -> None:
    row = found["supplier"]
    assert row.value == pytest.approx(log2(1 + 1) + log2(1 + 2), abs=1e-6)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "supplier", "collector"),
        ("account", "one", "paying_shop"),
        ("account", "two", "paying_shop"),
    }
    assert not any(e.holds for e in row.explanations)


def test_own_goods_are_explained(found: dict[str, Row]) -> None:
    row = found["handmade"]
    assert row.value == pytest.approx(log2(3), abs=1e-6)
    assert [e.id for e in row.explanations if e.holds] == ["own_goods"]
    assert ("seller", "shopee:own", "shop") in {(m.kind, m.id, m.role) for m in row.members}


def test_makers_feasts_and_cartons_are_left_out(found: dict[str, Row]) -> None:
    assert set(found) == {"workshop", "handmade", "supplier"}
