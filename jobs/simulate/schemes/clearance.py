"""Imports that are not what the declaration says, and officers who look away (domain.md: C, J, F,
collusion).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.calendar import DAY, HOUR
from jobs.simulate.cases import Case, scheme
from jobs.simulate.commerce import main_accounts
from jobs.simulate.parameters import read
from jobs.simulate.payments import pay, phrase, remit
from jobs.simulate.trade import declare, home_office, officers_of_offices, quantities, settle_trade


def consumer_goods(case: Case, count: int) -> np.ndarray:
    """Positions of goods that shops sell, a few of them."""
    return np.asarray(case.rng.choice(8, size=count, replace=False))


@scheme("undervalued_import")
def undervalued_import(case: Case) -> Iterator[None]:
    """Declared far below what such goods cost; the rest of the price goes abroad through somebody else."""
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    third = case.people(draw.whole("payers"))
    partners = case.partners(2, ["CN", "CN"])
    paid_to = case.partners(1, ["HK"]) if draw.chance("other_beneficiary") else partners
    case.join("party", firms, "importer")
    payer_accounts = case.accounts(third)
    case.join("account", payer_accounts, "payer")
    count = draw.whole("declarations") * len(firms)
    factor = draw.real("price_factor")
    goods = consumer_goods(case, 3)
    clean = rng.random(count) < draw.real("honest_share")
    at = np.minimum(case.moments(count, "office"), w.calendar.end - 7200)
    level = np.where(clean, 1.0, factor * np.exp(rng.normal(0, 0.12, count)))
    rows = declare(
        w,
        rng,
        rng.choice(firms, count),
        at,
        rng.choice(goods, count),
        partner=rng.choice(partners, count),
        price_factor=level,
    )
    low = rows[~clean]
    case.left("customs_declarations", low)
    yield
    case.left("bank_transactions", settle_trade(w, rng, low))
    missing = w.declarations["invoice"][low] * (1 / level[~clean] - 1) * draw.real("compensated")
    day = w.declarations["registered"][low] + rng.integers(-10 * DAY, 25 * DAY, len(low))
    firm_account = main_accounts(w, w.declarations["trader"][low])
    payer = rng.choice(payer_accounts, len(low))
    funded = rng.random(len(low)) < draw.real("funded_share")
    fund = pay(
        w,
        rng,
        firm_account[funded],
        payer[funded],
        day[funded] - rng.integers(HOUR, 40 * HOUR, int(funded.sum())),
        missing[funded] * read("payments")["rates_vnd"]["USD"],
        phrase(w, rng, "business", int(funded.sum())),
    )
    case.left("bank_transactions", fund)
    sent = remit(
        w, rng, payer, rng.choice(paid_to, len(low)), day, missing, phrase(w, rng, "abroad", len(low))
    )
    case.left("bank_transactions", sent)
    case.worth(w.payments["amount_vnd"][sent].sum())


@scheme("channel_shopping")
def channel_shopping(case: Case) -> Iterator[None]:
    """Red is cancelled and declared anew until it is green, at the same office or a quieter one."""
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    partners = case.partners(2)
    quiet = int(rng.integers(w.size.offices))
    for firm in firms:
        for begin in case.moments(draw.whole("consignments"), "office"):
            tries = draw.whole("tries")
            goods = int(rng.integers(0, 10))
            unit = str(read("goods")["trade"][goods]["unit"])
            quantity = float(quantities(rng, np.array([unit], dtype=object))[0])
            gaps = np.concatenate([[0.0], np.cumsum(rng.uniform(3, draw.real("gap_hours"), tries))])
            at = np.minimum(begin + (gaps * HOUR).astype(int), w.calendar.end - 7200)
            channel = np.array(["red"] * tries + ["green"], dtype=object)
            moved = rng.random() < draw.real("office_moved")
            places = {} if not moved else {"office": np.array([*home_office(w, np.full(tries, firm)), quiet])}
            rows = declare(
                w,
                rng,
                np.full(tries + 1, firm),
                at,
                goods,
                channel=channel,
                partner=np.full(tries + 1, rng.choice(partners)),
                quantity=np.round(quantity * np.exp(rng.normal(0, draw.real("quantity_noise"), tries + 1))),
                master=np.full(tries + 1, w.take_numbers("master bills", 1)[0]),
                **places,
            )
            w.declarations["cleared"][rows[:-1]] = 0
            w.declarations["inspection"][rows[:-1]] = "none"
            w.declarations["history"][rows[-1:]] = (
                "red>green" if rng.random() < draw.real("history_shown") else ""
            )
            case.left("customs_declarations", rows)
            case.worth(w.declarations["value_vnd"][rows[-1:]].sum())
    yield


@scheme("collusive_officer")
def collusive_officer(case: Case) -> Iterator[None]:
    """One officer clears a few traders green, changes their channels in their favour, and sees nothing."""
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    office = int(rng.integers(w.size.offices))
    officer = office * 100 + int(rng.integers(officers_of_offices(w)[office]))
    count = draw.whole("declarations") * len(firms)
    same = rng.random(count) < draw.real("officer_share")
    other = office * 100 + rng.integers(0, officers_of_offices(w)[office], count)
    names = list(read("trade")["channels"])
    usual = np.array(names, dtype=object)[
        rng.choice(3, size=count, p=list(read("trade")["channels"].values()))
    ]
    green = same & (rng.random(count) < draw.real("green_share"))
    at = np.minimum(case.moments(count, "office"), w.calendar.end - 7200)
    low = rng.random(count) < draw.real("undervalued_share")
    rows = declare(
        w,
        rng,
        rng.choice(firms, count),
        at,
        rng.choice(consumer_goods(case, 3), count),
        office=np.full(count, office),
        officer=np.where(same, officer, other),
        channel=np.where(green, "green", usual),
        price_factor=np.where(low, draw.real("price_factor"), 1.0),
    )
    changed = rows[green & (rng.random(count) < draw.real("changed_share"))]
    before = np.where(rng.random(len(changed)) < 0.6, "red>green", "yellow>green")
    w.declarations["history"][changed] = before.astype(object)
    case.left("customs_declarations", rows[same])
    case.worth(w.declarations["value_vnd"][rows[same]].sum())
    yield
    settle_trade(w, rng, rows)


@scheme("processing_diverted")
def processing_diverted(case: Case) -> Iterator[None]:
    """Materials come in free of duty for processing and export, never leave again, and are sold at home."""
    w, rng, draw = case.world, case.rng, case.ranges
    firm = case.firms(1, "processor")
    case.join("party", firm, "importer")
    buyers = case.accounts(case.firms(draw.whole("buyers")))
    case.join("account", buyers, "buyer")
    count = draw.whole("imports")
    goods = rng.choice([0, 7, 8, 9, 13], size=2)
    at = np.minimum(w.calendar.times(rng, count, "office", 0, case.stop), w.calendar.end - 7200)
    rows = declare(w, rng, firm[0], at, rng.choice(goods, count), regime="E21", partner=case.partners(1)[0])
    case.left("customs_declarations", rows)
    out = int(count * draw.real("exported_share"))
    if out:
        declare(
            w,
            rng,
            firm[0],
            np.minimum(case.moments(out, "office"), w.calendar.end - 7200),
            rng.choice(goods, out),
            direction="export",
            regime="E52",
            quantity=np.round(rng.uniform(20, 200, out)),
            partner=case.partners(1)[0],
        )
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield
    settle_trade(w, rng, rows)
    account = main_accounts(w, firm)[0]
    sales = draw.whole("sales")
    share = (
        rng.dirichlet(np.full(sales, 4.0)) * w.declarations["value_vnd"][rows].sum() * draw.real("sold_share")
    )
    at = case.moments(sales, "office")
    sold = pay(w, rng, rng.choice(buyers, sales), account, at, share, phrase(w, rng, "supplier", sales))
    case.left("bank_transactions", sold)


@scheme("vague_goods")
def vague_goods(case: Case) -> Iterator[None]:
    """Descriptions without brand, kind or size, weights that do not fit the quantities, and firms behind
    one hired director.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    director = case.people(1)
    case.join("party", director, "director")
    contact = w.parties["contact"]
    home = int(contact[director[0]])
    for firm in firms:
        shared = rng.random(2) < draw.real("shared_share")
        own = int(contact[firm])
        w.trader_contact[int(firm)] = int(
            w.contacts.add(
                name=[w.contacts["name"][own]],
                phone=[w.contacts["phone"][home if shared[0] else own]],
                address=[w.contacts["address"][home if shared[1] else own]],
            )[0]
        )
    count = draw.whole("declarations") * len(firms)
    at = np.minimum(case.moments(count, "office"), w.calendar.end - 7200)
    vague = rng.random(count) < draw.real("vague_share")
    rows = declare(w, rng, rng.choice(firms, count), at, rng.choice(consumer_goods(case, 3), count), brand="")
    texts = w.phrases.codes(list(read("vague")["descriptions"]))
    w.declarations["phrase"][rows[vague]] = rng.choice(texts, int(vague.sum()))
    off = vague & (rng.random(count) < draw.real("weight_off_share"))
    w.declarations["kg"][rows[off]] = np.round(
        w.declarations["kg"][rows[off]] * draw.real("weight_factor"), 2
    )
    case.left("customs_declarations", rows[vague | off])
    case.worth(w.declarations["value_vnd"][rows[vague]].sum())
    yield
    settle_trade(w, rng, rows)
