"""How unusual the members of each network are: the ensemble fitted on the population of each kind."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from configs.settings import read_yaml
from jobs.runtime.lake import Lake
from models.networks.grow_networks import Network
from models.outliers.ensemble import OutlierLimits, PeerOutliers, Reason
from models.ranking.score_networks import OutlierScore
from models.weighing.detections import Member

_RULES = Path(__file__).resolve().parents[2] / "configs" / "outliers.yml"
_POPULATIONS = ("features.accounts", "features.senders", "features.traders")
# The most unusual members speak for the network; the ordinary ones among them do not excuse it.
_SPEAKERS = 3


def _subject(member: Member) -> tuple[str, str] | None:
    """(population, id) where a member's features stand."""
    match member.kind:
        case "account":
            return "features.accounts", member.id
        case "seller":
            return "features.senders", member.id
        case "phone" | "address":
            return "features.senders", f"{member.kind}:{member.id}"
        case "company" | "person":
            return "features.traders", member.id
        case _:
            return None


def judge_outliers(lake: Lake, networks: Sequence[Network], seed: int) -> dict[int, OutlierScore]:
    """Outlier score of each network by its position; networks without measurable members are left out."""
    rules = read_yaml(_RULES)
    speaks_from = float(rules.pop("speaks_from"))
    limits = OutlierLimits(**rules)
    wanted: dict[str, set[str]] = {name: set() for name in _POPULATIONS}
    subjects = [[_subject(member) for member in sorted(network.members)] for network in networks]
    for places in subjects:
        for place in places:
            if place is not None:
                wanted[place[0]].add(place[1])

    known: dict[tuple[str, str], tuple[float, list[Reason]]] = {}
    for name in _POPULATIONS:
        population: pd.DataFrame = lake.read(name).toArrow().to_pandas()
        explained = PeerOutliers(limits, seed).fit(population).explain(sorted(wanted[name]))
        known |= {(name, identifier): found for identifier, found in explained.items()}

    result = {}
    for index, places in enumerate(subjects):
        found = sorted((known[place] for place in places if place in known), key=lambda item: -item[0])[
            :_SPEAKERS
        ]
        if found:
            place = sum(score for score, _ in found) / len(found)
            score = max(0.0, (place - speaks_from) / (1.0 - speaks_from))
            reasons = tuple((r.feature, r.value, r.typical, r.contribution) for r in found[0][1])
            result[index] = OutlierScore(round(score, 6), reasons)
    return result
