"""Cutting feeds into the files that senders deliver day by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa

from jobs.simulate import files, goods_sheets, money_sheets
from jobs.simulate.books import Books
from jobs.simulate.dirt import Soiled, soil
from jobs.simulate.parameters import read
from jobs.simulate.sheets import Sheet, Writing, habit
from jobs.simulate.state import World

Progress = Callable[[str, float], None]
CONTROL = {"bank_transactions": "amount", "customs_declarations": "customs_value_vnd", "shipments": "declared_value_vnd"}
_SHEETS = (money_sheets.bank_accounts, money_sheets.bank_transactions, goods_sheets.customs_declarations, goods_sheets.sellers,
           goods_sheets.shipments, goods_sheets.listings, goods_sheets.tips, goods_sheets.enforcement_actions)


@dataclass
class Delivered:
    """What was delivered: the keys of each ledger row by feed, and the books."""

    books: dict[str, dict[str, int]] = field(default_factory=dict)
    keys: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    files: int = 0

    def keys_of(self, feed: str, rows: np.ndarray) -> list[str]:
        """Evidence keys of ledger rows."""
        origin, keys = self.keys[feed]
        low, high = np.searchsorted(origin, rows, "left"), np.searchsorted(origin, rows, "right")
        return sorted({str(keys[i]) for a, b in zip(low, high, strict=True) for i in range(a, b)})


def deliver(world: World, landing: Path, progress: Progress | None = None) -> Delivered:
    """Write all feeds under ``landing``; returns keys and books."""
    writing = Writing(world)
    out = Delivered()
    for number, make in enumerate(_SHEETS):
        sheet = make(world, writing)
        if progress:
            progress(f"writing {sheet.feed}", 0.35 + 0.08 * number)
        order = np.argsort(sheet.origin, kind="stable")
        out.keys[sheet.feed] = (sheet.origin[order], np.array(sheet.record_keys().to_pylist(), dtype=object)[order])
        books = Books(sheet.feed)
        soiled = soil(world, sheet)
        for sender in range(len(sheet.senders)):
            out.files += _deliver_sender(world, soiled, sender, landing, books)
        out.books[sheet.feed] = books.totals()
    return out


def _deliver_sender(world: World, soiled: Soiled, sender: int, landing: Path, books: Books) -> int:
    sheet = soiled.sheet
    name = sheet.senders[sender]
    rng = np.random.default_rng([world.seed, habit(name, sheet.feed, 2**31)])
    rows = np.flatnonzero(sheet.sender == sender)
    if len(rows) == 0:
        return 0
    rows = rows[np.lexsort((rng.random(len(rows)), sheet.day[rows]))]
    form = _format_of(sheet.feed, name)
    ways = read("deliveries")
    order = np.random.default_rng(habit(name, "columns", 2**31)).permutation(len(sheet.columns)) if habit(name, "shuffles", 3) == 0 else np.arange(len(sheet.columns))
    names = [list(sheet.columns)[i] for i in order]
    columns = {column: sheet.columns[column] for column in names}
    keeps_manifest = habit(name, sheet.feed + "manifest", 100) < ways["manifest_percent"]
    bom = habit(name, "bom", 100) < ways["bom_percent"]
    header, lines = files.csv_lines(columns, rows)
    soiled.mangle(lines, rows)
    starts = np.flatnonzero(np.r_[True, sheet.day[rows][1:] != sheet.day[rows][:-1]])
    written = 0
    for start, stop in zip(starts, np.r_[starts[1:], len(rows)], strict=True):
        part = rows[start:stop]
        day = world.calendar.dates[int(sheet.day[part[0]])]
        folder = landing / sheet.feed / name / day.isoformat()
        stem = f"{sheet.feed}_{day:%Y%m%d}"
        total = _control(sheet, part, soiled)
        texts = lines[start:stop]
        shown = "parquet" if form == "parquet" and not soiled.needs_text(part) else "csv" if form == "parquet" else form
        if shown == "parquet":
            content = files.parquet_bytes(pa.table({c: a.take(pa.array(part)) for c, a in columns.items()}))
            suffix, inner = ".parquet", ""
        else:
            content = files.csv_bytes(header, texts, bom)
            suffix, inner = ".csv", ""
            if shown == "csv.gz":
                content, suffix = files.gzipped(content), ".csv.gz"
            elif shown == "zip":
                content, suffix, inner = files.zipped([(f"{stem}.csv", content)]), ".zip", f"!{stem}.csv"
        done = files.put(folder / f"{stem}{suffix}", content, len(part), total)
        written += 1
        relative = f"{sheet.feed}/{name}/{day.isoformat()}/{stem}{suffix}{inner}"
        books.enter(soiled, part, int(sheet.day[part[0]]), relative, 1 if shown == "parquet" else 2)
        beside = soiled.extra_files(rng, done, header, texts, day, books)
        written += len(beside)
        if keeps_manifest:
            files.manifest([done])
    return written


def _format_of(feed: str, sender: str) -> str:
    """The format that a sender uses for a feed, always the same."""
    forms = read("deliveries")["formats"]
    turn = habit(sender, feed + "format", 100)
    for form, share in forms.items():
        if turn < share:
            return str(form)
        turn -= share
    return "csv"


def _control(sheet: Sheet, rows: np.ndarray, soiled: Soiled) -> str | None:
    column = CONTROL.get(sheet.feed)
    if column is None or soiled.broken(rows).any():
        return None
    values = sheet.columns[column].take(pa.array(rows)).to_pylist()
    return format(sum((Decimal(v) for v in values if v is not None), Decimal(0)), "f")
