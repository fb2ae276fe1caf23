"""How a session is fitted to what has landed."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from configs.settings import Settings, load_settings
from jobs.runtime.lake import Lake
from jobs.runtime.session import as_fitted, compiled, fit_session

PARTITIONS = "spark.sql.shuffle.partitions"
CODEGEN = "spark.sql.codegen.wholeStage"
PLAN_LENGTH = "spark.sql.maxPlanStringLength"


@pytest.fixture
def fitted(spark: SparkSession, settings: Settings) -> Iterator[SparkSession]:
    """The suite's session as it started, afterwards as the suite has it."""
    fit_session(spark, settings.spark, settings.spark.small_lake_rows + 1)
    yield spark
    fit_session(spark, settings.spark, landed_rows=0)


def test_a_small_lake_is_one_partition_until_it_has_grown(
    fitted: SparkSession, lake: Lake, settings: Settings
) -> None:
    started_with = {key: fitted.conf.get(key) for key in (PARTITIONS, CODEGEN)}
    lake.replace("test.numbers", fitted.range(0, 1000, 1, 3).toDF("number"))

    fit_session(fitted, settings.spark, settings.spark.small_lake_rows)
    assert (fitted.conf.get(PARTITIONS), fitted.conf.get(CODEGEN)) == ("1", "false")
    assert lake.read("test.numbers").rdd.getNumPartitions() == 1
    assert lake.read("test.numbers").count() == 1000

    fit_session(fitted, settings.spark, settings.spark.small_lake_rows + 1)
    assert {key: fitted.conf.get(key) for key in (PARTITIONS, CODEGEN)} == started_with
    assert lake.read("test.numbers").count() == 1000


def test_a_small_lake_shuffles_no_join_that_spark_takes_for_large(
    fitted: SparkSession, lake: Lake, settings: Settings
) -> None:
    fit_session(fitted, settings.spark, settings.spark.small_lake_rows)
    lake.replace("test.pairs", fitted.range(20_000).select("id", (F.col("id") % 7).alias("group")))
    pairs = lake.read("test.pairs")
    groups = pairs.groupBy("group").agg(F.count(F.lit(1)).alias("members")).localCheckpoint()
    outer = as_fitted(pairs.join(groups, "group", "full"))
    # Joined with itself, Spark takes it for some hundred gigabytes.
    often = outer.join(outer.select("id"), "id")
    counted = often.crossJoin(often.agg(F.max("members").alias("most"))).groupBy("group").count()

    fitted.conf.set(PLAN_LENGTH, "100000")
    plan = counted._jdf.queryExecution().executedPlan().toString()
    fitted.conf.set(PLAN_LENGTH, "0")

    assert "SortMergeJoin" in plan
    assert "hashpartitioning" not in plan
    assert "CartesianProduct" not in plan
    assert sum(row["count"] for row in counted.collect()) == 20_000


def test_options_that_the_settings_name_stay(fitted: SparkSession) -> None:
    named = load_settings(overrides={"spark": {"options": {CODEGEN: "true"}}}, environment={})
    fitted.conf.set(CODEGEN, "true")
    fit_session(fitted, named.spark, 0)
    assert fitted.conf.get(CODEGEN) == "true"


def test_a_step_that_compiles_leaves_the_session_as_it_was_fitted(
    fitted: SparkSession, settings: Settings
) -> None:
    started_with = fitted.conf.get(CODEGEN)
    fit_session(fitted, settings.spark, settings.spark.small_lake_rows)
    with compiled(fitted, settings.spark):
        assert (fitted.conf.get(PARTITIONS), fitted.conf.get(CODEGEN)) == ("1", started_with)
    assert fitted.conf.get(CODEGEN) == "false"


def test_the_lake_counts_the_rows_that_have_landed(fitted: SparkSession, lake: Lake) -> None:
    bronze = fitted.range(7).toDF("number")
    lake.replace("bronze.shipments", bronze)
    few = load_settings(overrides={"spark": {"small_lake_rows": 6}}, environment={})
    lake.fit(few)
    assert fitted.conf.get(PARTITIONS) != "1"
    lake.fit(load_settings(overrides={"spark": {"small_lake_rows": 7}}, environment={}))
    assert fitted.conf.get(PARTITIONS) == "1"
