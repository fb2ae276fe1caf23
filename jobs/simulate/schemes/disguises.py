"""Second catalogue, goods: shops and importers that follow one another, captive suppliers, carousels,
brushing rings.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.calendar import HOUR
from jobs.simulate.cases import Case, scheme
from jobs.simulate.commerce import main_accounts, sell
from jobs.simulate.express import express_consignments
from jobs.simulate.listings import nearly, offer, pictures
from jobs.simulate.payments import pay, phrase
from jobs.simulate.places import border_provinces, new_addresses
from jobs.simulate.schemes.proceeds import hand_over
from jobs.simulate.schemes.shopfronts import share_identifiers
from jobs.simulate.shops import open_shops
from jobs.simulate.trade import declare, officers_of_offices, settle_trade


@scheme("sequential_storefronts")
def sequential_storefronts(case: Case) -> Iterator[None]:
    """A shop lives two or three weeks, vanishes, and the next opens under another owner with the same
    pictures and depot.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    owners = case.people(draw.whole("shops"))
    length = max(7, (case.stop - case.start) // len(owners))
    opens = np.minimum(case.start + np.arange(len(owners)) * length, case.stop - 3)
    category = [str(rng.choice(["thoi_trang", "my_pham", "tui_vi", "suc_khoe", "dien_tu"]))] * len(owners)
    shops = open_shops(
        w,
        rng,
        owners,
        case.accounts(owners, draw.real("fresh_share")),
        category=category,
        opens=opens,
        registered_on=w.calendar.first + opens,
    )
    w.shops["taken"][shops] = True
    w.shops["status"][shops[:-1]] = "closed"
    share_identifiers(case, shops, draw.real("shared_share"))
    images = pictures(rng, draw.whole("images"))
    for shop, day in zip(shops, opens, strict=True):
        count = draw.whole("orders_per_shop")
        at = w.calendar.times(rng, count, "shopping", int(day), int(min(day + length, case.stop)))
        sell(w, rng, np.full(count, shop), at, case.population)
        shown = np.full(draw.whole("listings_each"), shop)
        same = rng.random(len(shown)) < draw.real("same_images")
        image = np.where(same, nearly(rng, rng.choice(images, len(shown)), 3), pictures(rng, len(shown)))
        offer(w, rng, shown, image=image)
    case.join("shop", shops, "storefront")
    case.absorb(shops, w.shops["settlement"][shops])
    boss = int(case.accounts(case.people(1))[0])
    case.join("account", boss, "operator")
    yield
    hand_over(
        case,
        np.unique(w.shops["settlement"][shops]),
        boss,
        draw.real("handed_over"),
        draw.real("delay_hours"),
    )


@scheme("captive_supplier")
def captive_supplier(case: Case) -> Iterator[None]:
    """Smuggled goods with invented purchases: the shops pay a supplier that belongs to the operator, and it
    pays him back.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"), platforms=(2, 4, 6))
    supplier, boss = case.firms(1, "wholesaler"), case.people(1)
    w.parties["director"][supplier] = boss[0]
    place = new_addresses(w, rng, [str(rng.choice(border_provinces("CN")))])
    for shop in shops:
        old = w.shops["contact"][shop]
        w.shops["contact"][shop] = w.contacts.add(
            name=[w.contacts["name"][old]], phone=[w.contacts["phone"][old]], address=place
        )[0]
    w.shops["supplier"][shops] = supplier[0]
    w.shops["purchase_share"][shops] = 0.0
    count = draw.whole("orders_per_shop") * len(shops)
    sell(
        w,
        rng,
        rng.choice(shops, count),
        case.moments(count, "shopping"),
        case.population,
        cod=rng.random(count) < 0.9,
        origin=np.where(rng.random(count) < draw.real("origin_known"), "CN", ""),
    )
    case.join("shop", shops, "storefront")
    case.absorb(shops, w.shops["settlement"][shops])
    middle, private = int(main_accounts(w, supplier)[0]), int(case.accounts(boss)[0])
    case.join("account", middle, "supplier")
    case.join("account", private, "operator")
    yield
    paid = hand_over(
        case,
        np.unique(w.shops["settlement"][shops]),
        middle,
        draw.real("paid_share"),
        draw.real("delay_hours"),
    )
    order = paid[np.argsort(w.payments["at"][paid])]
    for group in np.array_split(order, max(1, len(order) // draw.whole("per_return"))):
        if len(group):
            when = case.later(w.payments["at"][group[-1:]], 5, draw.real("delay_hours"))
            total = w.payments["amount"][group].sum() * draw.real("returned_share")
            case.left(
                "bank_transactions", pay(w, rng, middle, private, when, total, phrase(w, rng, "family", 1))
            )


@scheme("brushing_ring")
def brushing_ring(case: Case) -> Iterator[None]:
    """Several shops order from one another through the same hired buyers, and the money comes back through
    relatives.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"))
    buyers, relatives = case.people(draw.whole("buyers")), case.people(draw.whole("relatives"))
    accounts, channels = case.accounts(buyers), case.accounts(relatives)
    count = draw.whole("orders_per_shop") * len(shops)
    parcels, paid = sell(
        w,
        rng,
        rng.choice(shops, count),
        case.moments(count, "shopping"),
        case.population,
        recipient=rng.choice(buyers, count),
        cod=rng.random(count) < draw.real("cod_share"),
        delivered_share=0.99,
    )
    case.left("shipments", parcels)
    case.left("bank_transactions", paid)
    case.worth(w.parcels["declared_vnd"][parcels].sum())
    settlement = np.unique(w.shops["settlement"][shops])
    case.join("shop", shops, "storefront")
    for group, role in ((accounts, "false_buyer"), (channels, "relay"), (settlement, "settlement")):
        case.join("account", group, role)
    yield
    rounds = draw.whole("returns")
    spent = w.parcels["declared_vnd"][parcels].sum() * draw.real("refunded")
    at = case.moments(rounds)
    relay = rng.choice(channels, rounds)
    share = rng.dirichlet(np.full(rounds, 4.0)) * spent
    case.left(
        "bank_transactions",
        pay(w, rng, rng.choice(settlement, rounds), relay, at, share, phrase(w, rng, "family", rounds)),
    )
    for turn in range(rounds):
        some = rng.choice(accounts, min(len(accounts), 4), replace=False)
        when = case.later(np.full(len(some), at[turn]), 1, draw.real("delay_hours"))
        part = rng.dirichlet(np.full(len(some), 4.0)) * share[turn] * 0.98
        case.left(
            "bank_transactions",
            pay(w, rng, relay[turn], some, when, part, phrase(w, rng, "family", len(some))),
        )


@scheme("importer_relay")
def importer_relay(case: Case) -> Iterator[None]:
    """Firms with one hired address import the same cheap goods from the same exporter in turn, each for a
    few weeks.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    home = int(w.parties["contact"][firms[0]])
    for firm in firms[1:]:
        own, shared = int(w.parties["contact"][firm]), rng.random(2) < draw.real("shared_share")
        c = w.contacts
        w.trader_contact[int(firm)] = int(
            c.add(
                name=[c["name"][own]],
                phone=[c["phone"][home if shared[0] else own]],
                address=[c["address"][home if shared[1] else own]],
            )[0]
        )
    partner = case.partners(1, ["CN"])[0]
    goods = int(rng.integers(0, 7))
    length = max(5, (case.stop - case.start) // len(firms))
    kept = []
    for turn, firm in enumerate(firms):
        begin = case.start + turn * length
        count = draw.whole("declarations_each")
        at = np.minimum(
            w.calendar.times(rng, count, "office", begin, min(begin + length, case.stop)),
            w.calendar.end - 2 * HOUR,
        )
        level = draw.real("price_factor") * np.exp(rng.normal(0, 0.1, count))
        kept.append(declare(w, rng, firm, at, goods, partner=partner, price_factor=level))
    rows = case.left("customs_declarations", np.concatenate(kept))
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield
    settle_trade(w, rng, rows)


@scheme("one_door_many_names")
def one_door_many_names(case: Case) -> Iterator[None]:
    """Several receipts a day at one door, through different brokers, for spellings of the same few names."""
    w, rng, draw = case.world, case.rng, case.ranges
    hosts = case.people(draw.whole("people"))
    case.join("party", hosts, "consignee")
    contact = w.parties["contact"][hosts]
    case.join("phone", contact, "consignee")
    forms = []
    for one in contact:
        words = str(w.contacts["name"][one]).split()
        forms += [
            " ".join(words),
            " ".join([words[-1], *words[:-1]]),
            " ".join(words[::2]),
            f"{words[0]} {words[-1]}",
        ][: draw.whole("spellings")]
    phone = w.contacts["phone"][
        np.where(
            rng.random(len(forms)) < draw.real("own_phone_share"),
            w.parties["contact"][case.passers_by(len(forms))],
            rng.choice(contact, len(forms)),
        )
    ]
    address = np.where(
        rng.random(len(forms)) < draw.real("one_door_share"),
        w.contacts["address"][contact[0]],
        w.contacts["address"][rng.choice(contact, len(forms))],
    )
    names = w.contacts.add(name=forms, phone=phone, address=address)
    days = rng.integers(case.start, case.stop + 1, draw.whole("days"))
    at = np.concatenate(
        [w.calendar.at(rng, np.full(draw.whole("receipts_a_day"), day), "office") for day in days]
    )
    at = np.minimum(at, w.calendar.end - 2 * HOUR)
    lines, parcels = express_consignments(w, rng, rng.choice(names, len(at)), at)
    case.left("customs_declarations", lines)
    case.left("shipments", parcels)
    case.worth(w.declarations["value_vnd"][lines].sum())
    yield


@scheme("carousel_trade")
def carousel_trade(case: Case) -> Iterator[None]:
    """The same goods leave for a refund, come back under another firm, and leave again, dearer each time."""
    w, rng, draw = case.world, case.rng, case.ranges
    exporter, importer = case.firms(1, "exporter"), case.firms(1, "importer")
    case.join("party", exporter, "exporter")
    case.join("party", importer, "importer")
    partner = case.partners(1, ["CN"])[0]
    goods, count = int(rng.choice([2, 3, 4, 9])), draw.whole("loops")
    quantity = float(rng.integers(300, 3000))
    begin, step = case.start, max(2, (case.stop - case.start) // (2 * count))
    rows = []
    for loop in range(count):
        level = draw.real("price_factor") * (1 + 0.1 * loop)
        noise = np.exp(rng.normal(0, draw.real("quantity_noise"), 2))
        for turn, (firm, way, regime) in enumerate(
            ((exporter, "export", "B11"), (importer, "import", "A11"))
        ):
            day = min(begin + (2 * loop + turn) * step, case.stop)
            at = np.minimum(w.calendar.at(rng, np.array([day]), "office"), w.calendar.end - 2 * HOUR)
            rows.append(
                declare(
                    w,
                    rng,
                    firm[0],
                    at,
                    goods,
                    direction=way,
                    regime=regime,
                    partner=partner,
                    quantity=np.round(quantity * noise[turn : turn + 1]),
                    price_factor=level if way == "export" else level * 0.5,
                )
            )
    every = case.left("customs_declarations", np.concatenate(rows))
    case.worth(w.declarations["vat_vnd"][every].sum() + w.declarations["value_vnd"][every].sum() * 0.1)
    yield
    case.left("bank_transactions", settle_trade(w, rng, every))
    back = pay(
        w,
        rng,
        main_accounts(w, exporter)[0],
        main_accounts(w, importer)[0],
        case.moments(count, "office"),
        w.declarations["value_vnd"][every].sum() / (2 * count) * rng.uniform(0.8, 1.1, count),
        phrase(w, rng, "business", count),
    )
    case.left("bank_transactions", back)


@scheme("friendly_counter")
def friendly_counter(case: Case) -> Iterator[None]:
    """Traders come when their officer is on duty: amended within the hour, from red or yellow to green,
    gone in minutes.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    office = int(rng.integers(w.size.offices))
    officer = office * 100 + int(rng.integers(officers_of_offices(w)[office]))
    count = draw.whole("declarations") * len(firms)
    friendly = rng.random(count) < draw.real("friendly_share")
    mate = office * 100 + rng.integers(0, officers_of_offices(w)[office], count)
    at = np.minimum(case.moments(count, "office"), w.calendar.end - 2 * HOUR)
    rows = declare(
        w,
        rng,
        rng.choice(firms, count),
        at,
        rng.integers(0, 8, count),
        office=np.full(count, office),
        officer=np.where(friendly, officer, mate),
        price_factor=np.where(friendly, draw.real("price_factor"), 1.0),
    )
    mine = rows[friendly]
    d = w.declarations
    d["channel"][mine] = np.where(rng.random(len(mine)) < draw.real("green_share"), "green", "yellow").astype(
        object
    )
    d["inspection"][mine] = "none"
    quick = rng.random(len(mine)) < draw.real("quick_share")
    d["cleared"][mine[quick]] = d["registered"][mine[quick]] + rng.integers(120, 1500, int(quick.sum()))
    amended = mine[(rng.random(len(mine)) < draw.real("amended_share")) & (d["channel"][mine] == "green")]
    d["history"][amended] = np.where(rng.random(len(amended)) < 0.5, "red>green", "yellow>green").astype(
        object
    )
    case.left("customs_declarations", mine)
    case.worth(d["value_vnd"][mine].sum())
    yield
    settle_trade(w, rng, rows)
