"""The ensemble on a population with one wild subject."""

import numpy as np
import pandas as pd
import pytest

from models.outliers.ensemble import OutlierLimits, PeerOutliers
from models.outliers.scaling import scale_by_peers

LIMITS = OutlierLimits(
    smallest_group=20,
    clip=8.0,
    samples=5,
    sample_rows=100,
    neighbours=5,
    reference_rows=1_000,
    smallest_population=50,
    reasons=2,
)


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    generator = np.random.default_rng(7)
    frame = pd.DataFrame(
        generator.lognormal(5.0, 0.5, size=(300, 3)), columns=["credits", "debits", "payers"]
    )
    frame.insert(0, "id", [f"VCB:{number:03d}" for number in range(300)])
    frame.insert(1, "peer_group", "individual")
    frame.loc[0, "payers"] = 1e6
    frame.loc[1, "payers"] = np.nan
    return frame


def test_the_wild_subject_stands_out_and_is_explained(population: pd.DataFrame) -> None:
    score, reasons = PeerOutliers(LIMITS, 1).fit(population).explain(["VCB:000"])["VCB:000"]
    assert score > 0.85
    assert reasons[0].feature == "payers"
    assert reasons[0].value == 1e6
    assert 100 < reasons[0].typical < 200


def test_the_same_seed_gives_the_same_scores_in_any_order(population: pd.DataFrame) -> None:
    first = PeerOutliers(LIMITS, 1).fit(population).explain(["VCB:000", "VCB:005"])
    shuffled = population.sample(frac=1.0, random_state=3)
    assert PeerOutliers(LIMITS, 1).fit(shuffled).explain(["VCB:005", "VCB:000"]) == first


def test_a_score_does_not_depend_on_who_is_asked_with_it(population: pd.DataFrame) -> None:
    model = PeerOutliers(LIMITS, 1).fit(population)
    alone = model.explain(["VCB:005"])["VCB:005"]
    assert model.explain([f"VCB:{number:03d}" for number in range(100)])["VCB:005"] == alone


def test_a_missing_value_is_no_deviation(population: pd.DataFrame) -> None:
    model = PeerOutliers(LIMITS, 1).fit(population)
    row = model.position_["VCB:001"]
    assert not model.scaled_.measured[row, 2]
    assert model.scaled_.deviations[row, 2] == 0.0


def test_too_small_a_population_says_nothing(population: pd.DataFrame) -> None:
    model = PeerOutliers(LIMITS, 1).fit(population.head(10))
    assert model.explain(["VCB:000"]) == model.places(["VCB:000"]) == {}


def test_places_are_the_scores_that_reasons_explain(population: pd.DataFrame) -> None:
    model = PeerOutliers(LIMITS, 1).fit(population)
    explained = model.explain(["VCB:000", "VCB:005", "unknown"])
    assert model.places(["VCB:000", "VCB:005", "unknown"]) == {
        name: found[0] for name, found in explained.items()
    }


def test_members_of_one_ring_do_not_hide_each_other(population: pd.DataFrame) -> None:
    ring = population.copy()
    alike = np.random.default_rng(3).lognormal(0.0, 0.05, size=(12, 3)) * [900.0, 30.0, 900.0]
    ring.loc[100:111, ["credits", "debits", "payers"]] = alike
    model = PeerOutliers(LIMITS, 1).fit(ring)
    assert min(model.places([f"VCB:{number}" for number in range(100, 112)]).values()) > 0.9


def test_what_does_not_go_together_stands_out_though_each_figure_is_ordinary() -> None:
    draw = np.random.default_rng(5)
    size = draw.normal(0, 1, 1_000)
    frame = pd.DataFrame(
        {"credits": np.exp(5 + size), "payers": np.exp(3 + size + draw.normal(0, 0.1, 1_000))}
    )
    frame.insert(0, "id", [f"VCB:{number:04d}" for number in range(1_000)])
    frame.insert(1, "peer_group", "individual")
    frame.loc[0, ["credits", "payers"]] = [np.exp(6.5), np.exp(1.5)]
    assert PeerOutliers(LIMITS, 1).fit(frame).places(["VCB:0000"])["VCB:0000"] > 0.97


def test_scaling_by_hand() -> None:
    # log1p of 1, 3, 7 is ln 2 * (1, 2, 3): median 2 ln 2, MAD ln 2, so the ends lie 1/1.4826 away.
    values = pd.DataFrame({"x": [1.0, 3.0, 7.0]})
    scaled = scale_by_peers(values, pd.Series(["p"] * 3), smallest_group=1, clip=8.0)
    assert scaled.deviations[:, 0] == pytest.approx([-1 / 1.4826, 0.0, 1 / 1.4826])
    assert scaled.typical[0, 0] == pytest.approx(3.0)
