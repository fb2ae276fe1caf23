"""Backtests of a home: against decisions, against a truth, as table, JSON and picture. No Spark."""

import json
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest

from configs.errors import UsageError
from configs.settings import load_settings
from jobs.cli.backtesting import backtest
from jobs.evaluate.backtest_rankings import backtest_rankings, dates_between
from jobs.evaluate.read_truth import Truth
from models.evaluation.truth import Planted
from models.weighing.detections import Member
from tests.jobs.judged_home import DAYS, judged_home

SETTINGS = load_settings(environment={})
home = judged_home


def test_dates() -> None:
    assert dates_between(DAYS[0], DAYS[2], 7) == DAYS
    assert dates_between(DAYS[0], date(2026, 3, 9), 7) == DAYS[:1]


def test_against_what_was_decided_later(home: Path) -> None:
    found = backtest_rankings(home, SETTINGS, DAYS[:2], [10, 30], [0, 61], None)
    # Known on 17 March: the decisions of 7 and 14 March, each of a network; every second one confirmed.
    assert (found["against"], found["targets"]) == ("outcomes", 30)
    ten, all_of_them, none, _ = found["sweeps"]
    assert (ten["looked_at"], ten["found"], ten["missed"], ten["wasted"]) == (20, 10, 20, 10)
    assert (all_of_them["found"], all_of_them["missed"], all_of_them["precision"]) == (30, 0, 0.5)
    assert none["looked_at"] == 0
    corrected = found["corrected_precision"]
    # Nineteen above the cut in each week; below it the one that was drawn, with a chance of a quarter.
    assert (corrected["labels_above"], corrected["labels_drawn"]) == (38, 1)
    assert corrected["precision_above"] == round(18 / 38, 4)
    assert corrected["precision_of_all"] == round((18 + 4) / (38 + 4), 4)


def test_against_a_truth(home: Path) -> None:
    members = frozenset({Member("account", "BIDV:3001")})
    scheme = Planted("s1", "ring", "easy", members, frozenset())
    found = backtest_rankings(home, SETTINGS, DAYS, [1], [0], Truth([scheme], []))
    (row,) = found["sweeps"]
    assert (row["looked_at"], row["found"], row["wasted"], row["recall"]) == (3, 1, 2, 1.0)


def test_dates_that_were_not_run_are_named(home: Path) -> None:
    with pytest.raises(UsageError, match=r"2026-03-24\. Add --run"):
        backtest_rankings(home, SETTINGS, [*DAYS, date(2026, 3, 24)], [1], [0], None)


def test_table_json_and_picture(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = home / "pictures" / "backtest.svg"
    backtest(home, "2026-03-03", "2026-03-17", capacity="5,10", threshold="0,50", out=picture)
    assert "found" in capsys.readouterr().out
    first = picture.read_bytes()
    assert ET.fromstring(first.decode()).tag.endswith("svg")
    assert b"score from 50" in first
    # The same backtest gives the same bytes, and nothing is loaded from elsewhere.
    backtest(home, "2026-03-03", "2026-03-17", capacity="5,10", threshold="0,50", out=picture, as_json=True)
    assert picture.read_bytes() == first
    assert b"<image" not in first
    assert len(json.loads(capsys.readouterr().out)["sweeps"]) == 4


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"every": "weekly"}, "as in 7d"),
        ({"capacity": "5;10"}, "separated by commas"),
        ({"capacity": "0"}, "1 is the least"),
        ({"run": True, "last": "2026-03-24"}, "needs --landing"),
        ({"last": "2026-03-01"}, "lies before"),
    ],
)
def test_wrong_options(home: Path, options: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        backtest(**({"home": home, "first": "2026-03-03", "last": "2026-03-17"} | options))  # type: ignore[arg-type]
