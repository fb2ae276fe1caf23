"""What brand, wording and origin say about where goods come from."""

import pytest
from pyspark.sql import SparkSession

from configs.catalogue import shipped_catalogue
from jobs.signals.joins.supply.foreign_goods import with_foreign
from tests.frames import frame

PARAMETERS = shipped_catalogue().signals["undeclared_foreign_goods"].parameters
# Bobby is imported, but two of the three parcels that give its origin come from here.
HERE_TOO = [("b1", "Bobby", "VN"), ("b2", "bobby", "VN"), ("b3", "BOBBY", "JP"), ("b4", "Bobby", None)]
FROM_ABROAD = [
    ("s1", "Shiseido", "VN"),
    ("s2", "Shiseido", "JP"),
    ("s3", "Shiseido", "JP"),
    ("s4", "Shiseido", None),
]
NEVER_SAID = [("k1", "Kao", None), ("n1", None, None), ("n2", "no brand", None), ("n3", None, "CN")]


@pytest.fixture(scope="module")
def foreign(spark: SparkSession) -> set[str]:
    parcels = frame(
        spark,
        "record_key string, brand string, origin_country string, goods_norm string",
        [
            *(
                {"record_key": key, "brand": brand, "origin_country": origin, "goods_norm": "ta quan"}
                for key, brand, origin in [*HERE_TOO, *FROM_ABROAD, *NEVER_SAID]
            ),
            {"record_key": "w1", "brand": "Bobby", "origin_country": "VN", "goods_norm": "ta noi dia nhat"},
        ],
    )
    customs = frame(
        spark,
        "direction string, brand string, origin_country string",
        [
            {"direction": "import", "brand": brand, "origin_country": "JP"}
            for brand in ("Bobby", "Shiseido", "Kao", "no brand")
        ],
    )
    rows = with_foreign(parcels, customs, dict(PARAMETERS)).where("foreign").collect()
    return {row.record_key for row in rows}


def test_a_given_origin_decides_and_a_brand_of_both_does_not(foreign: set[str]) -> None:
    assert foreign & {key for key, *_ in HERE_TOO} == {"b3"}


def test_a_brand_from_abroad_is_foreign_where_no_origin_is_given(foreign: set[str]) -> None:
    assert foreign & {key for key, *_ in FROM_ABROAD} == {"s2", "s3", "s4"}
    assert foreign & {key for key, *_ in NEVER_SAID} == {"k1", "n3"}


def test_foreign_wording_is_heard_beside_a_domestic_origin(foreign: set[str]) -> None:
    assert "w1" in foreign
