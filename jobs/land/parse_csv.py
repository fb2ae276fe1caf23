"""One CSV file (RFC 4180, UTF-8) to columns of strings, with each row's line and the rows that broke."""

import csv
import io
import re
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from jobs.land.reject_files import FileRejected, Reason

_QUOTED_FIELD = re.compile(rb'(?:\A|(?<=[,\r\n]))"[^"]*(?:""[^"]*)*("|\Z)')
_BLANK_LINE = re.compile(rb"\A\r?\n|\n\r?\n|\r\r")
_LEAST_BLOCK_BYTES = 1 << 16


@dataclass(frozen=True)
class Records:
    """Rows of one file or archive member. `broken` are rows that could not be split: (line, text)."""

    columns: dict[str, pa.Array]
    lines: pa.Array
    broken: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.lines) + len(self.broken)


def parse_csv(content: bytes) -> Records:
    """Columns by header name, all strings, empty fields null; lines count from 1, the header's.

    Raises `FileRejected` when there is no header, when it repeats a name, or when a quote never closes.
    """
    if not content.strip():
        raise FileRejected(Reason.UNREADABLE, "the file is empty: not even a header")
    if not content.endswith((b"\n", b"\r")):
        content += b"\n"
    header = _read_header(content)
    _check_quotes(content)
    broken: list[tuple[int, str]] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        broken.append((row.number, row.text))
        return "skip"

    table = _read_table(content, header, set_aside)
    columns = {name: table.column(name).combine_chunks() for name in header}
    lines, broken_lines = _number_lines(content, header, columns, table.num_rows, broken)
    return Records(columns, pa.array(lines, pa.int64()), broken_lines)


def _read_header(content: bytes) -> list[str]:
    head = content.lstrip(b"\r\n")
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(head), encoding="utf-8", newline=""))
    try:
        header = next(reader)
    except (csv.Error, StopIteration) as error:
        raise FileRejected(Reason.UNREADABLE, "line 1 is not a header") from error
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise FileRejected(Reason.DUPLICATED_COLUMN, f"line 1 names {', '.join(repeated)} twice")
    return header


def _check_quotes(content: bytes) -> None:
    """An opened quote that never closes would swallow every row after it."""
    if content.count(b'"') % 2 == 0:
        return
    for match in _QUOTED_FIELD.finditer(content):
        if not match.group(1):
            line = content.count(b"\n", 0, match.start()) + 1
            raise FileRejected(Reason.UNREADABLE, f"line {line}: a quote is opened and never closed")


def _read_table(content: bytes, header: list[str], set_aside: object) -> pa.Table:
    try:
        return arrow_csv.read_csv(
            io.BytesIO(content),
            # One block: the number of a broken row is only known when nothing is read in parallel.
            arrow_csv.ReadOptions(use_threads=False, block_size=max(len(content) + 1, _LEAST_BLOCK_BYTES)),
            arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=set_aside),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        raise FileRejected(Reason.UNREADABLE, "not a CSV file") from error


def _number_lines(
    content: bytes, header: list[str], columns: dict[str, pa.Array], good: int, broken: list[tuple[int, str]]
) -> tuple[np.ndarray, list[tuple[int, str]]]:
    """Physical line of each good row and of each broken one: one line a record, and one more for every line
    break inside its values."""
    mark = "\n" if b"\n" in content else "\r"
    total = good + len(broken)
    # The parser counts records from 1, the header's.
    at = np.array([number - 2 for number, _ in broken], dtype=np.int64)
    is_good = np.ones(total, dtype=bool)
    is_good[at] = False
    if _BLANK_LINE.search(content):
        starts = _scan_lines(content, total)
    else:
        breaks = np.zeros(total, dtype=np.int64)
        if content.count(mark.encode()) != total + 1:
            for values in columns.values():
                found = pc.fill_null(pc.count_substring(values, mark), 0)
                breaks[is_good] += found.to_numpy(zero_copy_only=False)
            breaks[at] = [text.rstrip("\r\n").count(mark) for _, text in broken]
        first = 2 + sum(name.count(mark) for name in header)
        starts = first + np.arange(total) + np.concatenate([[0], np.cumsum(breaks)[:-1]])[:total]
    texts = [text.rstrip("\r\n") for _, text in broken]
    return starts[is_good], [(int(line), text) for line, text in zip(starts[at], texts, strict=True)]


def _scan_lines(content: bytes, total: int) -> np.ndarray:
    """The slow way, for files with blank lines, which are no records but count as lines."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline=""))
    starts = []
    before = 0
    for record in reader:
        if record:
            starts.append(before + 1)
        before = reader.line_num
    if len(starts) != total + 1:
        raise FileRejected(Reason.UNREADABLE, "quotes and blank lines do not fit together")
    return np.array(starts[1:], dtype=np.int64)
