"""Money by day, between accounts only."""

from datetime import date

from jobs.link.sum_money_days import MONEY_DAYS_DDL, transform
from jobs.link.trace_payments import PAYMENTS_DDL
from jobs.runtime.job import JobContext, check_schema
from tests.jobs.link.conftest import Build


def test_sums_by_pair_and_day_without_cash(build: Build, context: JobContext) -> None:
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    paid = [
        ("A:1", "B:2", first, 5),
        ("A:1", "B:2", first, 7),
        ("A:1", "B:2", second, 1),
        (None, "B:2", first, 9),
    ]
    rows = [
        {"debtor_account_id": debtor, "creditor_account_id": creditor, "day": day, "amount_vnd": amount}
        for debtor, creditor, day, amount in paid
    ]
    made = transform(payments=build(PAYMENTS_DDL, rows), context=context)
    found = check_schema("flows.money_days", made, MONEY_DAYS_DDL).collect()
    assert sorted(tuple(row) for row in found) == [("A:1", "B:2", first, 2, 12), ("A:1", "B:2", second, 1, 1)]
