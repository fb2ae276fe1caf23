"""Splink on DuckDB and on Spark: the backend is a choice, the model is not."""

from dataclasses import replace

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from configs.settings import load_settings
from jobs.link.count_identifiers import IDENTIFIERS_DDL
from jobs.link.match_people import JOB, MATCHES_DDL
from jobs.runtime.job import JobContext
from tests.frames import frame
from tests.jobs.link.conftest import SILVER, Rows
from tests.jobs.link.world import run

HOME = {"current_province_code": "01"}
SELLERS: Rows = [
    {
        "seller_key": "tiki:1",
        "owner_name_norm": "vuong thi quynh chi",
        "phone_e164": "+84901",
        "pickup_address_norm": "17 hang bong ha noi",
        **HOME,
    },
    {"seller_key": "tiki:2", "owner_name_norm": "kieu van long", "phone_e164": "+84966", **HOME},
]
ACCOUNTS: Rows = [
    {
        "account_id": "VCB:1",
        "holder_key": "cccd:1",
        "holder_type": "individual",
        "holder_name_norm": "vuong thi quynh chi",
        "phone_e164": "+84902",
        "address_norm": "17 hang bong ha noi",
        **HOME,
    },
    {
        "account_id": "VCB:2",
        "holder_key": "cccd:2",
        "holder_type": "individual",
        "holder_name_norm": "kieu van long",
        "phone_e164": "+84966",
    },
]
DECLARATIONS: Rows = [
    {
        "trader_key": "tax:0101234567",
        "trader_name_norm": "cong ty abc",
        "consignee_name_norm": "vuong thi quynh chi",
        "consignee_phone_e164": "+84903",
        "consignee_address_norm": "17 hang bong ha noi",
    }
]


def matches(
    spark: SparkSession, context: JobContext, hubs: Rows, declarations: Rows = DECLARATIONS
) -> list[tuple[str, str, float]]:
    crowd: Rows = [
        {
            "account_id": f"C:{n}",
            "holder_key": f"cccd:c{n}",
            "holder_type": "individual",
            "holder_name_norm": f"le {n}",
        }
        for n in range(3000)
    ]
    feeds = {"sellers": SELLERS, "bank_accounts": [*ACCOUNTS, *crowd], "customs_declarations": declarations}
    tables = {
        f"silver.{feed}": frame(
            spark,
            ddl,
            [
                {"record_key": f"{feed}:{n}", "event_day": context.as_of, **row}
                for n, row in enumerate(feeds.get(feed, []))
            ],
        )
        for feed, ddl in SILVER.items()
    }
    tables["links.identifiers"] = frame(spark, IDENTIFIERS_DDL, hubs)
    (made,) = run(JOB, tables, context).values()
    assert made.schema == frame(spark, MATCHES_DDL, []).schema
    rows = made.where(F.col("feed_a").isNotNull() & F.col("key_b").isNotNull()).collect()
    return sorted((row["a"], row["b"], row["probability"]) for row in rows)


def test_both_backends_find_the_same_people_with_the_same_belief(
    spark: SparkSession, context: JobContext
) -> None:
    on_duckdb = matches(spark, context, [])
    assert [pair[:2] for pair in on_duckdb] == [
        ("cccd:1", "phone:+84903"),
        ("cccd:1", "seller:tiki:1"),
        ("cccd:2", "seller:tiki:2"),
        ("phone:+84903", "seller:tiki:1"),
    ]
    links = {"spark_components_from_edges": 0, "splink_backend": "spark"}
    on_spark = replace(context, settings=load_settings(overrides={"links": links}, environment={}))
    assert matches(spark, on_spark, []) == on_duckdb


def test_a_hub_phone_is_no_evidence(spark: SparkSession, context: JobContext) -> None:
    hub = {"kind": "phone", "id": "+84966", "users": 99, "hub": True, "hub_reason": "many_users"}
    assert ("cccd:2", "seller:tiki:2") not in [pair[:2] for pair in matches(spark, context, [hub])]


def test_a_brokers_phone_is_none_of_its_clients(spark: SparkSession, context: JobContext) -> None:
    """Each client stands as trader and as receiver, with its own name and address and the broker's phone."""
    clients: Rows = [
        {
            "trader_key": f"tax:010000000{n}",
            "consignee_phone_e164": "+84977",
            "trader_phone_e164": "+84977",
            **{f"{role}_name_norm": f"cong ty so {n}" for role in ("trader", "consignee")},
            **{f"{role}_address_norm": f"{n} tran phu ha noi" for role in ("trader", "consignee")},
        }
        for n in range(5)
    ]
    assert not [pair for pair in matches(spark, context, [], clients) if "phone:+84977" in pair]


def test_a_phone_of_many_receivers_is_nobody(spark: SparkSession, context: JobContext) -> None:
    received: Rows = [{**DECLARATIONS[0], "consignee_name_norm": f"nguoi nhan {n}"} for n in range(3)]
    assert ("cccd:1", "phone:+84903") not in [
        pair[:2] for pair in matches(spark, context, [], [*DECLARATIONS, *received])
    ]
