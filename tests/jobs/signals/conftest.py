"""What every test of a signal needs."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession


@pytest.fixture(scope="module", autouse=True)
def forget_kept_frames(spark: SparkSession) -> Iterator[None]:
    """Signals keep ledgers in memory, and Spark compares every later query with each of them."""
    yield
    spark.catalog.clearCache()
