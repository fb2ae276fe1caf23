"""Which decision judges which ranking, by hand."""

from datetime import date, timedelta

from models.learning.outcomes import Opinion, Outcome, label_networks, past_network
from models.weighing.detections import Member
from tests.models.builders import account
from tests.models.learning.builders import RANKED, past

LATE = RANKED + timedelta(days=100)


def outcome(letter: str, day: int, confirmed: bool = True) -> Outcome:
    return Outcome(f"QD-{letter}{day}", RANKED + timedelta(days=day), confirmed, account(letter))


def test_only_what_was_decided_after_the_ranking_judges_it() -> None:
    rankings = [[past("AB")]]
    assert label_networks(rankings, [outcome("A", 0)], LATE) == []
    (found,) = label_networks(rankings, [outcome("A", 1)], LATE)
    assert (found.confirmed, found.decided_on, found.subjects) == (
        True,
        RANKED + timedelta(1),
        (account("A"),),
    )


def test_what_is_decided_after_as_of_is_not_known_yet() -> None:
    assert label_networks([[past("AB")]], [outcome("A", 9)], RANKED + timedelta(8)) == []


def test_an_outcome_judges_the_latest_ranking_before_it() -> None:
    rankings = [[past("AB", 0)], [past("AC", 7)], [past("AD", 14)]]
    assert [found.network.network_id for found in label_networks(rankings, [outcome("A", 10)], LATE)] == [
        "AC"
    ]
    # It left the ranking: the last one that named it answers.
    assert [found.network.network_id for found in label_networks(rankings, [outcome("B", 30)], LATE)] == [
        "AB"
    ]


def test_a_network_answers_once_in_the_first_ranking_that_was_judged() -> None:
    rankings = [[past("AB", 0)], [past("AB", 7)]]
    decisions = [outcome("A", 5, confirmed=False), outcome("A", 9)]
    (found,) = label_networks(rankings, decisions, LATE)
    assert (found.confirmed, found.network.ranked_on) == (False, RANKED)


def test_one_confirmed_member_outweighs_the_cleared_ones() -> None:
    decisions = [outcome("A", 3, confirmed=False), outcome("B", 4), outcome("B", 6)]
    (found,) = label_networks([[past("AB")]], decisions, LATE)
    assert (found.confirmed, found.decided_on) == (True, RANKED + timedelta(4))
    (cleared,) = label_networks([[past("AB")]], [outcome("A", 3, False), outcome("B", 4, False)], LATE)
    assert (cleared.confirmed, cleared.decided_on) == (False, RANKED + timedelta(4))


def test_one_decision_may_judge_two_networks() -> None:
    assert len(label_networks([[past("AB"), past("AC")]], [outcome("A", 3)], LATE)) == 2


def test_parcels_and_declarations_of_the_evidence_are_subjects() -> None:
    records = [
        {"feed": "shipments", "key": "GHN:W1"},
        {"feed": "customs_declarations", "key": "10123:2"},
        {"feed": "shipments", "key": "GHN:W2"},
        {"feed": "bank_transactions", "key": "VCB:1"},
    ]
    line = {
        "network_id": "ML-1",
        "as_of": "2026-03-31",
        "rank": 3,
        "score": 61.0,
        "members": [{"kind": "phone", "id": "+84901234567", "role": "x"}],
        "typologies": [{"id": "t", "score": 0.5, "evidence": records}],
        "outlier": {"score": 0.25, "reasons": []},
    }
    found = past_network(line, chance=0.5)
    assert found.ranked_on == date(2026, 3, 31)
    assert found.opinions == (Opinion("t", 0.5, "shipments"),)
    assert found.subjects == {
        Member("phone", "+84901234567"),
        Member("waybill", "W1"),
        Member("waybill", "W2"),
        Member("declaration", "10123"),
    }
    assert (found.outlier, found.chance) == (0.25, 0.5)
