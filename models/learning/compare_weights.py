"""Learned weights against the fixed ones, on outcomes that neither of them has seen.

By time where it can: to judge a ranking, only what was decided up to its date is learned from. Where one
ranking alone has outcomes, or none has enough before it, by cross-validation over its networks.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from configs.catalogue import RankingRules
from models.learning.fit_weights import (
    Calibration,
    LearningRules,
    Vector,
    calibrate,
    fit_weights,
    sampling_weights,
    total_weight,
    with_multipliers,
)
from models.learning.outcomes import Label

_SMALLEST_CHANCE = 1e-6


class Split(NamedTuple):
    """What is learned from, and what is judged with it."""

    training: Sequence[Label]
    test: Sequence[Label]


class Comparison(NamedTuple):
    """Both on the same unseen labels, weighted for exploration. Lower log loss is better; precision at K is
    the share confirmed among the first K, K being the number that was confirmed.
    """

    method: str
    labels: int
    log_loss_fixed: float | None
    log_loss_learned: float | None
    gain: float | None
    gain_error: float | None
    precision_at_k_fixed: float | None
    precision_at_k_learned: float | None
    favoured: bool
    why: str


def splits_of(labels: Sequence[Label], rules: LearningRules) -> tuple[str, list[Split]]:
    """The method (`time`, `cross_validation` or `none`) and its splits."""
    by_time = [
        Split(
            [label for label in labels if label.decided_on <= day],
            [label for label in labels if label.network.ranked_on == day],
        )
        for day in sorted({label.network.ranked_on for label in labels})
    ]
    by_time = [split for split in by_time if len(split.training) >= rules.training_labels_min]
    if by_time:
        return "time", by_time
    dealt = sorted(labels, key=lambda label: hashlib.sha256(label.network.network_id.encode()).hexdigest())
    folds = [
        Split(
            [label for at, label in enumerate(dealt) if at % rules.folds != fold], dealt[fold :: rules.folds]
        )
        for fold in range(rules.folds)
    ]
    folds = [split for split in folds if split.test and len(split.training) >= rules.training_labels_min]
    return ("cross_validation", folds) if folds else ("none", [])


def compare_weights(labels: Sequence[Label], ranking: RankingRules, rules: LearningRules) -> Comparison:
    """Hold learned weights against the fixed ones; `ranking` must hold the fixed weights."""
    method, splits = splits_of(labels, rules)
    if not splits:
        why = f"{len(labels)} labels: too few to hold anything against"
        return Comparison(method, 0, None, None, None, None, None, None, False, why)
    judged = [label for split in splits for label in split.test]
    confirmed = np.array([float(label.confirmed) for label in judged])
    weight = sampling_weights(judged, rules)
    fixed, learned = _unseen(splits, ranking, rules)
    loss_fixed, loss_learned = (_log_loss(chance, confirmed) for chance in (fixed.chance, learned.chance))
    gains = loss_fixed - loss_learned
    gain = float(np.average(gains, weights=weight))
    error = float(np.sqrt(np.sum(np.square(weight * (gains - gain)))) / weight.sum())
    precise_fixed = _precision(fixed.place, confirmed, weight)
    precise_learned = _precision(learned.place, confirmed, weight)
    why = _objection(len(labels), gain, error, precise_learned < precise_fixed, rules)
    return Comparison(
        method=method,
        labels=len(judged),
        log_loss_fixed=round(float(np.average(loss_fixed, weights=weight)), 4),
        log_loss_learned=round(float(np.average(loss_learned, weights=weight)), 4),
        gain=round(gain, 4),
        gain_error=round(error, 4),
        precision_at_k_fixed=round(precise_fixed, 4),
        precision_at_k_learned=round(precise_learned, 4),
        favoured=not why,
        why=why or "lower log loss beyond chance, and no less precise",
    )


class _Side(NamedTuple):
    """Calibrated chances, and the sum of evidence that orders a ranking."""

    chance: Vector
    place: Vector


def _unseen(splits: Sequence[Split], ranking: RankingRules, rules: LearningRules) -> tuple[_Side, _Side]:
    fixed: list[tuple[Vector, Vector]] = []
    learned: list[tuple[Vector, Vector]] = []
    for training, test in splits:
        known = np.array([float(label.confirmed) for label in training])
        weight = sampling_weights(training, rules)
        plain = calibrate(_totals(training, ranking), known, weight, rules)
        fixed.append(_judge(test, ranking, plain))
        found = fit_weights(training, ranking, rules)
        learned.append(_judge(test, with_multipliers(ranking, found.multipliers), found.calibration))
    return _joined(fixed), _joined(learned)


def _joined(parts: Sequence[tuple[Vector, Vector]]) -> _Side:
    chances, places = zip(*parts, strict=True)
    return _Side(np.concatenate(chances), np.concatenate(places))


def _judge(test: Sequence[Label], ranking: RankingRules, calibration: Calibration) -> tuple[Vector, Vector]:
    total = _totals(test, ranking)
    return calibration.probability(total), total


def _totals(labels: Sequence[Label], ranking: RankingRules) -> Vector:
    return np.array([total_weight(label.network, ranking) for label in labels])


def _log_loss(chance: Vector, confirmed: Vector) -> Vector:
    clipped = np.clip(chance, _SMALLEST_CHANCE, 1 - _SMALLEST_CHANCE)
    loss: Vector = -(confirmed * np.log(clipped) + (1 - confirmed) * np.log(1 - clipped))
    return loss


def _precision(place: Vector, confirmed: Vector, weight: Vector) -> float:
    """Weighted share confirmed among the first K; networks of one place share what is left of K."""
    k = int(confirmed.sum())
    if not k:
        return 0.0
    rounded = place.round(9)
    cut = np.sort(rounded)[::-1][k - 1]
    above, at = rounded > cut, rounded == cut
    share: npt.NDArray[np.float64] = above + at * ((k - above.sum()) / at.sum())
    return float((share * weight) @ confirmed / (share @ weight))


def _objection(labels: int, gain: float, error: float, less_precise: bool, rules: LearningRules) -> str:
    """Why the fixed weights stand; empty when nothing speaks against the learned ones."""
    if labels < rules.labels_min:
        return f"{labels} labels, of {rules.labels_min} that it takes"
    if gain <= rules.gain_in_errors_min * error:
        return "log loss is not lower beyond chance"
    return "precision at K falls" if less_precise else ""
