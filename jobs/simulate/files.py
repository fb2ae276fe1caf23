"""Writing one delivery: CSV plain, compressed or zipped, Parquet, and ISO 20022 XML. The same rows give the
same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def csv_lines(columns: dict[str, pa.Array], rows: np.ndarray) -> tuple[str, list[str]]:
    """The header and one line for each row, quoted by RFC 4180 where needed."""
    index = pa.array(rows)
    cells = []
    for column in columns.values():
        cell = pc.fill_null(column.take(index), "")
        risky = pc.match_substring_regex(cell, '[",\\r\\n]')
        if pc.any(risky).as_py():
            quoted = pc.binary_join_element_wise(
                pa.scalar('"'), pc.replace_substring(cell, '"', '""'), pa.scalar('"'), ""
            )
            cell = pc.if_else(risky, quoted, cell)
        cells.append(cell)
    return ",".join(columns), pc.binary_join_element_wise(*cells, ",").to_pylist()


def csv_bytes(header: str, lines: list[str], bom: bool = False) -> bytes:
    """A CSV file as bytes."""
    return (("\ufeff" if bom else "") + header + "\n" + "\n".join(lines) + "\n").encode("utf-8")


def gzipped(content: bytes) -> bytes:
    """Compressed without a time stamp, so that the bytes depend on the content only."""
    return gzip.compress(content, compresslevel=5, mtime=0)


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    """A zip archive with fixed times."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()


def parquet_bytes(table: pa.Table) -> bytes:
    """A Parquet file as bytes."""
    target = io.BytesIO()
    pq.write_table(table, target, compression="snappy")
    return target.getvalue()


@dataclass(frozen=True)
class Written:
    """A file that was written."""

    path: Path
    sha256: str
    rows: int
    control_total: str | None


def put(path: Path, content: bytes, rows: int, control_total: str | None) -> Written:
    """Write the bytes, making folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Written(path, hashlib.sha256(content).hexdigest(), rows, control_total)


def manifest(files: list[Written]) -> None:
    """``_manifest.json`` for the files of one folder."""
    entries = [
        {
            "name": f.path.name,
            "sha256": f.sha256,
            "rows": f.rows,
            "control_total": None if f.control_total is None else _number(f.control_total),
        }
        for f in files
    ]
    target = files[0].path.parent / "_manifest.json"
    target.write_text(json.dumps({"files": entries}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _number(text: str) -> int | float:
    return int(text) if "." not in text else float(text)
