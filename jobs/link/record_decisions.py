"""Bring the signed decisions of people into the lake; what was taken out of the files is undone."""

from typing import TYPE_CHECKING

from configs.errors import UsageError
from jobs.runtime.job import check_schema
from jobs.runtime.lake import Lake
from models.links.decisions import parse_decisions

if TYPE_CHECKING:
    from jobs.runtime.steps import Run

DECISIONS_DDL = """
    kind_a string, id_a string, kind_b string, id_b string, verdict string, by string, at timestamp,
    reason string
"""
TABLE = "links.decisions"
FOLDER = "decisions"


def record_decisions(lake: Lake) -> int:
    """Replace `links.decisions` by what `<home>/decisions/*.jsonl` say; the number of decisions.

    Raises `ConfigurationError` that names file, line and key when a line is no decision.
    """
    rows = []
    for path in sorted((lake.home / FOLDER).glob("*.jsonl")):
        name = f"{FOLDER}/{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{name}: cannot be read as UTF-8 text. Check the file.") from error
        rows += parse_decisions(name, text)
    columns = [column.split()[0] for column in DECISIONS_DDL.split(",")]
    records = [tuple(getattr(row, column) for column in columns) for row in rows]
    frame = lake.spark.createDataFrame(records, DECISIONS_DDL)
    lake.replace(TABLE, check_schema(TABLE, frame, DECISIONS_DDL))
    return len(rows)


def record(run: "Run") -> dict[str, int]:
    """The step of a run; the count goes into its manifest."""
    return {"decisions": record_decisions(run.lake)}
