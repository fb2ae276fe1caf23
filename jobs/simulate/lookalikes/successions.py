"""Second catalogue, honest goods: stalls, franchises, regulars, new phone owners, mergers, repairs, mail
rooms, small posts.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.calendar import HOUR
from jobs.simulate.cases import Case, lookalike
from jobs.simulate.commerce import main_accounts, sell
from jobs.simulate.express import express_consignments
from jobs.simulate.listings import nearly, offer, pictures
from jobs.simulate.payments import pay, phrase
from jobs.simulate.reports import decide
from jobs.simulate.shops import open_shops
from jobs.simulate.trade import declare, officers_of_offices, settle_trade


@lookalike("seasonal_stalls")
def seasonal_stalls(case: Case) -> Iterator[None]:
    """One declared owner opens a shop for each season and closes it after; the account and tax code stay
    the same.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    owner = case.people(1)
    count = draw.whole("shops")
    length = max(7, (case.stop - case.start) // count)
    opens = np.minimum(case.start + np.arange(count) * length, case.stop - 3)
    account = case.accounts(owner)
    shops = open_shops(
        w,
        rng,
        np.full(count, owner[0]),
        np.full(count, account[0]),
        category=["thuc_pham"] * count,
        opens=opens,
        registered_on=w.calendar.first + opens,
        contact=np.full(count, w.parties["contact"][owner[0]]),
        tax_code=[str(w.parties["id_value"][owner[0]])] * count,
    )
    w.shops["taken"][shops] = True
    w.shops["status"][shops[:-1]] = "closed"
    images = pictures(rng, draw.whole("images"))
    for shop, day in zip(shops, opens, strict=True):
        orders = draw.whole("orders_per_shop")
        sell(
            w,
            rng,
            np.full(orders, shop),
            w.calendar.times(rng, orders, "shopping", int(day), int(min(day + length, case.stop))),
            case.population,
        )
        offer(w, rng, np.full(3, shop), image=nearly(rng, rng.choice(images, 3), 2))
    case.join("shop", shops, "stall")
    case.absorb(shops, account)
    yield


@lookalike("franchise_supplier")
def franchise_supplier(case: Case) -> Iterator[None]:
    """Franchised shops buy everything from one firm, which pays their owners a yearly bonus."""
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"), platforms=(2, 4, 6))
    firm = case.firms(1, "wholesaler")
    w.shops["supplier"][shops] = firm[0]
    w.shops["purchase_share"][shops] = draw.real("purchase_share")
    count = draw.whole("orders_per_shop") * len(shops)
    sell(w, rng, rng.choice(shops, count), case.moments(count, "shopping"), case.population)
    case.join("shop", shops, "franchisee")
    case.join("account", main_accounts(w, firm), "franchisor")
    case.absorb(shops, w.shops["settlement"][shops])
    yield
    source, accounts = main_accounts(w, firm)[0], w.shops["settlement"][shops]
    parts = draw.whole("purchases_each")
    for shop, account in zip(shops, accounts, strict=True):
        total = w.parcels["declared_vnd"][w.parcels["shop"] == shop].sum() * draw.real("purchase_share")
        share = rng.dirichlet(np.full(parts, 4.0)) * total
        case.left(
            "bank_transactions",
            pay(
                w,
                rng,
                account,
                source,
                case.moments(parts, "office"),
                share,
                phrase(w, rng, "supplier", parts),
            ),
        )
        bonus = pay(
            w,
            rng,
            source,
            account,
            case.moments(1, "office"),
            total * draw.real("bonus_share"),
            phrase(w, rng, "business", 1),
        )
        case.left("bank_transactions", bonus)


@lookalike("neighbourhood_regulars")
def neighbourhood_regulars(case: Case) -> Iterator[None]:
    """Shops of one neighbourhood whose regulars order from all of them every week, and are now and then
    paid back a deposit.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops, regulars = case.shops(draw.whole("shops")), case.people(draw.whole("regulars"))
    count = draw.whole("orders_per_shop") * len(shops)
    parcels, paid = sell(
        w,
        rng,
        rng.choice(shops, count),
        case.moments(count, "shopping"),
        case.population,
        recipient=rng.choice(regulars, count),
        delivered_share=0.95,
    )
    case.left("shipments", parcels)
    case.left("bank_transactions", paid)
    case.worth(w.parcels["declared_vnd"][parcels].sum())
    case.join("shop", shops, "shop")
    case.join("party", regulars, "client")
    yield
    refunds = draw.whole("refunds")
    out = pay(
        w,
        rng,
        rng.choice(w.shops["settlement"][shops], refunds),
        rng.choice(case.accounts(regulars), refunds),
        case.moments(refunds),
        rng.uniform(20_000, 400_000, refunds),
        phrase(w, rng, "family", refunds),
    )
    case.left("bank_transactions", out)


@lookalike("recycled_phone")
def recycled_phone(case: Case) -> Iterator[None]:
    """The number of a punished seller was given out again; its new owner runs an honest shop."""
    w, rng, draw = case.world, case.rng, case.ranges
    old, shops = case.people(1), case.shops(draw.whole("shops"))
    day = w.calendar.first + max(1, case.start - draw.whole("since_days"))
    number = str(w.contacts["phone"][w.parties["contact"][old[0]]])
    case.left("enforcement_actions", decide(w, rng, "phone", number, day, True, "counterfeit"))
    for shop in shops:
        mine = w.shops["contact"][shop]
        w.shops["contact"][shop] = w.contacts.add(
            name=[w.contacts["name"][mine]], phone=[number], address=[w.contacts["address"][mine]]
        )[0]
    w.contacts["phone"][w.parties["contact"][old[0]]] = w.contacts["phone"][
        w.parties["contact"][case.people(1)[0]]
    ]
    count = draw.whole("orders_per_shop") * len(shops)
    sell(w, rng, rng.choice(shops, count), case.moments(count, "shopping"), case.population)
    case.join("shop", shops, "shop")
    case.absorb(shops, w.shops["settlement"][shops])
    yield


@lookalike("merged_importer")
def merged_importer(case: Case) -> Iterator[None]:
    """A firm is taken over: the new one goes on at the old address with the same exporter, at the usual
    prices.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(2, "importer")
    case.join("party", firms, "importer")
    contact = w.parties["contact"][firms]
    w.trader_contact[int(firms[1])] = int(
        w.contacts.add(
            name=[w.contacts["name"][contact[1]]],
            phone=[w.contacts["phone"][contact[0]]],
            address=[w.contacts["address"][contact[0]]],
        )[0]
    )
    partner, goods = case.partners(1)[0], int(rng.integers(0, 10))
    middle = (case.start + case.stop) // 2
    kept = []
    for firm, since, until in ((firms[0], case.start, middle), (firms[1], middle, case.stop)):
        count = draw.whole("declarations_each")
        at = np.minimum(w.calendar.times(rng, count, "office", since, until), w.calendar.end - 2 * HOUR)
        kept.append(declare(w, rng, firm, at, goods, partner=partner))
    rows = case.left("customs_declarations", np.concatenate(kept))
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield
    settle_trade(w, rng, rows)


@lookalike("mail_room")
def mail_room(case: Case) -> Iterator[None]:
    """A dormitory or office mail room: many people, their own telephones, one door, several parcels a day."""
    w, rng, draw = case.world, case.rng, case.ranges
    people = case.people(draw.whole("people"))
    contact = w.parties["contact"][people]
    door = int(w.contacts["address"][contact[0]])
    shared = w.contacts.add(
        name=w.contacts["name"][contact],
        phone=w.contacts["phone"][contact],
        address=np.full(len(people), door),
    )
    days = rng.integers(case.start, case.stop + 1, draw.whole("days"))
    at = np.concatenate(
        [w.calendar.at(rng, np.full(draw.whole("receipts_a_day"), day), "office") for day in days]
    )
    at = np.minimum(at, w.calendar.end - 2 * HOUR)
    lines, parcels = express_consignments(w, rng, rng.choice(shared, len(at)), at)
    case.join("party", people, "consignee")
    case.left("customs_declarations", lines)
    case.left("shipments", parcels)
    case.worth(w.declarations["value_vnd"][lines].sum())
    yield


@lookalike("repair_and_return")
def repair_and_return(case: Case) -> Iterator[None]:
    """Machines and boards go abroad for repair and come back: the same goods and quantities, out and in, at
    usual values.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firm = case.firms(1, "exporter")
    case.join("party", firm, "repairer")
    partner, goods = case.partners(1, ["JP"])[0], int(rng.choice([9, 10, 13]))
    count = draw.whole("loops")
    quantity = np.round(rng.uniform(5, 200, count))
    out_at = np.minimum(case.moments(count, "office"), w.calendar.end - 2 * HOUR)
    back_at = np.minimum(
        out_at + (rng.uniform(5, draw.real("repair_days"), count) * 24 * HOUR).astype(int),
        w.calendar.end - 2 * HOUR,
    )
    out = declare(
        w, rng, firm[0], out_at, goods, direction="export", regime="G61", partner=partner, quantity=quantity
    )
    back = declare(
        w, rng, firm[0], back_at, goods, regime="G51", partner=partner, quantity=quantity, price_factor=1.05
    )
    rows = case.left("customs_declarations", np.concatenate([out, back]))
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield


@lookalike("single_officer_post")
def single_officer_post(case: Case) -> Iterator[None]:
    """A small post with one officer on duty, to whom the same few local traders must go; channels are as
    everywhere.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    office = int(rng.integers(w.size.offices))
    officer = office * 100 + int(rng.integers(officers_of_offices(w)[office]))
    count = draw.whole("declarations") * len(firms)
    at = np.minimum(case.moments(count, "office"), w.calendar.end - 2 * HOUR)
    rows = declare(
        w,
        rng,
        rng.choice(firms, count),
        at,
        rng.integers(0, 10, count),
        office=np.full(count, office),
        officer=np.full(count, officer),
    )
    case.left("customs_declarations", rows)
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield
    settle_trade(w, rng, rows)
