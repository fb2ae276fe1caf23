"""Innocent money among people: savings clubs, class funds, collecting agents, wedding gifts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.cases import Case, lookalike
from jobs.simulate.commerce import main_accounts
from jobs.simulate.payments import dollars, pay, phrase, remit
from jobs.simulate.population import open_accounts


@lookalike("savings_club")
def savings_club(case: Case) -> Iterator[None]:
    """A rotating savings club (hụi): each period all members pay one of them, in turn, so that money goes
    in circles.
    """
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
        at = w.calendar.at(
            rng, np.minimum(day + rng.integers(0, 3, len(givers)), w.calendar.days - 1), "life"
        )
        if through_owner and taker != club[0]:
            givers = givers[givers != club[0]]
            case.left(
                "bank_transactions",
                pay(w, rng, givers, club[0], at[: len(givers)], share, phrase(w, rng, "club", len(givers))),
            )
            case.left(
                "bank_transactions",
                pay(
                    w,
                    rng,
                    club[0],
                    taker,
                    at[: len(givers)].max() + rng.integers(1800, 90_000, 1),
                    share * len(givers),
                    phrase(w, rng, "club", 1),
                ),
            )
        else:
            case.left(
                "bank_transactions",
                pay(w, rng, givers, taker, at, share, phrase(w, rng, "club", len(givers))),
            )
        case.worth(share * len(givers))


@lookalike("collecting_agent")
def collecting_agent(case: Case) -> Iterator[None]:
    """Agents take bill payments of neighbours and pass them on to the utility or lender the same day, for a
    small commission.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    agents = case.accounts(case.people(draw.whole("agents")), 0.2)
    principal = int(case.accounts(case.firms(1, "utility"))[0])
    case.join("account", agents, "agent")
    case.join("account", principal, "principal")
    yield
    count = draw.whole("credits_per_agent") * len(agents)
    agent, at = rng.choice(agents, count), case.moments(count)
    payer = case.accounts(case.passers_by(count))
    came = case.left(
        "bank_transactions",
        pay(
            w,
            rng,
            payer,
            agent,
            at,
            np.exp(rng.normal(np.log(draw.whole("credit_vnd")), 0.5, count)),
            phrase(w, rng, "utility", count),
        ),
    )
    onward = case.later(w.payments["at"][came], 0.5, draw.real("delay_hours"))
    out = case.left(
        "bank_transactions",
        pay(
            w,
            rng,
            w.payments["creditor"][came],
            principal,
            onward,
            w.payments["amount"][came] * 0.99,
            phrase(w, rng, "utility", len(came)),
        ),
    )
    case.worth(w.payments["amount"][out].sum())


@lookalike("new_year_remittance")
def new_year_remittance(case: Case) -> Iterator[None]:
    """Relatives abroad and in the city send money before Tết to accounts that lay still all year; it is
    spent at home.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    people = case.people(draw.whole("accounts"))
    opened = w.calendar.first - rng.integers(700, 3000, len(people))
    sleepers = open_accounts(w, rng, people, opened)
    asleep = rng.random(len(sleepers)) < draw.real("marked_dormant")
    w.accounts["status"][sleepers] = np.where(asleep, "dormant", "active").astype(object)
    case.join("account", sleepers, "relative")
    yield
    for sleeper, person in zip(sleepers, people, strict=True):
        count = draw.whole("credits")
        begin = int(case.moments(1)[0])
        at = begin + np.sort(rng.integers(0, int(draw.real("burst_days") * 86_400) + 1, count))
        amount = np.exp(rng.normal(np.log(draw.whole("credit_vnd")), 0.5, count))
        givers = case.accounts(case.passers_by(count))
        came = case.left(
            "bank_transactions", pay(w, rng, givers, sleeper, at, amount, phrase(w, rng, "family", count))
        )
        if rng.random() < draw.real("from_abroad"):
            abroad = case.partners(1, [str(rng.choice(["US", "AU", "DE", "KR"]))])
            sent = remit(w, rng, abroad, sleeper, begin, dollars(amount.sum()), phrase(w, rng, "family", 1))
            case.left("bank_transactions", sent)
        spends = draw.whole("withdrawals")
        when = case.later(np.full(spends, at.max()), 6, draw.real("delay_hours"))
        share = rng.dirichlet(np.full(spends, 3.0)) * amount.sum() * draw.real("spent_share")
        if rng.random() < 0.5:
            out = pay(
                w, rng, sleeper, -1, when, share, phrase(w, rng, "cash", spends), channel="cash_withdrawal"
            )
        else:
            own = case.accounts(np.array([person]))
            out = pay(w, rng, sleeper, own, when, share, phrase(w, rng, "family", spends))
        case.left("bank_transactions", out)
        case.worth(w.payments["amount"][came].sum())


@lookalike("gifts_and_funds")
def gifts_and_funds(case: Case) -> Iterator[None]:
    """Wedding gifts, a class fund or an appeal for flood victims: many payers, remarks of gifts, one
    private account.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    account = case.accounts(case.people(1))
    case.join("account", account, "treasurer")
    yield
    count = draw.whole("payers")
    kind = str(rng.choice(["wedding", "fund", "loan_gift"]))
    begin = int(case.moments(1)[0])
    at = begin + rng.integers(0, int(draw.real("collect_days") * 86_400), count)
    amount = np.exp(rng.normal(np.log(draw.whole("gift_vnd")), 0.5, count))
    came = pay(
        w, rng, case.accounts(case.passers_by(count)), account[0], at, amount, phrase(w, rng, kind, count)
    )
    case.left("bank_transactions", came)
    spends = draw.whole("spends")
    if len(came):
        target = rng.choice(np.concatenate([case.accounts(case.passers_by(3)), [-1]]), spends)
        share = (
            rng.dirichlet(np.full(spends, 2.0)) * w.payments["amount"][came].sum() * draw.real("spent_share")
        )
        when = case.later(np.full(spends, at.max()), 4, draw.real("delay_hours"))
        for cash in (True, False):
            rows = (target < 0) == cash
            if rows.any():
                out = pay(
                    w,
                    rng,
                    account[0],
                    target[rows],
                    when[rows],
                    share[rows],
                    phrase(w, rng, "cash" if cash else "family", int(rows.sum())),
                    channel="cash_withdrawal" if cash else "",
                )
                case.left("bank_transactions", out)
    case.worth(w.payments["amount"][came].sum())


@lookalike("family_device")
def family_device(case: Case) -> Iterator[None]:
    """One tablet at home, on which a household pays from everybody's accounts."""
    w, rng, draw = case.world, case.rng, case.ranges
    people = case.people(draw.whole("relatives"))
    w.parties["household"][people] = w.parties["household"][people[0]]
    home = int(w.parties["contact"][people[0]])
    w.contacts["address"][w.parties["contact"][people]] = w.contacts["address"][home]
    accounts = case.accounts(people)
    device = int(w.new_devices(1)[0])
    w.accounts["device"][accounts] = device
    case.join("account", accounts, "relative")
    yield
    count = draw.whole("payments_each") * len(accounts)
    source = rng.choice(accounts, count)
    inside = rng.random(count) < draw.real("inside_share")
    target = np.where(inside, rng.choice(accounts, count), case.accounts(case.passers_by(count)))
    other = source != target
    amount = np.exp(rng.normal(np.log(draw.whole("payment_vnd")), 0.7, count))
    at = case.moments(count)
    rows = pay(
        w,
        rng,
        source[other],
        target[other],
        at[other],
        amount[other],
        phrase(w, rng, "family", int(other.sum())),
    )
    case.left("bank_transactions", rows)
    case.worth(w.payments["amount"][rows].sum())


@lookalike("student_accounts")
def student_accounts(case: Case) -> Iterator[None]:
    """First-year students open accounts on one day at one branch far from home; grants come in, fees go
    out.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    students = case.people(draw.whole("students"))
    accounts = case.accounts(students, draw.real("fresh_share"))
    case.open_away(accounts, draw.real("opened_away"))
    school = int(main_accounts(w, case.firms(1, "school"))[0])
    case.join("account", accounts, "student")
    case.join("account", school, "school")
    yield
    count = draw.whole("credits_each") * len(accounts)
    into, at = rng.choice(accounts, count), np.sort(case.moments(count))
    amount = np.exp(rng.normal(np.log(draw.whole("credit_vnd")), 0.5, count))
    came = pay(
        w, rng, case.accounts(case.passers_by(count)), into, at, amount, phrase(w, rng, "family", count)
    )
    case.left("bank_transactions", came)
    paid_at = case.moments(len(accounts), "office")
    fee = draw.whole("fee_vnd") * np.exp(rng.normal(0, 0.05, len(accounts)))
    fees = pay(w, rng, accounts, school, paid_at, fee, phrase(w, rng, "school", len(accounts)))
    case.left("bank_transactions", fees)
    case.worth(w.payments["amount"][fees].sum())
