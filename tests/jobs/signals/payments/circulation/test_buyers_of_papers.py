"""Who buys invoices stands outside the ring that sells them, on tiny tables."""

import pandas as pd

from jobs.signals.payments.circulation.buyers_of_papers import buyers_of_papers
from jobs.signals.payments.pattern_rings import Ring

TYPES = {"b": "company", "s": "company", "h": "household_business", "m": "individual", "p": "individual"}


def transfers(*pairs: str) -> pd.DataFrame:
    """Each pair: who pays and who is paid; the first letter tells the holder's type."""
    rows = [pair.split() for pair in pairs]
    frame = pd.DataFrame(rows, columns=["debtor", "creditor"])
    for side in ("debtor", "creditor"):
        frame[f"{side}_type"] = frame[side].str[0].map(TYPES)
    return frame


def outside(rows: pd.DataFrame, *elsewhere: str) -> set[str]:
    everything = pd.concat([rows, transfers(*elsewhere)]) if elsewhere else rows
    return buyers_of_papers(Ring((), rows, pd.Index([])), everything)


MILL = transfers("b1 s1", "h2 s2", "s2 s1", "s1 m1", "s2 m2", "m1 p1", "m2 p2")


def test_businesses_that_pay_the_sellers_are_buyers() -> None:
    assert outside(MILL) == {"b1", "h2"}


def test_people_whom_a_buyer_deals_with_are_the_buyers() -> None:
    # b1 pays p1 elsewhere, and b3, who pays a seller elsewhere, is paid by p2.
    assert outside(MILL, "b1 p1") == {"b1", "h2", "p1"}
    assert outside(MILL, "b3 s1", "p2 b3") == {"b1", "h2", "p2"}
    assert outside(MILL, "b4 p1") == {"b1", "h2"}


def test_what_the_buyers_people_put_back_closes_the_circle() -> None:
    circle = transfers("b1 s1", "s1 m1", "m1 p1", "p1 b1")
    assert outside(circle) == {"b1", "p1"}


def test_where_no_company_pays_private_hands_nobody_buys_papers() -> None:
    # A supply chain; private mules; a company that pays people itself.
    assert outside(transfers("b1 s1", "s1 s2", "s2 h1")) == set()
    assert outside(transfers("m1 m2", "m2 m3", "m3 p1")) == set()
    assert outside(transfers("s1 m1", "m1 m2", "m2 p1")) == set()
