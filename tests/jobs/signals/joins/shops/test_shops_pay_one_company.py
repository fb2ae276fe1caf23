"""Companies that live on a few people's shops, against makers who sell on papers and to many."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.shops.shops_pay_one_company import transform
from tests.jobs.signals.joins.shops.test_shops_pay_one_person import income, paid

FIRM = {"creditor_holder_type": "company"}


def of_all(company: str, shops: str = "abc", **more: Any) -> list[dict[str, Any]]:
    """Shops of their own take 1,000 each and pay a company 250 of it."""
    firm = {**FIRM, "creditor_holder_key": f"tax:{company}", **more}
    accounts = [f"shop {company} {shop}" for shop in shops]
    return [row for account in accounts for row in (*income(account, 1000), *paid(company, account, **firm))]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    payments = [
        # What a payment for goods says anyway excuses nothing.
        *of_all("outlets", remittance_norm="tien hang"),
        # One shop of four orders on papers.
        *of_all("mixed", "abc"),
        *of_all("mixed", "d", remittance_norm="tt don dat hang 7"),
        *of_all("invoices", remittance_norm="tt hd gtgt 0007571"),
        *of_all("agents", remittance_norm="tt tien hang dai ly"),
        *of_all("school", remittance_norm="hoc phi lop 6a1"),
        # Others bring more than half of what the wholesaler takes.
        *of_all("wholesaler"),
        *paid("wholesaler", "customer", 1, (800,), **FIRM),
        *of_all("couple", "ab"),
        *of_all("branches", debtor_holder_type="company"),
        *of_all("person", creditor_holder_type="individual"),
    ]
    shops = [
        {
            "record_key": f"shopee:{account}",
            "seller_key": f"shopee:{account}",
            "settlement_account_id": account,
        }
        for account in sorted({row["debtor_account_id"] for row in payments})
        if account.startswith("shop ")
    ]
    rows = transform(
        payments=table("payments", *payments),
        sellers=table("sellers", *shops),
        parameters=parameters("shops_pay_one_company", income_least_vnd=100),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_three_peoples_shops_hand_on_to_one_company(found: dict[str, Row]) -> None:
    row = found["outlets"]
    # Each hands on 250 of 1,000, all that it spends.
    assert row.value == pytest.approx(3 * 0.25**0.5)
    assert (row.support, row.value_vnd) == (6, 3 * 250)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "outlets", "collector"),
        ("company", "tax:outlets", "collector"),
        *(("account", f"shop outlets {shop}", "paying_shop") for shop in "abc"),
        *(("seller", f"shopee:shop outlets {shop}", "paying_shop") for shop in "abc"),
    }
    assert ("sellers", "shopee:shop outlets a") in {(e.feed, e.key) for e in row.evidence}
    assert not any(e.holds for e in row.explanations)


def test_a_shop_that_buys_on_papers_is_no_outlet(found: dict[str, Row]) -> None:
    row = found["mixed"]
    assert row.value == pytest.approx(3 * 0.25**0.5)
    assert "shop mixed d" not in {m.id for m in row.members}


@pytest.mark.parametrize(
    "company", ["invoices", "agents", "school", "wholesaler", "couple", "branches", "person"]
)
def test_who_sells_on_papers_to_many_or_to_a_couple_is_left_out(found: dict[str, Row], company: str) -> None:
    assert company not in found
