"""What a job is: a name, the tables that it reads and writes, and one pure `transform`.

The runtime reads the tables, calls `transform(*, <reads by name>, context=JobContext)`, checks that each
frame has exactly the declared columns and types, and commits each table once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from pyspark.sql import DataFrame
from pyspark.sql.types import StructType, _parse_datatype_string

from configs.errors import MatluoiError
from configs.settings import Settings
from jobs.runtime.lake import Lake


@dataclass(frozen=True)
class JobContext:
    """What a transform may know besides its tables: values only, no session and no clock."""

    as_of: date
    settings: Settings

    @property
    def window_start(self) -> date:
        """First day that the run looks at (inclusive); `as_of` is the last."""
        return self.as_of - timedelta(days=self.settings.window_days - 1)


Transform = Callable[..., "DataFrame | dict[str, DataFrame]"]


@dataclass(frozen=True)
class Job:
    """One step. `reads` maps the transform's argument names to tables, `writes` tables to DDL schemas."""

    name: str
    purpose: str
    grain: str
    reads: Mapping[str, str]
    writes: Mapping[str, str]
    transform: Transform = field(repr=False)


def check_schema(table: str, frame: DataFrame, ddl: str) -> DataFrame:
    """The frame with its columns in the declared order. Raises when a name or a type differs."""
    wanted = _parse_datatype_string(ddl)
    if not isinstance(wanted, StructType):
        raise MatluoiError(f"{table}: the declared schema is not a list of columns.")
    have = {column.name: column.dataType.simpleString() for column in frame.schema}
    expected = {column.name: column.dataType.simpleString() for column in wanted}
    if have != expected:
        differing = sorted(
            name for name in have.keys() | expected.keys() if have.get(name) != expected.get(name)
        )
        detail = ", ".join(f"{name} is {have.get(name)}, declared {expected.get(name)}" for name in differing)
        raise MatluoiError(f"{table}: the frame breaks its contract: {detail}.")
    return frame.select(*expected)


def run_job(job: Job, lake: Lake, context: JobContext) -> None:
    """Read, transform, check, commit."""
    tables = {argument: lake.read(table) for argument, table in job.reads.items()}
    result = job.transform(**tables, context=context)
    frames = result if isinstance(result, dict) else {next(iter(job.writes)): result}
    if frames.keys() != job.writes.keys():
        raise MatluoiError(f"job {job.name}: wrote {sorted(frames)}, declared {sorted(job.writes)}.")
    for table, frame in frames.items():
        lake.replace(table, check_schema(table, frame, job.writes[table]))
