"""Shops that follow one another for one person, against suppliers, fresh starts and several platforms."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.shops.shops_in_succession import transform
from tests.jobs.signals.joins.shops.test_shops_pay_one_person import paid

AS_OF = date(2026, 3, 31)
ONE_BY_ONE = [("2026-01-05", "closed"), ("2026-02-01", "closed"), ("2026-03-01", "active")]


def shops(person: str, lives: list[tuple[str, str]], **more: Any) -> list[dict[str, Any]]:
    """A shop of its own owner and account for each day of registration and status."""
    return [
        {
            "record_key": f"shopee:{person}{place}",
            "seller_key": f"shopee:{person}{place}",
            "owner_key": f"cccd:{person}{place}",
            "settlement_account_id": f"shop {person} {place}",
            "registered_on": date.fromisoformat(opened),
            "status": status,
        }
        | more
        for place, (opened, status) in enumerate(lives)
    ]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    lasting = [("2024-05-01", "active")]
    registered = {
        "hidden": shops("hidden", ONE_BY_ONE + lasting),
        "ordered": shops("ordered", ONE_BY_ONE),
        # Four old customers, one owner, one account, all at once, long-lived, still open.
        "supplier": shops("supplier", ONE_BY_ONE + 4 * lasting),
        "starter": shops("starter", ONE_BY_ONE, owner_key="cccd:starter"),
        "household": shops("household", ONE_BY_ONE, settlement_account_id="shop household 0"),
        "everywhere": shops(
            "everywhere", [("2026-01-05", "closed"), ("2026-01-08", "closed"), ("2026-01-11", "active")]
        ),
        "old": shops("old", [("2025-01-05", "closed"), ("2025-02-01", "closed"), ("2026-03-01", "active")]),
        "open": shops("open", [(day, "active") for day, _ in ONE_BY_ONE]),
        "unknown": shops("unknown", ONE_BY_ONE, registered_on=None),
    }
    accounts = {
        (person, shop["settlement_account_id"]) for person, several in registered.items() for shop in several
    }
    said = {"ordered": {"remittance_norm": "tien hang dot 1"}}
    payments = [
        row for person, account in sorted(accounts) for row in paid(person, account, **said.get(person, {}))
    ]
    rows = transform(
        payments=table("payments", *payments),
        sellers=table("sellers", *[shop for several in registered.values() for shop in several]),
        parameters=parameters("shops_in_succession"),
        as_of=AS_OF,
    )
    return {row.subject_id: row for row in rows.collect()}


def test_two_shops_were_given_up_and_the_third_pays_on(found: dict[str, Row]) -> None:
    row = found["hidden"]
    assert (row.value, row.support, row.value_vnd) == (2, 3, 3 * 250)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "hidden", "collector"),
        *(("seller", f"shopee:hidden{place}", "shop") for place in range(3)),
    }
    assert ("sellers", "shopee:hidden0") in {(e.feed, e.key) for e in row.evidence}
    assert not any(e.holds for e in row.explanations)


def test_who_is_paid_for_goods_may_supply_them(found: dict[str, Row]) -> None:
    assert [e.id for e in found["ordered"].explanations if e.holds] == ["ordered_goods"]


def test_nobody_else_is_found(found: dict[str, Row]) -> None:
    assert set(found) == {"hidden", "ordered"}
