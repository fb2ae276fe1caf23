"""The ensemble on a population with one wild subject."""

import numpy as np
import pandas as pd
import pytest

from models.outliers.ensemble import OutlierLimits, PeerOutliers
from models.outliers.scaling import scale_by_peers

LIMITS = OutlierLimits(
    smallest_group=20, clip=8.0, fit_rows=1_000, trees=50, smallest_population=50, reasons=2
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
    assert PeerOutliers(LIMITS, 1).fit(population.head(10)).explain(["VCB:000"]) == {}


def test_scaling_by_hand() -> None:
    # log1p of 1, 3, 7 is ln 2 * (1, 2, 3): median 2 ln 2, MAD ln 2, so the ends lie 1/1.4826 away.
    values = pd.DataFrame({"x": [1.0, 3.0, 7.0]})
    scaled = scale_by_peers(values, pd.Series(["p"] * 3), smallest_group=1, clip=8.0)
    assert scaled.deviations[:, 0] == pytest.approx([-1 / 1.4826, 0.0, 1 / 1.4826])
    assert scaled.typical[0, 0] == pytest.approx(3.0)
