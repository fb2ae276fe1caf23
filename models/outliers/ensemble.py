"""An ensemble of two PyOD detectors that score a row the same in any batch, with reasons.

Isolation forest (Liu, Ting and Zhou 2008) and histogram-based scores (Goldstein and Dengel 2012). Each
detector's raw score becomes its place among the scores of the population that it was fitted on, so that the
two can be averaged and compared between runs. A reason is what the score loses when one feature is set to
its peers' typical value.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyod.models.hbos import HBOS
from pyod.models.iforest import IForest

from models.outliers.scaling import Matrix, Scaled, scale_by_peers

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OutlierLimits:
    """How the population is scaled and sampled (configs/outliers.yml)."""

    smallest_group: int
    clip: float
    fit_rows: int
    trees: int
    smallest_population: int
    reasons: int


@dataclass(frozen=True)
class Reason:
    """One feature of one subject: its value, its peers' typical value, and what it adds to the score."""

    feature: str
    value: float
    typical: float
    contribution: float


class PeerOutliers:
    """Fit on a population of subjects; score subjects of it. `id` and `peer_group` are columns."""

    def __init__(self, limits: OutlierLimits, seed: int) -> None:
        self._limits = limits
        self._seed = seed

    def fit(self, population: pd.DataFrame) -> "PeerOutliers":
        """Scale the population and fit both detectors on a seeded sample of it."""
        ordered = population.sort_values("id", kind="stable").reset_index(drop=True)
        self.features_ = [name for name in ordered.columns if name not in ("id", "peer_group")]
        self.values_ = ordered[self.features_]
        self.position_ = {identifier: index for index, identifier in enumerate(ordered["id"])}
        self.scaled_: Scaled = scale_by_peers(
            self.values_, ordered["peer_group"], self._limits.smallest_group, self._limits.clip
        )
        self.fitted_ = len(ordered) >= self._limits.smallest_population
        if self.fitted_:
            generator = np.random.default_rng(self._seed)
            rows = len(ordered)
            chosen = generator.permutation(rows)[: self._limits.fit_rows]
            sample = self.scaled_.deviations[np.sort(chosen)]
            self._forest = IForest(n_estimators=self._limits.trees, random_state=self._seed, n_jobs=1).fit(
                sample
            )
            self._histogram = HBOS().fit(sample)
            self._known = [
                np.sort(np.round(detector.decision_function(sample), 9))
                for detector in (self._forest, self._histogram)
            ]
        return self

    def scores(self, rows: Matrix) -> Vector:
        """Mean place (0-1) of each row among the fitted population, over both detectors."""
        places = [
            np.searchsorted(known, np.round(detector.decision_function(rows), 9), side="left") / len(known)
            for detector, known in zip((self._forest, self._histogram), self._known, strict=True)
        ]
        mean: Vector = np.array(places).mean(axis=0)
        return mean.round(6)

    def explain(self, identifiers: list[str]) -> dict[str, tuple[float, list[Reason]]]:
        """Score and strongest reasons of each known identifier; unknown ones are left out."""
        known = [name for name in identifiers if name in self.position_]
        if not known or not self.fitted_:
            return {}
        index = np.array([self.position_[name] for name in known])
        rows = self.scaled_.deviations[index]
        base = self.scores(rows)
        losses = np.empty_like(rows)
        for column in range(rows.shape[1]):
            changed = rows.copy()
            changed[:, column] = 0.0
            losses[:, column] = base - self.scores(changed)
        raw = self.values_.to_numpy(dtype=np.float64)
        result = {}
        for row, name in enumerate(known):
            order = sorted(range(len(self.features_)), key=lambda column: (-losses[row, column], column))
            reasons = [
                Reason(
                    feature=self.features_[column],
                    value=round(float(raw[index[row], column]), 4),
                    typical=round(float(self.scaled_.typical[index[row], column]), 4),
                    contribution=round(float(losses[row, column]), 6),
                )
                for column in order[: self._limits.reasons]
                if losses[row, column] > 0
            ]
            result[name] = (float(base[row]), reasons)
        return result
