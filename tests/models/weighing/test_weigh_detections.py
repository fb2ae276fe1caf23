"""Bands, crowding and innocent explanations, by hand."""

from dataclasses import replace
from datetime import date

import pytest

from models.weighing.weigh_detections import band_of, crowding, ordinariness, weigh_detections
from tests.models.builders import RULES, catalogue, detection

DAY = date(2026, 3, 31)


def test_bands_are_half_open() -> None:
    bands = catalogue().typologies["laundering"].signals[0].bands
    assert band_of(bands, 1.99) is None
    assert band_of(bands, 2.0) is bands[0]
    assert band_of(bands, 10.0) is bands[1]


@pytest.mark.parametrize(("position", "heard"), [(1, 1.0), (2, 1.0), (4, 0.5), (20, 0.1)])
def test_a_signal_that_fires_on_everybody_is_heard_less(position: int, heard: float) -> None:
    assert crowding(position, found=20, peers=100, rules=RULES) == pytest.approx(heard)


@pytest.mark.parametrize(("found", "heard"), [(1, 1.0), (2, 1.0), (8, 0.5), (32, 0.25)])
def test_where_many_are_found_the_strongest_means_less_as_well(found: int, heard: float) -> None:
    rules = RULES.model_copy(update={"crowd_found_exponent": 0.5})
    assert crowding(1, found, peers=100, rules=rules) == pytest.approx(heard)


@pytest.mark.parametrize(
    ("telling", "peers", "heard"), [(10, 40, 1.0), (20, 40, 0.25), (20, 20, 1.0), (0, 40, 1.0)]
)
def test_what_many_peers_show_is_how_things_are_done(telling: int, peers: int, heard: float) -> None:
    changed = {"ordinary_share": 0.25, "ordinary_peers": 30, "ordinary_exponent": 2.0}
    assert ordinariness(telling, peers, RULES.model_copy(update=changed)) == pytest.approx(heard)


def test_only_what_would_join_by_itself_makes_a_signal_ordinary() -> None:
    """Three of ten peers: two of them strong, one explained. A share of a fifth is ordinary."""
    changed = {"ordinary_share": 0.2, "ordinary_peers": 10, "ordinary_exponent": 1.0, "join_floor": 0.5}
    known = catalogue().model_copy(update={"ranking": RULES.model_copy(update=changed)})
    explained = detection("C", 12.0, explanations={"payroll": True})
    for last, strength in ((explained, 0.8), (detection("C", 12.0), 0.8 * 2 / 3)):
        rows = [replace(row, peers=10) for row in (detection("A", 12.0), detection("B", 12.0), last)]
        assert weigh_detections(rows, known, DAY)[0].strength == pytest.approx(strength)


def test_points_are_band_times_weight() -> None:
    strong, medium = weigh_detections([detection("A", 3.0), detection("B", 12.0)], catalogue(), DAY)
    assert (strong.detection.subject.id, strong.strength) == ("B", 0.8)
    assert (medium.detection.subject.id, medium.strength) == ("A", 0.4)


def test_an_explanation_that_holds_lowers_the_strength() -> None:
    rows = [
        detection("A", 12.0, explanations={"payroll": True}),
        detection("B", 12.0, explanations={"payroll": False}),
    ]
    by_subject = {row.detection.subject.id: row.strength for row in weigh_detections(rows, catalogue(), DAY)}
    assert by_subject == {"A": 0.4, "B": 0.8}


def test_below_the_report_floor_nothing_is_kept() -> None:
    assert weigh_detections([detection("A", 1.0)], catalogue(), DAY) == []


def test_equal_values_share_a_position_whatever_their_order() -> None:
    rows = [detection(name, 12.0) for name in "ABCD"]
    forward = weigh_detections(rows, catalogue(), DAY)
    backward = weigh_detections(rows[::-1], catalogue(), DAY)
    assert forward == backward
    assert {row.strength for row in forward} == {0.8}
