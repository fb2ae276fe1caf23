"""Write the case files that the review application imports: everything that a case page shows, and no more.

`<home>/published/<as_of>/` holds `networks.jsonl` (the contract), `explanations.jsonl`, `members.jsonl`
(names and provinces), `links.jsonl` (what ties members), `evidence.jsonl` (source rows), `exploration.jsonl`
(networks below the cut that were drawn to be looked at, with the chance of it) and `run.json`. Every
line of JSON carries its `network_id`, or the key of its record.
"""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.expressions import And, BooleanExpression, In

from configs.catalogue import shipped_catalogue
from configs.settings import Settings
from configs.sources import load_sources
from jobs.publish.read_published import open_catalogue, read_ranking
from jobs.runtime.steps import run_folder
from models.ranking.exploration import draw_exploration

# Where the row came from; the rest of a silver row that is no column of the contract was derived by us.
_PLACE = ("record_key", "source_file", "source_line", "sender", "business_date", "event_at", "event_day")

# Which columns of which feed name a member: (kind, feed, key, name, province or none).
_NAMES = (
    ("account", "bank_accounts", "account_id", "holder_name", "current_province_code"),
    ("seller", "sellers", "seller_key", "shop_name", "current_province_code"),
    ("person", "bank_accounts", "holder_key", "holder_name", "current_province_code"),
    ("company", "bank_accounts", "holder_key", "holder_name", "current_province_code"),
    ("person", "sellers", "owner_key", "owner_name", "current_province_code"),
    ("company", "sellers", "tax_key", "owner_name", "current_province_code"),
    ("person", "customs_declarations", "trader_key", "trader_name", None),
    ("company", "customs_declarations", "trader_key", "trader_name", None),
)


def case_folder(home: Path, as_of: date) -> Path:
    """Where the case files of a date lie."""
    return home / "published" / as_of.isoformat()


def write_case_files(home: Path, settings: Settings, as_of: date) -> dict[str, int]:
    """Write the case files of a published ranking. Returns how many lines each file has.

    The folder is written beside its place and renamed at the end: nobody reads half of it.
    """
    ranking = read_ranking(home, settings, "ranking.networks", as_of).sort_by("rank")
    networks = [json.loads(line) for line in ranking.column("network").to_pylist()]
    catalogue = open_catalogue(home, settings)
    described = describe_members(catalogue, networks)
    lines: dict[str, Iterable[dict[str, Any]]] = {
        "networks": networks,
        "explanations": explanations(ranking),
        "members": member_lines(networks, described),
        "links": link_lines(catalogue, networks, described),
        "evidence": evidence_lines(catalogue, networks),
        "exploration": exploration_lines(networks, settings.seed, as_of),
    }
    target = case_folder(home, as_of)
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    counts = {name: _write(part / f"{name}.jsonl", rows) for name, rows in lines.items()}
    shutil.copyfile(run_folder(home, as_of) / "run.json", part / "run.json")
    shutil.rmtree(target, ignore_errors=True)
    part.replace(target)
    return counts


def explanations(ranking: pa.Table) -> list[dict[str, Any]]:
    """Why each network stands where it does, and what became of it since the ranking before."""
    return [
        {
            "network_id": row["network_id"],
            "change": row["change"],
            "earlier": row["earlier"] or [],
            **json.loads(row["explanation"]),
        }
        for row in ranking.select(["network_id", "change", "earlier", "explanation"]).to_pylist()
    ]


def exploration_lines(networks: list[dict[str, Any]], seed: int, as_of: date) -> list[dict[str, Any]]:
    """Networks below the cut that were drawn to be looked at; the form of `networks.jsonl` is fixed."""
    ids = [network["network_id"] for network in networks]
    exploration = draw_exploration(ids, shipped_catalogue().ranking, seed, as_of)
    return [
        {"network_id": network_id, "cut": exploration.cut, "probability": probability}
        for network_id, probability in exploration.drawn.items()
    ]


Described = dict[tuple[str, str], dict[str, Any]]


def describe_members(catalogue: SqlCatalog, networks: list[dict[str, Any]]) -> Described:
    """`{name, province_code, known_as}` of members by (kind, published id); the first source counts.

    `known_as` is the id inside the pipeline, which differs where a bank reports with other letters than ours.
    """
    members = {(member["kind"], member["id"]) for network in networks for member in network["members"]}
    known_as = _known_accounts(catalogue, sorted(key for kind, key in members if kind == "account"))
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    for kind, key in sorted(members):
        wanted[kind][known_as.get(key, key) if kind == "account" else key] = key
    described: Described = {
        (kind, key): {"known_as": known} for kind, keys in wanted.items() for known, key in keys.items()
    }
    for kind, feed, key_column, name_column, province in _NAMES:
        columns = [key_column, name_column, *([province] if province else []), "record_key"]
        rows = _scan(catalogue, f"silver.{feed}", In(key_column, list(wanted[kind])), columns)
        for row in sorted(rows, key=lambda row: row["record_key"]):
            entry = described[kind, wanted[kind][row[key_column]]]
            entry.setdefault("name", row[name_column])
            if province and row[province]:
                entry.setdefault("province_code", row[province])
    return described


def _known_accounts(catalogue: SqlCatalog, accounts: list[str]) -> dict[str, str]:
    """Ids of the pipeline for published account ids, where the account is registered."""
    rows = _scan(catalogue, "silver.bank_accounts", In("record_key", accounts), ["record_key", "account_id"])
    return {row["record_key"]: row["account_id"] for row in rows}


def member_lines(networks: list[dict[str, Any]], described: Described) -> Iterable[dict[str, Any]]:
    """One line for each member of each network."""
    for network in networks:
        for member in network["members"]:
            entry = described[member["kind"], member["id"]]
            yield {"network_id": network["network_id"], "kind": member["kind"], "id": member["id"], **entry}


def link_lines(
    catalogue: SqlCatalog, networks: list[dict[str, Any]], described: Described
) -> Iterable[dict[str, Any]]:
    """Ties of which both ends are members of one network, with the records that show them."""
    homes: dict[tuple[str, str], set[str]] = defaultdict(set)
    published = {(kind, entry["known_as"]): key for (kind, key), entry in described.items()}
    for network in networks:
        for member in network["members"]:
            known_as = described[member["kind"], member["id"]]["known_as"]
            homes[member["kind"], known_as].add(network["network_id"])
    ids = sorted({key for _, key in homes})
    rows = _scan(
        catalogue,
        "links.ties",
        And(In("id_a", ids), In("id_b", ids)),
        ["kind_a", "id_a", "kind_b", "id_b", "tie", "weight", "evidence"],
    )
    rows.sort(key=lambda row: (row["kind_a"], row["id_a"], row["kind_b"], row["id_b"], row["tie"]))
    for row in rows:
        a, b = (row["kind_a"], row["id_a"]), (row["kind_b"], row["id_b"])
        for network_id in sorted(homes.get(a, set()) & homes.get(b, set())):
            yield {
                "network_id": network_id,
                **row,
                "id_a": published[a],
                "id_b": published[b],
            }


def evidence_lines(catalogue: SqlCatalog, networks: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Each record that evidence names, once: as it came, as we read it, and where it stands."""
    keys: dict[str, set[str]] = defaultdict(set)
    for network in networks:
        for typology in network["typologies"]:
            for record in typology["evidence"]:
                keys[record["feed"]].add(record["key"])
    sources = load_sources()
    for feed in sorted(keys):
        contract = list(sources[feed].columns)
        rows = _scan(catalogue, f"silver.{feed}", In("record_key", sorted(keys[feed])), None)
        came = _as_it_came(catalogue, feed, rows, contract)
        for row in sorted(rows, key=lambda row: row["record_key"]):
            place = (row["source_file"], row["source_line"])
            derived = {name: value for name, value in row.items() if name not in _PLACE and value is not None}
            yield {
                "feed": feed,
                "key": row["record_key"],
                "source_file": row["source_file"],
                "source_line": row["source_line"],
                "sender": row["sender"],
                "business_date": row["business_date"],
                "event_at": row["event_at"],
                "original": came.get(place, {}),
                "normalised": derived,
            }


def _as_it_came(
    catalogue: SqlCatalog, feed: str, rows: list[dict[str, Any]], contract: list[str]
) -> dict[tuple[str, int], dict[str, str]]:
    """The delivered text of these rows by file and line, empty columns left out."""
    places = {(row["source_file"], row["source_line"]) for row in rows}
    files = sorted({file for file, _ in places})
    came: dict[tuple[str, int], dict[str, str]] = {}
    for batch in _batches(
        catalogue, f"bronze.{feed}", In("source_file", files), ["source_file", "source_line", *contract]
    ):
        # Of a feed's files nearly all rows stand here, and hardly any is wanted: only those become objects.
        here = zip(batch["source_file"].to_pylist(), batch["source_line"].to_pylist(), strict=True)
        for row in batch.filter(pa.array([place in places for place in here])).to_pylist():
            came[row["source_file"], row["source_line"]] = {
                name: row[name] for name in contract if row[name] is not None
            }
    return came


def _scan(
    catalogue: SqlCatalog, table: str, condition: BooleanExpression, columns: list[str] | None
) -> list[dict[str, Any]]:
    """Rows of a table (see `_batches`)."""
    return [row for batch in _batches(catalogue, table, condition, columns) for row in batch.to_pylist()]


def _batches(
    catalogue: SqlCatalog, table: str, condition: BooleanExpression, columns: list[str] | None
) -> Iterable[pa.RecordBatch]:
    """A table's rows in batches; none where a run without that feed never made the table."""
    try:
        found = catalogue.load_table(table)
    except NoSuchTableError:
        return ()
    return found.scan(row_filter=condition, selected_fields=tuple(columns or ("*",))).to_arrow_batch_reader()


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
            stream.write(json.dumps(row, ensure_ascii=False, default=_as_text) + "\n")
    return count


def _as_text(value: Any) -> str:
    """Dates and instants in ISO 8601, decimals as they are written."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
