"""What past rankings would have found, missed and wasted, had so many networks been looked at each week.

A network that was looked at is not looked at again. Where lots were drawn below the cut, what was found among
them stands for all that was not looked at (models/ranking/exploration.py): precision corrected for the fact
that outcomes come mostly from the top.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from models.evaluation.evaluate_ranking import PlantedIndex
from models.evaluation.intervals import Interval, wilson
from models.evaluation.truth import Planted, Ranked
from models.learning.outcomes import Label, Outcome, PastNetwork
from models.weighing.detections import Member


class Candidate(NamedTuple):
    """A ranked network with what is known of it now.

    `finds` are the schemes or decisions that it leads to; `judged` says whether anybody knows. One that is
    judged and finds nothing is innocent.
    """

    network_id: str
    score: float
    finds: frozenset[str]
    judged: bool


class PastRanking(NamedTuple):
    """The candidates of a date, best first, and how many days there were until the next ranking."""

    day: date
    days: int
    candidates: Sequence[Candidate]


def candidates_by_truth(ranking: Sequence[Ranked], schemes: Sequence[Planted]) -> list[Candidate]:
    """Candidates of a simulated world: somebody knows of every network."""
    index = PlantedIndex(schemes)
    finds = ((network, index.found_by(network)) for network in ranking)
    return [
        Candidate(network.id, network.score, frozenset({scheme.id} if scheme else ()), True)
        for network, scheme in finds
    ]


def candidates_by_outcomes(ranking: Sequence[PastNetwork], outcomes: Iterable[Outcome]) -> list[Candidate]:
    """Candidates by what was decided after their ranking: confirmed decisions are what is found."""
    by_subject: dict[Member, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_subject[outcome.subject].append(outcome)
    candidates = []
    for network in ranking:
        named = (outcome for subject in network.subjects for outcome in by_subject.get(subject, ()))
        later = [outcome for outcome in named if outcome.decided_on > network.ranked_on]
        finds = frozenset(outcome.decision_no for outcome in later if outcome.confirmed)
        candidates.append(Candidate(network.network_id, network.score, finds, bool(later)))
    return candidates


@dataclass(frozen=True)
class Sweep:
    """One least score and one weekly capacity over all dates. Counts, and shares from 0 to 1.

    `again` were looked at and found only what was found before; `unknown` were looked at, and nobody knows.
    Precision is the share that found something new among those of which anybody knows.
    """

    threshold: float
    capacity: int
    looked_at: int
    found: int
    missed: int
    wasted: int
    again: int
    unknown: int
    recall: float | None
    recall_interval: Interval
    precision: float | None
    precision_interval: Interval


def sweep(
    rankings: Sequence[PastRanking], targets: Collection[str], threshold: float, capacity: int
) -> Sweep:
    """Look at the best `capacity` networks a week that score at least `threshold`, date by date."""
    seen: set[str] = set()
    found: set[str] = set()
    right = wasted = again = unknown = 0
    for ranking in sorted(rankings, key=lambda ranking: ranking.day):
        places = max(1, round(capacity * ranking.days / 7))
        waiting = (item for item in ranking.candidates if item.network_id not in seen)
        for candidate in [item for item in waiting if item.score >= threshold][:places]:
            seen.add(candidate.network_id)
            if not candidate.judged:
                unknown += 1
            elif not candidate.finds:
                wasted += 1
            elif candidate.finds <= found:
                again += 1
            else:
                right += 1
                found |= candidate.finds
    hits, judged = len(found & set(targets)), right + wasted + again
    return Sweep(
        threshold=threshold,
        capacity=capacity,
        looked_at=len(seen),
        found=hits,
        missed=len(targets) - hits,
        wasted=wasted,
        again=again,
        unknown=unknown,
        recall=round(hits / len(targets), 4) if targets else None,
        recall_interval=wilson(hits, len(targets)),
        precision=round(right / judged, 4) if judged else None,
        precision_interval=wilson(right, judged),
    )


class Corrected(NamedTuple):
    """Precision above the cut, where lots were drawn below it, and of whole rankings."""

    labels_above: int
    precision_above: float | None
    labels_drawn: int
    precision_below: float | None
    precision_of_all: float | None


def corrected_precision(labels: Iterable[Label], cuts: Mapping[date, int]) -> Corrected:
    """Precision weighted by the inverse of each network's chance to be looked at (Hajek's estimator).

    `cuts` says for each ranking how many were looked at for their rank. What was decided about others (a tip,
    another agency) came by no known chance, and is left out.
    """
    above: list[Label] = []
    drawn: list[Label] = []
    for label in labels:
        network = label.network
        if network.rank <= cuts.get(network.ranked_on, 0):
            above.append(label)
        elif network.chance < 1:
            drawn.append(label)
    return Corrected(
        labels_above=len(above),
        precision_above=_precision(above),
        labels_drawn=len(drawn),
        precision_below=_precision(drawn),
        precision_of_all=_precision([*above, *drawn]) if drawn else None,
    )


def _precision(labels: Sequence[Label]) -> float | None:
    weights = [1 / label.network.chance for label in labels]
    right = sum(weight for weight, label in zip(weights, labels, strict=True) if label.confirmed)
    return round(right / sum(weights), 4) if labels else None
