"""Parts switched off, by hand: two accounts of one operator, one of them a payroll."""

from dataclasses import replace
from datetime import date

import pytest

from models.evaluation.ablation import (
    LeftOut,
    equal_opinions,
    found_of_kind,
    mean_recall,
    own_typologies,
    variations,
    without_typologies,
)
from models.evaluation.truth import Planted, Ranked
from models.networks.bystanders import Parties
from models.networks.companions import Holding
from models.networks.ties import Circumstances
from models.ranking.rank_evidence import Evidence, rank_evidence
from models.ranking.score_networks import OutlierScore, ScoredNetwork
from models.weighing.detections import Member, Record
from tests.models.builders import RULES, account, catalogue, detection

DAY = date(2026, 3, 31)
EVIDENCE = Evidence(
    # Papers of trade tell of the second: below the merge floor payments alone would bring nobody.
    detections=[
        detection("A", 12.0),
        replace(detection("B", 12.0, explanations={"payroll": True}), evidence=(Record("shipments", "B"),)),
    ],
    operator_of={account("A"): "O", account("B"): "O"},
    circumstances=Circumstances((), {}),
    holdings=[Holding(account("A"), "cccd:1", None)],
    banks_with={},
    counterparts={},
    shops={},
    representatives={},
    dealings=[],
    senders=[],
    left=[],
    parties_of={},
    judge_outliers=lambda networks: {index: OutlierScore(1.0, ()) for index in range(len(networks))},
)


def without(part: str) -> list[ScoredNetwork]:
    variation = variations(EVIDENCE, catalogue(), ["other"])[part]
    return rank_evidence(variation.evidence, variation.catalogue, DAY)


def test_the_whole() -> None:
    (network,) = without("(everything)")
    assert set(network.network.members) == {account("A"), account("B"), Member("person", "cccd:1")}
    assert network.score == 84.0  # 1 - (1 - 0.8) * (1 - 0.2)


def test_without_operators_there_are_two_networks() -> None:
    assert [sorted(found.network.members)[0].id for found in without("operators")] == ["A", "B"]


def test_without_holders_nobody_stands_behind() -> None:
    (network,) = without("holders and devices")
    assert set(network.network.members) == {account("A"), account("B")}


def test_without_its_share_one_party_alone_counts_in_full() -> None:
    alone = replace(EVIDENCE, detections=[detection("A", 12.0)], holdings=[], judge_outliers=lambda _: {})
    parts = variations(alone, catalogue(), [])
    scores = [rank_evidence(*parts[name], DAY)[0].score for name in ("(everything)", "one party alone")]
    assert scores == [48.0, 80.0]


def test_without_bystanders_left_out_customers_are_members() -> None:
    """A shop and a crowd that pays it once: more than any ring has."""
    shop = detection("A" + "bcdefghijklmnopqrs", 12.0)
    parties = {
        record: Parties(member, account("A"))
        for record, (member, _) in zip(shop.evidence, shop.members, strict=True)
        if member != account("A")
    }
    evidence = replace(EVIDENCE, detections=[shop], operator_of={}, holdings=[], parties_of=parties)
    rules = RULES.model_copy(update={"max_members": 150})
    known = catalogue().model_copy(update={"ranking": rules})

    def members_of(part: str) -> int:
        (found,) = rank_evidence(*variations(evidence, known, [])[part], DAY)
        return len(found.network.members)

    assert (members_of("(everything)"), members_of("bystanders left out")) == (1, 19)


def test_without_outliers_the_typology_speaks_alone() -> None:
    assert without("outliers")[0].score == 80.0


def test_without_explanations_the_payroll_is_as_strong() -> None:
    (network,) = without("innocent explanations")
    assert [row.strength for row in network.network.detections] == [0.8, 0.8]


def test_without_graph_patterns_their_signals_are_not_heard() -> None:
    variation = variations(EVIDENCE, catalogue(), ["pass_through"])["graph patterns"]
    assert rank_evidence(variation.evidence, variation.catalogue, DAY) == []


def test_equal_opinions_know_neither_bands_nor_explanations() -> None:
    weak = replace(
        EVIDENCE, detections=[detection("A", 0.1), detection("B", 0.1, explanations={"payroll": True})]
    )
    (network,) = rank_evidence(weak, equal_opinions(catalogue()), DAY)
    assert {row.strength for row in network.network.detections} == {0.8}
    assert [item.id for item in network.typologies] == ["pass_through"]


def test_a_catalogue_without_its_typology_finds_nothing() -> None:
    assert rank_evidence(EVIDENCE, without_typologies(catalogue(), {"laundering"}), DAY) == []


def planted(name: str, kind: str, letters: str, *typologies: str) -> Planted:
    members = frozenset(account(letter) for letter in letters)
    return Planted(name, kind, "easy", members, frozenset(), frozenset(typologies))


def ranked(letters: str, *typologies: str) -> Ranked:
    return Ranked(letters, 50.0, typologies, frozenset(account(letter) for letter in letters), frozenset())


def test_own_typologies_are_those_told_or_those_that_lead() -> None:
    schemes = [planted("1", "ring", "AB", "told"), planted("2", "fan", "CD"), planted("3", "none", "EF")]
    ranking = [ranked("AB", "x", "y"), ranked("CD", "z", "x")]
    assert own_typologies(ranking, schemes) == {"fan": ["z"], "none": [], "ring": ["told"]}


def test_recall_of_a_kind_counts_its_schemes_once() -> None:
    schemes = [planted("1", "ring", "ABC"), planted("2", "ring", "DE"), planted("3", "fan", "FG")]
    ranking = [ranked("AB"), ranked("BC"), ranked("FG")]
    assert found_of_kind(ranking, schemes, "ring") == (1, 2)
    assert mean_recall({"ring": LeftOut([], 1, 2), "fan": LeftOut([], 1, 1)}) == pytest.approx(0.75)
    assert mean_recall({}) is None
