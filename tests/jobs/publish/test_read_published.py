"""What was published is read without Spark, from any folder."""

from datetime import date
from pathlib import Path

import pytest

from configs.errors import UsageError
from configs.settings import load_settings
from jobs.publish.read_published import open_catalogue, read_ranking
from jobs.runtime.lake import Lake

DDL = "as_of date, rank int, network string"


def test_a_relative_home_is_read_too(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.create("ranking.networks", lake.frame([], DDL).schema, partition_by=["as_of"])
    lake.replace_where("ranking.networks", lake.frame([(date(2026, 3, 31), 1, "{}")], DDL), "TRUE")
    monkeypatch.chdir(lake.home.parent)
    table = open_catalogue(Path(lake.home.name), load_settings(environment={})).load_table("ranking.networks")
    assert table.scan().to_arrow().column("rank").to_pylist() == [1]


def test_a_date_without_a_run_is_refused(lake: Lake) -> None:
    lake.create("ranking.networks", lake.frame([], DDL).schema, partition_by=["as_of"])
    with pytest.raises(UsageError, match="no ranking was published for 2026-03-30"):
        read_ranking(lake.home, load_settings(environment={}), "ranking.networks", date(2026, 3, 30))
