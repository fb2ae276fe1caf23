"""The numpy half of pass-through, without Spark."""

import pandas as pd
import pytest

from jobs.signals.payments.circulation.forwarding_rings import assemble_rings
from jobs.signals.payments.circulation.passages import strong_passages, whole_accounts
from jobs.signals.payments.rings import rings_of

HOUR = 3600
PARAMETERS = {
    "burst_gap_hours": 6,
    "hold_hours": 72,
    "passed_share_min": 0.8,
    "passed_share_max": 1.03,
    "matches_min": 2,
    "matches_min_one_payer": 3,
    "matched_share_min": 0.5,
    "repeats_for_half": 2.0,
    "run_credits_max": 3,
    "run_forwards_max": 6,
    "run_hours": 24,
    "run_hold_hours": 36,
    "run_share_min": 0.93,
    "run_share_max": 1.0,
    "run_feeders_min": 2,
    "run_covered_share_min": 0.6,
    "run_chance_share_max": 0.5,
    "patient_hold_days": 12,
    "patient_feeders_min": 5,
    "patient_payments_max": 2,
    "patient_payee_share_min": 0.4,
    "edge_forwards_min": 2,
    "mule_weight": 0.6,
    "family_max": 3,
    "forwards_an_equal_amount": 3,
    "instalment_days": 5.0,
    "settled_shops_min": 3,
    "settled_days_min": 365,
    "modest_monthly_vnd": 20_000_000,
    "steady_days": 20,
    "evidence_limit": 3,
}


def ledger_rows(*rows):
    """(hours, out, other, amount) of one account, in order of time."""
    frame = pd.DataFrame(rows, columns=["hours", "out", "other", "amount_vnd"])
    return frame.assign(
        account_id="mule",
        at_seconds=(frame["hours"] * HOUR).astype("int64"),
        main=frame["out"],
        salary=False,
        employer=False,
        other_name=None,
        other_context=False,
        other_business=False,
        other_company=False,
        purpose=None,
        payment_key=[f"k{number}" for number in range(len(frame))],
        report_keys=[[f"k{number}"] for number in range(len(frame))],
    )


def test_bursts_take_on_what_came_in_since_the_one_before():
    rows = ledger_rows(
        (0, False, "a", 100),
        (1, False, "b", 50),
        (5, True, "boss", 100),
        (7, True, "boss", 45),
        (100, False, "a", 80),
        (101, True, "boss", 78),
        (200, False, "c", 500),
        (201, True, "boss", 100),
    )
    strong = strong_passages(rows, PARAMETERS)
    # 145 of 150 and 78 of 80 are matched, 100 of 500 is not: 223 of 323 forwarded, two bursts.
    assert strong["payment_key"].tolist() == ["k0", "k1", "k2", "k3", "k4", "k5"]
    assert strong["strength"].tolist() == pytest.approx([round(round(223 / 323, 6) * 2 / 4, 6)] * 6)
    assert strong["edge"].tolist() == [False, False, True, True, False, True]


def test_money_older_than_the_holding_time_feeds_nothing():
    rows = ledger_rows(
        (0, False, "a", 100), (80, True, "boss", 100), (200, False, "b", 100), (290, True, "boss", 100)
    )
    assert strong_passages(rows, PARAMETERS).empty


def test_one_payer_must_repeat_it_more_often():
    turns = [(100 * turn, False, "a", 10) for turn in range(2)] + [
        (100 * turn + 1, True, "boss", 10) for turn in range(2)
    ]
    assert strong_passages(ledger_rows(*sorted(turns)), PARAMETERS).empty
    turns += [(300, False, "a", 10), (301, True, "boss", 10)]
    assert len(strong_passages(ledger_rows(*sorted(turns)), PARAMETERS)) == 6


def test_each_cash_deposit_may_be_of_another_feeder():
    turns = [
        (0, False, None, 10),
        (1, True, "boss", 10),
        (100, False, None, 10),
        (101, True, "boss", 10),
    ]
    # Two deposits by nobody in particular are two feeders; two by a name that the bank knows are one.
    rows = ledger_rows(*turns)
    assert strong_passages(rows, PARAMETERS)["payment_key"].tolist() == ["k0", "k1", "k2", "k3"]
    named = rows.assign(other_name=rows["other_name"].where(rows["out"], "nguyen van an"))
    assert strong_passages(named, PARAMETERS).empty


def test_runs_count_where_an_ordinary_life_spoils_the_sums():
    turn = [(0, False, "customer", 900), (30, False, "a", 100), (40, False, "b", 60), (50, True, "boss", 155)]
    rows = ledger_rows(
        *((200 * number + hours, *rest) for number in range(3) for hours, *rest in turn),
        (601, False, "c", 50),
        (602, True, "boss", 50),
        (700, True, "boss", 35),
    )
    strong = strong_passages(rows, PARAMETERS)
    # Three runs of 155 of 160; 50 of 50 is a burst and a run, and counts once: 515 of 550 forwarded.
    assert strong["strength"].tolist() == pytest.approx([round(round(515 / 550, 6) * 4 / 6, 6)] * 11)
    assert strong["amount_vnd"].tolist() == [100, 60, 155] * 3 + [50, 50]


def weekly(*, payers, weeks=3, spent=0):
    """Two credits a week, four days apart; most of both leaves in one forward, and something is spent."""
    turns = []
    for week in range(weeks):
        for day in (0, 4):
            turns.append((168 * week + 24 * day, False, f"payer{(2 * week + day // 4) % payers}", 100))
        turns.append((168 * week + 24 * 6, True, "boss", 190))
        turns.append((168 * week + 24 * 6.5, True, "landlord", spent))
    rows = ledger_rows(*turns)
    return rows.assign(main=rows["other"] == "boss")


def test_who_forwards_once_a_week_holds_it_longer():
    strong = strong_passages(weekly(payers=6), PARAMETERS)
    # 190 of 200 three times; within 72 hours it were 190 of 100.
    assert strong["strength"].tolist() == pytest.approx([3 / 5] * 9)
    assert strong_passages(weekly(payers=6), PARAMETERS | {"patient_hold_days": 5}).empty


def test_a_longer_hold_needs_strangers_and_one_payee():
    assert strong_passages(weekly(payers=4), PARAMETERS).empty
    assert strong_passages(weekly(payers=6).assign(other_business=True), PARAMETERS).empty
    assert not strong_passages(weekly(payers=6, spent=285), PARAMETERS).empty
    assert strong_passages(weekly(payers=6, spent=286), PARAMETERS).empty
    assert strong_passages(weekly(payers=6, weeks=3), PARAMETERS | {"matches_min": 4}).empty
    # Five payers, each back after five credits: three times in fifteen is a customer.
    assert strong_passages(weekly(payers=5, weeks=8), PARAMETERS).empty


def test_accounts_are_never_cut_in_two():
    frame = pd.DataFrame({"account_id": list("aabbbbcd"), "row": range(8)})
    for size in (1, 2, 3, 8):
        parts = list(whole_accounts(frame[start : start + size] for start in range(0, 8, size)))
        assert pd.concat(parts)["row"].tolist() == list(range(8))
        seen = [set(part["account_id"]) for part in parts]
        assert sum(len(names) for names in seen) == 4


def test_no_passages_make_no_ring():
    empty = strong_passages(ledger_rows((0, False, "a", 1)), PARAMETERS)
    assert assemble_rings(empty.assign(home=None, holder=None), PARAMETERS).empty


def test_evidence_is_bounded_in_the_order_of_its_keys():
    turns = [(100 * turn, False, "ab"[turn % 2], 10) for turn in range(4)] + [
        (100 * turn + 1, True, "boss", 10) for turn in range(4)
    ]
    passages = strong_passages(ledger_rows(*sorted(turns)), PARAMETERS).assign(
        home=None,
        holder=None,
        address_norm=None,
        holder_type="individual",
        declared_monthly_turnover_vnd=None,
        window_days=90,
    )
    found = assemble_rings(passages, PARAMETERS)
    assert [record["key"] for record in found["evidence"][0]] == ["k0", "k1", "k2"]
    assert found["support"][0] == 8


@pytest.mark.parametrize(("second", "mules"), [("p", 1), ("q", 2), (None, 2)])
def test_two_accounts_of_one_holder_are_one_mule(second, mules):
    turns = [(100 * turn, False, "ab"[turn % 2], 10) for turn in range(4)] + [
        (100 * turn + 1, True, "boss", 10) for turn in range(4)
    ]
    passages = strong_passages(ledger_rows(*sorted(turns)), PARAMETERS)
    both = [passages.assign(holder="p"), passages.assign(account_id="other", holder=second)]
    described = pd.concat(both, ignore_index=True).assign(
        home=None,
        address_norm=None,
        holder_type="individual",
        declared_monthly_turnover_vnd=None,
        window_days=90,
    )
    found = assemble_rings(described, PARAMETERS)
    strength = passages["strength"].max()
    doubt = 1.0 - PARAMETERS["mule_weight"] * strength
    assert found["value"][0] == pytest.approx(1.0 - doubt**mules, abs=1e-6)
    holds = {reason["id"] for reason in found["explanations"][0] if reason["holds"]}
    assert ("modest_sums" in holds) == (mules == 1)


def test_rings_are_what_edges_tie_together():
    assert rings_of(pd.Series(["m", "x"]), pd.Series(["k", "y"])) == [{"k", "m"}, {"x", "y"}]
