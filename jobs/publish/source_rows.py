"""Look evidence up: from a record's key to the row as it stands in silver, with its file and line."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from pyiceberg.expressions import In

from configs.settings import Settings
from jobs.publish.read_published import open_catalogue


def source_rows(home: Path, settings: Settings, records: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Rows for `records` (`{feed, key}`), in their order, nulls left out."""
    catalogue = open_catalogue(home, settings)
    keys: dict[str, list[str]] = defaultdict(list)
    for record in records:
        keys[record["feed"]].append(record["key"])
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for feed, wanted in keys.items():
        rows = catalogue.load_table(f"silver.{feed}").scan(row_filter=In("record_key", wanted)).to_arrow()
        for row in rows.to_pylist():
            known = {name: value for name, value in row.items() if value is not None}
            found[feed, row["record_key"]] = {"feed": feed, "key": row["record_key"], **known}
    return [
        found[record["feed"], record["key"]] for record in records if (record["feed"], record["key"]) in found
    ]
