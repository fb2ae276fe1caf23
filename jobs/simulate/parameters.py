"""Ranges and words of the simulator, read from ``configs/simulate``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from configs.errors import UsageError

FOLDER = Path(__file__).resolve().parents[2] / "configs" / "simulate"
DIFFICULTIES = ("easy", "medium", "hard")


@cache
def read(name: str) -> dict[str, Any]:
    """The YAML file of that name as a mapping. Raises UsageError when it is missing or not a mapping."""
    path = FOLDER / f"{name}.yml"
    if not path.is_file():
        raise UsageError(f"configs/simulate/{name}.yml is missing")
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise UsageError(f"configs/simulate/{name}.yml must be a mapping")
    return loaded


@dataclass(frozen=True)
class Size:
    """How much of everything a world holds (``configs/simulate/sizes.yml``)."""

    days: int
    payments: int
    parcels: int
    shops: int
    persons: int
    companies: int
    declaration_lines: int
    schemes: int
    lookalikes: int
    banks: int
    carriers: int
    offices: int
    platforms: int
    desks: int
    delivery_every_days: int


def size_named(name: str) -> Size:
    """The size of that name. Raises UsageError for an unknown one."""
    sizes = read("sizes")
    if name not in sizes:
        raise UsageError(f"unknown size '{name}': choose one of {', '.join(sizes)}")
    return Size(**sizes[name])


@dataclass(frozen=True)
class Ranges:
    """The ranges of one kind of case; a draw depends on the difficulty where the range does."""

    kind: str
    bounds: Mapping[str, Any]
    difficulty: str
    rng: np.random.Generator

    def _between(self, name: str) -> tuple[float, float]:
        if name not in self.bounds:
            raise UsageError(f"configs/simulate: '{self.kind}' has no range '{name}'")
        span = self.bounds[name]
        if isinstance(span, Mapping):
            span = span[self.difficulty]
        low, high = span
        if low > high:
            raise UsageError(f"configs/simulate: range '{name}' of '{self.kind}' runs backwards")
        return low, high

    def whole(self, name: str) -> int:
        """A whole number from the range, both ends included; log-uniform for amounts (``*_vnd``)."""
        low, high = self._between(name)
        if name.endswith("_vnd"):
            return round(math.exp(self.rng.uniform(math.log(low), math.log(high))))
        return int(self.rng.integers(int(low), int(high) + 1))

    def real(self, name: str) -> float:
        """A number drawn uniformly from the range."""
        low, high = self._between(name)
        return float(self.rng.uniform(low, high))

    def chance(self, name: str) -> bool:
        """True with a probability that is itself drawn from the range."""
        return bool(self.rng.random() < self.real(name))
