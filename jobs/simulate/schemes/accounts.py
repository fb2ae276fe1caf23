"""Accounts that behave out of character (domain.md: A, F, C)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.cases import Case, scheme
from jobs.simulate.payments import dollars, pay, phrase, remit
from jobs.simulate.population import open_accounts


@scheme("structured_cash")
def structured_cash(case: Case) -> Iterator[None]:
    """Cash deposits that stay just under the reporting level of a day, over and over, then gathered."""
    w, rng, draw = case.world, case.rng, case.ranges
    accounts = case.accounts(case.people(draw.whole("depositors") + 1), draw.real("fresh_share"))
    hub, feeders = int(accounts[0]), accounts[1:]
    case.join("account", hub, "collector")
    case.join("account", feeders, "depositor")
    yield
    for feeder in feeders:
        days = np.unique(rng.integers(case.start, case.stop + 1, draw.whole("deposit_days")))
        for day in days:
            total = draw.whole("day_total_vnd")
            parts = draw.whole("parts")
            share = rng.dirichlet(np.full(parts, 6.0))
            at = w.calendar.at(rng, np.full(parts, day), "office")
            put = pay(
                w, rng, -1, feeder, at, total * share, phrase(w, rng, "cash", parts), channel="cash_deposit"
            )
            case.left("bank_transactions", put)
            case.worth(w.payments["amount"][put].sum())
            if len(put) and rng.random() < draw.real("gathered_share"):
                left = case.later(at.max()[None], 0.5, draw.real("delay_hours"))
                amount = w.payments["amount"][put].sum() * rng.uniform(0.9, 1.0)
                case.left(
                    "bank_transactions", pay(w, rng, feeder, hub, left, amount, phrase(w, rng, "family", 1))
                )


@scheme("dormant_wake_up")
def dormant_wake_up(case: Case) -> Iterator[None]:
    """Accounts that slept for a year or more wake, take in much money in a few days, pass it on, and sleep
    again.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    people = case.people(draw.whole("accounts") + 1)
    target = int(case.accounts(people[:1])[0])
    opened = w.calendar.first - rng.integers(700, 3000, len(people) - 1)
    sleepers = open_accounts(w, rng, people[1:], opened)
    asleep = rng.random(len(sleepers)) < draw.real("marked_dormant")
    w.accounts["status"][sleepers] = np.where(asleep, "dormant", "active").astype(object)
    case.join("account", sleepers, "mule")
    case.join("account", target, "collector")
    yield
    for sleeper in sleepers:
        begin = int(case.moments(1)[0])
        count = draw.whole("credits")
        at = begin + np.sort(rng.integers(0, int(draw.real("burst_days") * 86_400) + 1, count))
        payer = case.accounts(case.passers_by(count))
        amount = np.exp(rng.normal(np.log(draw.whole("credit_vnd")), 0.5, count))
        came = case.left(
            "bank_transactions", pay(w, rng, payer, sleeper, at, amount, phrase(w, rng, "family", count))
        )
        if len(came) == 0:
            continue
        groups = np.array_split(came, max(1, min(len(came), draw.whole("withdrawals"))))
        for group in groups:
            left = case.later(w.payments["at"][group[-1:]], 0.5, draw.real("delay_hours"))
            total = w.payments["amount"][group].sum() * rng.uniform(0.93, 1.0)
            out = pay(w, rng, sleeper, target, left, total, phrase(w, rng, "family", 1))
            case.left("bank_transactions", out)
        case.worth(w.payments["amount"][came].sum())


@scheme("small_credits_abroad")
def small_credits_abroad(case: Case) -> Iterator[None]:
    """Very many small credits from strangers, then one transfer abroad after another."""
    w, rng, draw = case.world, case.rng, case.ranges
    accounts = case.accounts(case.people(draw.whole("accounts")), draw.real("fresh_share"))
    partners = case.partners(3, ["CN", "HK", "SG"])[: draw.whole("beneficiaries")]
    case.join("account", accounts, "collector")
    yield
    for account in accounts:
        count = draw.whole("credits")
        at = np.sort(case.moments(count))
        amount = np.exp(rng.normal(np.log(draw.whole("credit_vnd")), 0.5, count))
        payer = case.accounts(case.passers_by(count))
        words = phrase(w, rng, "direct" if rng.random() < 0.6 else "family", count)
        came = case.left("bank_transactions", pay(w, rng, payer, account, at, amount, words))
        for group in np.array_split(came, max(2, len(came) // draw.whole("credits_per_transfer"))):
            if len(group) == 0:
                continue
            left = case.later(w.payments["at"][group[-1:]], 2, draw.real("delay_hours"))
            total = dollars(w.payments["amount"][group].sum() * rng.uniform(0.85, 0.99))
            out = remit(w, rng, account, rng.choice(partners), left, total, phrase(w, rng, "abroad", 1))
            case.left("bank_transactions", out)
            case.worth(w.payments["amount_vnd"][out].sum())


@scheme("one_device_many_accounts")
def one_device_many_accounts(case: Case) -> Iterator[None]:
    """Accounts of people who do not know one another, all worked from one or two devices."""
    w, rng, draw = case.world, case.rng, case.ranges
    accounts = case.accounts(case.people(draw.whole("accounts")), draw.real("fresh_share"))
    case.open_away(accounts, draw.real("opened_away"))
    devices = w.new_devices(draw.whole("devices"))
    outlet = case.accounts(case.people(1))
    case.join("account", accounts, "straw_account")
    case.join("account", outlet, "operator")
    yield
    count = draw.whole("credits_per_account") * len(accounts)
    into, at = rng.choice(accounts, count), np.sort(case.moments(count))
    amount = np.exp(rng.normal(np.log(draw.whole("credit_vnd")), 0.6, count))
    payer = case.accounts(case.passers_by(count))
    came = case.left(
        "bank_transactions", pay(w, rng, payer, into, at, amount, phrase(w, rng, "direct", count))
    )
    moved = came[rng.random(len(came)) < draw.real("moved_share")]
    seen = rng.random(len(moved)) < draw.real("device_share")
    device = np.where(
        seen, rng.choice(devices, len(moved)), w.accounts["device"][w.payments["creditor"][moved]]
    )
    inside = rng.random(len(moved)) < draw.real("inside_share")
    target = np.where(inside, rng.choice(accounts, len(moved)), outlet[0])
    left = case.later(w.payments["at"][moved], 0.5, draw.real("delay_hours"))
    worth = w.payments["amount"][moved] * rng.uniform(0.7, 1.0, len(moved))
    own = w.payments["creditor"][moved]
    other = target != own
    out = pay(
        w,
        rng,
        own[other],
        target[other],
        left[other],
        worth[other],
        phrase(w, rng, "family", int(other.sum())),
        device=device[other],
    )
    case.left("bank_transactions", out)
    case.worth(w.payments["amount"][came].sum())
