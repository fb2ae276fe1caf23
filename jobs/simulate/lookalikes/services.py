"""Second catalogue, honest money: arcades, payroll bureaus, credit unions, tour kitties, site cash,
families abroad.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.calendar import DAY, HOUR
from jobs.simulate.cases import Case, lookalike
from jobs.simulate.commerce import main_accounts
from jobs.simulate.payments import pay, phrase, remit


@lookalike("arcade_and_parking")
def arcade_and_parking(case: Case) -> Iterator[None]:
    """Internet cafés, arcades and car parks: round sums by QR until late, spent on rent and wages, not
    passed on at dawn.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    merchants = case.accounts(case.people(draw.whole("merchants")))
    case.join("account", merchants, "merchant")
    yield
    for merchant in merchants:
        count = draw.whole("credits")
        day, late = (
            rng.integers(case.start, case.stop + 1, count),
            rng.random(count) < draw.real("night_share"),
        )
        hour = np.where(late, rng.integers(0, 4, count), rng.integers(8, 24, count))
        at = (w.calendar.first + day) * DAY + hour * HOUR + rng.integers(0, HOUR, count)
        amount = rng.choice([5_000, 10_000, 20_000, 50_000, 100_000], count)
        came = pay(
            w,
            rng,
            case.accounts(case.passers_by(count)),
            merchant,
            at,
            amount,
            phrase(w, rng, "qr", count),
            channel="qr",
            exact=True,
        )
        case.left("bank_transactions", came)
        spends = draw.whole("spends")
        share = (
            rng.dirichlet(np.full(spends, 3.0)) * w.payments["amount"][came].sum() * draw.real("spent_share")
        )
        out = pay(
            w,
            rng,
            merchant,
            case.accounts(case.passers_by(spends)),
            case.moments(spends),
            share,
            phrase(w, rng, "rent", spends),
        )
        case.left("bank_transactions", out)
        case.worth(w.payments["amount"][came].sum())


@lookalike("payroll_bureau")
def payroll_bureau(case: Case) -> Iterator[None]:
    """Small firms pay a bureau, and the bureau pays their people the next day, directors among them."""
    w, rng, draw = case.world, case.rng, case.ranges
    bureau = int(main_accounts(w, case.firms(1))[0])
    firms = main_accounts(w, case.firms(draw.whole("clients")))
    workers = case.accounts(case.people(len(firms) * draw.whole("workers_each")))
    case.join("account", np.array([bureau]), "bureau")
    case.join("account", firms, "client")
    case.join("account", workers, "worker")
    yield
    for day in w.calendar.days_of_month(int(rng.integers(3, 10))):
        wage = draw.whole("wage_vnd") * np.exp(rng.normal(0, 0.25, len(workers)))
        per_firm = np.array([part.sum() for part in np.array_split(wage, len(firms))])
        at = w.calendar.at(rng, np.full(len(firms), day), "office")
        paid = pay(w, rng, firms, bureau, at, per_firm * 1.03, phrase(w, rng, "business", len(firms)))
        next_day = case.later(np.full(len(workers), at.max()), 12, draw.real("delay_hours"))
        out = pay(
            w, rng, bureau, workers, next_day, wage, phrase(w, rng, "salary", len(workers)), purpose="SALA"
        )
        case.left("bank_transactions", np.concatenate([paid, out]))
        case.worth(w.payments["amount"][paid].sum())


@lookalike("credit_union")
def credit_union(case: Case) -> Iterator[None]:
    """Members repay fixed instalments to the cashiers of a people's credit fund, who pay in to its account
    every few days.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    cashiers = case.accounts(case.people(draw.whole("cashiers")))
    fund = int(main_accounts(w, case.firms(1))[0])
    case.join("account", cashiers, "cashier")
    case.join("account", fund, "credit_fund")
    yield
    rate = draw.whole("rate_vnd")
    for cashier in cashiers:
        count = draw.whole("repayments")
        at = np.sort(case.moments(count))
        payer = case.accounts(case.passers_by(count))
        amount = rate * rng.choice([1.0, 1.5, 2.0], count)
        came = case.left(
            "bank_transactions", pay(w, rng, payer, cashier, at, amount, phrase(w, rng, "loan_gift", count))
        )
        for group in np.array_split(came, max(1, len(came) // draw.whole("per_deposit"))):
            if len(group):
                when = case.later(w.payments["at"][group[-1:]], 4, draw.real("delay_hours"))
                total = w.payments["amount"][group].sum()
                case.left(
                    "bank_transactions",
                    pay(w, rng, cashier, fund, when, total, phrase(w, rng, "business", 1)),
                )
        case.worth(w.payments["amount"][came].sum())


@lookalike("tour_kitty")
def tour_kitty(case: Case) -> Iterator[None]:
    """Tour leaders collect from travellers and pay coaches and inns, who pay their owner: two steps within
    days.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    leaders, inns = (
        case.accounts(case.people(draw.whole("leaders"))),
        case.accounts(case.people(draw.whole("inns"))),
    )
    chain = int(main_accounts(w, case.firms(1))[0])
    case.join("account", leaders, "tour_leader")
    case.join("account", inns, "innkeeper")
    case.join("account", chain, "company")
    yield
    for leader in leaders:
        for begin in case.moments(draw.whole("tours")):
            count = draw.whole("travellers")
            at = begin + rng.integers(0, 2 * DAY, count)
            payer = case.accounts(case.passers_by(count))
            came = pay(w, rng, payer, leader, at, draw.whole("fare_vnd"), phrase(w, rng, "fund", count))
            case.left("bank_transactions", came)
            some = rng.choice(inns, min(len(inns), 3), replace=False)
            total = w.payments["amount"][came].sum() * rng.uniform(0.75, 0.9)
            when = case.later(np.full(len(some), at.max()), 3, draw.real("delay_hours"))
            share = rng.dirichlet(np.full(len(some), 3.0)) * total
            out = pay(w, rng, leader, some, when, share, phrase(w, rng, "business", len(some)))
            rent = case.later(w.payments["at"][out], 24, draw.real("delay_hours") * 2)
            part = w.payments["amount"][out] * rng.uniform(0.2, 0.5, len(out))
            up = pay(w, rng, w.payments["creditor"][out], chain, rent, part, phrase(w, rng, "rent", len(out)))
            case.left("bank_transactions", np.concatenate([out, up]))
            case.worth(w.payments["amount"][came].sum())


@lookalike("building_site_cash")
def building_site_cash(case: Case) -> Iterator[None]:
    """Foremen draw large cash for wages and materials; subcontractors pay part of it in where they live."""
    w, rng, draw = case.world, case.rng, case.ranges
    foremen, subs = (
        case.accounts(case.people(draw.whole("foremen"))),
        case.accounts(case.people(draw.whole("subcontractors"))),
    )
    builder = int(main_accounts(w, case.firms(1))[0])
    case.join("account", builder, "builder")
    case.join("account", foremen, "foreman")
    case.join("account", subs, "subcontractor")
    yield
    for foreman in foremen:
        for day in np.unique(rng.integers(case.start, case.stop + 1, draw.whole("days"))):
            total = draw.whole("draw_vnd")
            at = w.calendar.at(rng, np.array([day]), "office")
            fund = pay(w, rng, builder, foreman, at, total * 1.02, phrase(w, rng, "business", 1))
            drawn = case.later(at, 2, 26)
            out = pay(w, rng, foreman, -1, drawn, total, phrase(w, rng, "cash", 1), channel="cash_withdrawal")
            some = rng.choice(subs, min(len(subs), 3), replace=False)
            later = case.later(np.full(len(some), drawn[0]), 8, draw.real("delay_hours"))
            share = rng.dirichlet(np.full(len(some), 2.0)) * total * draw.real("paid_in_share")
            put = pay(
                w, rng, -1, some, later, share, phrase(w, rng, "cash", len(some)), channel="cash_deposit"
            )
            case.left("bank_transactions", np.concatenate([fund, out, put]))
            case.worth(total)


@lookalike("families_abroad")
def families_abroad(case: Case) -> Iterator[None]:
    """Parents of one class each send a child's monthly allowance, just under a thousand dollars, to the
    same boarding house.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    parents = case.accounts(case.people(draw.whole("parents")))
    house = case.partners(1, [str(rng.choice(["AU", "US", "JP", "KR"]))])
    case.join("account", parents, "parent")
    yield
    usd = draw.real("allowance_usd")
    for parent in parents:
        days = w.calendar.days_of_month(int(rng.integers(1, 12)))
        at = w.calendar.at(rng, np.array([d for d in days if d >= case.start] or [case.stop]), "office")
        sent = remit(
            w,
            rng,
            parent,
            house[0],
            at,
            usd * rng.uniform(0.97, 1.0, len(at)),
            phrase(w, rng, "tuition_abroad", len(at)),
            purpose="EDUC",
        )
        case.left("bank_transactions", sent)
        case.worth(w.payments["amount_vnd"][sent].sum())
