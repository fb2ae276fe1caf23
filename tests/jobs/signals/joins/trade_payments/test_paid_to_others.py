"""An account that takes the price of others' goods, against sellers, financiers, agents and groups."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.paid_to_others import transform

MILLION = 1_000_000
LAMP, CHAIR, TILE, DESK, SOFA, BED = (
    f"foshan {goods} co ltd" for goods in ("lamp", "chair", "tile", "desk", "sofa", "bed")
)


def line(number: int, trader: str, partner: str, **more: Any) -> dict[str, Any]:
    return {
        "record_key": f"{number}:1",
        "declaration_no": str(number),
        "direction": "import",
        "trader_key": f"tax:{trader}",
        "trader_name_norm": f"cong ty tnhh {trader} hai",
        "partner_name_norm": partner,
        "event_day": date(2026, 2, 1),
        "customs_value_vnd": 100 * MILLION,
        **more,
    }


def payment(payer: str, account: str, name: str, number: int | None, **more: Any) -> dict[str, Any]:
    """100 million from the importer `payer` to the foreign `account`, named `name`, for a declaration."""
    return {
        "payment_key": f"{payer}>{account}:{number}",
        "day": date(2026, 2, 10),
        "amount_vnd": 100 * MILLION,
        "debtor_account_id": f"VCB:{payer}",
        "debtor_holder_key": f"tax:{payer}",
        "debtor_holder_type": "company",
        "debtor_name_norm": f"{payer} hai",
        "creditor_account_id": f"ICBK:{account}",
        "creditor_country": "CN",
        "creditor_name_norm": name,
        "declaration_no": None if number is None else str(number),
        **more,
    }


def back(account: str, person: str, millions: int, number: int) -> dict[str, Any]:
    """What a foreign account pays a private one here."""
    return {
        "payment_key": f"{account}<{person}:{number}",
        "day": date(2026, 3, 1),
        "amount_vnd": millions * MILLION,
        "debtor_account_id": f"ICBK:{account}",
        "debtor_country": "CN",
        "creditor_account_id": f"VCB:{person}",
        "creditor_holder_key": f"cccd:{person}",
        "creditor_holder_type": "individual",
    }


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    customs = [
        line(1, "front", LAMP),
        line(2, "moon", CHAIR),
        line(3, "moon", CHAIR),
        line(4, "moon", TILE),
        line(5, "moon", DESK),
        line(6, "steel", LAMP, trader_name_norm="cong ty co phan hoa phat dung quat"),
        line(7, "steel", CHAIR, trader_name_norm="cong ty co phan hoa phat dung quat"),
        *(line(10 + n, f"buyer{n}", LAMP) for n in range(6)),
        *(line(20 + n, "moon", SOFA) for n in range(3)),
        *(line(30 + n, "moon", BED) for n in range(4)),
    ]
    payments = [
        payment("front", "collector", "bright star ltd", 1),
        payment("moon", "collector", "bright star ltd", 2),
        payment("moon", "collector", "bright star ltd", 3),
        payment("moon", "collector", "bright star ltd", None),
        payment("moon", "chair", "foshan chair company limited", 2),
        payment("moon", "chair", CHAIR, 3),
        payment("moon", "two names", TILE, 4),
        payment("moon", "two names", "yiwu pearl ltd", None),
        payment("front", "lender", "harbour factoring ltd", 1),
        payment("moon", "lender", "harbour factoring ltd", 2),
        payment("moon", "lender", "harbour factoring ltd", 3),
        payment("moon", "affiliate", "golden river ltd", 2),
        payment("moon", "affiliate", "golden river ltd", 3),
        payment("moon", "middleman", DESK, 5),
        payment("front", "middleman", DESK, 1),
        payment("moon", "middleman", DESK, 2),
        payment("steel", "group", "hoa phat singapore pte ltd", 6),
        payment("steel", "group", "hoa phat singapore pte ltd", 7),
        *(payment(f"buyer{n}", "agent", "easy pay ltd", 10 + n) for n in range(6)),
        *(payment(f"buyer{n}", "five", "quick pay ltd", 10 + n) for n in range(5)),
        # A seller who is only paid so, and one who was paid himself once.
        *(payment("moon", "cashier", "silver lake ltd", 20 + n) for n in range(3)),
        *(payment("moon", "late", "new moon ltd", 30 + n) for n in range(3)),
        payment("moon", "bed", BED, 33),
        payment("moon", "home", "bright star ltd", 2, creditor_country="VN"),
        # Paid 200 million, of which 40 come back to one person in two payments, or 38.
        payment("front", "served", "north star ltd", 1),
        payment("moon", "served", CHAIR, 2),
        *(back("served", "an", 20, n) for n in range(2)),
        back("served", "once", 90, 0),
        payment("front", "wages", "south star ltd", 1),
        payment("moon", "wages", "south star ltd", 2),
        *(back("wages", "binh", 19, n) for n in range(2)),
        *(back("wages", f"nephew{n}", 30, n) for n in range(3)),
        # A seller of its own goods alone.
        payment("moon", "own goods", DESK, 5),
        *(back("own goods", "chi", 40, n) for n in range(2)),
    ]
    rows = transform(
        customs=table("customs", *customs),
        payments=table("payments", *payments),
        operators=table("operators"),
        parameters=parameters("paid_to_others", report_from=0.1),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id.removeprefix("ICBK:"): row for row in rows.collect()}


def holding(row: Row) -> set[str]:
    return {e.id for e in row.explanations if e.holds}


def test_an_account_that_takes_the_price_of_two_sellers_goods_from_two_importers(
    found: dict[str, Row],
) -> None:
    row = found["collector"]
    # Three payments name declarations; the fourth names none.
    assert row.value == pytest.approx(log2(1 + 3))
    assert (row.support, row.value_vnd) == (3, 300 * MILLION)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "ICBK:collector", "beneficiary"),
        *(("account", f"VCB:{importer}", "operator") for importer in ("front", "moon")),
        *(("company", f"tax:{importer}", "trader") for importer in ("front", "moon")),
    }
    assert {(e.feed, e.key) for e in row.evidence} == {
        ("bank_transactions", "front>collector:1"),
        *(("bank_transactions", f"moon>collector:{number}") for number in (2, 3)),
        *(("customs_declarations", f"{number}:1") for number in (1, 2, 3)),
    }
    assert holding(row) == set()


def test_who_pays_people_here_what_importers_paid_it_serves_them(found: dict[str, Row]) -> None:
    row = found["served"]
    # The seller's name is one of two that do not agree: two payments for others' goods, and two back.
    assert row.value == pytest.approx(log2(1 + 4))
    assert (row.support, row.value_vnd) == (4, 240 * MILLION)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "ICBK:served", "beneficiary"),
        ("account", "VCB:an", "collector"),
        ("person", "cccd:an", "collector"),
    }
    assert {"served<an:0", "served<an:1", "front>served:1", "1:1"} <= {e.key for e in row.evidence}
    assert holding(row) == set()


def test_wages_and_gifts_through_a_foreign_account_say_nothing(found: dict[str, Row]) -> None:
    # 38 of 200 million to one person; the others are paid once each.
    assert found["wages"].value == pytest.approx(log2(1 + 2))
    assert {m.kind for m in found["wages"].members} == {"account", "company"}
    assert "own goods" not in found


def test_the_seller_of_the_goods_is_nothing(found: dict[str, Row]) -> None:
    assert "chair" not in found


def test_an_account_under_two_unlike_names_is_another_than_the_seller(found: dict[str, Row]) -> None:
    row = found["two names"]
    # The seller's name stands on the payment, but another was paid on the same account.
    assert row.value == pytest.approx(log2(1 + 1))
    assert ("account", "ICBK:two names", "beneficiary") in {(m.kind, m.id, m.role) for m in row.members}
    assert {e.key for e in row.evidence} == {"moon>two names:4", "4:1"}


def test_a_financier_is_less_and_explained(found: dict[str, Row]) -> None:
    assert found["lender"].value == pytest.approx(log2(1 + 3) * 0.4)
    assert holding(found["lender"]) == {"factoring_or_treasury"}


def test_for_one_sellers_goods_it_may_collect_for_that_seller(found: dict[str, Row]) -> None:
    assert found["affiliate"].value == pytest.approx(log2(1 + 2))
    assert holding(found["affiliate"]) == {"one_sellers_account"}


def test_the_only_account_of_a_seller_is_how_it_is_paid(found: dict[str, Row]) -> None:
    assert holding(found["cashier"]) == {"one_sellers_account", "only_account"}
    assert found["cashier"].value == pytest.approx(log2(1 + 3))
    assert holding(found["late"]) == {"one_sellers_account"}


def test_who_sells_goods_too_may_trade_with_those_of_others_and_is_no_beneficiary(
    found: dict[str, Row],
) -> None:
    row = found["middleman"]
    # What it sold itself does not count.
    assert row.value == pytest.approx(log2(1 + 2))
    assert holding(row) == {"seller_of_others"}
    assert {m.id for m in row.members} == {"VCB:front", "VCB:moon", "tax:front", "tax:moon"}
    assert "moon>middleman:5" not in {e.key for e in row.evidence}


def test_who_is_paid_by_six_importers_is_an_agent(found: dict[str, Row]) -> None:
    assert "agent" not in found
    assert found["five"].value == pytest.approx(log2(1 + 5))


@pytest.mark.parametrize("account", ["group", "home"])
def test_the_importers_own_group_and_accounts_at_home_are_left_out(
    found: dict[str, Row], account: str
) -> None:
    assert account not in found
