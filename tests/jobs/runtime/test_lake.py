"""Write, audit, publish on real Iceberg tables."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from configs.errors import MatluoiError
from jobs.runtime.lake import Lake

DDL = "key string, value int"


def values(lake: Lake, table: str) -> list[tuple[str, int]]:
    return sorted((row["key"], row["value"]) for row in lake.read(table).collect())


def branch(lake: Lake, name: str) -> Lake:
    return Lake(lake.spark, lake.home, name)


def test_main_sees_a_branch_only_when_it_is_published(lake: Lake) -> None:
    run = branch(lake, "run_1")
    run.replace("test.rows", run.frame([("a", 1)], DDL))
    assert values(run, "test.rows") == [("a", 1)]
    assert values(lake, "test.rows") == []
    assert run.publish("run_1") == ["test.rows"]
    assert values(lake, "test.rows") == [("a", 1)]
    assert run.snapshot("test.rows") == lake.snapshot("test.rows")


def test_what_was_discarded_never_shows(lake: Lake) -> None:
    lake.replace("test.rows", lake.frame([("a", 1)], DDL))
    run = branch(lake, "run_2")
    run.replace("test.rows", run.frame([("b", 2)], DDL))
    run.discard()
    assert values(lake, "test.rows") == values(run, "test.rows") == [("a", 1)]


def test_a_tag_keeps_what_a_run_left(lake: Lake) -> None:
    lake.replace("test.rows", lake.frame([("a", 1)], DDL))
    branch(lake, "run_1").publish("run_1")
    lake.replace("test.rows", lake.frame([("b", 2)], DDL))
    kept = lake.read_tagged("test.rows", "run_1").collect()
    assert [(row["key"], row["value"]) for row in kept] == [("a", 1)]
    assert values(Lake(lake.spark, lake.home, tag="run_1"), "test.rows") == [("a", 1)]


def test_another_task_of_the_run_reads_its_branch(lake: Lake) -> None:
    branch(lake, "run_1").replace("test.rows", lake.frame([("a", 1)], DDL))
    assert values(branch(lake, "run_1"), "test.rows") == [("a", 1)]


def test_only_the_named_partition_is_replaced(lake: Lake) -> None:
    lake.create("test.days", lake.frame([], "day string, value int").schema, partition_by=["day"])
    both = lake.frame([("mon", 1), ("tue", 2)], "day string, value int")
    lake.replace_where("test.days", both, "TRUE")
    lake.replace_where("test.days", lake.frame([("mon", 7)], "day string, value int"), "day = 'mon'")
    found = sorted((row["day"], row["value"]) for row in lake.read("test.days").collect())
    assert found == [("mon", 7), ("tue", 2)]


def test_a_column_that_code_has_grown_is_added_to_a_lake_that_stands(lake: Lake) -> None:
    lake.replace("test.grown", lake.frame([("a", 1)], DDL))
    run = branch(lake, "run_1")
    run.replace("test.grown", run.frame([("b", 2, "new")], f"{DDL}, name string"))
    assert [tuple(row) for row in run.read("test.grown").collect()] == [("b", 2, "new")]
    assert values(lake, "test.grown") == [("a", 1)]  # what was published stands


def test_tasks_that_write_at_once_share_one_branch(lake: Lake) -> None:
    lake.create("test.rows", lake.frame([], DDL).schema, ["key"])
    run = branch(lake, "run_4")

    def write(key: str) -> None:
        run.replace_where("test.rows", run.frame([(key, 1)], DDL), f"key = '{key}'")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "abcd"))
    assert values(run, "test.rows") == [("a", 1), ("b", 1), ("c", 1), ("d", 1)]
    assert values(lake, "test.rows") == []


def test_a_run_that_was_overtaken_says_so(lake: Lake) -> None:
    lake.replace("test.rows", lake.frame([("a", 1)], DDL))
    slow = branch(lake, "run_slow")
    slow.replace("test.rows", slow.frame([("s", 1)], DDL))
    lake.replace("test.rows", lake.frame([("b", 2)], DDL))
    with pytest.raises(MatluoiError, match="another run was published"):
        slow.publish()
    assert values(lake, "test.rows") == [("b", 2)]


def test_a_missing_table_has_no_snapshot(spark: SparkSession, tmp_path: Path) -> None:
    assert Lake(spark, tmp_path).snapshot("test.nowhere") is None
