"""What must become of every delivered row: accepted, quarantined, superseded or an exact duplicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jobs.simulate.dirt import Soiled

UPSERT, BROKEN, DELETE = 0, 1, 2


class Books:
    """Counts of one feed. Versions of a key are ordered by business date, path of the file, and line."""

    def __init__(self, feed: str) -> None:
        self.feed = feed
        self.rejected_files = 0
        self._rows: list[tuple[np.ndarray, np.ndarray, np.ndarray, int, str]] = []

    def enter(self, soiled: Soiled, rows: np.ndarray, day: int, path: str) -> None:
        """Book the rows of an accepted file, in the order of their lines."""
        self._rows.append((soiled.key[rows], soiled.content[rows], soiled.state[rows], day, path))

    def reject(self) -> None:
        """Book a file that is refused whole."""
        self.rejected_files += 1

    def totals(self) -> dict[str, int]:
        """Rows in = accepted + quarantined + superseded + exact duplicates (contract ``landing.md``)."""
        entered = sorted(self._rows, key=lambda file: (file[3], file[4]))
        empty = np.empty(0, dtype=np.int64)
        key = np.concatenate([e[0] for e in entered]) if entered else empty
        content = np.concatenate([e[1] for e in entered]) if entered else empty
        state = np.concatenate([e[2] for e in entered]) if entered else empty
        quarantined = int((state == BROKEN).sum())
        sound = state != BROKEN
        key, content, state = key[sound], content[sound], state[sound]
        order = np.argsort(key, kind="stable")
        key, content, state = key[order], content[order], state[order]
        duplicates = superseded = 0
        several = np.flatnonzero(np.r_[False, key[1:] == key[:-1]]) if len(key) else empty
        standing: dict[int, tuple[int, int]] = {}
        for i in several:
            before = standing.get(int(key[i]), (int(content[i - 1]), int(state[i - 1])))
            now = (int(content[i]), int(state[i]))
            if now == before:
                duplicates += 1
            elif before[1] != DELETE:
                superseded += 1
            standing[int(key[i])] = now if now != before else before
        rows = len(key) + quarantined
        return {
            "rows": rows,
            "accepted": len(key) - duplicates - superseded,
            "quarantined": quarantined,
            "superseded": superseded,
            "exact_duplicates": duplicates,
            "rejected_files": self.rejected_files,
        }
