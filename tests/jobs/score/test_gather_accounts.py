"""Where shops, companies and people bank, read from small tables."""

from types import SimpleNamespace

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
        ],
    ),
    "flows.payments": (
        "debtor_account_id string, creditor_account_id string, debtor_country string,"
        " creditor_country string, amount_vnd bigint",
        [
            ("VCB:buyer", "VCB:till", "VN", "VN", 9_000),
            ("VCB:trade", "CN:factory", "VN", "CN", 100),
        ],
    ),
    "silver.sellers": (
        "seller_key string, settlement_account_id string",
        [("shopee:1", "VCB:nobody"), ("shopee:2", "VCB:hub")],
    ),
}


def test_each_comes_with_the_account_that_tells_most(spark: SparkSession) -> None:
    lake = SimpleNamespace(
        read=lambda name: frame_of_tuples(spark, *TABLES[name]),
        frame=lambda rows, ddl: frame_of_tuples(spark, ddl, rows),
    )
    members = {
        *(Member("company", f"tax:{number}") for number in (1, 2)),
        *(Member("person", f"cccd:{number}") for number in (1, 2)),
        *(Member("seller", f"shopee:{number}") for number in (1, 2)),
    }
    found = gather_accounts(SimpleNamespace(lake=lake), members)  # type: ignore[arg-type]
    # Trade with abroad tells more than the takings of a till; hubs are nobody's.
    assert {one.id: account.id for one, account in found.items()} == {
        "tax:1": "VCB:trade",
        "cccd:1": "VCB:own",
        "shopee:1": "VCB:nobody",
    }
