"""A job commits exactly what it declares."""

import pytest

from configs.errors import MatluoiError
from jobs.runtime.job import Job, JobContext, run_job
from jobs.runtime.lake import Lake


def job(**changes: object) -> Job:
    declared = {
        "name": "double_values",
        "purpose": "Twice each value",
        "grain": "one key",
        "reads": {"rows": "test.rows"},
        "writes": {"test.doubled": "key string, value int"},
        "transform": lambda *, rows, context: rows.selectExpr("value * 2 as value", "key"),
    }
    return Job(**(declared | changes))  # type: ignore[arg-type]


def test_the_declared_columns_are_committed_in_their_order(lake: Lake, context: JobContext) -> None:
    lake.replace("test.rows", lake.frame([("a", 2)], "key string, value int"))
    run_job(job(), lake, context)
    assert lake.read("test.doubled").columns == ["key", "value"]
    assert lake.read("test.doubled").first()["value"] == 4  # type: ignore[index]


def test_another_type_is_refused_by_name(lake: Lake, context: JobContext) -> None:
    lake.replace("test.rows", lake.frame([("a", 2)], "key string, value int"))
    with pytest.raises(MatluoiError, match="value is int, declared bigint"):
        run_job(job(writes={"test.doubled": "key string, value bigint"}), lake, context)


def test_the_window_ends_on_the_day_of_the_run(context: JobContext) -> None:
    days = (context.as_of - context.window_start).days + 1
    assert days == context.settings.window_days == 90
