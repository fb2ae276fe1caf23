"""An ensemble of PyOD detectors that scores a row the same in any batch, with reasons.

Mean distance to the nearest neighbours in small seeded samples (Sugiyama and Borgwardt 2013; Aggarwal and
Sathe 2015): in a small sample the members of one ring are no neighbours of each other, and what does not go
together is far from everybody, though each figure alone is ordinary. Chosen by docs/benchmarks/outliers.md.
The mean over the samples becomes its place among the scores of the population, so that it can be compared
between runs. A reason is what the place loses when one feature is set to its peers' typical value.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyod.models.knn import KNN

from models.outliers.scaling import Matrix, Scaled, scale_by_peers

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OutlierLimits:
    """How the population is scaled and sampled (configs/outliers.yml)."""

    smallest_group: int
    clip: float
    samples: int
    sample_rows: int
    neighbours: int
    reference_rows: int
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
        """Scale the population, fit a detector on each sample, and keep the scores of a larger one."""
        ordered = population.sort_values("id", kind="stable").reset_index(drop=True)
        self.features_ = [name for name in ordered.columns if name not in ("id", "peer_group")]
        self.values_ = ordered[self.features_]
        self.position_ = {identifier: index for index, identifier in enumerate(ordered["id"])}
        self.scaled_: Scaled = scale_by_peers(
            self.values_, ordered["peer_group"], self._limits.smallest_group, self._limits.clip
        )
        self.fitted_ = len(ordered) >= self._limits.smallest_population
        if self.fitted_:
            draw = np.random.default_rng(self._seed)
            self._detectors = [
                KNN(n_neighbors=self._limits.neighbours, method="mean").fit(
                    self._sample(draw, self._limits.sample_rows)
                )
                for _ in range(self._limits.samples)
            ]
            self._known = np.sort(self._distance(self._sample(draw, self._limits.reference_rows)))
        return self

    def _sample(self, draw: np.random.Generator, rows: int) -> Matrix:
        chosen = draw.permutation(len(self.values_))[:rows]
        return self.scaled_.deviations[np.sort(chosen)]

    def _distance(self, rows: Matrix) -> Vector:
        distances = [detector.decision_function(rows) for detector in self._detectors]
        mean: Vector = np.mean(distances, axis=0)
        return mean.round(9)

    def scores(self, rows: Matrix) -> Vector:
        """Place (0-1) of each row among the population."""
        place: Vector = np.searchsorted(self._known, self._distance(rows), side="left") / len(self._known)
        return place.round(6)

    def places(self, identifiers: list[str]) -> dict[str, float]:
        """Score of each known identifier; unknown ones are left out."""
        known = [name for name in identifiers if name in self.position_]
        if not known or not self.fitted_:
            return {}
        index = [self.position_[name] for name in known]
        return dict(zip(known, self.scores(self.scaled_.deviations[index]).tolist(), strict=True))

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
