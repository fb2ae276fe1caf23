"""Ordinary life: wages, rent, bills, school fees, kin, markets and cash."""

from __future__ import annotations

import numpy as np

from jobs.simulate.commerce import accounts_in_use, main_accounts
from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.payments import dollars, pay, phrase, remit
from jobs.simulate.population import ROLES, foreign_partners
from jobs.simulate.state import World


def employ(world: World, people: Rows) -> None:
    """Give people of working age an employer; large firms are few."""
    rng = world.rng("jobs")
    firms = np.flatnonzero(world.parties["roles"] & ROLES["employer"])
    weight = rng.pareto(1.1, len(firms)) + 0.3
    works = people[
        (rng.random(len(people)) < read("population")["employed_share"])
        & (world.parties["born"][people] >= 1964)
    ]
    world.parties["employer"][works] = rng.choice(firms, size=len(works), p=weight / weight.sum())


def _monthly(
    world: World,
    rng: np.random.Generator,
    debtor: Rows,
    creditor: Rows,
    amount: np.ndarray,
    days: list[int],
    wording: str,
    purpose: str = "",
    exact: bool = False,
) -> None:
    for day in days:
        window = np.clip(day + rng.integers(0, 3, len(debtor)), 0, world.calendar.days - 1)
        noise = amount * np.exp(rng.normal(0, 0.03, len(debtor)))
        pay(
            world,
            rng,
            debtor,
            creditor,
            world.calendar.at(rng, window, "office"),
            noise,
            phrase(world, rng, wording, len(debtor)),
            purpose=purpose,
            exact=exact,
        )


def wages(world: World, people: Rows) -> None:
    """Salaries once a month on the employer's pay day, and the bonus before Tết."""
    rng = world.rng("wages")
    p = world.parties
    workers = people[p["employer"][people] >= 0]
    source, target = main_accounts(world, p["employer"][workers]), main_accounts(world, workers)
    days = read("household")["salary_days"]
    payday = p["employer"][workers] % len(days)
    for i, day in enumerate(days):
        mask = payday == i
        _monthly(
            world,
            rng,
            source[mask],
            target[mask],
            p["income_vnd"][workers[mask]].astype(float),
            world.calendar.days_of_month(day),
            "salary",
            "SALA",
        )


def bills(world: World, people: Rows) -> None:
    """Rent, utilities and school fees."""
    rng = world.rng("bills")
    words, p = read("household"), world.parties
    tenants = people[rng.random(len(people)) < words["rent_share"]]
    landlords = rng.choice(people, size=max(3, len(tenants) // 5))
    landlord = main_accounts(world, landlords[rng.integers(0, len(landlords), len(tenants))])
    _monthly(
        world,
        rng,
        main_accounts(world, tenants),
        landlord,
        p["income_vnd"][tenants] * rng.uniform(0.15, 0.4, len(tenants)),
        world.calendar.days_of_month(3),
        "rent",
    )
    utilities = main_accounts(world, np.flatnonzero(p["roles"] & ROLES["utility"]))
    users = people[rng.random(len(people)) < words["utility_share"]]
    _monthly(
        world,
        rng,
        main_accounts(world, users),
        utilities[p["household"][users] % len(utilities)],
        rng.lognormal(np.log(450_000), 0.6, len(users)),
        world.calendar.days_of_month(15),
        "utility",
        exact=True,
    )
    schools = main_accounts(world, np.flatnonzero(p["roles"] & ROLES["school"]))
    parents = people[rng.random(len(people)) < words["school_share"]]
    _monthly(
        world,
        rng,
        main_accounts(world, parents),
        schools[p["household"][parents] % len(schools)],
        rng.lognormal(np.log(2_500_000), 0.6, len(parents)),
        [d for d in words["school_days"] if d < world.calendar.days],
        "school",
    )


def kin(rng: np.random.Generator, people: Rows, who: Rows) -> Rows:
    """Someone to whom each person sends money: mostly the same few, else anyone."""
    few = (who * 2_654_435_761 + rng.integers(0, 4, len(who)) * 97) % len(people)
    close = rng.random(len(who)) < read("household")["close_kin_share"]
    return people[np.where(close, few, rng.integers(0, len(people), len(who)))]


def everyday(world: World, people: Rows, count: int) -> None:
    """``count`` everyday payments: kin, shops by QR, business, cash in and out."""
    rng = world.rng("everyday")
    words = read("household")
    firms = np.flatnonzero(world.parties["kind"] == 1)
    numbers = {name: int(count * share) for name, share in words["fill"].items()}

    def amounts(name: str, n: int) -> np.ndarray:
        low, high = np.log(words[name + "_vnd"])
        return np.exp(np.clip(rng.normal((low + high) / 2, (high - low) / 4.5, n), low, high))

    n = numbers["family"]
    giver = rng.choice(people, n)
    taker = kin(rng, people, giver)
    taker = np.where(taker == giver, people[0], taker)
    at = world.calendar.times(rng, n, "life")
    source, target = accounts_in_use(world, rng, giver, at), accounts_in_use(world, rng, taker, at)
    pay(world, rng, source, target, at, amounts("family", n), phrase(world, rng, "family", n))
    n = numbers["qr"]
    merchants = world.shops["settlement"][rng.integers(0, len(world.shops), max(5, len(world.shops) // 4))]
    merchants = np.concatenate(
        [merchants, main_accounts(world, rng.choice(people, max(5, len(people) // 20)))]
    )
    weight = rng.pareto(1.2, len(merchants)) + 0.2
    pay(
        world,
        rng,
        main_accounts(world, rng.choice(people, n)),
        rng.choice(merchants, size=n, p=weight / weight.sum()),
        world.calendar.times(rng, n, "shopping"),
        amounts("qr", n),
        phrase(world, rng, "qr", n),
        channel="qr",
    )
    n = numbers["business"]
    buyer = rng.choice(firms, n)
    maker = firms[(buyer * 48_271 + rng.integers(0, 6, n) * 31) % len(firms)]
    maker = np.where(maker == buyer, firms[0], maker)
    pay(
        world,
        rng,
        main_accounts(world, buyer),
        main_accounts(world, maker),
        world.calendar.times(rng, n, "office"),
        amounts("business", n),
        phrase(world, rng, "business", n),
    )
    n = numbers["abroad"]
    sender = rng.choice(people, n)
    schools = foreign_partners(world, rng, max(3, n // 40))
    remit(
        world,
        rng,
        main_accounts(world, sender),
        rng.choice(schools, n),
        world.calendar.times(rng, n, "office"),
        dollars(amounts("abroad", n)),
        phrase(world, rng, "tuition_abroad", n),
        purpose="EDUC",
    )
    cash_texts = phrase(world, rng, "cash", numbers["cash_in"] + numbers["cash_out"])
    n = numbers["cash_out"]
    pay(
        world,
        rng,
        main_accounts(world, rng.choice(people, n)),
        -1,
        world.calendar.times(rng, n, "life"),
        amounts("cash_out", n),
        cash_texts[:n],
        channel="cash_withdrawal",
    )
    n = numbers["cash_in"]
    big = rng.random(n) < words["large_cash_share"]
    pay(
        world,
        rng,
        -1,
        main_accounts(world, np.where(rng.random(n) < 0.3, rng.choice(firms, n), rng.choice(people, n))),
        world.calendar.times(rng, n, "office"),
        np.where(big, amounts("large_cash", n), amounts("cash_in", n)),
        cash_texts[-n:] if n else cash_texts[:0],
        channel="cash_deposit",
    )
