"""Append-only columns: what happened, in the order in which the simulator thought of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


class Ledger:
    """Columns of one kind of record. A row is known by its position, which never changes."""

    def __init__(self, defaults: Mapping[str, Any]) -> None:
        self._kinds = {
            name: (object if isinstance(value, str) or value is None else type(value))
            for name, value in defaults.items()
        }
        self._defaults = dict(defaults)
        self._chunks: dict[str, list[NDArray[Any]]] = {name: [] for name in defaults}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, count: int | None = None, **columns: Any) -> Rows:
        """Append rows and return their positions. Scalars are repeated; raises on an unknown column or a
        wrong length.
        """
        unknown = set(columns) - set(self._defaults)
        if unknown:
            raise KeyError(f"unknown columns {sorted(unknown)}")
        if count is None:
            count = max(
                (len(value) for value in columns.values() if isinstance(value, (np.ndarray, list))), default=1
            )
        for name, default in self._defaults.items():
            value = columns.get(name, default)
            if isinstance(value, (np.ndarray, list)):
                if len(value) != count:
                    raise ValueError(f"column '{name}' has {len(value)} values for {count} rows")
                chunk = _array(value, self._kinds[name])
            else:
                chunk = np.full(count, value, dtype=self._kinds[name])
            self._chunks[name].append(chunk)
        first = self._size
        self._size += count
        return np.arange(first, first + count, dtype=np.int64)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The whole column. Changing it in place changes the ledger."""
        chunks = self._chunks[name]
        if len(chunks) != 1:
            joined = np.concatenate(chunks) if chunks else np.empty(0, dtype=self._kinds[name])
            self._chunks[name] = [joined]
        return self._chunks[name][0]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._defaults)


def _array(value: Any, kind: Any) -> NDArray[Any]:
    if kind is object and not isinstance(value, np.ndarray):
        out = np.empty(len(value), dtype=object)
        out[:] = value
        return out
    return np.array(value, dtype=kind)


class Phrases:
    """Texts that repeat, kept once; a column holds their numbers."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self.texts: list[str] = []

    def code(self, text: str) -> int:
        """The number of the text, new or known."""
        if text not in self._number:
            self._number[text] = len(self.texts)
            self.texts.append(text)
        return self._number[text]

    def codes(self, texts: list[str]) -> Rows:
        """The numbers of several texts."""
        return np.array([self.code(text) for text in texts], dtype=np.int64)
