"""Cutting feeds into the files that senders deliver day by day."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa

from configs.sources import default_sources
from jobs.simulate import files, goods_sheets, money_sheets
from jobs.simulate.books import Books
from jobs.simulate.breakage import spoil_file
from jobs.simulate.dirt import AGAIN, Soiled, soil
from jobs.simulate.messages import payment_message
from jobs.simulate.old_systems import encoded, reroute, rewritten
from jobs.simulate.parameters import read
from jobs.simulate.sheets import Sheet, Writing, habit
from jobs.simulate.state import World

Progress = Callable[[str, float], None]
XML_FORMS = ("camt.053", "pacs.008")
OLD = "old"
_DELICATE = (*XML_FORMS, OLD)  # Their files are not broken: what breaks a rule elsewhere may be sound there.
_SHEETS = (
    money_sheets.bank_accounts,
    money_sheets.bank_transactions,
    goods_sheets.customs_declarations,
    goods_sheets.sellers,
    goods_sheets.shipments,
    goods_sheets.listings,
    goods_sheets.tips,
    goods_sheets.enforcement_actions,
)


@dataclass
class Delivered:
    """What was delivered: the keys of each ledger row by feed, and the books."""

    books: dict[str, dict[str, int]] = field(default_factory=dict)
    keys: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    files: int = 0

    def keys_of(self, feed: str, rows: np.ndarray) -> list[str]:
        """Evidence keys of ledger rows, sorted, each once."""
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
        out.keys[sheet.feed] = (
            sheet.origin[order],
            np.array(sheet.record_keys().to_pylist(), dtype=object)[order],
        )
        reroute(sheet, default_sources()[sheet.feed])
        forms = [format_of(sheet.feed, name, i, len(sheet.senders)) for i, name in enumerate(sheet.senders)]
        soiled = soil(world, sheet, tuple(i for i, form in enumerate(forms) if form in _DELICATE))
        books = Books(sheet.feed)
        needed = _needed(world, sheet.feed)
        for sender, form in enumerate(forms):
            if (soiled.sheet.sender == sender).any():
                out.files += _Delivery(world, soiled, sender, form, landing, books, needed).write()
        out.books[sheet.feed] = books.totals()
    return out


def _needed(world: World, feed: str) -> np.ndarray:
    """Ledger rows of a feed that the truth names."""
    rows = [left for case in world.cases for name, left in case.records if name == feed]
    return np.unique(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int64)


def format_of(feed: str, sender: str, position: int, senders: int) -> str:
    """The format that a sender uses for a feed, always the same; the last two banks send payments as
    messages, and old systems text of their own.
    """
    if sender in default_sources()[feed].senders:
        return OLD
    if feed == "bank_transactions" and position >= senders - 2:
        return XML_FORMS[senders - 1 - position]
    turn = habit(sender, feed + "format", 100)
    for form, share in read("deliveries")["formats"].items():
        if turn < share:
            return str(form)
        turn -= share
    return "csv"


class _Delivery:
    """All files of one sender in one feed."""

    def __init__(
        self,
        world: World,
        soiled: Soiled,
        sender: int,
        form: str,
        landing: Path,
        books: Books,
        needed: np.ndarray,
    ) -> None:
        sheet = soiled.sheet
        self.world, self.soiled, self.form, self.landing, self.books = world, soiled, form, landing, books
        self.feed, self.name = sheet.feed, sheet.senders[sender]
        self.rng = np.random.default_rng([world.seed, habit(self.name, sheet.feed, 2**31)])
        rows = np.flatnonzero(sheet.sender == sender)
        self.rows = rows[np.lexsort((soiled.order[rows], soiled.part[rows], sheet.day[rows]))]
        self.source = default_sources()[sheet.feed]
        self.declared = self.source.format_of(self.name)
        self.columns = self._arranged(sheet)
        may_be_lost = sheet.feed in read("dirt")["late_feeds"] and form not in _DELICATE
        self.needed = needed if may_be_lost else None

    def _arranged(self, sheet: Sheet) -> dict[str, pa.Array]:
        """Columns in this sender's order, some with one that the contract does not know."""
        names = list(sheet.columns)
        if habit(self.name, "shuffles", 3) == 0:
            names = [
                names[i]
                for i in np.random.default_rng(habit(self.name, "columns", 2**31)).permutation(len(names))
            ]
        columns = {name: sheet.columns[name] for name in names}
        if (
            habit(self.name, self.feed + "unknown", 100) < read("dirt")["unknown_column_percent"]
            and self.form not in _DELICATE
        ):
            columns["ghi_chu_noi_bo"] = pa.array(
                np.full(len(sheet), "đã đối chiếu", dtype=object), pa.string()
            )
        return rewritten(columns, self.source, self.declared) if self.form == OLD else columns

    def write(self) -> int:
        """Write the files and enter them in the books; returns how many."""
        ways, dirt = read("deliveries"), read("dirt")
        keeps_manifest = habit(self.name, self.feed + "manifest", 100) < ways["manifest_percent"]
        bom = habit(self.name, "bom", 100) < ways["bom_percent"]
        header, lines = files.csv_lines(self.columns, self.rows)
        self.soiled.mangle(lines, self.rows)
        day, part = self.soiled.sheet.day[self.rows], self.soiled.part[self.rows]
        starts = np.flatnonzero(np.r_[True, (day[1:] != day[:-1]) | (part[1:] != part[:-1])])
        folders: dict[Path, list[files.Written]] = {}
        written = 0
        for start, stop in zip(starts, np.r_[starts[1:], len(self.rows)], strict=True):
            rows, texts = self.rows[start:stop], lines[start:stop]
            good = None if self._is_lost(rows) else self._write_one(rows, header, texts, bom)
            bad = None
            if good is None or (
                self.form not in _DELICATE and self.rng.random() < dirt["rejected_file_share"]
            ):
                bad = self._write_spoilt(rows, header, texts, keeps_manifest and good is not None)
            for done in (good, bad):
                if done is not None:
                    folders.setdefault(done.path.parent, []).append(done)
                    written += 1
        if keeps_manifest:
            for beside in folders.values():
                files.manifest(beside)
        return written

    def _is_lost(self, rows: np.ndarray) -> bool:
        """Whether only a spoilt copy of this file comes; never when the truth needs a row of it."""
        if self.needed is None or self.rng.random() >= read("deliveries")["lost_file_share"]:
            return False
        return not np.isin(self.soiled.sheet.origin[rows], self.needed).any()

    def _place(self, rows: np.ndarray) -> tuple[str, str]:
        """Folder and stem of the file with these rows, relative to the landing zone."""
        part = int(self.soiled.part[rows[0]])
        date = self.world.calendar.dates[int(self.soiled.sheet.day[rows[0]])]
        suffix = "" if part == 0 else f"_bosung{part:02d}" if part < AGAIN else f"_guilai{part:03d}"
        return f"{self.feed}/{self.name}/{date.isoformat()}", f"{self.feed}_{date:%Y%m%d}{suffix}"

    def _write_one(self, rows: np.ndarray, header: str, lines: list[str], bom: bool) -> files.Written:
        folder, stem = self._place(rows)
        day, relative = int(self.soiled.sheet.day[rows[0]]), f"{folder}/{stem}"
        form = "csv" if self.form == "parquet" and self.soiled.cut[rows].any() else self.form
        members = [("", 0, len(rows))]
        if form in XML_FORMS:
            content, suffix = payment_message(form, self.columns, rows, stem), ".xml"
        elif form == "parquet":
            content, suffix = files.parquet_bytes(self._typed(rows)), ".parquet"
        elif form == OLD:
            text = "\n".join([header, *lines]) + "\n"
            content, suffix = encoded(text, self.declared.encoding), ".csv"
        elif form == "zip":
            half = len(rows) // 2 if len(rows) > 20 else len(rows)
            cuts = [(0, half), (half, len(rows))] if half < len(rows) else [(0, half)]
            members = [(f"!{stem}_{i + 1}.csv", a, b) for i, (a, b) in enumerate(cuts)]
            content, suffix = (
                files.zipped(
                    [(name[1:], files.csv_bytes(header, lines[a:b], bom)) for name, a, b in members]
                ),
                ".zip",
            )
        else:
            content, suffix = files.csv_bytes(header, lines, bom), ".csv"
            if form == "csv.gz":
                content, suffix = files.gzipped(content), ".csv.gz"
        for member, a, b in members:
            self.books.enter(self.soiled, rows[a:b], day, f"{relative}{suffix}{member}")
        return files.put(self.landing / f"{relative}{suffix}", content, len(rows), self._control(rows))

    def _write_spoilt(
        self, rows: np.ndarray, header: str, lines: list[str], keeps_manifest: bool
    ) -> files.Written | None:
        suffix, content, way = spoil_file(self.rng, self.feed, header, lines)
        if way == "wrong_manifest" and not keeps_manifest:
            return None
        folder, stem = self._place(rows)
        done = files.put(self.landing / folder / f"{stem}_loi{suffix}", content, len(lines), None)
        self.books.reject()
        return dataclasses.replace(done, rows=done.rows + 1) if way == "wrong_manifest" else done

    def _typed(self, rows: np.ndarray) -> pa.Table:
        """A Parquet table with real types where every value is sound, else text."""
        index = pa.array(rows)
        sound = not self.soiled.broken(rows).any()
        kinds = {"integer": pa.int64(), "decimal": pa.float64(), "date": pa.date32()}
        arrays = {}
        for name, column in self.columns.items():
            values = column.take(index)
            kind = self.source.columns[name].type if name in self.source.columns else "string"
            arrays[name] = values.cast(kinds[kind]) if sound and kind in kinds else values
        return pa.table(arrays)

    def _control(self, rows: np.ndarray) -> str | None:
        if self.source.control is None or self.soiled.broken(rows).any():
            return None
        values = self.soiled.sheet.columns[self.source.control].take(pa.array(rows)).to_pylist()
        return format(sum((Decimal(v) for v in values if v is not None), Decimal(0)), "f")
