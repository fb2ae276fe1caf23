"""Innocent money among people: savings clubs, class funds, collecting agents, wedding gifts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.cases import Case, lookalike
from jobs.simulate.payments import pay, phrase


@lookalike("savings_club")
def savings_club(case: Case) -> Iterator[None]:
    """A rotating savings club (hụi): each period all members pay one of them, in turn, so that money goes in circles."""
    w, rng, draw = case.world, case.rng, case.ranges
    club = case.accounts(case.people(draw.whole("club")))
    case.join("account", club, "club_member")
    yield
    share = float(draw.whole("share_vnd"))
    period = draw.whole("period_days")
    through_owner = draw.chance("through_owner")
    for turn, day in enumerate(range(case.start, case.stop, period)):
        taker = club[turn % len(club)]
        givers = club[club != taker]
        at = w.calendar.at(rng, np.minimum(day + rng.integers(0, 3, len(givers)), w.calendar.days - 1), "life")
        if through_owner and taker != club[0]:
            givers = givers[givers != club[0]]
            case.left("bank_transactions", pay(w, rng, givers, club[0], at[: len(givers)], share, phrase(w, rng, "club", len(givers))))
            case.left("bank_transactions", pay(w, rng, club[0], taker, at[: len(givers)].max() + rng.integers(1800, 90_000, 1), share * len(givers), phrase(w, rng, "club", 1)))
        else:
            case.left("bank_transactions", pay(w, rng, givers, taker, at, share, phrase(w, rng, "club", len(givers))))
        case.worth(share * len(givers))


@lookalike("collecting_agent")
def collecting_agent(case: Case) -> Iterator[None]:
    """Agents take bill payments of neighbours and pass them on to the utility or lender the same day, for a small commission."""
    w, rng, draw = case.world, case.rng, case.ranges
    agents = case.accounts(case.people(draw.whole("agents")), 0.2)
    principal = int(case.accounts(case.firms(1, "utility"))[0])
    case.join("account", agents, "agent")
    case.join("account", principal, "principal")
    yield
    count = draw.whole("credits_per_agent") * len(agents)
    agent, at = rng.choice(agents, count), case.moments(count)
    payer = case.accounts(case.passers_by(count))
    came = case.left("bank_transactions", pay(w, rng, payer, agent, at, np.exp(rng.normal(np.log(draw.whole("credit_vnd")), 0.5, count)), phrase(w, rng, "utility", count)))
    onward = case.later(w.payments["at"][came], 0.5, draw.real("delay_hours"))
    out = case.left("bank_transactions", pay(w, rng, w.payments["creditor"][came], principal, onward, w.payments["amount"][came] * 0.99, phrase(w, rng, "utility", len(came))))
    case.worth(w.payments["amount"][out].sum())
