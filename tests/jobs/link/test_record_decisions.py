"""Decisions come from files and go with them."""

import json
from pathlib import Path

import pytest

from configs.errors import ConfigurationError
from jobs.link.record_decisions import FOLDER, TABLE, record_decisions
from jobs.runtime.lake import Lake

LINE = {
    "kind_a": "seller", "id_a": "shopee:1", "kind_b": "seller", "id_b": "shopee:2", "verdict": "same",
    "by": "n.t.a", "at": "2026-03-01T09:00:00+07:00", "reason": "one stall",
}  # fmt: skip


def test_the_table_is_what_the_files_say(lake: Lake, tmp_path: Path) -> None:
    home = Lake(lake.spark, tmp_path)
    assert record_decisions(home) == 0
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps(LINE) + "\n", encoding="utf-8")
    assert record_decisions(home) == 1
    (row,) = home.read(TABLE).collect()
    assert (row["id_a"], row["verdict"], row["by"]) == ("shopee:1", "same", "n.t.a")
    (folder / "b.jsonl").write_text('{"verdict": "same"}\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"decisions/b\.jsonl, line 1"):
        record_decisions(home)
    assert home.read(TABLE).count() == 1
    (folder / "a.jsonl").unlink()
    (folder / "b.jsonl").unlink()
    assert record_decisions(home) == 0
    assert home.read(TABLE).count() == 0
