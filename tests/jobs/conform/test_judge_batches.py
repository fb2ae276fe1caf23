"""The gate: figures by hand, an ordinary night that passes, a broken one that does not."""

import json
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from configs.errors import GateError
from configs.settings import Settings
from configs.sources import default_sources
from expectations.rules import FeedExpectations, load_gates
from jobs.conform.conform_feeds import conform
from jobs.conform.judge_batches import feed_figures, judge, scope_figures
from jobs.land.land_files import land
from jobs.runtime.lake import Lake

GATES = load_gates(FeedExpectations(feed="tips"))
AS_OF = date(2026, 1, 31)
HEADER = "tip_id,received_at,subject_kind,subject_value,allegation"


def entry(name: str, outcome: str = "accepted", total: int | None = None) -> dict[str, Any]:
    return {"source_file": name, "outcome": outcome, "control_total": total}


def book(name: str, rows: int, quarantined: int = 0, day: int = 1, lost: int = 0) -> dict[str, Any]:
    return {
        "source_file": name, "rows": rows, "quarantined": quarantined, "accepted": rows - quarantined - lost,
        "superseded": 0, "exact_duplicates": 0, "business_date": date(2026, 1, day),
    }  # fmt: skip


def test_shares_are_judged_from_the_least_size_on() -> None:
    few = scope_figures([entry("a"), entry("b", "rejected")], [book("a", 299, 299)], GATES)
    assert isnan(few["quarantined_share"])
    assert isnan(few["rejected_file_share"])
    entries = [entry("a"), *(entry(str(number), "rejected") for number in range(7))]
    enough = scope_figures(entries, [book("a", 300, 150), book("elsewhere", 9000)], GATES)
    assert (enough["quarantined_share"], enough["rejected_file_share"]) == (0.5, 7 / 8)


def test_a_lost_row_is_an_unbalanced_file() -> None:
    figures = scope_figures([entry("a"), entry("b")], [book("a", 5, lost=1), book("b", 5)], GATES)
    assert figures["unbalanced_files"] == 1.0


def test_freshness_volume_and_totals() -> None:
    books = [book(str(day), rows, day=day) for day, rows in ((1, 300), (2, 500), (3, 400), (21, 1200))]
    counted = {"control": {"total": 90.0}, "empty": {"amount": 2.0, "booked_at": 1.0}}
    figures = feed_figures(
        default_sources()["bank_transactions"], [entry("1", total=100)], books, counted, GATES, AS_OF
    )
    assert figures["stale_days"] == 10.0
    assert figures["volume_ratio"] == 3.0
    assert figures["control_gap_share"] == 0.1
    assert figures["empty_required"] == 3.0
    assert isnan(feed_figures(default_sources()["tips"], [], [], {}, GATES, AS_OF)["stale_days"])


def deliver(root: Path, number: int, good: int, bad: int) -> None:
    folder = root / "tips" / f"desk{number}" / "2026-01-31"
    folder.mkdir(parents=True)
    rows = [f"{number}-{row},2026-01-01,url,x,tax" for row in range(good)]
    rows += [f"{number}-bad-{row},yesterday,url,x,tax" for row in range(bad)]
    (folder / "a.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")


def test_an_ordinary_night_passes_and_a_broken_one_stops_the_run(
    lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    landing, report = tmp_path / "landing", tmp_path / "report"

    def night(branch: str) -> dict[str, Any]:
        mine = Lake(lake.spark, lake.home, branch)
        land(mine, settings, landing, AS_OF, ["tips"])
        conform(mine, settings, ["tips"], AS_OF)
        try:
            judged = judge(mine, settings, ["tips"], AS_OF, report)
        except GateError:
            mine.discard()
            raise
        mine.publish()
        return judged

    deliver(landing, 1, good=1500, bad=100)
    assert night("run_1")["judged"] == 4
    # Over all files a third is broken, over the new ones four in five: only that names the night.
    deliver(landing, 2, good=150, bad=600)
    with pytest.raises(GateError) as error:
        night("run_2")
    told = str(error.value)
    assert "quarantined_rows" in told
    assert "tips: quarantined_share of the new files is 0.8, allowed is at most 0.5" in told
    assert str(report / "index.html") in told
    findings = json.loads((report / "findings.json").read_text(encoding="utf-8"))
    assert ["quarantined_rows", "fail_batch", "newest"] in [
        [found["gate"], found["severity"], found["scope"]] for found in findings
    ]
    # What was published before still stands.
    assert lake.read("silver.tips").count() == 1500
    assert lake.read("bronze.files").count() == 1
