"""Which shop is a trader's, read from small tables."""

from datetime import date
from types import SimpleNamespace

from pyspark.sql import SparkSession

from jobs.score.gather_shops import gather_shops
from models.weighing.detections import Member
from tests.frames import frame_of_tuples
from tests.models.builders import RULES

AS_OF = date(2026, 3, 31)
LINES = [
    (AS_OF, "tax:1", "+841", "so 1"),
    (AS_OF, "cccd:2", "+842", "so 2"),
    # Two traders declare one phone and address: an agent's.
    (AS_OF, "cccd:3", "+843", "so 3"),
    (AS_OF, "cccd:4", "+843", "so 3"),
    (date(2020, 1, 1), "cccd:5", "+845", "so 5"),
]
SHOPS = [
    ("shopee:1", None, "tax:1", "+849", "so 9"),
    ("shopee:2", None, None, "+842", "so 2"),
    # The phone alone is that of one trader, the address that of another.
    ("shopee:3", None, None, "+842", "so 1"),
    ("shopee:4", None, None, "+843", "so 3"),
    ("shopee:5", None, None, "+845", "so 5"),
    # Who has several shops is not asked for one of them.
    ("shopee:6", "cccd:001090000006", None, None, None),
    ("shopee:7", "cccd:001090000006", None, None, None),
    # A person whom the platform knows by the tax code that is the personal number.
    ("shopee:8", None, "tax:001090000008", None, None),
]


def test_a_shop_is_the_traders_by_its_number_or_by_phone_and_address_together(spark: SparkSession) -> None:
    tables = {
        "flows.declarations": (
            "event_day date, trader_key string, trader_phone_e164 string, trader_address_norm string",
            LINES,
        ),
        "silver.sellers": (
            "seller_key string, owner_key string, tax_key string, phone_e164 string,"
            " pickup_address_norm string",
            SHOPS,
        ),
    }
    lake = SimpleNamespace(
        read=lambda name: frame_of_tuples(spark, *tables[name]),
        frame=lambda rows, ddl: frame_of_tuples(spark, ddl, rows),
    )
    run = SimpleNamespace(lake=lake, context=SimpleNamespace(as_of=AS_OF))
    traders = {Member("company", "tax:1")} | {
        Member("person", f"cccd:{number}") for number in ("2", "3", "4", "5", "001090000006", "001090000008")
    }
    found = gather_shops(run, traders, RULES)  # type: ignore[arg-type]
    assert {trader.id: shop.id for trader, shop in found.items()} == {
        "tax:1": "shopee:1",
        "cccd:2": "shopee:2",
        "cccd:001090000008": "shopee:8",
    }
