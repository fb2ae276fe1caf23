"""A home of three published weeks with decisions about them, made by hand. No Spark."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from jobs.runtime.session import CATALOGUE

DAYS = [date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 17)]


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
def judged_home(tmp_path: Path) -> Path:
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
