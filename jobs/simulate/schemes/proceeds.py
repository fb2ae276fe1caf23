"""How straw owners hand the takings to the one who runs them."""

from __future__ import annotations

from jobs.simulate.calendar import DAY
from jobs.simulate.cases import Case
from jobs.simulate.ledger import Rows
from jobs.simulate.payments import pay, phrase
from jobs.simulate.settlement import credits_of


def hand_over(case: Case, sources: Rows, target: int, share: float, delay_hours: float) -> Rows:
    """Forward a share of each settlement that ``sources`` received to ``target`` within ``delay_hours``;
    returns the payments.
    """
    w, rng = case.world, case.rng
    came = credits_of(w, sources)
    came = came[w.payments["at"][came] >= w.calendar.start + case.start * DAY]
    came = came[(rng.random(len(came)) < 0.92) & (w.payments["creditor"][came] != target)]
    if len(came) == 0:
        return came
    at = case.later(w.payments["at"][came], 0.5, delay_hours)
    amount = w.payments["amount"][came] * share * rng.uniform(0.9, 1.05, len(came))
    return case.left(
        "bank_transactions",
        pay(w, rng, w.payments["creditor"][came], target, at, amount, phrase(w, rng, "family", len(came))),
    )
