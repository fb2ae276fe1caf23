"""From published rankings and decisions in a home to a file of learned weights. No Spark."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from configs.errors import UsageError
from configs.settings import load_settings
from jobs.cli.learning import learn
from jobs.learn.learn_weights import learn_weights
from jobs.learn.read_past import published_dates, read_exploration, read_outcomes, read_past
from jobs.runtime.session import CATALOGUE
from models.learning.outcomes import Outcome
from models.weighing.detections import Member

DAYS = [date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 17)]
SETTINGS = load_settings(environment={})


def network(day: date, rank: int, member: str, typology: str) -> str:
    line = {
        "network_id": f"ML-{member}",
        "as_of": day.isoformat(),
        "rank": rank,
        "score": 60.0,
        # The bank writes BIDV, the pipeline BID.
        "members": [{"kind": "account", "id": f"BIDV:{member}", "role": "mule"}],
        "typologies": [
            {"id": typology, "score": 0.6, "evidence": [{"feed": "shipments", "key": f"GHN:W{member}"}]}
        ],
        "outlier": {"score": 0.0, "reasons": []},
    }
    return json.dumps(line)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Thirty networks a week; those of `layered_flow` are confirmed in the next days, the others cleared."""
    catalogue = SqlCatalog(
        CATALOGUE, uri=f"sqlite:///{tmp_path / 'catalogue.db'}", warehouse=(tmp_path / "lake").as_uri()
    )

    def keep(name: str, rows: list[dict[str, Any]]) -> None:
        table = pa.Table.from_pylist(rows)
        catalogue.create_namespace_if_not_exists(name.partition(".")[0])
        catalogue.create_table(name, schema=table.schema).append(table)

    rankings, decisions = [], []
    for day in DAYS:
        for rank in range(1, 31):
            member = f"{day.day}{rank:03}"
            guilty = rank % 2 == 0
            typology = "layered_flow" if guilty else "sudden_fan"
            rankings.append({"as_of": day, "rank": rank, "network": network(day, rank, member, typology)})
            by_parcel = rank % 3 == 0
            decisions.append(
                {
                    "decision_no": f"QD{member}",
                    "decided_on": date(2026, 3, day.day + 4),
                    "outcome": "confirmed" if guilty else "cleared",
                    "subject_kind": "waybill" if by_parcel else "account",
                    "subject_id": f"W{member}" if by_parcel else f"BID:{member}",
                }
            )
        folder = tmp_path / "runs" / day.isoformat()
        folder.mkdir(parents=True)
        (folder / "run.json").write_text("{}", encoding="utf-8")
    keep("ranking.networks", rankings)
    keep("silver.enforcement_actions", decisions)
    table = catalogue.load_table("silver.enforcement_actions")
    snapshot = table.current_snapshot()
    assert snapshot is not None
    for day in DAYS:
        table.manage_snapshots().create_tag(snapshot.snapshot_id, f"published_{day:%Y%m%d}").commit()
    drawn = tmp_path / "published" / "2026-03-03"
    drawn.mkdir(parents=True)
    line = {"network_id": "ML-3030", "cut": 19, "probability": 0.25}
    (drawn / "exploration.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    return tmp_path


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
