"""What explains a ring of patterns, on a few transfers."""

import pandas as pd
import pytest

from jobs.signals.payments.conduct.sudden_turnover import who_paid_once
from jobs.signals.payments.pattern_rings import Ring, by_trade, kept_among_people
from models.graph.pattern import Pattern


@pytest.mark.parametrize(
    ("centre", "givers", "takers", "trades"),
    [
        # A cooperative takes from buyers and pays its members; a shop takes from persons and pays suppliers.
        ("company", ["company"] * 3, ["individual"] * 3, True),
        ("household_business", ["individual"] * 3, ["company"] * 3, True),
        # From persons to persons: three of five on one side are enough.
        ("company", ["individual"] * 3 + ["company"] * 2, ["individual"] * 5, False),
        ("company", ["individual"] * 2 + ["company"] * 3, ["individual"] * 5, True),
        # A person has no trade.
        ("individual", ["company"] * 3, ["company"] * 3, False),
    ],
)
def test_who_takes_and_pays_by_trade(centre: str, givers: list[str], takers: list[str], trades: bool) -> None:
    rows = pd.DataFrame(
        [(f"g{n}", "hub", kind, centre) for n, kind in enumerate(givers)]
        + [("hub", f"t{n}", centre, kind) for n, kind in enumerate(takers)],
        columns=["debtor", "creditor", "debtor_type", "creditor_type"],
    )

    assert by_trade(rows, {"hub"}, {"private_share": 0.6}) is trades


@pytest.mark.parametrize(
    ("said", "taker", "lent"),
    [
        ([True, None, None], "household_business", True),
        ([True, True, True, True, False], "individual", True),
        ([True, True, True, False], "individual", False),
        ([None, None], "individual", False),
        ([True, True], "company", False),
    ],
)
def test_who_lends_among_people(said: list[bool | None], taker: str, lent: bool) -> None:
    rows = pd.DataFrame({"says_kept_private": said, "debtor_type": "individual", "creditor_type": taker})

    assert kept_among_people(rows, {"private_remarks_share": 0.8}) is lent


@pytest.mark.parametrize(
    ("payers", "times_paid", "left_out"),
    [
        (6, [2, 2, 1], True),
        (4, [2, 2], False),  # fewer than five
        (6, [2, 2, 2, 2, 2], False),  # fewer than 1.5 times those who are paid
        (6, [2, 1, 1], False),  # one of three is paid again
    ],
)
def test_who_pays_a_crew_once_is_no_member(payers: int, times_paid: list[int], left_out: bool) -> None:
    crew = [name for n, times in enumerate(times_paid) for name in [f"crew{n}"] * times]
    rows = pd.DataFrame(
        [(f"payer{n}", "hub") for n in range(payers)] + [("hub", name) for name in crew],
        columns=["debtor", "creditor"],
    )
    names = pd.Index(["hub", *sorted(set(crew)), *(f"payer{n}" for n in range(payers))])
    number = {name: place for place, name in enumerate(names)}
    accounts = (
        ("intermediary", (0,)),
        ("sink", tuple(number[name] for name in sorted(set(crew)))),
        ("source", tuple(number[f"payer{n}"] for n in range(payers))),
    )
    pattern = Pattern("turnover", 0, accounts, tuple(range(len(rows))), 0, 0, 1, 1, ())
    parameters = {"sources_least": 5, "sources_ratio": 1.5, "repeated_share": 0.5}

    found = who_paid_once(Ring((pattern,), rows, names), parameters)

    assert found == ({f"payer{n}" for n in range(payers)} if left_out else set())
