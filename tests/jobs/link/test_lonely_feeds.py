"""Worlds in which one feed alone arrived: every link job still works, and says what it can."""

from datetime import UTC, datetime
from decimal import Decimal

from pyspark.sql import SparkSession

from jobs.link import describe_accounts, sum_money_days, trace_declarations, trace_parcels, trace_payments
from jobs.runtime.job import JobContext
from tests.jobs.link.world import Linked, link, run


def everything(spark: SparkSession, context: JobContext, feed: str, rows: list[dict[str, object]]) -> Linked:
    linked = link(spark, context, **{feed: rows})
    for job in (
        describe_accounts.JOB,
        trace_payments.JOB,
        trace_parcels.JOB,
        trace_declarations.JOB,
        sum_money_days.JOB,
    ):
        linked.tables |= run(job, linked.tables, context)
    return linked


def test_payments_alone(spark: SparkSession, context: JobContext) -> None:
    """A ring of accounts that no register holds."""
    ring = [("X:1", "Y:2"), ("Y:2", "Z:3"), ("Z:3", "X:1")]
    rows: list[dict[str, object]] = [
        {
            "bank_code": "X",
            "event_at": datetime(2026, 3, 1, hour, tzinfo=UTC),
            "amount": Decimal(1000),
            "currency": "VND",
            "amount_vnd": 1000,
            "debtor_account_id": debtor,
            "creditor_account_id": creditor,
            "channel": "napas247",
        }
        for hour, (debtor, creditor) in enumerate(ring)
    ]
    linked = everything(spark, context, "bank_transactions", rows)
    accounts = {row["account_id"]: row for row in linked.rows("links.accounts")}
    assert accounts.keys() == {"X:1", "Y:2", "Z:3"}
    assert not any(row["registered"] or row["hub"] for row in accounts.values())
    flows = linked.rows("flows.payments")
    assert {(row["debtor_operator"], row["creditor_operator"]) for row in flows} == {
        (accounts[debtor]["operator_id"], accounts[creditor]["operator_id"]) for debtor, creditor in ring
    }
    assert len(linked.rows("flows.money_days")) == 3
    assert linked.rows("links.operators") == []


def test_declarations_alone(spark: SparkSession, context: JobContext) -> None:
    rows: list[dict[str, object]] = [
        {"trader_key": "tax:0100000001", "trader_phone_e164": "+84901", "trader_address_norm": "1 a ha noi"},
        {"trader_key": "tax:0100000001"},
        {"trader_key": None, "trader_phone_e164": "+84902"},
    ]
    rows = [row | {"declaration_no": str(number)} for number, row in enumerate(rows)]
    linked = everything(spark, context, "customs_declarations", rows)
    operator = linked.operator()
    assert operator.keys() == {("company", "tax:0100000001"), ("phone", "+84901"), ("address", "1 a ha noi")}
    assert len(set(operator.values())) == 1
    traders = {row["trader"] for row in linked.rows("flows.declarations")}
    assert traders == {"tax:0100000001", "+84902"}
    for table in ("links.accounts", "flows.payments", "flows.parcels", "flows.money_days"):
        assert linked.rows(table) == []
