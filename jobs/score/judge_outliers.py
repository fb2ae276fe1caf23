"""How unusual the members of each network are: the ensemble fitted on the population of each kind."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from configs.settings import read_yaml
from jobs.runtime.lake import Lake
from models.networks.network import Network
from models.outliers.ensemble import OutlierLimits, PeerOutliers, Reason
from models.ranking.score_networks import OutlierScore
from models.weighing.detections import Member

_RULES = Path(__file__).resolve().parents[2] / "configs" / "outliers.yml"
_POPULATIONS = ("features.accounts", "features.senders", "features.traders")
# The most unusual members speak for the network; the ordinary ones among them do not excuse it.
_SPEAKERS = 3
_Place = tuple[str, str]  # a population, and an id in it


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


class MemberOutliers:
    """Judges networks by their members. A population is fitted when it is first asked for, and once."""

    def __init__(self, populations: Mapping[str, pd.DataFrame], seed: int) -> None:
        rules = read_yaml(_RULES)
        self._speaks_from = float(rules.pop("speaks_from"))
        self._limits = OutlierLimits(**rules)
        self._populations = populations
        self._seed = seed
        self._fitted: dict[str, PeerOutliers] = {}
        self._places: dict[_Place, float | None] = {}
        self._reasons: dict[_Place, list[Reason]] = {}

    def __call__(self, networks: Sequence[Network]) -> dict[int, OutlierScore]:
        """Outlier score of each network by its position; networks without measurable members are left out."""
        subjects = [
            [place for member in sorted(network.members) if (place := _subject(member))]
            for network in networks
        ]
        self._look_up({place for places in subjects for place in places})
        speakers = {}
        for index, places in enumerate(subjects):
            known = [(score, place) for place in places if (score := self._places[place]) is not None]
            if known:
                speakers[index] = sorted(known, key=lambda item: -item[0])[:_SPEAKERS]
        self._explain({found[0][1] for found in speakers.values()})
        return {index: self._spoken(found) for index, found in speakers.items()}

    def _spoken(self, found: Sequence[tuple[float, _Place]]) -> OutlierScore:
        """The mean of those who speak, with the reasons of the first."""
        mean = sum(score for score, _ in found) / len(found)
        score = max(0.0, (mean - self._speaks_from) / (1.0 - self._speaks_from))
        reasons = self._reasons[found[0][1]]
        return OutlierScore(
            round(score, 6), tuple((r.feature, r.value, r.typical, r.contribution) for r in reasons)
        )

    def _look_up(self, wanted: Collection[_Place]) -> None:
        """Score whom we have not met; a score depends on the population alone, not on who is asked for."""
        for name, unmet in _by_population(wanted, self._places):
            if name not in self._fitted:
                self._fitted[name] = PeerOutliers(self._limits, self._seed).fit(self._populations[name])
            found = self._fitted[name].places(unmet)
            self._places |= {(name, identifier): found.get(identifier) for identifier in unmet}

    def _explain(self, wanted: Collection[_Place]) -> None:
        for name, unmet in _by_population(wanted, self._reasons):
            found = self._fitted[name].explain(unmet)
            self._reasons |= {(name, identifier): reasons for identifier, (_, reasons) in found.items()}


def _by_population(wanted: Collection[_Place], met: Collection[_Place]) -> Iterator[tuple[str, list[str]]]:
    """Each population with those of `wanted` that were not met yet, in order."""
    for name in _POPULATIONS:
        unmet = sorted(place[1] for place in wanted if place[0] == name and place not in met)
        if unmet:
            yield name, unmet


def member_outliers(lake: Lake, seed: int) -> MemberOutliers:
    """The judge on the populations of one run."""
    return MemberOutliers({name: lake.read(name).toArrow().to_pandas() for name in _POPULATIONS}, seed)
