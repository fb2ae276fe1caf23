"""One landing file to rows of the bronze layout, or the reason why it is refused. Runs in Spark's workers."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from configs.settings import LandingSettings
from configs.sources import SenderFormat, Source
from jobs.land.decode_text import to_utf8
from jobs.land.find_files import LandingFile
from jobs.land.open_archives import gunzip, read_members
from jobs.land.parse_csv import Records, parse_csv
from jobs.land.parse_parquet import parse_parquet
from jobs.land.parse_payments_xml import parse_payments_xml
from jobs.land.read_manifests import check_agreement
from jobs.land.reject_files import FileRejected, Reason

ROW_SHAPE_RULE = "row_shape"
MEMBER_MARK = "!"
_TEXT_MAP = pa.map_(pa.string(), pa.string())
_TOTAL_TYPE = pa.decimal128(38, 6)


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `reason` is empty when it was accepted; a refused file has no rows."""

    rows: int = 0
    control_total: Decimal | None = None
    reason: str = ""
    unknown_columns: tuple[str, ...] = ()


def bronze_schema(source: Source) -> pa.Schema:
    """Columns of `lake.bronze.<feed>`: the contract as text, what lay beside it, and where the row stood."""
    return pa.schema(
        [pa.field(name, pa.string()) for name in source.columns]
        + [
            pa.field("other_columns", _TEXT_MAP),
            pa.field("raw_text", pa.string()),
            pa.field("landing_file", pa.string()),
            pa.field("source_file", pa.string()),
            pa.field("source_line", pa.int64()),
            pa.field("sender", pa.string()),
            pa.field("business_date", pa.date32()),
            pa.field("shape_error", pa.string()),
            pa.field("load_id", pa.string()),
        ]
    )


@dataclass(frozen=True)
class Reading:
    """What all files of one load share."""

    root: Path
    limits: LandingSettings
    timezone: str
    load_id: str


def read_file(file: LandingFile, source: Source, reading: Reading) -> tuple[list[pa.RecordBatch], Outcome]:
    """The rows of one file and its outcome; a refused file gives no rows."""
    try:
        if file.refusal:
            return [], Outcome(reason=file.refusal)
        content = _read_content(reading.root, file)
        if file.manifest is not None:
            check_agreement(file.manifest, file.sha256)
        parts = list(_read_parts(file, content, source, reading))
        form = source.format_of(file.sender)
        batches, unknown, rows, total = [], set[str](), 0, Decimal(0)
        for name, records in parts:
            _check_columns(records, source)
            unknown |= records.columns.keys() - source.columns.keys()
            rows += records.rows
            if source.control and source.control in records.columns:
                plain = SenderFormat() if not is_text_file(name) else form
                total += sum_numbers(records.columns[source.control], plain)
            batches.append(_to_bronze(records, source, file, name, reading.load_id))
        control_total = total if source.control else None
        if file.manifest is not None:
            check_agreement(file.manifest, file.sha256, rows, control_total)
    except FileRejected as error:
        return [], Outcome(reason=str(error))
    return batches, Outcome(rows, control_total, "", tuple(sorted(unknown)))


def is_text_file(name: str) -> bool:
    """Whether a sender's declared marks and date order apply: they concern CSV alone."""
    return name.lower().removesuffix(".gz").endswith(".csv")


def sum_numbers(values: pa.Array, form: SenderFormat) -> Decimal:
    """Exact sum of every value that is a number in the sender's writing; the others count for nothing."""
    numbers = values.filter(pc.match_substring_regex(values, form.number_pattern(whole=False)))
    if form.thousands_mark:
        numbers = pc.replace_substring(numbers, form.thousands_mark, "")
    if form.decimal_mark != ".":
        numbers = pc.replace_substring(numbers, form.decimal_mark, ".")
    try:
        return pc.sum(numbers.cast(_TOTAL_TYPE)).as_py() or Decimal(0)
    except pa.ArrowInvalid:  # More digits than the type holds: exact all the same, only slower.
        return sum((Decimal(number) for number in numbers.to_pylist()), Decimal(0))


def _read_content(root: Path, file: LandingFile) -> bytes:
    try:
        content = (root / file.path).read_bytes()
    except OSError as error:
        raise FileRejected(Reason.UNREADABLE, error.strerror or "cannot be read") from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise FileRejected(Reason.UNREADABLE, "the file changed while it was read")
    return content


def _read_parts(
    file: LandingFile, content: bytes, source: Source, reading: Reading
) -> Iterator[tuple[str, Records]]:
    """(source_file, records) of a plain file, or of each member of a zip."""
    members = [(file.path, content)]
    if file.path.lower().endswith(".zip"):
        found = read_members(content, reading.limits)
        members = [(f"{file.path}{MEMBER_MARK}{name}", member) for name, member in found]
    for name, member in members:
        lower = name.lower()
        packed = lower.endswith(".gz")
        plain = gunzip(member, reading.limits) if packed else member
        match lower.removesuffix(".gz").rpartition(".")[2]:
            case "csv":
                form = source.format_of(file.sender)
                yield name, _rename(parse_csv(to_utf8(plain, form.encoding)), form)
            case "parquet" if not packed:
                yield name, parse_parquet(plain, source, reading.limits, reading.timezone)
            case "xml":
                yield name, parse_payments_xml(plain, source, file.sender)
            case _:
                raise FileRejected(
                    Reason.UNKNOWN_FORMAT, "neither CSV nor Parquet nor XML, nor a zip of those"
                )


def _check_columns(records: Records, source: Source) -> None:
    missing = [name for name in source.required if name not in records.columns]
    if missing:
        raise FileRejected(Reason.MISSING_COLUMN, ", ".join(missing))


def _rename(records: Records, form: SenderFormat) -> Records:
    if not form.renamed_columns.keys() & records.columns.keys():
        return records
    names = [form.renamed_columns.get(name, name) for name in records.columns]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise FileRejected(Reason.DUPLICATED_COLUMN, f"{', '.join(repeated)} twice, after renaming")
    return Records(dict(zip(names, records.columns.values(), strict=True)), records.lines, records.broken)


def _to_bronze(
    records: Records, source: Source, file: LandingFile, source_file: str, load_id: str
) -> pa.RecordBatch:
    """Whole rows first, then the broken ones with their text."""
    broken = len(records.broken)
    total = records.rows
    columns: dict[str, pa.Array] = {}
    for name in source.columns:
        values = records.columns.get(name)
        columns[name] = pa.nulls(total, pa.string()) if values is None else _pad(values, broken)
    columns["other_columns"] = _other_columns(records, source, broken)
    texts = [text for _, text in records.broken]
    good = total - broken
    columns["raw_text"] = pa.concat_arrays([pa.nulls(good, pa.string()), pa.array(texts, pa.string())])
    columns["landing_file"] = pa.repeat(file.path, total)
    columns["source_file"] = pa.repeat(source_file, total)
    lines = pa.array([line for line, _ in records.broken], pa.int64())
    columns["source_line"] = pa.concat_arrays([records.lines, lines])
    columns["sender"] = pa.repeat(file.sender, total)
    columns["business_date"] = pa.repeat(pa.scalar(file.business_date, pa.date32()), total)
    errors = pa.repeat(ROW_SHAPE_RULE, broken).cast(pa.string())
    columns["shape_error"] = pa.concat_arrays([pa.nulls(good, pa.string()), errors])
    columns["load_id"] = pa.repeat(load_id, total)
    schema = bronze_schema(source)
    return pa.RecordBatch.from_arrays([columns[field.name] for field in schema], schema=schema)


def _pad(values: pa.Array, broken: int) -> pa.Array:
    return pa.concat_arrays([values, pa.nulls(broken, pa.string())]) if broken else values


def _other_columns(records: Records, source: Source, broken: int) -> pa.Array:
    """One map a row of what the contract does not name; null where there is nothing."""
    unknown = sorted(records.columns.keys() - source.columns.keys())
    good = records.rows - broken
    if not unknown or not good:
        return pa.nulls(records.rows, _TEXT_MAP)
    width = len(unknown)
    # All columns one after the other, then taken row by row.
    joined = pa.concat_arrays([records.columns[name] for name in unknown])
    order = (np.arange(good)[:, None] + np.arange(width)[None, :] * good).ravel()
    items = joined.take(pa.array(order))
    keys = pa.array(np.tile(np.array(unknown, dtype=object), good), pa.string())
    kept = items.is_valid()
    counts = np.asarray(kept.to_numpy(zero_copy_only=False)).reshape(good, width).sum(axis=1)
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    maps = pa.MapArray.from_arrays(offsets, keys.filter(kept), items.filter(kept))
    return pa.concat_arrays([maps, pa.nulls(broken, _TEXT_MAP)])
