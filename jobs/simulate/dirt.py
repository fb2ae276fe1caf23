"""Dirt: rows that are late, twice, corrected, withdrawn or broken, and files that are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from jobs.simulate.books import BROKEN, UPSERT, Books
from jobs.simulate.files import Written
from jobs.simulate.sheets import Sheet
from jobs.simulate.state import World


@dataclass
class Soiled:
    """A sheet with its dirt: for each row which key and content it carries, and whether it is sound, broken or a withdrawal."""

    sheet: Sheet
    key: np.ndarray
    content: np.ndarray
    state: np.ndarray
    cut: set[int] = field(default_factory=set)

    def broken(self, rows: np.ndarray) -> np.ndarray:
        """Which rows break a row rule."""
        return np.asarray(self.state[rows] == BROKEN)

    def needs_text(self, rows: np.ndarray) -> bool:
        """Whether a file with these rows can only be CSV."""
        return any(int(row) in self.cut for row in rows) if self.cut else False

    def mangle(self, lines: list[str], rows: np.ndarray) -> None:
        """Break the shape of the lines that are meant to have too few or too many fields."""
        if self.cut:
            for i, row in enumerate(rows):
                if int(row) in self.cut:
                    lines[i] = lines[i] + ",," if int(row) % 2 else lines[i].rsplit(",", 3)[0]

    def extra_files(self, rng: np.random.Generator, done: Written, header: str, lines: list[str], day: date, books: Books) -> list[Written]:
        """Files beside a good one."""
        return []


def soil(world: World, sheet: Sheet) -> Soiled:
    """Add dirt to a sheet."""
    keys = np.array(sheet.record_keys().to_pylist(), dtype=object)
    _, key = np.unique(keys.astype(str), return_inverse=True)
    return Soiled(sheet, key, np.arange(len(sheet)), np.full(len(sheet), UPSERT, dtype=np.int8))
