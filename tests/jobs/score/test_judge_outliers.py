"""Networks judged by their most unusual members, on hand-made populations. No Spark."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from jobs.score.judge_outliers import MemberOutliers
from models.networks.network import Network
from models.weighing.detections import Member


def population(prefix: str, rows: int = 400) -> pd.DataFrame:
    """Ordinary subjects, and three wild ones at the end."""
    draw = np.random.default_rng(7)
    frame = pd.DataFrame(draw.lognormal(5.0, 0.4, size=(rows, 3)), columns=["credits", "debits", "payers"])
    frame.loc[rows - 3 :, "payers"] = [1e5, 1e6, 1e7]
    frame.insert(0, "id", [f"{prefix}{number:03d}" for number in range(rows)])
    frame.insert(1, "peer_group", "individual")
    return frame


@pytest.fixture
def judge() -> MemberOutliers:
    tables = {
        "features.accounts": population("VCB:"),
        "features.senders": population("phone:+84"),
        "features.traders": population("tax:", rows=20),
    }
    return MemberOutliers(tables, seed=1)


def network(*members: Member) -> Network:
    return Network(members={member: Counter(mule=1) for member in members})


def account(number: int) -> Member:
    return Member("account", f"VCB:{number:03d}")


def test_the_wildest_members_speak_with_the_reasons_of_the_first(judge: MemberOutliers) -> None:
    wild = [account(number) for number in (397, 398, 399)]
    ordinary = [account(number) for number in range(10)]
    alone, among_others, plain = (judge([network(*who)])[0] for who in (wild, wild + ordinary, ordinary))
    assert alone.score == among_others.score > 0.5
    assert plain.score == 0.0
    feature, value, typical, contribution = alone.reasons[0]
    assert feature == "payers"
    assert value >= 1e5
    assert 100 < typical < 200
    assert contribution > 0


def test_a_network_without_measurable_members_is_left_out(judge: MemberOutliers) -> None:
    device, stranger, trader = Member("device", "d"), account(999), Member("company", "tax:001")
    # The population of traders is too small to say anything.
    assert judge([network(device), network(stranger), network(trader)]) == {}


def test_senders_without_a_shop_are_found_by_their_phone(judge: MemberOutliers) -> None:
    assert judge([network(Member("phone", "+84399"))])[0].score > 0.5


def test_a_score_depends_neither_on_who_is_asked_with_it_nor_on_who_was_asked_before(
    judge: MemberOutliers,
) -> None:
    alone = judge([network(account(399))])[0]
    many = judge([network(account(number)) for number in range(350, 400)])
    assert many[49] == alone
    assert judge([network(account(399))])[0] == alone
