"""Several payers on the same declaration numbers, against freight, instalments and one mistyped number."""

from collections.abc import Callable
from datetime import date
from math import log10
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.reused_declarations import transform


def payment(key: str, payer: str, number: str, amount: int = 100, **changed: Any) -> dict[str, Any]:
    return {
        "payment_key": key,
        "day": date(2026, 2, 20),
        "amount_vnd": amount,
        "debtor_account_id": f"VCB:{payer}",
        "debtor_holder_key": f"tax:{payer}",
        "debtor_name_norm": f"cong ty {payer} {payer}",
        "creditor_account_id": f"CN:{key}",
        "creditor_name_norm": "yi trading",
        "creditor_country": "CN",
        "declaration_no": number,
        **changed,
    }


STEEL = "cong ty thep hoa phat"
PAYMENTS = [
    # Two firms pay one supplier on the same three numbers, twice each.
    *(payment(f"one{n}{k}", "one", f"10{n}") for n in range(3) for k in range(2)),
    *(payment(f"two{n}{k}", "two", f"10{n}") for n in range(3) for k in range(2)),
    *(payment(f"two's{n}", "two", f"11{n}") for n in range(3)),
    # A number mistyped into another's.
    *(payment(f"honest{n}", "honest", f"20{n}") for n in range(4)),
    payment("mistyped", "mistyped", "200"),
    *(payment(f"importer{n}", "importer", f"30{n}", 410) for n in range(2)),
    *(payment(f"freight{n}", "freight", f"30{n}") for n in range(2)),
    # A fifth of the money is no freight.
    *(payment(f"most{n}", "most", f"31{n}", 400) for n in range(2)),
    *(payment(f"fifth{n}", "fifth", f"31{n}") for n in range(2)),
    *(payment(f"mill{n}", "mill", f"40{n}", debtor_name_norm=f"{STEEL} hai duong") for n in range(2)),
    *(payment(f"works{n}", "works", f"40{n}", debtor_name_norm=f"{STEEL} dung quat") for n in range(2)),
    *(payment(f"instalment{n}", "instalments", "500", 50) for n in range(4)),
    # One hand's two accounts are one payer, and several sellers may stand on one declaration.
    *(payment(f"left{n}", "left", f"60{n}", debtor_operator="op") for n in range(2)),
    *(payment(f"right{n}", "right", f"60{n}", debtor_operator="op") for n in range(2)),
    *(payment(f"sellers{n}", "sellers", "700", creditor_name_norm=f"seller {n}") for n in range(3)),
    # Pays the seller of its own declarations, whose numbers another firm uses; one pays another seller.
    *(payment(f"owner{n}", "owner", f"90{n}", creditor_name_norm="kunming tools") for n in range(2)),
    *(payment(f"borrower{n}", "borrower", f"90{n}", creditor_name_norm="pingxiang toys") for n in range(2)),
    *(payment(f"lender{n}", "lender", f"91{n}", creditor_name_norm="harbin cars") for n in range(2)),
    *(payment(f"lent{n}", "lent", f"91{n}", creditor_name_norm="harbin cars") for n in range(2)),
    # What stays in the country or names no number.
    *(payment(f"home{n}", f"home{n}", "800", creditor_country="VN") for n in range(2)),
    *(payment(f"silent{n}", f"silent{n}", "") for n in range(2)),
]


def declared(number: str, trader: str, seller: str) -> dict[str, Any]:
    return {
        "record_key": f"{number}:1",
        "declaration_no": number,
        "direction": "import",
        "trader_key": f"tax:{trader}",
        "trader_name_norm": f"cty {trader}",
        "partner_name_norm": seller,
        "customs_value_vnd": 100,
    }


DECLARED = [
    *(declared(f"90{n}", "owner", "kunming tools") for n in range(2)),
    *(declared(f"91{n}", "lender", "ningbo tools") for n in range(2)),
]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = transform(
        payments=table("payments", *PAYMENTS),
        customs=table("customs", *DECLARED),
        operators=table("operators"),
        parameters=parameters("reused_declarations", report_from=0.0),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def holding(row: Row) -> list[str]:
    return [reason.id for reason in row.explanations if reason.holds]


def test_a_payer_who_shares_all_its_numbers(found: dict[str, Row]) -> None:
    row = found["VCB:one"]
    # Others share 17 (two, most, fifth, mill, works, borrower, lender, lent) of their 35 numbers, beside
    # 1 of 50; here it is 3 of 3.
    assert row.value == pytest.approx(3 * -log10(18 / 85), abs=1e-5)
    assert (row.support, row.value_vnd, row.peers) == (6, 600, 17)
    assert holding(row) == []


def test_numbers_of_its_own_lower_the_value(found: dict[str, Row]) -> None:
    # Three of six numbers, where 17 + 1 of 32 + 50 are usual.
    usual = round(18 / 82, 6)
    bound = 6 * (0.5 * log10(0.5 / usual) + 0.5 * log10(0.5 / (1 - usual)))
    assert found["VCB:two"].value == pytest.approx(bound, abs=1e-5)
    assert found["VCB:two"].support == 6


def test_those_who_share_the_numbers_are_members(found: dict[str, Row]) -> None:
    row = found["VCB:two"]
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "VCB:one", "operator"),
        ("company", "tax:one", "trader"),
        ("account", "VCB:two", "operator"),
        ("company", "tax:two", "trader"),
    }
    assert {e.key for e in row.evidence} == {
        f"{payer}{n}{k}" for payer in ("one", "two") for n in range(3) for k in range(2)
    }


def test_firms_of_one_group_may_pay_for_each_other(found: dict[str, Row]) -> None:
    assert holding(found["VCB:mill"]) == holding(found["VCB:works"]) == ["one_group"]
    assert found["VCB:mill"].value > 0


def test_who_pays_a_fifth_of_the_money_counts(found: dict[str, Row]) -> None:
    assert (found["VCB:fifth"].support, found["VCB:most"].support) == (2, 2)


def test_who_pays_the_seller_of_its_own_declaration_shares_nothing(found: dict[str, Row]) -> None:
    assert (found["VCB:owner"].value, found["VCB:owner"].support) == (0, 0)
    assert {m.id for m in found["VCB:borrower"].members} == {"VCB:borrower", "tax:borrower"}
    assert {e.key for e in found["VCB:borrower"].evidence} == {"borrower0", "borrower1"}


def test_who_pays_another_on_its_own_number_shares_it(found: dict[str, Row]) -> None:
    assert {m.id for m in found["VCB:lender"].members if m.kind == "account"} == {"VCB:lender", "VCB:lent"}


@pytest.mark.parametrize(
    "payer",
    ["VCB:mistyped", "VCB:honest", "VCB:freight", "VCB:importer", "VCB:instalments", "op", "VCB:sellers"],
)
def test_one_mistyped_number_freight_instalments_and_several_sellers_are_nothing(
    found: dict[str, Row], payer: str
) -> None:
    assert (found[payer].value, found[payer].support) == (0, 0)


@pytest.mark.parametrize("payer", ["home0", "silent0"])
def test_payments_at_home_or_without_a_number_are_not_measured(found: dict[str, Row], payer: str) -> None:
    assert f"VCB:{payer}" not in found


def test_an_agent_says_so_and_no_more_is_paid_than_was_declared(
    table: Callable[..., Any], parameters: Callable[..., Any]
) -> None:
    payments, customs = [], []
    cases = {"agent": (100, "uy thac nhap khau"), "silent": (100, None), "beyond": (300, "uy thac nhap khau")}
    for place, (payer, (amount, said)) in enumerate(cases.items()):
        for n in range(2):
            number, seller = f"5{place}{n}", {"creditor_name_norm": "kunming tools"}
            owner = f"owner{place}"
            payments += [
                payment(f"{owner}{n}", owner, number, 100, debtor_name_norm=f"cty {owner}", **seller),
                payment(f"{payer}{n}", payer, number, amount, remittance_norm=said, **seller),
            ]
            customs.append(declared(number, owner, "kunming tools") | {"customs_value_vnd": 200})

    rows = transform(
        payments=table("payments", *payments),
        customs=table("customs", *customs),
        operators=table("operators"),
        parameters=parameters("reused_declarations", report_from=0.001),
        as_of=date(2026, 3, 31),
    ).collect()

    assert {row.subject_id: holding(row) for row in rows} == {
        "VCB:agent": ["entrusted_import"],
        "VCB:silent": [],
        "VCB:beyond": [],
    }
