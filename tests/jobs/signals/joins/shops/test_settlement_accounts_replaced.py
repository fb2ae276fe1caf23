"""Shops whose registered settlement account goes from one stranger to the next, against spouses and sales."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.shops.settlement_accounts_replaced import transform

AS_OF = date(2026, 3, 31)


def version(shop: str, account: str | None, before: int, **given: Any) -> dict[str, Any]:
    """A version of the shop that came so many days ago; accounts are named by their holder."""
    return {
        "record_key": f"shopee:{shop}",
        "platform": "shopee",
        "seller_id": shop,
        "seller_key": f"shopee:{shop}",
        "owner_id": shop,
        "owner_key": f"cccd:{shop}",
        "pickup_address_norm": f"home of {shop}",
        "settlement_bank": "Vietcombank",
        "settlement_account": account,
        "settlement_account_id": account and f"VCB:{account}",
        "business_date": AS_OF - timedelta(before),
        **given,
    }


HOLDERS = {
    "11": "hirer",
    "12": "first",
    "13": "second",
    "14": "third",
    "15": "hirer",
    "16": None,
    "17": "married",
}


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    def account(number: str, holder: str | None, **given: Any) -> dict[str, Any]:
        key = holder and f"cccd:{holder}"
        return {"account_id": f"VCB:{number}", "holder_key": key, "address_norm": "elsewhere", **given}

    rows = transform(
        # Silver has the accounts normalised; earlier versions have them as the platform wrote them.
        sellers=table(
            "sellers",
            version("hirer", "14", 10),
            version("married", "12", 10),
            version("own", "15", 10),
            version("sold", "13", 10),
            version("unknown", "16", 10),
            version("long ago", "13", 10),
            version("family", "22", 10),
            version("steady", "12", 10),
        ),
        superseded=table(
            "sellers",
            version("hirer", "11", 170),
            version("hirer", "1 2", 60),
            version("hirer", "13", 30),
            version("hirer", None, 20),
            version("married", "17", 90),
            version("own", "11", 90, owner_key="cccd:hirer"),
            version("sold", "12", 40, owner_id="earlier"),
            version("unknown", "12", 40),
            version("long ago", "12", 181),
            version("family", "21", 40),
            version("steady", "12", 40),
        ),
        accounts=table(
            "accounts",
            *(account(number, holder) for number, holder in HOLDERS.items()),
            account("21", "wife", address_norm="home of family"),
            account("22", "mother", address_norm="home of family"),
        ),
        parcels=table(
            "parcels",
            {
                "record_key": "ghn:1",
                "seller_key": "shopee:hirer",
                "cod_amount_vnd": 700,
                "status": "delivered",
            },
            {"record_key": "ghn:2", "seller_key": "shopee:steady"},
        ),
        parameters=parameters("settlement_accounts_replaced"),
        as_of=AS_OF,
    )
    return {row.subject_id: row for row in rows.collect()}


def test_one_stranger_after_another(found: dict[str, Row]) -> None:
    row = found["shopee:hirer"]
    assert (row.value, row.support, row.value_vnd) == (3.0, 3, 700)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("seller", "shopee:hirer", "shop"),
        *(("account", f"VCB:{number}", "collector") for number in (12, 13, 14)),
    }
    assert {(e.feed, e.key) for e in row.evidence} == {("sellers", "shopee:hirer"), ("shipments", "ghn:1")}
    assert [e.holds for e in row.explanations] == [False]


def test_those_who_live_where_the_shop_sends_from_may_be_the_family(found: dict[str, Row]) -> None:
    assert [e.holds for e in found["shopee:family"].explanations] == [True]


def test_one_other_a_sale_and_what_nobody_knows_are_no_rotation(found: dict[str, Row]) -> None:
    assert set(found) == {"shopee:hirer", "shopee:family"}
