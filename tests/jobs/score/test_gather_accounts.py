"""Where shops, companies and people bank, read from small tables."""

from datetime import date
from types import SimpleNamespace

import pytest
from pyspark.sql import SparkSession

from jobs.score.gather_accounts import gather_accounts
from models.weighing.detections import Member
from tests.frames import frame_of_tuples

TABLES = {
    "links.accounts": (
        "account_id string, holder_key string, hub boolean",
        [
            ("VCB:till", "tax:1", False),
            ("VCB:trade", "tax:1", False),
            ("VCB:hub", "tax:2", True),
            ("VCB:own", "cccd:1", False),
            ("VCB:nobody", None, False),
            # One person's, whom one bank knows by the personal number and another by the tax code.
            ("VCB:quiet", "cccd:001090000009", False),
            ("VCB:busy", "tax:001090000009", False),
        ],
    ),
    "flows.payments": (
        "debtor_account_id string, creditor_account_id string, debtor_country string,"
        " creditor_country string, amount_vnd bigint",
        [
            ("VCB:buyer", "VCB:till", "VN", "VN", 9_000),
            ("VCB:trade", "CN:factory", "VN", "CN", 100),
            ("VCB:busy", "VCB:buyer", "VN", "VN", 50),
        ],
    ),
    "silver.sellers": (
        "seller_key string, settlement_account_id string",
        [("shopee:1", "VCB:nobody"), ("shopee:2", "VCB:hub")],
    ),
}


def accounts_of(spark: SparkSession, as_of: date, *members: Member) -> dict[str, str]:
    lake = SimpleNamespace(
        read=lambda name: frame_of_tuples(spark, *TABLES[name]),
        frame=lambda rows, ddl: frame_of_tuples(spark, ddl, rows),
    )
    run = SimpleNamespace(lake=lake, context=SimpleNamespace(as_of=as_of))
    found = gather_accounts(run, set(members))  # type: ignore[arg-type]
    return {one.id: account.id for one, account in found.items()}


def test_each_comes_with_the_account_that_tells_most(spark: SparkSession) -> None:
    found = accounts_of(
        spark,
        date(2026, 3, 31),
        *(Member("company", f"tax:{number}") for number in (1, 2)),
        *(Member("person", f"cccd:{number}") for number in (1, 2)),
        *(Member("seller", f"shopee:{number}") for number in (1, 2)),
    )
    # Trade with abroad tells more than the takings of a till; hubs are nobody's.
    assert found == {"tax:1": "VCB:trade", "cccd:1": "VCB:own", "shopee:1": "VCB:nobody"}


@pytest.mark.parametrize(
    ("as_of", "account"), [(date(2026, 3, 31), "VCB:busy"), (date(2025, 6, 30), "VCB:quiet")]
)
def test_accounts_under_the_personal_number_and_the_tax_code_that_it_is_are_one_persons(
    spark: SparkSession, as_of: date, account: str
) -> None:
    # From July 2025 on the two numbers are one (Circular 86/2024).
    found = accounts_of(spark, as_of, Member("person", "cccd:001090000009"))
    assert found == {"cccd:001090000009": account}
