"""A logistic model of outcomes with the catalogue as its prior: each weight times a learned multiplier.

The log-odds of a confirmed violation are `intercept + slope * sum(multiplier * evidence weight)`, where the
evidence weights are those of the ranking (`models.ranking.score_networks`): a multiplier means the same here
and there. The coefficient of a typology lies around the common slope, and the slope around 1 (two normal
priors, one above the other: Gelman and Hill 2007): a catalogue that is too sure of everything changes the
slope, a typology that misleads changes its own multiplier. The most probable values are one convex problem.
Coefficients are never negative: more evidence never lowers a score. Without labels every multiplier is 1,
and so it stays for a typology to which no label speaks.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from configs.catalogue import RankingRules
from models.learning.outcomes import Label, PastNetwork
from models.ranking.score_networks import evidence_weights

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LearningRules:
    """What learning may do (configs/learning.yml)."""

    prior_deviation: float
    intercept_deviation: float
    slope_deviation: float
    slope_min: float
    inverse_chance_max: float
    labels_min: int
    training_labels_min: int
    folds: int
    gain_in_errors_min: float


@dataclass(frozen=True)
class Calibration:
    """Log-odds of a confirmed violation from the sum of evidence weights; rising, or flat."""

    intercept: float
    slope: float

    def probability(self, total: Vector) -> Vector:
        """Probability for each sum of evidence weights."""
        result: Vector = expit(self.intercept + self.slope * total)
        return result


@dataclass(frozen=True)
class LearnedWeights:
    """Multipliers by typology (and `outlier`), how sure they are, and how many labels speak to each.

    `deviations` are those of the posterior at this slope (Laplace), in the unit of the multipliers.
    """

    multipliers: dict[str, float]
    deviations: dict[str, float]
    labels: dict[str, int]
    calibration: Calibration


def sampling_weights(labels: Sequence[Label], rules: LearningRules) -> Vector:
    """Inverse of the chance to be looked at, scaled to the number of labels they are worth (Kish 1965)."""
    inverse = np.array([min(1.0 / label.network.chance, rules.inverse_chance_max) for label in labels])
    if not len(inverse):
        return inverse
    scaled: Vector = inverse * inverse.sum() / np.square(inverse).sum()
    return scaled


def total_weight(network: PastNetwork, ranking: RankingRules) -> float:
    """The network's sum of evidence weights under the multipliers of `ranking`, damped as in the ranking."""
    return sum(_weights(network, ranking).values())


def with_multipliers(ranking: RankingRules, multipliers: Mapping[str, float]) -> RankingRules:
    """The rules of the ranking with learned multipliers."""
    return ranking.model_copy(update={"multipliers": dict(multipliers)})


def calibrate(total: Vector, confirmed: Vector, weight: Vector, rules: LearningRules) -> Calibration:
    """Platt's scaling around (0, 1): most probable intercept and slope, slope not negative."""

    def loss(at: Vector) -> tuple[float, Vector]:
        log_odds = at[0] + at[1] * total
        error = weight * (expit(log_odds) - confirmed)
        from_prior = (at - start) / deviations
        value = float(weight @ _log_loss(log_odds, confirmed) + 0.5 * from_prior @ from_prior)
        return value, np.array([error.sum(), error @ total]) + from_prior / deviations

    start = np.array([0.0, 1.0])
    deviations = np.array([rules.intercept_deviation, rules.slope_deviation])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), (0.0, None)])
    return Calibration(round(float(found.x[0]), 6), round(float(found.x[1]), 6))


def fit_weights(labels: Sequence[Label], ranking: RankingRules, rules: LearningRules) -> LearnedWeights:
    """Fit multipliers around 1 to the labels. `ranking` must hold the fixed weights."""
    features = _Features([label.network for label in labels], ranking)
    confirmed = np.array([float(label.confirmed) for label in labels])
    weight = sampling_weights(labels, rules)
    prior = _Prior(rules, len(features.names))

    def loss(at: Vector) -> tuple[float, Vector]:
        log_odds = at[0] + features.matrix @ at[2:]
        error = weight * (expit(log_odds) - confirmed)
        value = float(weight @ _log_loss(log_odds, confirmed)) + prior.loss(at)
        return value, np.concatenate([[error.sum(), 0.0], features.matrix.T @ error]) + prior.gradient(at)

    bounds = [(None, None), (rules.slope_min, None), *[(0.0, None)] * len(features.names)]
    tolerance = {"ftol": 1e-13, "gtol": 1e-9, "maxiter": 5000}
    found = minimize(loss, prior.start, jac=True, method="L-BFGS-B", bounds=bounds, options=tolerance).x
    slope, coefficients = float(found[1]), found[2:]
    chance = expit(found[0] + features.matrix @ coefficients)
    seen = np.column_stack([np.ones(len(labels)), np.zeros(len(labels)), features.matrix])
    curvature = (seen * (weight * chance * (1 - chance))[:, None]).T @ seen + prior.curvature
    at_this_slope = np.delete(np.delete(curvature, 1, axis=0), 1, axis=1)
    spread = np.sqrt(np.diag(np.linalg.inv(at_this_slope)))[1:]
    return LearnedWeights(
        multipliers=dict(zip(features.names, (coefficients / slope).round(4).tolist(), strict=True)),
        deviations=dict(zip(features.names, (spread / slope).round(4).tolist(), strict=True)),
        labels=features.speaking,
        calibration=Calibration(round(float(found[0]), 6), round(slope, 6)),
    )


class _Prior:
    """Of (intercept, slope, coefficients): each coefficient around the slope, the slope around 1."""

    def __init__(self, rules: LearningRules, coefficients: int) -> None:
        self.start = np.concatenate([[0.0, 1.0], np.ones(coefficients)])
        # Rows are deviations from what is expected, in their own units; the prior is half their square.
        self._rows = np.zeros((coefficients + 2, coefficients + 2))
        self._rows[0, 0] = 1 / rules.intercept_deviation
        self._rows[1, 1] = 1 / rules.slope_deviation
        for place in range(2, coefficients + 2):
            self._rows[place, place], self._rows[place, 1] = (
                1 / rules.prior_deviation,
                -1 / rules.prior_deviation,
            )
        self.curvature = self._rows.T @ self._rows

    def loss(self, at: Vector) -> float:
        return float(0.5 * (at - self.start) @ self.curvature @ (at - self.start))

    def gradient(self, at: Vector) -> Vector:
        slopes: Vector = self.curvature @ (at - self.start)
        return slopes


class _Features:
    """Evidence weights of networks (rows) by typology (columns), damped as the fixed weights damp them."""

    def __init__(self, networks: Sequence[PastNetwork], ranking: RankingRules) -> None:
        self._rows = [_weights(network, ranking) for network in networks]
        self.speaking = dict(
            sorted(Counter(n for row in self._rows for n, v in row.items() if v > 0).items())
        )
        self.names = list(self.speaking)

    @cached_property
    def matrix(self) -> Matrix:
        cells = [[row.get(name, 0.0) for name in self.names] for row in self._rows]
        return np.array(cells, dtype=np.float64).reshape(len(self._rows), len(self.names))


def _weights(network: PastNetwork, ranking: RankingRules) -> dict[str, float]:
    certainties = {item.typology: (item.witness, item.certainty) for item in network.opinions}
    return evidence_weights(certainties, network.outlier, ranking)


def _log_loss(log_odds: Vector, confirmed: Vector) -> Vector:
    """-ln of the probability of what happened, without overflow."""
    loss: Vector = np.logaddexp(0.0, log_odds) - confirmed * log_odds
    return loss
