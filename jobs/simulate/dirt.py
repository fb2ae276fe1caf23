"""Dirt: rows that are late, twice, corrected, withdrawn or broken, on top of a clean sheet.

What is true reaches the landing zone in the end: wrong versions come before right ones, phantoms are
withdrawn.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from jobs.simulate.books import BROKEN, DELETE, UPSERT
from jobs.simulate.breakage import TOO_MANY, Break, break_rows
from jobs.simulate.parameters import read
from jobs.simulate.sheets import Sheet, delivery_day, window_day
from jobs.simulate.state import STATUS, World

LATE, AGAIN = 1, 100


@dataclass
class Soiled:
    """A sheet with its dirt. Arrays run over rows: ``key`` and ``content`` by number, ``state`` of ``books``,
    ``part`` (0 regular, from ``LATE`` late files, from ``AGAIN`` repeated files), ``order`` within a file,
    ``cut`` (fields missing
    or too many)."""

    sheet: Sheet
    key: np.ndarray
    content: np.ndarray
    state: np.ndarray
    part: np.ndarray
    order: np.ndarray
    cut: np.ndarray

    def broken(self, rows: np.ndarray) -> np.ndarray:
        """Which rows break a row rule."""
        return np.asarray(self.state[rows] == BROKEN)

    def mangle(self, lines: list[str], rows: np.ndarray) -> None:
        """Break the shape of the lines that are meant to have too few or too many fields."""
        for i in np.flatnonzero(self.cut[rows]):
            if self.cut[rows[i]] == TOO_MANY:
                lines[i] += ",,"
            else:
                kept = io.StringIO()
                csv.writer(kept, lineterminator="").writerow(next(csv.reader([lines[i]]))[:-3])
                lines[i] = kept.getvalue()


@dataclass
class _Heap:
    """The clean rows, and what is piled on them."""

    sheet: Sheet
    rng: np.random.Generator
    last: int
    every: int
    part: np.ndarray
    sources: list[np.ndarray] = field(default_factory=list)
    changes: list[Mapping[str, Sequence[str | None]]] = field(default_factory=list)
    days: list[np.ndarray] = field(default_factory=list)
    parts: list[np.ndarray] = field(default_factory=list)
    states: list[np.ndarray] = field(default_factory=list)
    keys: list[np.ndarray] = field(default_factory=list)
    contents: list[np.ndarray] = field(default_factory=list)
    cuts: list[np.ndarray] = field(default_factory=list)
    fresh: int = 0

    def choose(self, share: float, among: np.ndarray | None = None) -> np.ndarray:
        """Clean rows, each with the given probability."""
        pool = np.arange(len(self.sheet)) if among is None else among
        return pool[self.rng.random(len(pool)) < share]

    def pile(
        self,
        source: np.ndarray,
        day: np.ndarray,
        changes: Mapping[str, Sequence[str | None]] | None = None,
        *,
        state: int = UPSERT,
        key: np.ndarray | None = None,
        content: np.ndarray | None = None,
        cut: np.ndarray | None = None,
        part: np.ndarray | None = None,
    ) -> None:
        """Add copies of rows; without ``content`` they differ from everything else."""
        count = len(source)
        self.sources.append(source)
        self.changes.append(changes or {})
        self.days.append(np.asarray(day, dtype=np.int64))
        self.parts.append(self.part[source] if part is None else part)
        self.states.append(np.full(count, state, dtype=np.int8))
        self.keys.append(source if key is None else key)
        self.contents.append(self.numbers(count) if content is None else content)
        self.cuts.append(np.zeros(count, dtype=np.int8) if cut is None else cut)

    def numbers(self, count: int) -> np.ndarray:
        """Numbers that no clean row has."""
        first = len(self.sheet) + self.fresh
        self.fresh += count
        return np.arange(first, first + count)

    def after(self, day: np.ndarray, low: int, high: int) -> np.ndarray:
        """A later delivery day for each; beyond the world's end it says so by a day after the last."""
        steps = -(-self.rng.integers(low, high + 1, len(day)) // self.every)
        return day + np.maximum(steps, 1) * self.every


def soil(world: World, sheet: Sheet, xml_senders: tuple[int, ...] = ()) -> Soiled:
    """Add dirt to a sheet; rows of ``xml_senders`` are never broken, since a message would not hold them."""
    rng = world.rng(f"dirt:{sheet.feed}")
    heap = _Heap(
        sheet,
        rng,
        world.calendar.days - 1,
        world.size.delivery_every_days,
        np.zeros(len(sheet), dtype=np.int64),
    )
    if sheet.feed in read("dirt")["late_feeds"]:
        _delay_files(heap)
    if sheet.feed == "shipments":
        _report_earlier_status(world, heap)
    moved = _correct(heap)
    moved = _break(world, heap, moved, xml_senders)
    _withdraw(heap, xml_senders)
    _repeat_rows(heap, moved)
    return _repeat_files(heap, _pour(heap))


def _delay_files(heap: _Heap) -> None:
    """Some files come days late, as files of their own."""
    dirt, sheet = read("dirt"), heap.sheet
    group = sheet.sender.astype(np.int64) * 100_000 + sheet.day
    files, where = np.unique(group, return_inverse=True)
    late = heap.rng.random(len(files)) < dirt["late_file_share"]
    day = heap.after(files % 100_000, *dirt["late_days"])
    late &= day <= heap.last
    sheet.day = np.where(late[where], day[where], sheet.day)
    heap.part = np.where(late[where], LATE + files[where] % 90, 0)


def _report_earlier_status(world: World, heap: _Heap) -> None:
    """Carriers report a waybill as on its way first, and as delivered or returned later."""
    p, sheet = world.parcels, heap.sheet
    ended = np.isin(p["status"], (STATUS["delivered"], STATUS["returned"], STATUS["refused"]))
    rows = heap.choose(read("dirt")["status_update_share"], np.flatnonzero(ended))
    day = delivery_day(world, window_day(world, p["picked"][rows]))
    rows, day = rows[day < sheet.day[rows]], day[day < sheet.day[rows]]
    count = len(rows)
    heap.pile(
        rows,
        day,
        {"status": ["in_transit"] * count, "delivered_at": [None] * count, "returned_at": [None] * count},
        part=np.zeros(count, dtype=np.int64),
    )


def _correct(heap: _Heap) -> np.ndarray:
    """A wrong version first, the right one days later. Returns which clean rows were moved to a later day."""
    dirt, sheet, rng = read("dirt"), heap.sheet, heap.rng
    moved = np.zeros(len(sheet), dtype=bool)
    rows = heap.choose(dirt["correction_share"])
    later = heap.after(sheet.day[rows], *dirt["correction_days"])
    rows, later = rows[later <= heap.last], later[later <= heap.last]
    columns = dirt["corrections"][sheet.feed]
    which = rng.integers(0, len(columns), len(rows))
    for number, (column, how) in enumerate(columns.items()):
        mine = rows[which == number]
        right = sheet.columns[column].take(pa.array(mine)).to_pylist()
        wrong = [_mistaken(value, how) for value in right]
        real = np.array([w != r for w, r in zip(wrong, right, strict=True)], dtype=bool)
        mine, wrong = mine[real], [w for w, keep in zip(wrong, real, strict=True) if keep]
        if len(mine) == 0:
            continue
        heap.pile(mine, sheet.day[mine], {column: wrong})
        sheet.day[mine] = later[which == number][real]
        heap.part[mine] = 0
        moved[mine] = True
    return moved


def _mistaken(value: str | None, how: str) -> str | None:
    if value is None:
        return None
    if how == "number":
        return f"{value}0" if "." not in value else f"1{value}"
    return f"{value} (cũ)" if how == "text" else how


def _break(world: World, heap: _Heap, moved: np.ndarray, xml_senders: tuple[int, ...]) -> np.ndarray:
    """Broken copies; for a share of them the sound record itself comes only later."""
    dirt, sheet = read("dirt"), heap.sheet
    able = np.flatnonzero(~np.isin(sheet.sender, xml_senders) & ~moved)
    rows = heap.choose(dirt["broken_row_share"], able)
    if len(rows) == 0 and len(able):
        rows = heap.rng.choice(able, 1)
    day = sheet.day[rows].copy()
    later = heap.after(day, *dirt["correction_days"])
    repaired = (heap.rng.random(len(rows)) < dirt["repaired_share"]) & (later <= heap.last)
    for fault in break_rows(world, sheet, rows, heap.rng):
        _pile_fault(heap, fault)
    sheet.day[rows[repaired]] = later[repaired]
    heap.part[rows[repaired]] = 0
    moved[rows] = True
    return moved


def _pile_fault(heap: _Heap, fault: Break) -> None:
    day = heap.sheet.day[fault.rows].copy()
    heap.pile(
        fault.rows, day, fault.changes, state=BROKEN, cut=np.full(len(fault.rows), fault.cut, dtype=np.int8)
    )


def _withdraw(heap: _Heap, xml_senders: tuple[int, ...]) -> None:
    """Records that should not exist are sent, and withdrawn on a later day; sometimes twice."""
    dirt, sheet, rng = read("dirt"), heap.sheet, heap.rng
    rows = heap.choose(dirt["phantom_share"])
    later = heap.after(sheet.day[rows], *dirt["withdraw_days"])
    rows, later = rows[later <= heap.last], later[later <= heap.last]
    count = len(rows)
    if count == 0:
        return
    own = (
        sheet.keys[0]
        if len(sheet.keys) == 1 or sheet.feed in ("customs_declarations", "enforcement_actions")
        else sheet.keys[1]
    )
    # A key like the others of this feed: an existing one with its digits turned round, which no other row
    # has.
    taken = set(sheet.columns[own].to_pylist())
    fresh = [_unused(value, taken) for value in sheet.columns[own].take(pa.array(rows)).to_pylist()]
    key = heap.numbers(count)
    heap.pile(rows, sheet.day[rows], {own: fresh}, key=key)
    bare = (rng.random(count) < dirt["withdrawal_keys_only_share"]) & ~np.isin(
        sheet.sender[rows], xml_senders
    )
    twice = rng.random(count) < dirt["withdrawn_twice_share"]
    content = heap.numbers(count)
    for again in (np.ones(count, dtype=bool), twice):
        for empty in (True, False):
            mine = again & (bare == empty)
            if not mine.any():
                continue
            n = int(mine.sum())
            changes: dict[str, Sequence[str | None]] = (
                {name: [None] * n for name in sheet.columns if name not in sheet.keys} if empty else {}
            )
            changes = {
                **changes,
                own: [f for f, keep in zip(fresh, mine, strict=True) if keep],
                "record_action": ["delete"] * n,
            }
            heap.pile(
                rows[mine],
                later[mine],
                changes,
                state=DELETE,
                key=key[mine],
                content=content[mine],
                part=np.zeros(n, dtype=np.int64),
            )


def _unused(value: str, taken: set[str | None]) -> str:
    """A number like ``value`` that nobody has, which from now on is taken."""
    digits = len(value) - len(value.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    head, number = value[:digits], value[digits:]
    candidate = int(number)
    while True:
        candidate = (candidate * 7 + 1234567) % 10 ** len(number)
        text = f"{head}{candidate:0{len(number)}d}"
        if text not in taken:
            taken.add(text)
            return text


def _repeat_rows(heap: _Heap, moved: np.ndarray) -> None:
    """The same row again, in the same file or a later one."""
    dirt, sheet = read("dirt"), heap.sheet
    rows = heap.choose(dirt["duplicate_row_share"], np.flatnonzero(~moved))
    later = heap.after(sheet.day[rows], 1, 5)
    same_file = (heap.rng.random(len(rows)) < 0.5) | (later > heap.last)
    day = np.where(same_file, sheet.day[rows], later)
    heap.pile(rows, day, content=rows.copy(), part=np.where(same_file, heap.part[rows], 0))


def _pour(heap: _Heap) -> Soiled:
    """One table of clean rows and dirt."""
    sheet = heap.sheet
    count = len(sheet)
    source = np.concatenate([np.arange(count), *heap.sources])
    columns: dict[str, pa.Array] = {}
    for name, column in sheet.columns.items():
        pieces = [column]
        for rows, changes in zip(heap.sources, heap.changes, strict=True):
            pieces.append(
                pa.array(changes[name], pa.string()) if name in changes else column.take(pa.array(rows))
            )
        columns[name] = pa.chunked_array(pieces).combine_chunks() if len(pieces) > 1 else column
    names = sheet.record_keys()
    _, key = np.unique(np.array(names.to_pylist(), dtype=object).astype(str), return_inverse=True)
    keys = [key] + [np.where(k < count, key[np.minimum(k, count - 1)], k) if len(k) else k for k in heap.keys]
    whole = Sheet(
        sheet.feed,
        sheet.keys,
        columns,
        sheet.sender[source],
        sheet.senders,
        np.concatenate([sheet.day, *heap.days]),
        sheet.origin[source],
    )
    return Soiled(
        whole,
        np.concatenate(keys),
        np.concatenate([np.arange(count), *heap.contents]),
        np.concatenate([np.zeros(count, np.int8), *heap.states]),
        np.concatenate([heap.part, *heap.parts]),
        heap.rng.random(len(source)),
        np.concatenate([np.zeros(count, np.int8), *heap.cuts]),
    )


def _repeat_files(heap: _Heap, soiled: Soiled) -> Soiled:
    """Whole files again, byte for byte, under another name; those that hold superseded rows only on the
    same day.
    """
    sheet = soiled.sheet
    group = (sheet.sender.astype(np.int64) * 1000 + soiled.part) * 100_000 + sheet.day
    files, where = np.unique(group, return_inverse=True)
    chosen = heap.rng.random(len(files)) < read("dirt")["duplicate_file_share"]
    mixed = (
        np.bincount(where, weights=(soiled.content >= len(heap.sheet)).astype(float), minlength=len(files))
        > 0
    )
    day = files % 100_000
    later = heap.after(day, 1, 4)
    day = np.where(mixed | (later > heap.last), day, later)
    rows = np.flatnonzero(chosen[where])
    if len(rows) == 0:
        return soiled
    columns = {
        name: pa.chunked_array([column, column.take(pa.array(rows))]).combine_chunks()
        for name, column in sheet.columns.items()
    }

    def doubled(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, values[rows]])

    whole = Sheet(
        sheet.feed,
        sheet.keys,
        columns,
        doubled(sheet.sender),
        sheet.senders,
        np.concatenate([sheet.day, day[where[rows]]]),
        doubled(sheet.origin),
    )
    part = np.concatenate([soiled.part, AGAIN + where[rows] % 800])
    return Soiled(
        whole,
        doubled(soiled.key),
        doubled(soiled.content),
        doubled(soiled.state),
        part,
        doubled(soiled.order),
        doubled(soiled.cut),
    )
