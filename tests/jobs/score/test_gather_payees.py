"""To whom accounts pass most of their money, read from small tables."""

from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from configs.catalogue import shipped_catalogue
from jobs.score.gather_payees import gather_payees
from models.weighing.detections import Member
from tests.frames import frame_of_tuples

TABLES = {
    "flows.payments": "debtor_account_id string, creditor_account_id string, one_holder boolean, "
    "amount_vnd bigint",
    "links.accounts": "account_id string, hub boolean, holder_type string",
}
RULES = shipped_catalogue().ranking.model_copy(
    update={"lone_payee_share": 0.5, "lone_payee_payments": 2, "lone_payee_types": ["individual"]}
)


def payment(creditor: str | None, amount_vnd: int, own: bool = False) -> tuple[Any, ...]:
    return ("A", creditor, own, amount_vnd)


def payees(spark: SparkSession, *payments: tuple[Any, ...], **of_b: Any) -> dict[str, str]:
    """Whom the account A passes its money to; B is a private account, unless it is said otherwise."""
    b = {"account_id": "B", "hub": False, "holder_type": "individual"} | of_b
    rows = {
        "flows.payments": list(payments),
        "links.accounts": [("C", False, "individual"), tuple(b.values())],
    }
    lake = SimpleNamespace(
        read=lambda table: frame_of_tuples(spark, TABLES[table], rows[table]),
        frame=lambda rows, ddl: frame_of_tuples(spark, ddl, rows),
    )
    members = {Member("account", "A"), Member("company", "tax:1")}
    found = gather_payees(SimpleNamespace(lake=lake), members, RULES)  # type: ignore[arg-type]
    return {one.id: other.id for one, other in found.items()}


MOST = [payment("B", 30), payment("B", 30), payment("C", 20), payment("C", 20)]


def test_who_gets_the_better_part_is_named(spark: SparkSession) -> None:
    assert payees(spark, *MOST) == {"A": "B"}
    # Cash drawn counts among what was paid; what goes to oneself is not paid.
    assert payees(spark, *MOST, payment(None, 21)) == {}
    assert payees(spark, *MOST, payment("C", 90, own=True)) == {"A": "B"}


def test_a_single_payment_says_nothing(spark: SparkSession) -> None:
    assert payees(spark, payment("B", 90), payment("C", 5)) == {}


@pytest.mark.parametrize("of_b", [{"hub": True}, {"holder_type": "company"}, {"holder_type": None}])
def test_hubs_firms_and_the_unknown_are_paid_by_anybody(spark: SparkSession, of_b: dict[str, Any]) -> None:
    assert payees(spark, *MOST, **of_b) == {}
