"""Case files from hand-made tables: names, ties, rows as they came and as they were read. No Spark."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from configs.settings import load_settings
from configs.sources import load_sources
from jobs.publish.write_case_files import exploration_lines, write_case_files
from jobs.runtime.session import CATALOGUE

AS_OF = date(2026, 3, 31)
FILE = "bank_transactions/BIDV/2026-03-10/a.csv"
NETWORK = {
    "network_id": "ML-1",
    "as_of": "2026-03-31",
    "rank": 1,
    "members": [
        # The bank writes BIDV, the pipeline BID.
        {"kind": "account", "id": "BIDV:111", "role": "collector"},
        {"kind": "person", "id": "cccd:001", "role": "operator"},
    ],
    "typologies": [{"id": "t", "evidence": [{"feed": "bank_transactions", "key": "BIDV:FT1"}]}],
}
EXPLANATION = {"reasons": [], "outlier_contribution": 0.5}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    catalogue = SqlCatalog(
        CATALOGUE, uri=f"sqlite:///{tmp_path / 'catalogue.db'}", warehouse=(tmp_path / "lake").as_uri()
    )
    for space in ("ranking", "silver", "bronze", "links"):
        catalogue.create_namespace(space)

    def keep(name: str, rows: list[dict[str, Any]], schema: pa.Schema | None = None) -> None:
        table = pa.Table.from_pylist(rows, schema=schema)
        catalogue.create_table(name, schema=table.schema).append(table)

    keep(
        "ranking.networks",
        [
            {
                "as_of": AS_OF,
                "rank": 1,
                "network_id": "ML-1",
                "change": "grew",
                "earlier": ["ML-0"],
                "network": json.dumps(NETWORK),
                "explanation": json.dumps(EXPLANATION),
            }
        ],
    )
    keep(
        "silver.bank_accounts",
        [
            {
                "record_key": "BIDV:111",
                "account_id": "BID:111",
                "holder_key": "cccd:001",
                "holder_name": "Trần Văn Ba",
                "current_province_code": "20",
            }
        ],
    )
    place = {"source_file": FILE, "source_line": 7, "sender": "BIDV", "business_date": date(2026, 3, 10)}
    keep(
        "silver.bank_transactions",
        [
            {
                "record_key": key,
                "amount_vnd": 5_000_000,
                "creditor_account_id": "BID:111",
                "debtor_country": None,
                "event_at": datetime(2026, 3, 10, 3, tzinfo=UTC),
                "event_day": date(2026, 3, 10),
                **place,
            }
            for key in ("BIDV:FT1", "BIDV:FT2")
        ],
        pa.schema(
            {
                "record_key": pa.string(),
                "amount_vnd": pa.int64(),
                "creditor_account_id": pa.string(),
                "debtor_country": pa.string(),
                "event_at": pa.timestamp("us", "UTC"),
                "event_day": pa.date32(),
                "source_file": pa.string(),
                "source_line": pa.int64(),
                "sender": pa.string(),
                "business_date": pa.date32(),
            }
        ),
    )
    came: dict[str, Any] = dict.fromkeys(load_sources()["bank_transactions"].columns)
    came |= {"transaction_id": "FT1", "amount": "5.000.000", "source_file": FILE, "source_line": 7}
    schema = {name: pa.int64() if name == "source_line" else pa.string() for name in came}
    keep("bronze.bank_transactions", [came], pa.schema(schema))
    keep(
        "links.ties",
        [
            {
                "kind_a": "account",
                "id_a": "BID:111",
                "kind_b": "person",
                "id_b": "cccd:001",
                "tie": "held_by",
                "weight": 1.0,
                "evidence": [{"feed": "bank_accounts", "key": "BIDV:111"}],
            },
            {
                "kind_a": "account",
                "id_a": "BID:111",
                "kind_b": "person",
                "id_b": "cccd:999",
                "tie": "held_by",
                "weight": 1.0,
                "evidence": [],
            },
        ],
    )
    folder = tmp_path / "runs" / "2026-03-31"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}", encoding="utf-8")
    return tmp_path


def _lines(home: Path, name: str) -> list[dict[str, Any]]:
    text = (home / "published" / "2026-03-31" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_case_files_hold_what_a_page_shows(home: Path) -> None:
    counts = write_case_files(home, load_settings(environment={}), AS_OF)

    assert counts == {
        "networks": 1,
        "explanations": 1,
        "members": 2,
        "links": 1,
        "evidence": 1,
        "exploration": 0,
    }
    assert _lines(home, "networks") == [NETWORK]
    assert _lines(home, "explanations") == [
        {"network_id": "ML-1", "change": "grew", "earlier": ["ML-0"], **EXPLANATION}
    ]
    named = {"name": "Trần Văn Ba", "province_code": "20"}
    assert _lines(home, "members") == [
        {"network_id": "ML-1", "kind": "account", "id": "BIDV:111", "known_as": "BID:111", **named},
        {"network_id": "ML-1", "kind": "person", "id": "cccd:001", "known_as": "cccd:001", **named},
    ]
    # The tie to somebody outside the network stays out; the account is named as published.
    (tie,) = _lines(home, "links")
    assert (tie["id_a"], tie["id_b"], tie["tie"]) == ("BIDV:111", "cccd:001", "held_by")
    (row,) = _lines(home, "evidence")
    assert row["original"] == {"transaction_id": "FT1", "amount": "5.000.000"}
    assert row["normalised"] == {"amount_vnd": 5_000_000, "creditor_account_id": "BID:111"}
    assert (row["source_file"], row["source_line"], row["business_date"]) == (FILE, 7, "2026-03-10")


def test_what_was_drawn_below_the_cut_is_marked_with_its_chance() -> None:
    networks = [{"network_id": f"ML-{number}"} for number in range(100)]
    (drawn,) = exploration_lines(networks, 389, AS_OF)
    assert drawn["cut"] == 19
    assert drawn["probability"] == round(1 / 81, 6)


def test_case_files_written_again_take_the_place_of_the_earlier_ones(home: Path) -> None:
    settings = load_settings(environment={})
    write_case_files(home, settings, AS_OF)
    (home / "published" / "2026-03-31" / "stray").write_text("x", encoding="utf-8")
    write_case_files(home, settings, AS_OF)
    names = {path.name for path in (home / "published" / "2026-03-31").iterdir()}
    assert names == {
        "networks.jsonl",
        "explanations.jsonl",
        "members.jsonl",
        "links.jsonl",
        "evidence.jsonl",
        "exploration.jsonl",
        "run.json",
    }
    assert [path.name for path in (home / "published").iterdir()] == ["2026-03-31"]
