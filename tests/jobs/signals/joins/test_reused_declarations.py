"""One declaration number for several suppliers, against freight, instalments and one mistyped number."""

from collections.abc import Callable
from datetime import date
from math import log10
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.reused_declarations import transform


def payment(key: str, payer: str, number: str, supplier: str, amount: int = 100) -> dict[str, Any]:
    return {
        "payment_key": key,
        "day": date(2026, 2, 20),
        "amount_vnd": amount,
        "debtor_account_id": f"VCB:{payer}",
        "debtor_holder_key": f"tax:{payer}",
        "creditor_account_id": f"CN:{key}",
        "creditor_name_norm": supplier,
        "creditor_country": "CN",
        "declaration_no": number,
    }


PAYMENTS = [
    *(payment(f"twice{n}{to}", "twice", f"10{n}", f"{to} trading") for n in range(3) for to in ("yi", "wu")),
    # Pays one of those suppliers on a number of its own that a third firm used for another.
    payment("along", "along", "200", "yi trading"),
    payment("third", "third", "200", "shun industrial"),
    *(payment(f"third{n}", "third", f"21{n}", "shun industrial") for n in range(3)),
    *(payment(f"freight{n}", "freight", f"30{n}", "qing motors", 410) for n in range(2)),
    *(payment(f"freight{n}ship", "freight", f"30{n}", "blue ocean shipping") for n in range(2)),
    payment("spelt0", "spelt", "400", "guangzhou import export co ltd"),
    payment("spelt1", "spelt", "400", "guangzhou imp exp company limited"),
    *(payment(f"instalment{n}", "instalments", "500", "long parts", 50) for n in range(4)),
    # One account, which one of the banks does not name and another cuts.
    payment("unnamed0", "unnamed", "410", "shen zhen sea") | {"creditor_account_id": "CN:sea"},
    payment("unnamed1", "unnamed", "410", "shen zhen") | {"creditor_account_id": "CN:sea"},
    payment("unnamed2", "unnamed", "410", "") | {"creditor_account_id": "CN:sea", "creditor_name_norm": None},
    # At a fifth of the money the second supplier is no longer freight.
    payment("fifth0", "fifth", "600", "hong chemicals", 400),
    payment("fifth1", "fifth", "600", "tai chemicals"),
    # Pays the seller of its own declaration, whose number another firm uses for a seller of its own.
    payment("owner", "owner", "800", "kunming tools"),
    payment("borrower", "borrower", "800", "pingxiang toys"),
    # Pays somebody else on the number of its own declaration.
    payment("lender", "lender", "810", "ningbo tools"),
    payment("lent", "lender", "810", "harbin cars"),
    # What stays in the country or names no number.
    payment("home0", "home", "700", "ha noi parts") | {"creditor_country": "VN"},
    payment("home1", "home", "700", "hue parts") | {"creditor_country": "VN"},
    payment("silent0", "silent", "", "an motors"),
    payment("silent1", "silent", "", "bei motors"),
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


DECLARED = [declared("800", "owner", "kunming tools"), declared("810", "lender", "ningbo tools")]


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


def test_a_payer_who_pays_two_suppliers_on_each_of_several_numbers(found: dict[str, Row]) -> None:
    row = found["VCB:twice"]
    # Others (along, third, fifth, borrower, lender) reuse 5 of their 14 numbers, beside 1 of 50; here 3 of 3.
    assert row.value == pytest.approx(3 * -log10(6 / 64), abs=1e-5)
    assert (row.support, row.value_vnd, row.peers) == (6, 600, 11)
    assert holding(row) == []


def test_who_pays_the_same_supplier_on_a_reused_number_is_a_member(found: dict[str, Row]) -> None:
    row = found["VCB:twice"]
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "VCB:twice", "operator"),
        ("company", "tax:twice", "trader"),
        ("account", "VCB:along", "operator"),
        ("company", "tax:along", "trader"),
    }
    assert {e.key for e in row.evidence} == {
        *(f"twice{n}{to}" for n in range(3) for to in ("yi", "wu")),
        "along",
    }


def test_a_single_payment_on_a_reused_number_may_be_a_mistake(found: dict[str, Row]) -> None:
    # Others reuse 7 of their 16 numbers, beside 1 of 50.
    assert found["VCB:along"].value == pytest.approx(-log10(8 / 66), abs=1e-5)
    assert holding(found["VCB:along"]) == ["one_mistake"]
    # It is shown beside the other payer of that number.
    assert {m.id for m in found["VCB:third"].members if m.kind == "account"} == {"VCB:third", "VCB:along"}


def test_numbers_that_serve_one_supplier_lower_the_value(found: dict[str, Row]) -> None:
    # One of four numbers, where 7 + 1 of 13 + 50 are usual.
    usual = round(8 / 63, 6)
    bound = 4 * (0.25 * log10(0.25 / usual) + 0.75 * log10(0.75 / (1 - usual)))
    assert found["VCB:third"].value == pytest.approx(bound, abs=1e-5)
    assert found["VCB:third"].support == 1


@pytest.mark.parametrize("payer", ["freight", "instalments", "spelt", "unnamed"])
def test_freight_instalments_and_what_banks_write_for_one_supplier_are_nothing(
    found: dict[str, Row], payer: str
) -> None:
    assert (found[f"VCB:{payer}"].value, found[f"VCB:{payer}"].support) == (0, 0)


def test_a_second_supplier_who_gets_a_fifth_of_the_money_counts(found: dict[str, Row]) -> None:
    assert found["VCB:fifth"].support == 2
    assert holding(found["VCB:fifth"]) == []


def test_who_pays_the_seller_of_its_own_declaration_reuses_nothing(found: dict[str, Row]) -> None:
    assert (found["VCB:owner"].value, found["VCB:owner"].support) == (0, 0)
    assert {m.id for m in found["VCB:borrower"].members} == {"VCB:borrower", "tax:borrower"}
    assert [e.key for e in found["VCB:borrower"].evidence] == ["borrower"]


def test_who_pays_another_on_its_own_number_reuses_it(found: dict[str, Row]) -> None:
    assert found["VCB:lender"].value > 0
    assert [e.key for e in found["VCB:lender"].evidence] == ["lent"]


@pytest.mark.parametrize("payer", ["home", "silent"])
def test_payments_at_home_or_without_a_number_are_not_measured(found: dict[str, Row], payer: str) -> None:
    assert f"VCB:{payer}" not in found
