"""Rows and files that break a rule of the contract, each in a known way."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from configs.sources import default_sources
from jobs.simulate.parameters import read
from jobs.simulate.sheets import Sheet
from jobs.simulate.state import World

TOO_FEW, TOO_MANY = 1, 2


@dataclass(frozen=True)
class Break:
    """Rows of a sheet and what is wrong with a copy of each."""

    rows: np.ndarray
    changes: Mapping[str, Sequence[str | None]]
    cut: int = 0


def break_rows(world: World, sheet: Sheet, rows: np.ndarray, rng: np.random.Generator) -> Iterator[Break]:
    """Break a copy of each row in one of the ways of ``configs/simulate/dirt.yml``."""
    dirt = read("dirt")
    source = default_sources()[sheet.feed]
    kinds = {
        name: [column for column, spec in source.columns.items() if spec.type == name]
        for name in ("integer", "decimal", "date", "timestamp", "enum")
    }
    ways = [way for way in dirt["broken"] if _possible(way, sheet.feed, kinds)]
    weight = np.array([dirt["broken"][way] for way in ways], dtype=float)
    required = [column for column, spec in source.columns.items() if spec.required]
    for row, way in zip(rows, rng.choice(ways, size=len(rows), p=weight / weight.sum()), strict=True):
        one = np.array([row])
        if way == "field_count":
            yield Break(one, {}, TOO_FEW if rng.random() < 0.5 else TOO_MANY)
        elif way == "missing_required":
            yield Break(one, {str(rng.choice(required)): [None]})
        elif way == "negative_amount":
            yield Break(one, {"amount": ["-" + (sheet.columns["amount"][int(row)].as_py() or "1")]})
        elif way == "future_event":
            day = world.calendar.dates[int(sheet.day[row])] + timedelta(days=int(rng.integers(2, 40)))
            text = (
                day.isoformat()
                if source.columns[source.event_time].type == "date"
                else f"{day.isoformat()}T10:30:00"
            )
            yield Break(one, {source.event_time: [text]})
        else:
            kind = {
                "bad_enum": ["enum"],
                "bad_number": ["integer", "decimal"],
                "bad_moment": ["date", "timestamp"],
            }[str(way)]
            options = [(column, name) for name in kind for column in kinds[name] if column != "record_action"]
            column, name = options[int(rng.integers(len(options)))]
            yield Break(one, {column: [str(rng.choice(dirt["bad_values"][name]))]})


def _possible(way: str, feed: str, kinds: Mapping[str, list[str]]) -> bool:
    needs = {"bad_enum": ("enum",), "bad_number": ("integer", "decimal"), "bad_moment": ("date", "timestamp")}
    if way == "negative_amount":
        return feed == "bank_transactions"
    return way not in needs or any(column != "record_action" for name in needs[way] for column in kinds[name])


def spoil_file(rng: np.random.Generator, feed: str, header: str, lines: list[str]) -> tuple[str, bytes, str]:
    """A copy of a CSV file that must be refused whole: suffix, bytes, and what is wrong.

    ``wrong_manifest`` is sound by itself: the manifest beside it must disagree.
    """
    source = default_sources()[feed]
    way = str(rng.choice(["missing_column", "truncated_gzip", "not_parquet", "wrong_manifest"]))
    sound = (header + "\n" + "\n".join(lines) + "\n").encode("utf-8")
    if way == "truncated_gzip":
        packed = gzip.compress(sound, mtime=0)
        return ".csv.gz", packed[: max(20, int(len(packed) * 0.6))], way
    if way == "not_parquet":
        return ".parquet", b"PAR1" + sound[:200], way
    if way == "missing_column":
        required = [column for column, spec in source.columns.items() if spec.required]
        gone = str(rng.choice(required))
        renamed = ",".join(f"x_{name}" if name == gone else name for name in header.split(","))
        return ".csv", (renamed + "\n" + "\n".join(lines) + "\n").encode("utf-8"), way
    return ".csv", sound, way
