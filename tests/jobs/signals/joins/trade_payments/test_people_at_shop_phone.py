"""Strangers who receive at a shop's telephone, against its owner, relatives, companies and single orders."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.people_at_shop_phone import transform


def _shop(name: str, owner: str | None) -> dict[str, Any]:
    return {
        "record_key": f"shopee:{name}",
        "seller_key": f"shopee:{name}",
        "owner_name_norm": owner,
        "phone_e164": f"phone {name}",
        "settlement_account_id": f"VCB:{name}",
    }


def _for(
    shop: str, *people: str, trader: str = "1", regime: str = "A11", start: int = 0
) -> list[dict[str, Any]]:
    """A declaration for each of these people under the shop's phone."""
    return [
        {
            "record_key": f"{shop}{start + n}:1",
            "declaration_no": f"{shop}{start + n}",
            "line_no": 1,
            "direction": "import",
            "regime": regime,
            "event_day": date(2026, 1, 1 + n),
            "trader_key": f"tax:{trader}",
            "trader_name_norm": f"cong ty {trader}",
            "consignee_name_norm": person,
            "consignee_phone_e164": f"phone {shop}",
            "customs_value_vnd": 1_000_000,
        }
        for n, person in enumerate(people)
    ]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    customs = [
        *_for("false", "tran van test", "nguyen thi anh", "tran van test", "le my nga hang"),
        *_for("express", "vu an", "do binh", trader="courier", regime="MIC"),
        # The courier declares for many others.
        *_for("elsewhere", *["cong ty x"] * 30, trader="courier", regime="MIC"),
        *_for("owner", "le my nga hang", "hang le nga", "le hang", trader="2"),
        *_for("lodger", "vu an", "vu an", "vu an", trader="2"),
        *_for("family", "pham van hai", "pham thi thu", trader="2"),
        *_for("firm", "cty tnhh a", "cty tnhh b", trader="2"),
        *_for("itself", "cong ty 2", "cong ty 2", trader="2"),
        *_for("nobody", "vu an", "do binh", trader="2"),
    ]
    owners = {"family": "pham thi mai", "nobody": None}
    shops = [
        _shop(name, owners.get(name, "le my nga hang"))
        for name in ("false", "express", "owner", "lodger", "family", "firm", "itself", "nobody")
    ]
    rows = transform(
        customs=table("customs", *customs),
        sellers=table("sellers", *shops),
        parameters=parameters("people_at_shop_phone"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_names_that_do_not_exist_at_a_shops_phone(found: dict[str, Row]) -> None:
    row = found["phone false"]
    assert row.value == pytest.approx(log2(4))
    assert (row.support, row.value_vnd) == (3, 3_000_000)
    assert {(member.kind, member.id, member.role) for member in row.members} == {
        ("phone", "phone false", "consignee"),
        ("seller", "shopee:false", "shop"),
        ("account", "VCB:false", "settlement"),
        ("company", "tax:1", "trader"),
    }
    assert {record.key for record in row.evidence} == {"false0:1", "false1:1", "false2:1", "shopee:false"}


def test_a_courier_is_no_member(found: dict[str, Row]) -> None:
    assert {member.kind for member in found["phone express"].members} == {"phone", "seller", "account"}


def test_relatives_of_the_owner_are_a_household(found: dict[str, Row]) -> None:
    assert [explanation.id for explanation in found["phone family"].explanations if explanation.holds] == [
        "household"
    ]


@pytest.mark.parametrize("innocent", ["owner", "lodger", "firm", "itself", "nobody"])
def test_owners_lodgers_and_companies_are_none(found: dict[str, Row], innocent: str) -> None:
    assert f"phone {innocent}" not in found
