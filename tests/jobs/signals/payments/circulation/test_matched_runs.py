"""Runs of credits and forwards, counted by hand."""

import pandas as pd
import pytest

from jobs.signals.payments.circulation.matched_runs import matched_runs

HOUR = 3600
PARAMETERS = {
    "run_credits_max": 3,
    "run_forwards_max": 6,
    "run_hours": 24,
    "run_hold_hours": 36,
    "run_share_min": 0.93,
    "run_share_max": 1.0,
    "run_feeders_min": 2,
    "run_covered_share_min": 0.6,
    "run_chance_share_max": 0.5,
    "matches_min": 3,
}
TURN = 200


def turns(*rows, account="mule", number=3):
    """(hours, out, other, amount), so many times, each turn later than any hold."""
    return [
        (account, TURN * turn + hours, out, other, amount)
        for turn in range(number)
        for hours, out, other, amount in rows
    ]


def ledger_rows(rows, *, salary=(), companies=()):
    frame = pd.DataFrame(rows, columns=["account_id", "hours", "out", "other", "amount_vnd"])
    frame = frame.sort_values(["account_id", "hours"], kind="stable", ignore_index=True)
    return frame.assign(
        at_seconds=(frame["hours"] * HOUR).astype("int64"),
        main=frame["out"],
        salary=frame["other"].isin(salary),
        other_company=frame["other"].isin(companies),
        feeder=frame["other"].where(~frame["out"]),
    )


def matched(rows, **parameters):
    """(hours, amount) of what is matched, in order of time."""
    found = matched_runs(rows, PARAMETERS | parameters).sort_index()
    return list(zip(found["hours"], found["amount_vnd"], strict=True))


SALES = (0, False, "customer", 900)
FED = [(30, False, "a", 100), (40, False, "b", 60)]


def test_two_credits_are_met_by_three_forwards_beside_ordinary_sales():
    sent = [(35, True, "boss", 40), (50, True, "boss", 35), (76, True, "boss", 80)]
    rows = ledger_rows(turns(SALES, *FED, *sent))
    expected = [
        (TURN * turn + hours, amount)
        for turn in range(3)
        for hours, amount in ((30, 100), (35, 40), (40, 60), (50, 35), (76, 80))
    ]
    assert matched(rows) == expected
    assert matched_runs(rows, PARAMETERS)["run"].nunique() == 3


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (turns(SALES, *FED, (77, True, "boss", 155)), "37 hours after the last credit"),
        (turns(SALES, *FED, (29, True, "boss", 155)), "before the first credit"),
        (turns(SALES, *FED, (50, True, "boss", 148)), "less than 0.93 of 160"),
        (turns(SALES, *FED, (50, True, "boss", 161)), "more than came in"),
        (turns(SALES, (14, False, "a", 100), *FED[1:], (50, True, "boss", 155)), "credits 26 hours apart"),
        (turns(SALES, *FED, (35, False, "c", 7), (50, True, "boss", 155)), "another credit within the run"),
        (turns(SALES, *FED, (50, True, "boss", 155), number=2), "twice only"),
        (turns(SALES, *FED, *[(50, True, "boss", 155)] * 2), "half of the forwards are matched"),
        (turns(SALES, (40, False, "a", 160), (50, True, "boss", 155)), "one feeder"),
    ],
)
def test_what_is_no_match(rows, why):
    assert matched(ledger_rows(rows)) == [], why


def test_wages_feed_nothing_and_companies_are_paid_for_goods():
    rows = turns(SALES, *FED, (50, True, "boss", 155))
    assert len(matched(ledger_rows(rows))) == 9
    assert matched(ledger_rows(rows, salary=["a"])) == []
    assert matched(ledger_rows(rows, companies=["boss"])) == []


def test_round_sums_every_day_match_either_way():
    days = [
        ("shop", 24 * day + hours, out, other, amount)
        for day in range(8)
        for hours, out, other, amount in (
            (0, False, f"customer{day}", 10),
            (6, False, "wholesale", 100),
            (12, True, "supplier", 10),
        )
    ]
    # Eight matches forwards; with time reversed seven, the first credit having no forward before it.
    assert matched(ledger_rows(days)) == []
    assert len(matched(ledger_rows(days), run_chance_share_max=0.9)) == 16


def test_accounts_and_payees_are_kept_apart():
    rows = [
        *turns(SALES, *FED, account="mule"),
        *turns((50, True, "boss", 155), account="mule2"),
        *turns(SALES, *FED, (50, True, "boss", 80), (51, True, "other", 75), account="two"),
    ]
    assert matched(ledger_rows(rows)) == []
