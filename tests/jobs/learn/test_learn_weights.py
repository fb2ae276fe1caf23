"""From published rankings and decisions in a home to a file of learned weights. No Spark."""

import json
from datetime import date
from pathlib import Path

import pytest

from configs.errors import UsageError
from configs.settings import load_settings
from jobs.cli.learning import learn
from jobs.learn.learn_weights import learn_weights
from jobs.learn.read_past import published_dates, read_exploration, read_outcomes, read_past
from models.learning.outcomes import Outcome
from models.weighing.detections import Member
from tests.jobs.judged_home import DAYS, judged_home

SETTINGS = load_settings(environment={})
home = judged_home


def test_past_networks_name_accounts_as_decisions_do_and_carry_their_chance(home: Path) -> None:
    past = read_past(home, SETTINGS, DAYS[0])
    assert past[0].subjects == {Member("account", "BID:3001"), Member("waybill", "W3001")}
    assert {found.network_id: found.chance for found in past if found.chance < 1} == {"ML-3030": 0.25}
    assert read_exploration(home, DAYS[1]) == {}


def test_outcomes_are_those_up_to_the_date(home: Path) -> None:
    outcomes = read_outcomes(home, SETTINGS, DAYS[1])
    assert max(found.decided_on for found in outcomes) == date(2026, 3, 7)
    assert Outcome("QD3003", date(2026, 3, 7), False, Member("waybill", "W3003")) in outcomes


def test_dates_of_a_home(home: Path) -> None:
    assert published_dates(home) == DAYS
    assert published_dates(home, DAYS[1], DAYS[1]) == [DAYS[1]]


def test_what_is_learned_is_written_with_the_comparison(home: Path) -> None:
    found = learn_weights(home, SETTINGS, DAYS[2])
    assert found["labels"] == {"confirmed": 30, "cleared": 30, "drawn": 1, "members": 60}
    assert found["comparison"]["method"] == "time"
    assert found["comparison"]["favoured"], found["comparison"]["why"]
    assert found["multipliers"]["layered_flow"] > 1 > found["multipliers"]["sudden_fan"]
    kept = json.loads((home / "learned" / "2026-03-17.json").read_text(encoding="utf-8"))
    assert kept["multipliers"] == found["multipliers"]
    assert learn_weights(home, SETTINGS, DAYS[2]) == found


def test_on_the_first_day_there_is_nothing_to_learn(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(home, DAYS[0].isoformat())
    shown = capsys.readouterr().out
    assert "0 networks confirmed" in shown
    assert "the fixed weights stand" in shown


def test_a_date_without_a_ranking_is_refused(home: Path) -> None:
    with pytest.raises(UsageError, match="no ranking was published for 2026-03-04"):
        learn_weights(home, SETTINGS, date(2026, 3, 4))
