"""One small Spark session for a process of the suite, without Comet (its test runs a process of its own)."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from configs.settings import Settings, load_settings
from jobs.runtime.job import JobContext
from jobs.runtime.lake import Lake
from jobs.runtime.session import fit_session, open_session


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By the names of files, which mixes long and short ones; the longest single test first.

    Two processes (`make test`) take one file after the other. The main job comes once Java has warmed up.
    """
    items.sort(key=lambda item: (item.path.name != "test_on_postgresql.py", item.path.name))


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Shipped settings with a small memory plan and no Comet (quicker on frames of a few rows).

    A process of the suite lives long enough for Java's second compiler to pay: a run's options leave it out.
    """
    small = {
        "master": "local[2]",
        "comet": "off",
        "heap_max_mb": 1536,
        "shuffle_partitions": 2,
        "java_options": "-XX:+UseParallelGC -XX:ReservedCodeCacheSize=256m",
    }
    return load_settings(overrides={"spark": small}, environment={})


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[SparkSession]:
    home = tmp_path_factory.mktemp("home")
    session = open_session(home, settings, application="matluoi-tests")
    fit_session(session, settings.spark, landed_rows=0)
    yield session
    session.stop()


@pytest.fixture
def lake(spark: SparkSession, request: pytest.FixtureRequest) -> Iterator[Lake]:
    """A lake on `main` of the suite's catalogue; tables are dropped after the test."""
    lake = Lake(spark, Path(spark.conf.get("spark.local.dir")).parent)
    yield lake
    forget_tables(lake)


def forget_tables(lake: Lake) -> None:
    """Drop every table. Their files go with the folder: `PURGE` would read each manifest to find them."""
    for table in lake.tables():
        lake.spark.sql(f"DROP TABLE lake.{table}")
    shutil.rmtree(Path(lake.spark.conf.get("spark.local.dir")).parent / "lake", ignore_errors=True)


@pytest.fixture
def context(settings: Settings) -> JobContext:
    return JobContext(as_of=date(2026, 3, 31), settings=settings)
