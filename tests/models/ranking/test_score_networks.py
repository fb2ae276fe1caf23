"""The score, by hand: e = -ln(1 - certainty), added up, 100 * (1 - exp(-sum))."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.networks.grow_networks import Network
from models.ranking.score_networks import OutlierScore, rank_networks, score_network
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


def test_the_second_typology_adds_half_its_weight() -> None:
    # 1 - (1-0.8) * (1-0.75)**0.5 = 0.9
    assert score_network(network(a=0.8, b=0.75), SILENT, RULES).score == pytest.approx(90.0, abs=1e-3)


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
