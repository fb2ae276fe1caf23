"""The policy for DAGs, on the real DAG files in the real DagBag."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from configs.sources import load_sources
from jobs.pipeline import STAGES

DAGS_FOLDER = Path(__file__).resolve().parents[2] / "dags"


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        patch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 - reads AIRFLOW_HOME on import

        yield DagBag(str(DAGS_FOLDER))


def test_the_dag_files_load(bag: Any) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == {"ingest_feeds", "rank_networks"}


def test_every_dag_says_what_to_do_and_when_it_is_late(bag: Any) -> None:
    for dag in bag.dags.values():
        for heading in ("**Purpose.**", "**Owner.**", "fails.**"):
            assert heading in dag.doc_md
        assert dag.deadline
        assert dag.max_active_runs == 1
        assert not dag.catchup


def test_every_task_has_an_owner_a_timeout_and_a_callback(bag: Any) -> None:
    for dag in bag.dags.values():
        for task in dag.tasks:
            assert task.owner == "matluoi"
            assert timedelta(0) < task.execution_timeout <= timedelta(hours=2)
            assert task.on_failure_callback
            assert task.bash_command.startswith("matluoi job ")


def test_the_dags_run_every_stage_in_the_order_of_the_pipeline(bag: Any) -> None:
    ingest, ranking = bag.dags["ingest_feeds"], bag.dags["rank_networks"]
    stages = [ingest.get_task("begin").task_id, "ingest"]
    task = ranking.get_task("judge")
    while True:
        stages.append(task.task_id)
        following = sorted(task.downstream_task_ids)
        if not following:
            break
        task = ranking.get_task(following[0])
    assert stages == list(STAGES)


def test_every_feed_is_ingested_and_awaited(bag: Any) -> None:
    feeds = set(load_sources())
    assert {f"ingest_{feed}" for feed in feeds} == set(bag.dags["ingest_feeds"].task_ids) - {"begin"}
    condition = bag.dags["rank_networks"].timetable.asset_condition
    awaited = {asset.uri for asset in condition.objects}
    assert {f"matluoi://silver/{feed}" for feed in feeds} == awaited


def test_a_dag_file_is_short_and_imports_nothing_heavy() -> None:
    for path in DAGS_FOLDER.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 80, path.name
        assert "pyspark" not in text
        assert "Variable.get" not in text
