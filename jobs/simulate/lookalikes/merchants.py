"""Honest shops that share or change things: chains, border markets, bank switches, bulk buyers, clearance
sales.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.calendar import DAY
from jobs.simulate.cases import Case, lookalike
from jobs.simulate.commerce import main_accounts, sell
from jobs.simulate.express import sell_from_abroad
from jobs.simulate.listings import nearly, offer, pictures
from jobs.simulate.payments import pay, phrase
from jobs.simulate.places import border_provinces, new_addresses
from jobs.simulate.reports import decide, seller_value, tip
from jobs.simulate.shops import open_shops
from jobs.simulate.trade import declare, settle_trade


@lookalike("shop_chain")
def shop_chain(case: Case) -> Iterator[None]:
    """One firm or family with a shop on every platform: the same owner, telephone, account and pictures,
    all declared.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    owner = case.firms(1) if draw.chance("by_firm") else case.people(1)
    account = int(main_accounts(w, owner)[0])
    count = draw.whole("shops")
    contact = np.full(count, w.parties["contact"][owner[0]])
    category = [str(rng.choice(["thoi_trang", "my_pham", "gia_dung", "me_be"]))] * count
    code = str(w.parties["id_value"][owner[0]])
    shops = open_shops(
        w,
        rng,
        np.full(count, owner[0]),
        np.full(count, account),
        category=category,
        contact=contact,
        opens=np.zeros(count, dtype=int),
        device=np.full(count, w.new_devices(1)[0]),
        platform=rng.permutation(max(count, w.size.platforms))[:count] % w.size.platforms,
        tax_code=[code] * count,
        registered_on=np.full(count, w.calendar.first - int(rng.integers(60, 1500))),
    )
    w.shops["taken"][shops] = True
    case.join("shop", shops, "outlet")
    orders = draw.whole("orders_per_shop") * count
    sell(w, rng, rng.choice(shops, orders), case.moments(orders, "shopping"), case.population)
    shown = np.repeat(shops, 4)
    offer(w, rng, shown, image=nearly(rng, rng.choice(pictures(rng, draw.whole("images")), len(shown)), 2))
    case.absorb(shops, np.array([account]))
    yield


@lookalike("shared_warehouse")
def shared_warehouse(case: Case) -> Iterator[None]:
    """Unrelated shops dispatch from one fulfilment warehouse or tower; some give the warehouse's telephone
    as their own.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"))
    depot = case.firms(1)
    home = int(w.parties["contact"][depot[0]])
    contacts = w.contacts
    for shop in shops:
        old = int(w.shops["contact"][shop])
        desk = rng.random() < draw.real("desk_phone_share")
        w.shops["contact"][shop] = contacts.add(
            name=[contacts["name"][old]],
            phone=[contacts["phone"][home if desk else old]],
            address=[contacts["address"][home]],
        )[0]
    case.join("shop", shops, "tenant")
    count = draw.whole("orders_per_shop") * len(shops)
    sell(w, rng, rng.choice(shops, count), case.moments(count, "shopping"), case.population)
    case.absorb(shops, w.shops["settlement"][shops])
    yield
    rent = np.tile(shops, 3)
    at = w.calendar.at(rng, rng.integers(case.start, case.stop, len(rent)), "office")
    fee = pay(
        w,
        rng,
        w.shops["settlement"][rent],
        main_accounts(w, depot)[0],
        at,
        rng.uniform(1e6, 8e6, len(rent)),
        phrase(w, rng, "rent", len(rent)),
    )
    case.left("bank_transactions", fee)


@lookalike("stock_photo_sellers")
def stock_photo_sellers(case: Case) -> Iterator[None]:
    """Retailers of one maker show the maker's pictures and texts, at the maker's price, and buy from the
    same wholesaler.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(
        draw.whole("shops"), category=[str(rng.choice(["my_pham", "gia_dung", "suc_khoe", "me_be"]))]
    )
    images = pictures(rng, draw.whole("images"))
    wholesaler = case.firms(1, "wholesaler")
    w.shops["supplier"][shops] = wholesaler[0]
    w.shops["price_vnd"][shops] = w.shops["price_vnd"][shops].mean() * np.exp(rng.normal(0, 0.08, len(shops)))
    w.shops["brand"][shops] = w.shops["brand"][shops[0]]
    shown = np.repeat(shops, draw.whole("listings_each"))
    case.left("listings", offer(w, rng, shown, image=nearly(rng, rng.choice(images, len(shown)), 2)))
    case.join("shop", shops, "retailer")
    case.absorb(shops, np.empty(0, dtype=np.int64))
    yield


@lookalike("cleared_seller")
def cleared_seller(case: Case) -> Iterator[None]:
    """Tips came, an agency looked, nothing was wrong; the shop and its second shop go on."""
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"))
    for shop in shops:
        for at in case.moments(draw.whole("tips")):
            case.left("tips", tip(w, rng, int(shop), int(at)))
        day = w.calendar.first + max(1, case.start - int(rng.integers(0, 20)))
        case.left("enforcement_actions", decide(w, rng, "seller", seller_value(w, int(shop)), day, False))
    again = open_shops(
        w,
        rng,
        w.shops["owner"][shops],
        w.shops["settlement"][shops],
        contact=w.shops["contact"][shops],
        device=w.shops["device"][shops],
        opens=np.full(len(shops), case.start),
        registered_on=np.full(len(shops), w.calendar.first + case.start),
    )
    w.shops["taken"][again] = True
    both = np.concatenate([shops, again])
    count = draw.whole("orders_per_shop") * len(both)
    sell(w, rng, rng.choice(both, count), case.moments(count, "shopping"), case.population)
    case.join("shop", both, "cleared")
    case.absorb(both, w.shops["settlement"][both])
    yield


@lookalike("border_market_shop")
def border_market_shop(case: Case) -> Iterator[None]:
    """Shops in border provinces that sell local produce, or imports that a firm of theirs declares and pays
    for.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"), platforms=(2, 4, 6))
    province = str(rng.choice(border_provinces("CN")))
    place = new_addresses(w, rng, [province] * len(shops))
    contacts = w.contacts
    for shop, address in zip(shops, place, strict=True):
        old = int(w.shops["contact"][shop])
        w.shops["contact"][shop] = contacts.add(
            name=[contacts["name"][old]], phone=[contacts["phone"][old]], address=[int(address)]
        )[0]
    local = draw.chance("local_produce")
    if local:
        w.shops["category"][shops] = "thuc_pham"
    supplier = case.firms(1, "importer")
    w.shops["supplier"][shops] = supplier[0]
    w.shops["purchase_share"][shops] = draw.real("purchase_share")
    count = draw.whole("orders_per_shop") * len(shops)
    foreign = np.where(rng.random(count) < 0.3, "" if local else "CN", "")
    sell(
        w,
        rng,
        rng.choice(shops, count),
        case.moments(count, "shopping"),
        case.population,
        cod=rng.random(count) < 0.9,
        origin=foreign,
    )
    case.join("shop", shops, "border_shop")
    case.join("account", w.shops["settlement"][shops], "settlement")
    case.absorb(shops, w.shops["settlement"][shops])
    rows = np.empty(0, dtype=np.int64)
    if not local:
        at = np.minimum(case.moments(draw.whole("declarations"), "office"), w.calendar.end - 7200)
        rows = case.left(
            "customs_declarations", declare(w, rng, supplier[0], at, rng.integers(0, 6, len(at)))
        )
    yield
    settle_trade(w, rng, rows)
    weeks = max(1, (case.stop - case.start) // 10)
    taking = np.array([w.parcels["declared_vnd"][(w.parcels["shop"] == shop)].sum() for shop in shops])
    for shop, total in zip(shops, taking, strict=True):
        at = w.calendar.at(rng, rng.integers(case.start, case.stop, weeks), "office")
        share = rng.dirichlet(np.full(weeks, 5.0)) * total * draw.real("purchase_share")
        out = pay(
            w,
            rng,
            w.shops["settlement"][shop],
            main_accounts(w, supplier)[0],
            at,
            share,
            phrase(w, rng, "supplier", weeks),
        )
        case.left("bank_transactions", out)


@lookalike("bank_switch")
def bank_switch(case: Case) -> Iterator[None]:
    """Shops that change their bank once or twice, to accounts of their own or a spouse."""
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"))
    case.join("shop", shops, "shop")
    accounts = []
    for shop in shops:
        owner = w.shops["owner"][[shop]]
        holders = (
            np.concatenate([owner, case.people(1)]) if rng.random() < 0.3 else np.concatenate([owner, owner])
        )
        days = np.sort(rng.integers(case.start, case.stop, draw.whole("changes")))
        for day, holder in zip(days, holders, strict=False):
            account = int(case.accounts(np.array([holder]), 1.0)[0])
            w.seller_changes.add(shop=[int(shop)], day=[int(day)], settlement=[account])
            case.join("account", account, "settlement")
            accounts.append(account)
        count = draw.whole("orders_per_shop")
        parcels, _ = sell(w, rng, np.full(count, shop), case.moments(count, "shopping"), case.population)
        off = parcels[(w.parcels["platform"][parcels] < 0) & (w.parcels["cod_vnd"][parcels] > 0)]
        created = w.parcels["created"][off] // DAY - w.calendar.first
        for day, account in zip(days, accounts[-len(days) :], strict=False):
            w.parcels["cod_account"][off[created >= day]] = account
    case.absorb(shops, np.array(accounts, dtype=np.int64))
    yield


@lookalike("bulk_buyer")
def bulk_buyer(case: Case) -> Iterator[None]:
    """Offices and kindergartens that order from the same shops week after week: few recipients, light
    parcels, short ways.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"), category=["sach_vpp", "thuc_pham", "me_be"])
    clients = case.people(draw.whole("clients"))
    count = draw.whole("orders_per_shop") * len(shops)
    which = rng.integers(0, len(clients), count)
    kg = np.round(np.exp(rng.normal(np.log(0.15), 0.6, count)), 3)
    parcels, paid = sell(
        w,
        rng,
        rng.choice(shops, count),
        case.moments(count, "shopping"),
        case.population,
        recipient=clients[which],
        kg=kg,
        transit_days=[0.3, 1.4],
        delivered_share=0.98,
        cod=rng.random(count) < 0.15,
    )
    case.join("shop", shops, "shop")
    case.join("party", clients, "client")
    case.left("shipments", parcels)
    case.left("bank_transactions", paid)
    case.worth(w.parcels["declared_vnd"][parcels].sum())
    yield


@lookalike("clearance_sale")
def clearance_sale(case: Case) -> Iterator[None]:
    """Old stock of known brands sold far below the usual price, with the wholesaler's invoices behind it."""
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"), category=["thoi_trang", "giay_dep", "tui_vi", "my_pham"])
    count = draw.whole("orders_per_shop") * len(shops)
    chosen = rng.choice(shops, count)
    brand = str(rng.choice(["Nike", "Adidas", "Uniqlo", "Innisfree", "Puma"]))
    factor = draw.real("price_factor")
    sell(
        w,
        rng,
        chosen,
        case.moments(count, "shopping"),
        case.population,
        brand=np.where(rng.random(count) < 0.7, brand, ""),
        unit_vnd=w.shops["price_vnd"][chosen] * factor * np.exp(rng.normal(0, 0.25, count)),
    )
    offer(
        w,
        rng,
        np.repeat(shops, 3),
        brand=np.full(3 * len(shops), brand, dtype=object),
        price_vnd=np.round(w.shops["price_vnd"][np.repeat(shops, 3)] * factor / 1000) * 1000,
    )
    w.shops["purchase_share"][shops] = draw.real("purchase_share")
    case.join("shop", shops, "shop")
    case.absorb(shops, w.shops["settlement"][shops])
    yield
    for shop in shops:
        total = w.parcels["declared_vnd"][w.parcels["shop"] == shop].sum() * draw.real("purchase_share")
        at = np.sort(case.moments(4, "office"))
        out = pay(
            w,
            rng,
            w.shops["settlement"][shop],
            main_accounts(w, w.shops["supplier"][[shop]])[0],
            at,
            total * rng.dirichlet(np.full(4, 4.0)),
            phrase(w, rng, "supplier", 4),
        )
        case.left("bank_transactions", out)


@lookalike("cross_border_shop")
def cross_border_shop(case: Case) -> Iterator[None]:
    """Shops that send from abroad and declare what the buyer paid, less carriage and margin."""
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"))
    case.join("shop", shops, "shop")
    count = draw.whole("orders_per_shop") * len(shops)
    share = draw.real("declared_share") * rng.uniform(0.9, 1.0, count)
    at = case.moments(count, "office")
    lines, parcels, paid = sell_from_abroad(w, rng, rng.choice(shops, count), at, case.population, share)
    case.left("customs_declarations", lines)
    case.left("shipments", parcels)
    case.left("bank_transactions", paid)
    case.worth(float((w.declarations["value_vnd"][lines] / share).sum()))
    yield
