"""A ranking without one of its parts: what does each earn, and what is found of a scheme nobody thought of?

Everything is ranked anew from the same gathered evidence (`models.ranking.rank_evidence`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from statistics import mean
from typing import NamedTuple

from configs.catalogue import Band, Bilingual, Catalogue, Typology, WeighedSignal
from models.evaluation.evaluate_ranking import PlantedIndex
from models.evaluation.truth import Planted, Ranked
from models.networks.ties import Circumstances
from models.ranking.rank_evidence import Evidence
from models.weighing.detections import Detection


class Variation(NamedTuple):
    """What `rank_evidence` is given."""

    evidence: Evidence
    catalogue: Catalogue


def without_explanations(detections: Sequence[Detection]) -> list[Detection]:
    """The detections as if no innocent explanation had been tested."""
    return [replace(detection, explanations={}) for detection in detections]


def without_typologies(catalogue: Catalogue, names: Collection[str]) -> Catalogue:
    """The catalogue as if nobody had thought of these mechanisms."""
    kept = {name: item for name, item in catalogue.typologies.items() if name not in names}
    return catalogue.model_copy(update={"typologies": kept})


def equal_opinions(catalogue: Catalogue) -> Catalogue:
    """A catalogue without knowledge: each signal is one opinion, at the mean weight, whatever its value."""
    heard = [(signal, item) for item in catalogue.typologies.values() for signal in item.signals]
    weight = mean(signal.weight * signal.bands[-1].points for signal, _ in heard)
    words = Bilingual(vi="—", en="—")
    band = Band.model_validate({"from": float("-inf"), "to": None, "points": 1.0, "reason": words})
    opinions: dict[str, Typology] = {}
    for signal, item in heard:
        opinion = WeighedSignal(signal=signal.signal, weight=weight, bands=[band])
        changes = {"id": signal.signal, "signals": [opinion], "innocent_explanations": []}
        opinions.setdefault(signal.signal, item.model_copy(update=changes))
    ranking = catalogue.ranking.model_copy(update={"multipliers": {}})
    return catalogue.model_copy(update={"typologies": opinions, "ranking": ranking})


def variations(
    evidence: Evidence, catalogue: Catalogue, graph_signals: Collection[str]
) -> dict[str, Variation]:
    """The whole, and the whole without each part, by the part's name."""
    plain = [row for row in evidence.detections if row.signal not in graph_signals]
    untested = without_explanations(evidence.detections)
    undamped = catalogue.ranking.model_copy(update={"lone_share": 1.0})
    no_contacts = catalogue.ranking.model_copy(update={"lone_contact_users": 0})
    return {
        "(everything)": Variation(evidence, catalogue),
        "operators": Variation(replace(evidence, operator_of={}), catalogue),
        "holders and devices": Variation(replace(evidence, holdings=()), catalogue),
        "the account of a company alone": Variation(replace(evidence, banks_with={}), catalogue),
        "who answers the phone of a company": Variation(replace(evidence, representatives={}), catalogue),
        "the shop of a trader alone": Variation(replace(evidence, shops={}), catalogue),
        "the contact of a trader alone": Variation(
            replace(evidence, counterparts={}), catalogue.model_copy(update={"ranking": no_contacts})
        ),
        "bystanders left out": Variation(replace(evidence, parties_of={}), catalogue),
        "ties": Variation(replace(evidence, circumstances=Circumstances((), {})), catalogue),
        "graph patterns": Variation(replace(evidence, detections=plain), catalogue),
        "outliers": Variation(replace(evidence, judge_outliers=lambda _: {}), catalogue),
        "innocent explanations": Variation(replace(evidence, detections=untested), catalogue),
        "one party alone": Variation(evidence, catalogue.model_copy(update={"ranking": undamped})),
        "typologies": Variation(evidence, equal_opinions(catalogue)),
    }


class LeftOut(NamedTuple):
    """One kind of scheme with its own typologies switched off."""

    typologies: Sequence[str]
    found: int
    schemes: int

    @property
    def recall(self) -> float:
        return self.found / self.schemes


def own_typologies(ranking: Sequence[Ranked], schemes: Sequence[Planted]) -> dict[str, list[str]]:
    """By kind: the typologies that the truth maps to it, or else those that lead the networks that find it.

    `ranking` is the whole one; as many networks as twice the schemes are looked at.
    """
    told: dict[str, set[str]] = {scheme.kind: set() for scheme in schemes}
    leading: dict[str, set[str]] = {scheme.kind: set() for scheme in schemes}
    for scheme in schemes:
        told[scheme.kind] |= scheme.typologies
    index = PlantedIndex(schemes)
    for network in ranking[: 2 * len(schemes)]:
        found = index.found_by(network)
        if found and network.typologies:
            leading[found.kind].add(network.typologies[0])
    return {kind: sorted(told[kind] or leading[kind]) for kind in sorted(told)}


def found_of_kind(ranking: Sequence[Ranked], schemes: Sequence[Planted], kind: str) -> tuple[int, int]:
    """(found at 2K, planted) of one kind; K is the number of all schemes."""
    index = PlantedIndex(schemes)
    finds = (index.found_by(network) for network in ranking[: 2 * len(schemes)])
    found = {scheme.id for scheme in finds if scheme and scheme.kind == kind}
    return len(found), sum(scheme.kind == kind for scheme in schemes)


def mean_recall(left_out: Mapping[str, LeftOut]) -> float | None:
    """Mean over kinds, each counting the same."""
    return round(mean(item.recall for item in left_out.values()), 4) if left_out else None
