"""With whom accounts deal, read from small tables."""

from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from configs.catalogue import shipped_catalogue
from jobs.score.gather_dealings import gather_dealings
from models.weighing.detections import Member
from tests.frames import frame_of_tuples

TABLES = {
    "flows.payments": "debtor_account_id string, creditor_account_id string, one_holder boolean, "
    "amount_vnd bigint",
    "links.accounts": "account_id string, hub boolean, holder_type string",
}
RULES = shipped_catalogue().ranking.model_copy(
    update={"partner_own_share": 0.5, "partner_types": ["individual"]}
)


def payment(debtor: str | None, creditor: str | None, amount_vnd: int, own: bool = False) -> tuple[Any, ...]:
    return (debtor, creditor, own, amount_vnd)


def dealings(spark: SparkSession, *payments: tuple[Any, ...], **of_b: Any) -> list[tuple[Any, ...]]:
    """With whom the account A deals; B is a private account, unless it is said otherwise."""
    b = {"account_id": "B", "hub": False, "holder_type": "individual"} | of_b
    rows = {
        "flows.payments": list(payments),
        "links.accounts": [("A", False, "individual"), ("C", False, "individual"), tuple(b.values())],
    }
    lake = SimpleNamespace(
        read=lambda table: frame_of_tuples(spark, TABLES[table], rows[table]),
        frame=lambda rows, ddl: frame_of_tuples(spark, ddl, rows),
    )
    members = {Member("account", "A"), Member("company", "tax:1")}
    found = gather_dealings(SimpleNamespace(lake=lake), members, RULES)  # type: ignore[arg-type]
    assert {row.account.id for row in found} <= {"A"}
    return [
        (row.role, row.partner.id if row.partner else None, row.payments, row.amount_vnd, row.partner_vnd)
        for row in found
    ]


def test_who_pays_most_of_its_money_to_an_account_is_named_and_others_are_summed(spark: SparkSession) -> None:
    paid = [payment("B", "A", 30), payment("B", "A", 20), payment("B", "C", 50)]
    others = [payment(None, "A", 7), payment("C", "A", 10), payment("C", "B", 11)]
    assert dealings(spark, *paid, *others) == [("payer", None, 2, 17, 0), ("payer", "B", 2, 50, 100)]
    assert dealings(spark, *paid, payment("B", "C", 1), *others) == [("payer", None, 4, 67, 0)]


def test_who_receives_most_of_its_money_from_an_account_is_named(spark: SparkSession) -> None:
    paid = [payment("A", "B", 30), payment("C", "B", 30), payment("A", None, 9)]
    assert dealings(spark, *paid) == [("beneficiary", None, 1, 9, 0), ("beneficiary", "B", 1, 30, 60)]


def test_what_goes_to_oneself_is_not_paid(spark: SparkSession) -> None:
    assert dealings(spark, payment("A", "C", 90, own=True)) == []


@pytest.mark.parametrize("of_b", [{"hub": True}, {"holder_type": "company"}, {"holder_type": None}])
def test_hubs_firms_and_the_unknown_deal_with_anybody(spark: SparkSession, of_b: dict[str, Any]) -> None:
    assert dealings(spark, payment("A", "B", 30), **of_b) == [("beneficiary", None, 1, 30, 0)]
