"""Innocent money among firms: treasuries, payroll, distribution, cash-heavy trades, agencies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.calendar import DAY
from jobs.simulate.cases import Case, lookalike
from jobs.simulate.commerce import main_accounts
from jobs.simulate.payments import dollars, pay, phrase, remit


@lookalike("treasury_sweep")
def treasury_sweep(case: Case) -> Iterator[None]:
    """A group's firms sweep their balances to the parent and are funded by it: scatter, gather and cycles
    by the clock.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("firms"))
    contact = w.parties["contact"]
    w.contacts["address"][contact[firms]] = w.contacts["address"][contact[firms[0]]]
    parent, daughters = int(main_accounts(w, firms[:1])[0]), main_accounts(w, firms[1:])
    case.join("account", np.array([parent, *daughters]), "group_company")
    yield
    every = draw.whole("every_days")
    for day in range(case.start, case.stop, every):
        amount = draw.whole("sweep_vnd") * np.exp(rng.normal(0, 0.5, len(daughters)))
        at = w.calendar.at(rng, np.full(len(daughters), day), "office")
        swept = case.left(
            "bank_transactions",
            pay(w, rng, daughters, parent, at, amount, phrase(w, rng, "business", len(daughters))),
        )
        back = case.later(at, 4, draw.real("delay_hours"))
        share = amount.sum() * rng.dirichlet(np.full(len(daughters), 2.0)) * draw.real("returned_share")
        case.left(
            "bank_transactions",
            pay(w, rng, parent, daughters, back, share, phrase(w, rng, "business", len(daughters))),
        )
        case.worth(w.payments["amount"][swept].sum())


@lookalike("payroll_and_rent")
def payroll_and_rent(case: Case) -> Iterator[None]:
    """A firm pays its workers; they all pay rent for the dormitory to one landlord within days: scatter,
    then gather.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firm, workers = case.firms(1), case.people(draw.whole("workers") + 1)
    source, landlord, accounts = (
        int(main_accounts(w, firm)[0]),
        int(main_accounts(w, workers[:1])[0]),
        main_accounts(w, workers[1:]),
    )
    case.join("account", source, "employer")
    case.join("account", landlord, "landlord")
    case.join("account", accounts, "worker")
    yield
    wage = draw.whole("wage_vnd")
    for day in w.calendar.days_of_month(int(rng.integers(2, 12))):
        count = len(accounts)
        at = w.calendar.at(rng, np.full(count, day), "office")
        paid = pay(
            w,
            rng,
            source,
            accounts,
            at,
            wage * np.exp(rng.normal(0, 0.15, count)),
            phrase(w, rng, "salary", count),
            purpose="SALA",
        )
        case.left("bank_transactions", paid)
        rent = case.later(at, 3, draw.real("delay_hours"))
        amount = wage * draw.real("rent_share") * np.exp(rng.normal(0, 0.1, count))
        case.left(
            "bank_transactions", pay(w, rng, accounts, landlord, rent, amount, phrase(w, rng, "rent", count))
        )
        case.worth(w.payments["amount"][paid].sum())


@lookalike("distribution_tiers")
def distribution_tiers(case: Case) -> Iterator[None]:
    """Retailers pay wholesalers, wholesalers the maker: layers of accounts, because goods come the other
    way.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    retail = case.accounts(case.people(draw.whole("retailers")))
    wholesale, maker = (
        main_accounts(w, case.firms(draw.whole("wholesalers"), "wholesaler")),
        main_accounts(w, case.firms(draw.whole("makers"))),
    )
    for tier, role in ((retail, "retailer"), (wholesale, "wholesaler"), (maker, "manufacturer")):
        case.join("account", tier, role)
    yield
    usual = rng.integers(0, len(wholesale), len(retail))
    for begin in np.sort(case.moments(draw.whole("rounds"), "office")):
        at = begin + rng.integers(0, int(draw.real("spread_hours") * 3600), len(retail))
        amount = draw.whole("purchase_vnd") * np.exp(rng.normal(0, 0.6, len(retail)))
        words = phrase(w, rng, "supplier", len(retail))
        bought = case.left("bank_transactions", pay(w, rng, retail, wholesale[usual], at, amount, words))
        case.worth(w.payments["amount"][bought].sum())
        for i, house in enumerate(wholesale):
            taken = amount[usual == i].sum() * draw.real("cost_share")
            if taken > 0:
                later = case.later(np.array([at[usual == i].max()]), 6, draw.real("delay_hours"))
                case.left(
                    "bank_transactions",
                    pay(w, rng, house, rng.choice(maker), later, taken, phrase(w, rng, "supplier", 1)),
                )


@lookalike("cash_market_trader")
def cash_market_trader(case: Case) -> Iterator[None]:
    """Gold, fruit or seafood traders whose takings are cash: large deposits nearly every day, below or
    above the level.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    traders = case.accounts(case.people(draw.whole("traders")))
    suppliers = main_accounts(w, case.firms(draw.whole("suppliers"), "wholesaler"))
    case.join("account", traders, "market_trader")
    w.accounts["turnover_vnd"][traders] = draw.whole("turnover_vnd") // 1_000_000 * 1_000_000
    yield
    for trader in traders:
        days = np.unique(rng.integers(case.start, case.stop + 1, draw.whole("deposit_days")))
        total = draw.whole("day_total_vnd") * np.exp(rng.normal(0, draw.real("day_sigma"), len(days)))
        at = w.calendar.at(rng, days, "office")
        put = pay(w, rng, -1, trader, at, total, phrase(w, rng, "cash", len(days)), channel="cash_deposit")
        case.left("bank_transactions", put)
        again = rng.random(len(put)) < draw.real("supplier_share")
        later = case.later(w.payments["at"][put[again]], 2, draw.real("delay_hours"))
        amount = w.payments["amount"][put[again]] * rng.uniform(0.7, 1.0, int(again.sum()))
        words = phrase(w, rng, "supplier", int(again.sum()))
        case.left(
            "bank_transactions",
            pay(w, rng, trader, rng.choice(suppliers, int(again.sum())), later, amount, words),
        )
        case.worth(w.payments["amount"][put].sum())


@lookalike("study_abroad_agency")
def study_abroad_agency(case: Case) -> Iterator[None]:
    """An agency for study or travel abroad collects small fees from many and remits them to schools and
    hotels.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firm = case.firms(1)
    account = int(main_accounts(w, firm)[0])
    countries = [str(c) for c in rng.choice(["US", "AU", "SG", "KR", "JP"], 4)]
    schools = case.partners(4, countries)[: draw.whole("schools")]
    case.join("account", account, "agency")
    yield
    count = draw.whole("credits")
    at = np.sort(case.moments(count))
    amount = np.exp(rng.normal(np.log(draw.whole("fee_vnd")), 0.5, count))
    came = pay(
        w, rng, case.accounts(case.passers_by(count)), account, at, amount, phrase(w, rng, "school", count)
    )
    case.left("bank_transactions", came)
    for group in np.array_split(came, max(2, len(came) // draw.whole("credits_per_transfer"))):
        if len(group):
            sent_at = case.later(w.payments["at"][group[-1:]], 6, draw.real("delay_hours"))
            total = dollars(w.payments["amount"][group].sum() * rng.uniform(0.8, 0.95))
            sent = remit(
                w,
                rng,
                account,
                rng.choice(schools),
                sent_at,
                total,
                phrase(w, rng, "tuition_abroad", 1),
                purpose="EDUC",
            )
            case.left("bank_transactions", sent)
            case.worth(w.payments["amount_vnd"][sent].sum())


@lookalike("accounting_service")
def accounting_service(case: Case) -> Iterator[None]:
    """A bookkeeper pays the bills of many small firms from one computer."""
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("clients"))
    accounts = main_accounts(w, firms)
    device = int(w.new_devices(1)[0])
    case.join("account", accounts, "client")
    yield
    count = draw.whole("payments_each") * len(accounts)
    source = rng.choice(accounts, count)
    target = main_accounts(w, rng.choice(np.flatnonzero(w.parties["kind"] == 1), count))
    other = source != target
    amount = np.exp(rng.normal(np.log(draw.whole("payment_vnd")), 0.8, count))
    rows = pay(
        w,
        rng,
        source[other],
        target[other],
        case.moments(count, "office")[other],
        amount[other],
        phrase(w, rng, "business", int(other.sum())),
        device=device,
    )
    case.left("bank_transactions", rows)
    case.worth(w.payments["amount"][rows].sum())


@lookalike("haulage_advances")
def haulage_advances(case: Case) -> Iterator[None]:
    """Drivers collect freight money from customers during the day and hand it to the haulier by evening."""
    w, rng, draw = case.world, case.rng, case.ranges
    haulier = int(main_accounts(w, case.firms(1))[0])
    drivers = case.accounts(case.people(draw.whole("drivers")), draw.real("fresh_share"))
    case.join("account", haulier, "employer")
    case.join("account", drivers, "driver")
    yield
    for driver in drivers:
        for day in np.unique(rng.integers(case.start, case.stop + 1, draw.whole("working_days"))):
            count = draw.whole("jobs_a_day")
            at = w.calendar.at(rng, np.full(count, day), "office")
            payer = main_accounts(w, rng.choice(np.flatnonzero(w.parties["kind"] == 1), count))
            amount = np.exp(rng.normal(np.log(draw.whole("job_vnd")), 0.4, count))
            came = case.left(
                "bank_transactions", pay(w, rng, payer, driver, at, amount, phrase(w, rng, "business", count))
            )
            evening = np.array([(w.calendar.first + day) * DAY + 19 * 3600 + int(rng.integers(0, 10_000))])
            total = w.payments["amount"][came].sum() * rng.uniform(0.8, 0.97)
            case.left(
                "bank_transactions",
                pay(w, rng, driver, haulier, evening, total, phrase(w, rng, "business", 1)),
            )
            case.worth(total)


@lookalike("cooperative_payout")
def cooperative_payout(case: Case) -> Iterator[None]:
    """A cooperative is paid by its buyers and pays its farmers their shares: gather, then scatter."""
    w, rng, draw = case.world, case.rng, case.ranges
    hub = int(main_accounts(w, case.firms(1))[0])
    farmers = case.accounts(case.people(draw.whole("farmers")))
    buyers = main_accounts(w, case.firms(draw.whole("buyers")))
    case.join("account", hub, "cooperative")
    case.join("account", farmers, "farmer")
    case.join("account", buyers, "buyer")
    yield
    for day in range(case.start, case.stop, draw.whole("every_days")):
        at = w.calendar.at(rng, np.full(len(buyers), day), "office")
        at += rng.integers(0, int(draw.real("gather_hours") * 3600), len(buyers))
        amount = draw.whole("delivery_vnd") * np.exp(rng.normal(0, 0.4, len(buyers)))
        came = pay(w, rng, buyers, hub, at, amount, phrase(w, rng, "supplier", len(buyers)))
        case.left("bank_transactions", came)
        if len(came) == 0:
            continue
        held = w.payments["amount"][came].sum() * (1 - draw.real("margin_share"))
        share = rng.dirichlet(np.full(len(farmers), 4.0)) * held
        later = case.later(np.full(len(farmers), at.max()), 3, draw.real("delay_hours"))
        texts = phrase(w, rng, "business", len(farmers))
        case.left("bank_transactions", pay(w, rng, hub, farmers, later, share, texts))
        case.worth(w.payments["amount"][came].sum())
