"""Past rankings of a home against a truth, or against what was decided later, by threshold and capacity."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from configs.catalogue import shipped_catalogue
from configs.errors import UsageError
from configs.settings import Settings
from jobs.evaluate.read_truth import Truth, read_ranked
from jobs.learn.read_past import published_dates, read_outcomes, read_past
from models.evaluation.backtest import (
    PastRanking,
    candidates_by_outcomes,
    candidates_by_truth,
    corrected_precision,
    sweep,
)
from models.learning.outcomes import label_networks
from models.ranking.exploration import draw_exploration

_WEEK = 7


def dates_between(first: date, last: date, every: int) -> list[date]:
    """`first`, and each `every` days after it up to `last`."""
    return [first + timedelta(days=day) for day in range(0, (last - first).days + 1, every)]


def unpublished(home: Path, days: Sequence[date]) -> list[date]:
    """Those of `days` for which the home has no ranking."""
    return sorted(set(days) - set(published_dates(home)))


def backtest_rankings(
    home: Path,
    settings: Settings,
    days: Sequence[date],
    capacities: Sequence[int],
    thresholds: Sequence[float],
    truth: Truth | None,
) -> dict[str, Any]:
    """Sweep thresholds and weekly capacities over the rankings of `days`.

    They are held against the truth where there is one, or else against all that the home knows by now.
    """
    if missing := unpublished(home, days):
        shown = ", ".join(day.isoformat() for day in missing[:5])
        raise UsageError(f"no ranking was published for {shown}. Add --run --landing to run them first.")
    known = published_dates(home)[-1]
    outcomes = read_outcomes(home, settings, known)
    past = {day: read_past(home, settings, day) for day in days}
    rankings = []
    for day, length in zip(days, _lengths(days), strict=True):
        if truth is None:
            candidates = candidates_by_outcomes(past[day], outcomes)
        else:
            candidates = candidates_by_truth(read_ranked(home, settings, day, truth.kinds), truth.schemes)
        rankings.append(PastRanking(day, length, candidates))
    if truth is None:
        targets = {found.decision_no for found in outcomes if found.confirmed and found.decided_on > days[0]}
    else:
        targets = {scheme.id for scheme in truth.schemes}
    sweeps = [
        sweep(rankings, targets, threshold, capacity) for threshold in thresholds for capacity in capacities
    ]
    rules = shipped_catalogue().ranking
    drawn = {
        day: draw_exploration([found.network_id for found in past[day]], rules, settings.seed, day)
        for day in days
    }
    labels = label_networks(past.values(), outcomes, known)
    corrected = corrected_precision(labels, {day: exploration.cut for day, exploration in drawn.items()})
    return {
        "days": list(days),
        "against": "outcomes" if truth is None else "truth",
        "known_until": known,
        "targets": len(targets),
        "sweeps": [asdict(found) for found in sweeps],
        "corrected_precision": corrected._asdict(),
    }


def _lengths(days: Sequence[date]) -> list[int]:
    """Days from each date to the next; the last is as long as the one before it, or a week."""
    lengths = [(later - day).days for day, later in pairwise(days)]
    return [*lengths, lengths[-1] if lengths else _WEEK]
