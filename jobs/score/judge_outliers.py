"""How unusual the members of each network are: the ensemble fitted on the population of each kind."""

from collections.abc import Collection, Mapping, Sequence
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


class MemberOutliers:
    """Judges networks by their members. A population is fitted when it is first asked for, and once."""

    def __init__(self, populations: Mapping[str, pd.DataFrame], seed: int) -> None:
        rules = read_yaml(_RULES)
        self._speaks_from = float(rules.pop("speaks_from"))
        self._limits = OutlierLimits(**rules)
        self._populations = populations
        self._seed = seed
        self._fitted: dict[str, PeerOutliers] = {}
        self._known: dict[tuple[str, str], tuple[float, list[Reason]] | None] = {}

    def __call__(self, networks: Sequence[Network]) -> dict[int, OutlierScore]:
        """Outlier score of each network by its position; networks without measurable members are left out."""
        subjects = [[_subject(member) for member in sorted(network.members)] for network in networks]
        self._explain({place for places in subjects for place in places if place is not None})
        result = {}
        for index, places in enumerate(subjects):
            known = (self._known[place] for place in places if place is not None)
            found = sorted((item for item in known if item is not None), key=lambda item: -item[0])
            if found:
                result[index] = self._spoken(found[:_SPEAKERS])
        return result

    def _spoken(self, found: Sequence[tuple[float, list[Reason]]]) -> OutlierScore:
        place = sum(score for score, _ in found) / len(found)
        score = max(0.0, (place - self._speaks_from) / (1.0 - self._speaks_from))
        reasons = tuple((r.feature, r.value, r.typical, r.contribution) for r in found[0][1])
        return OutlierScore(round(score, 6), reasons)

    def _explain(self, places: Collection[tuple[str, str]]) -> None:
        """Look up whom we have not met; a score depends on the population alone, not on who is asked for."""
        for name, population in self._populations.items():
            unmet = sorted(
                identifier
                for table, identifier in places
                if table == name and (table, identifier) not in self._known
            )
            if not unmet:
                continue
            if name not in self._fitted:
                self._fitted[name] = PeerOutliers(self._limits, self._seed).fit(population)
            explained = self._fitted[name].explain(unmet)
            self._known |= {(name, identifier): explained.get(identifier) for identifier in unmet}


def member_outliers(lake: Lake, seed: int) -> MemberOutliers:
    """The judge on the populations of one run."""
    return MemberOutliers({name: lake.read(name).toArrow().to_pandas() for name in _POPULATIONS}, seed)
