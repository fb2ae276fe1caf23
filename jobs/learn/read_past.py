"""Past rankings of a home and the decisions of agencies since, read without Spark."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyiceberg.exceptions import NoSuchTableError

from configs.errors import UsageError
from configs.settings import Settings
from jobs.publish.read_published import open_catalogue, read_ranking
from jobs.publish.write_case_files import case_folder
from jobs.runtime.steps import published_name
from models.learning.outcomes import Outcome, PastNetwork, past_network
from models.normalise.banks import account_id
from models.weighing.detections import Member


def published_dates(home: Path, first: date | None = None, last: date | None = None) -> list[date]:
    """Dates of the home that have a published ranking, within the bounds, in order."""
    found = sorted(date.fromisoformat(path.parent.name) for path in (home / "runs").glob("*-*-*/run.json"))
    return [day for day in found if (first is None or first <= day) and (last is None or day <= last)]


def read_past(home: Path, settings: Settings, day: date) -> list[PastNetwork]:
    """The ranking of a date, best first, with the accounts as the pipeline names them.

    A network that was drawn below the cut carries its chance; all others were looked at for their rank, or
    their outcome came from elsewhere.
    """
    rows = read_ranking(home, settings, "ranking.networks", day).sort_by("rank")
    lines = [json.loads(line) for line in rows.column("network").to_pylist()]
    _name_accounts_as_we_do(lines)
    drawn = read_exploration(home, day)
    return [past_network(line, drawn.get(line["network_id"], 1.0)) for line in lines]


def read_exploration(home: Path, day: date) -> Mapping[str, float]:
    """Chance of each network that was drawn below the cut; nothing for rankings older than exploration."""
    file = case_folder(home, day) / "exploration.jsonl"
    if not file.is_file():
        return {}
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return {line["network_id"]: line["probability"] for line in lines}


def read_outcomes(home: Path, settings: Settings, as_of: date) -> list[Outcome]:
    """Decisions up to a date, as the run of that date knew them."""
    try:
        table = open_catalogue(home, settings).load_table("silver.enforcement_actions")
    except NoSuchTableError:
        return []
    left = table.snapshot_by_name(published_name(as_of))
    if left is None:
        raise UsageError(f"no ranking was published for {as_of}. Run `matluoi run --as-of {as_of} …` first.")
    columns = ("decision_no", "decided_on", "outcome", "subject_kind", "subject_id")
    rows = table.scan(snapshot_id=left.snapshot_id, selected_fields=columns).to_arrow().to_pylist()
    return sorted(
        Outcome(row["decision_no"], row["decided_on"], row["outcome"] == "confirmed", _subject(row))
        for row in rows
        if row["subject_id"] is not None and row["decided_on"] <= as_of
    )


def _subject(row: Mapping[str, Any]) -> Member:
    kind, identifier = row["subject_kind"], row["subject_id"]
    # A parcel may be named with its carrier before it.
    return Member(kind, identifier.rpartition(":")[2] if kind == "waybill" else identifier)


def _name_accounts_as_we_do(lines: Sequence[dict[str, Any]]) -> None:
    """Decisions name accounts by canonical letters of the bank, rankings by the bank's own."""
    accounts = [member for line in lines for member in line["members"] if member["kind"] == "account"]
    banks, numbers = (pa.array(part, pa.string()) for part in _split([member["id"] for member in accounts]))
    for member, known_as in zip(accounts, account_id(banks, numbers).to_pylist(), strict=True):
        member["id"] = known_as or member["id"]


def _split(ids: Sequence[str]) -> tuple[list[str], list[str]]:
    parts = [identifier.partition(":") for identifier in ids]
    return [bank for bank, _, _ in parts], [number for _, _, number in parts]
