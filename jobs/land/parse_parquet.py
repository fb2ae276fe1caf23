"""One Parquet file to columns of strings: what a CSV of the same rows would have said."""

import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from configs.settings import LandingSettings
from configs.sources import Source
from jobs.land.parse_csv import Records
from jobs.land.reject_files import FileRejected, Reason

_MIB = 1024 * 1024


def parse_parquet(content: bytes, source: Source, limits: LandingSettings, timezone: str) -> Records:
    """Columns as strings, empty ones null; the line of a row is its number, from 1.

    Integers and whole floats are written without a point (an account number that pandas made a float stays
    an account number); times with a zone keep their instant. Raises `FileRejected` when the file is damaged,
    repeats a column, or holds a list or a structure in a contract column.
    """
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        names = file.schema_arrow.names
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        if sum(group.total_byte_size for group in groups) > limits.max_member_mb * _MIB:
            raise FileRejected(Reason.TOO_LARGE, f"more than {limits.max_member_mb} MiB when unpacked")
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise FileRejected(Reason.DUPLICATED_COLUMN, f"the schema names {', '.join(repeated)} twice")
        table = file.read(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise FileRejected(Reason.UNREADABLE, "not a whole Parquet file") from error
    columns = {}
    for name in names:
        kind = source.columns[name].type if name in source.columns else "string"
        try:
            columns[name] = to_strings(table.column(name), wants_date=kind == "date", timezone=timezone)
        except (pa.ArrowException, ValueError) as error:
            if name in source.columns:
                detail = f"column {name} is {table.column(name).type}"
                raise FileRejected(Reason.UNREADABLE, detail) from error
            columns[name] = _written_as_json(table.column(name))
    return Records(columns, pa.array(range(1, table.num_rows + 1), pa.int64()))


def to_strings(values: pa.ChunkedArray, *, wants_date: bool, timezone: str) -> pa.Array:
    """One column as strings, empty strings null. Raises `ArrowException` for a type without one spelling."""
    column = values.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        column = _written_times(column, wants_date=wants_date, timezone=timezone)
    elif pa.types.is_floating(column.type):
        column = _written_floats(column)
    column = column.cast(pa.string())
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _written_times(column: pa.Array, *, wants_date: bool, timezone: str) -> pa.Array:
    if wants_date:
        if column.type.tz:
            column = pc.local_timestamp(column.cast(pa.timestamp("us", tz=timezone)))
        whole = pc.floor_temporal(column, unit="day")
        if pc.all(pc.equal(whole, column)).as_py() is not False:
            return column.cast(pa.date32())
    if column.type.tz:
        instants = column.cast(pa.timestamp("us", tz="UTC"), safe=False)
        return pc.strftime(instants, format="%Y-%m-%dT%H:%M:%SZ")
    return pc.strftime(column.cast(pa.timestamp("us"), safe=False), format="%Y-%m-%dT%H:%M:%S")


def _written_floats(column: pa.Array) -> pa.Array:
    wide = column.cast(pa.float64())
    wide = pc.if_else(pc.is_nan(wide), pa.scalar(None, pa.float64()), wide)
    if pc.all(pc.equal(wide, pc.round(wide))).as_py() is not False:
        try:
            return wide.cast(pa.int64())
        except pa.ArrowInvalid:
            pass  # Beyond 64 bits, or infinite: spelled out below.
    spelled = [_spell(value) for value in column.to_pylist()]
    return pa.array(spelled, pa.string())


def _spell(value: float | None) -> str | None:
    """A float without an exponent, as a decimal column is written."""
    if value is None or value != value:  # noqa: PLR0124  (not a number)
        return None
    if value in (float("inf"), float("-inf")):
        return str(value)
    if value == int(value):
        return str(int(value))
    return format(Decimal(str(value)), "f")


def _written_as_json(values: pa.ChunkedArray) -> pa.Array:
    """An unknown column of another type is kept aside as text."""
    return pa.array([None if value is None else str(value) for value in values.to_pylist()], pa.string())
