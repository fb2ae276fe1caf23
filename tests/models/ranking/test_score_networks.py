"""The score, by hand: e = -ln(1 - certainty), added up, 100 * (1 - exp(-sum))."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.networks.network import Network
from models.ranking.score_networks import (
    OutlierScore,
    evidence_weights,
    rank_networks,
    score_network,
    stands_alone,
    typology_scores,
    witness_among,
)
from models.weighing.detections import Member, Record
from tests.models.builders import RULES, weighed

SILENT = OutlierScore(0.0, ())


def network(**strengths: float) -> Network:
    grown = Network()
    for typology, strength in strengths.items():
        row = weighed("AB", strength, typology)
        grown.detections.append(row)
        grown.add_members(row)
    return grown


def test_one_typology_scores_its_certainty() -> None:
    assert score_network(network(laundering=0.8), SILENT, RULES).score == pytest.approx(80.0)


def test_one_party_alone_counts_for_less() -> None:
    alone = Network()
    row = weighed("A", 0.8, "laundering")
    alone.detections.append(row)
    alone.add_members(row)
    # 0.6 * 0.8
    assert score_network(alone, SILENT, RULES).score == pytest.approx(48.0)
    assert stands_alone(alone)
    assert not stands_alone(network(laundering=0.8))


@pytest.mark.parametrize(
    ("feeds", "score"),
    [
        (["customs_declarations"], 48.0),
        (["customs_declarations", "shipments"], 80.0),
        (["customs_declarations", "sellers", "enforcement_actions", "tips"], 48.0),  # registers and hearsay
    ],
)
def test_what_the_papers_of_two_feeds_show_together_needs_no_second_party(
    feeds: list[str], score: float
) -> None:
    alone = Network()
    row = weighed("A", 0.8, "laundering")
    object.__setattr__(row.detection, "evidence", tuple(Record(feed, "1") for feed in feeds))
    alone.detections.append(row)
    alone.add_members(row)
    assert score_network(alone, SILENT, RULES).score == pytest.approx(score)


@pytest.mark.parametrize(
    ("kinds", "alone"),
    [
        (["person", "account", "seller", "phone"], True),
        (["person", "account", "account"], False),
        (["person", "company"], False),
        (["seller", "seller"], False),
    ],
)
def test_a_holder_with_an_account_and_a_shop_is_one_party(kinds: list[str], alone: bool) -> None:
    held = Network(
        members={Member(kind, f"{number}"): Counter({"operator": 1}) for number, kind in enumerate(kinds)}
    )
    assert stands_alone(held) is alone
    held.add_representatives({Member("company", "1"): Member("person", "who answers its phone")})
    assert stands_alone(held) is alone


def test_who_pays_an_account_abroad_does_not_stand_alone() -> None:
    paying = Network()
    row = weighed("A", 0.8)
    abroad = (Member("account", "ICBKCNBJ:1"), "beneficiary")
    object.__setattr__(row.detection, "members", (*row.detection.members, abroad))
    paying.detections.append(row)
    paying.add_members(row)
    assert len(paying.members) == 1
    assert not stands_alone(paying)


def test_a_second_pattern_in_the_same_feed_adds_half_its_weight() -> None:
    # 1 - (1-0.8) * (1-0.75)**0.5 = 0.9
    assert score_network(network(a=0.8, b=0.75), SILENT, RULES).score == pytest.approx(90.0, abs=1e-3)


def test_a_second_witness_from_another_feed_counts_in_full() -> None:
    agreeing = network(a=0.8, b=0.75)
    parcels = tuple(Record("shipments", f"GHN:{number}") for number in range(3))
    object.__setattr__(agreeing.detections[1].detection, "evidence", parcels)
    # 1 - (1-0.8) * (1-0.75) = 0.95: more than one payment pattern at 0.9 on an old business.
    agree = score_network(agreeing, SILENT, RULES).score
    assert agree == pytest.approx(95.0, abs=1e-3)
    assert agree > score_network(network(a=0.9), SILENT, RULES).score


def test_who_belongs_together_is_another_testimony_than_what_they_did() -> None:
    # The same feed: 1 - (1-0.8) * (1-0.75), not 1 - (1-0.8) * (1-0.75)**0.5.
    assert score_network(network(a=0.8, one_hand=0.75), SILENT, RULES).score == pytest.approx(95.0, abs=1e-3)


def test_a_decision_is_the_witness_of_what_it_is_about() -> None:
    assert witness_among(["customs_declarations", "enforcement_actions", "customs_declarations"]) == (
        "enforcement_actions"
    )
    assert witness_among(["shipments", "bank_transactions", "shipments"]) == "shipments"
    assert witness_among(["shipments", "bank_transactions"]) == "bank_transactions"


def test_a_weak_typology_names_examples_first_those_that_stronger_ones_name() -> None:
    heard = Network()
    for typology, members, strength in (
        ("leads", "CD", 0.8),
        ("agrees", "AB", 0.4),
        ("supports", "ABD", 0.3),
    ):
        row = weighed(members, strength, typology)
        heard.detections.append(row)
        heard.add_members(row)
    shown = {item.id: [record.key for record in item.evidence] for item in typology_scores(heard, RULES)}
    assert shown["leads"] == ["VCB:C", "VCB:D"]
    assert shown["agrees"] == ["VCB:A", "VCB:B"]  # half of the first: in full
    assert shown["supports"] == ["VCB:A", "VCB:B"]  # two of three, all named above


def test_an_outlier_alone_cannot_exceed_its_weight() -> None:
    assert score_network(network(), OutlierScore(1.0, ()), RULES).score == pytest.approx(20.0)


def test_more_value_decides_between_equal_scores() -> None:
    poor, rich = network(a=0.5), network(a=0.5)
    row = weighed("CD", 0.5, "a")
    object.__setattr__(row.detection, "value_vnd", 9_000)
    rich.detections = [row]
    first, _ = rank_networks([poor, rich], {}, RULES)
    assert first.value_at_stake_vnd == 9_000


@given(st.floats(0, 0.99), st.floats(0, 0.99), st.floats(0, 1), st.floats(0, 0.5))
def test_the_score_is_monotone_in_each_part(first: float, second: float, outlier: float, more: float) -> None:
    base = score_network(network(a=first, b=second), OutlierScore(outlier, ()), RULES).score
    raised = score_network(network(a=min(first + more, 1.0), b=second), OutlierScore(outlier, ()), RULES)
    unusual = score_network(network(a=first, b=second), OutlierScore(min(outlier + more, 1.0), ()), RULES)
    assert raised.score >= base - 1e-3
    assert unusual.score >= base - 1e-3
    assert 0.0 <= raised.score <= 100.0


@given(st.lists(st.tuples(st.floats(0, 0.99), st.booleans()), min_size=2, max_size=5), st.floats(0, 0.5))
def test_the_score_is_monotone_over_several_witnesses(parts: list[tuple[float, bool]], more: float) -> None:
    def score(strengths: list[float]) -> float:
        grown = network(**{f"t{place}": strength for place, strength in enumerate(strengths)})
        for row, (_, goods) in zip(grown.detections, parts, strict=True):
            if goods:
                object.__setattr__(row.detection, "evidence", (Record("shipments", "GHN:1"),))
        return score_network(grown, SILENT, RULES).score

    strengths = [strength for strength, _ in parts]
    assert score([min(strengths[0] + more, 1.0), *strengths[1:]]) >= score(strengths) - 1e-3


MULTIPLIER = st.floats(0, 3)


@given(
    st.dictionaries(
        st.sampled_from("abcd"), st.tuples(st.sampled_from("xy"), st.floats(0, 0.99)), min_size=1
    ),
    st.dictionaries(st.sampled_from("abcd"), MULTIPLIER),
    st.floats(0, 0.5),
)
def test_learned_multipliers_leave_the_score_monotone_in_each_part(
    certainties: dict[str, tuple[str, float]], multipliers: dict[str, float], more: float
) -> None:
    rules = RULES.model_copy(update={"multipliers": multipliers})
    before = sum(evidence_weights(certainties, 0.5, rules).values())
    for name, (witness, certainty) in certainties.items():
        raised = certainties | {name: (witness, min(certainty + more, 1.0))}
        assert sum(evidence_weights(raised, 0.5, rules).values()) >= before - 1e-9


def test_a_multiplier_weighs_its_typology_alone() -> None:
    rules = RULES.model_copy(update={"multipliers": {"a": 2.0, "outlier": 0.0}})
    # 1 - (1-0.5)**2
    assert score_network(network(a=0.5), OutlierScore(1.0, ()), rules).score == pytest.approx(75.0)
    assert score_network(network(b=0.5), SILENT, rules).score == pytest.approx(50.0)
