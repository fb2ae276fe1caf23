"""Takings of shops that do not fit: hidden, rotated, forged, or without purchases (domain.md: C, G, D)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.calendar import DAY
from jobs.simulate.cases import Case, scheme
from jobs.simulate.commerce import main_accounts, sell
from jobs.simulate.payments import pay, phrase
from jobs.simulate.places import border_provinces, new_addresses
from jobs.simulate.population import new_contacts
from jobs.simulate.schemes.proceeds import hand_over
from jobs.simulate.state import PAYING_PLATFORMS, PLATFORMS

_CASH_PLATFORMS = (2, 4, 6)  # facebook, zalo, own_site: the shop itself is paid


@scheme("concealed_revenue")
def concealed_revenue(case: Case) -> Iterator[None]:
    """Buyers are told to write "loan" or "gift", or nothing, and to pay private accounts instead of the
    shop's.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"), platforms=_CASH_PLATFORMS)
    accounts = case.accounts(case.people(draw.whole("accounts")), 0.3)
    case.join("shop", shops, "storefront")
    case.join("account", accounts, "collector")
    yield
    count = draw.whole("orders_per_shop") * len(shops)
    chosen, at = rng.choice(shops, count), case.moments(count, "shopping")
    parcels, _ = sell(w, rng, chosen, at, case.population, cod=np.zeros(count, dtype=bool), buyers_pay=False)
    case.left("shipments", parcels)
    buyer = _buyer_accounts(case, parcels)
    odd = rng.random(len(parcels)) < draw.real("odd_remark_share")
    words = np.where(odd, phrase(w, rng, "loan_gift", len(parcels)), phrase(w, rng, "direct", len(parcels)))
    when = w.parcels["created"][parcels] - rng.integers(0, 7200, len(parcels))
    paid = pay(
        w, rng, buyer, rng.choice(accounts, len(parcels)), when, w.parcels["declared_vnd"][parcels], words
    )
    case.left("bank_transactions", paid)
    case.worth(w.payments["amount"][paid].sum())


def _buyer_accounts(case: Case, parcels: np.ndarray) -> np.ndarray:
    """Accounts of those to whom parcels go."""
    w = case.world
    contact = w.parcels["recipient"][parcels]
    order = np.argsort(w.parties["contact"][case.population], kind="stable")
    people = case.population[order]
    at = np.searchsorted(w.parties["contact"][people], contact)
    return main_accounts(w, people[np.minimum(at, len(people) - 1)])


@scheme("rotated_settlement")
def rotated_settlement(case: Case) -> Iterator[None]:
    """A shop changes the account it is paid to again and again, among straw people who hand the money on."""
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"), platforms=_CASH_PLATFORMS if draw.chance("off_platform") else ())
    pool = case.accounts(case.people(draw.whole("accounts")), draw.real("fresh_share"))
    operator = int(case.accounts(case.people(1))[0])
    case.join("shop", shops, "storefront")
    case.join("account", pool, "straw_account")
    case.join("account", operator, "operator")
    period = draw.whole("rotation_days")
    for shop in shops:
        turn = int(rng.integers(len(pool)))
        for day in range(case.start, case.stop, period):
            w.seller_changes.add(shop=[int(shop)], day=[day], settlement=[int(pool[turn % len(pool)])])
            count = draw.whole("orders_per_turn")
            at = w.calendar.times(rng, count, "shopping", day, min(day + period - 1, case.stop))
            platform_pays = w.shops["platform"][shop] not in _CASH_PLATFORMS
            account = {} if platform_pays else {"cod_account": np.full(count, pool[turn % len(pool)])}
            parcels, _ = sell(w, rng, np.full(count, shop), at, case.population, **account)
            case.left("shipments", parcels)
            turn += 1
    case.absorb(np.empty(0, dtype=np.int64), pool)
    yield
    hand_over(case, pool, operator, draw.real("handed_over"), draw.real("delay_hours"))
    case.worth(
        sum(
            float(w.parcels["declared_vnd"][rows].sum()) for feed, rows in case.records if feed == "shipments"
        )
    )


@scheme("border_pickup_undeclared")
def border_pickup_undeclared(case: Case) -> Iterator[None]:
    """Foreign goods fetched at the border and sold for cash, with hardly a purchase and no declaration
    behind them.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(
        draw.whole("shops"),
        category=["thoi_trang", "giay_dep", "tui_vi", "my_pham", "dien_tu"],
        platforms=_CASH_PLATFORMS,
    )
    moved = rng.random(len(shops)) < draw.real("pickup_at_border")
    moved[0] = True
    province = str(rng.choice(border_provinces("CN")))
    place = new_addresses(w, rng, [province] * max(1, draw.whole("depots")))
    contacts = w.contacts
    for shop in shops[moved]:
        old = w.shops["contact"][shop]
        w.shops["contact"][shop] = contacts.add(
            name=[contacts["name"][old]], phone=[contacts["phone"][old]], address=[int(rng.choice(place))]
        )[0]
    w.shops["purchase_share"][shops] = draw.real("purchase_share")
    count = draw.whole("orders_per_shop") * len(shops)
    chosen = rng.choice(shops, count)
    foreign = np.where(rng.random(count) < draw.real("origin_known"), "CN", "")
    sell(
        w,
        rng,
        chosen,
        case.moments(count, "shopping"),
        case.population,
        cod=rng.random(count) < 0.92,
        origin=foreign,
    )
    case.join("shop", shops, "storefront")
    case.absorb(shops, w.shops["settlement"][shops])
    boss = case.accounts(case.people(1))
    case.join("account", w.shops["settlement"][shops], "settlement")
    case.join("account", boss, "operator")
    yield
    hand_over(
        case,
        np.unique(w.shops["settlement"][shops]),
        int(boss[0]),
        draw.real("handed_over"),
        draw.real("delay_hours"),
    )


@scheme("forged_orders")
def forged_orders(case: Case) -> Iterator[None]:
    """Orders, payments and waybills that never were: a few recipients, empty parcels, impossible times,
    money that returns.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"))
    helpers = case.people(draw.whole("helpers"))
    accounts = case.accounts(helpers)
    case.join("shop", shops, "storefront")
    case.join("account", accounts, "false_buyer")
    names = [str(n) for n in w.parties["name"][helpers]]
    extra = new_contacts(w, rng, names, [str(rng.choice(["01", "79", "31"]))] * len(helpers))
    count = draw.whole("orders_per_shop") * len(shops)
    at = case.moments(count, "shopping")
    which = rng.integers(0, len(helpers), count)
    light = rng.random(count) < draw.real("empty_share")
    fast = draw.real("transit_days")
    parcels, paid = sell(
        w,
        rng,
        rng.choice(shops, count),
        at,
        case.population,
        recipient=helpers[which],
        cod=rng.random(count) < 0.05,
        kg=np.where(
            light, np.round(rng.uniform(0.0, 0.06, count), 3), np.round(rng.uniform(0.1, 0.9, count), 3)
        ),
        transit_days=[fast * 0.3, fast],
        delivered_share=0.985,
    )
    aside = rng.random(len(parcels)) < 0.3
    w.parcels["recipient"][parcels[aside]] = rng.choice(extra, int(aside.sum()))
    case.left("shipments", parcels)
    case.left("bank_transactions", paid)
    case.left(
        "bank_transactions", _pay_for_nothing(case, shops, accounts, int(count * draw.real("unsent_share")))
    )
    case.worth(w.parcels["declared_vnd"][parcels].sum())
    settlement = np.unique(w.shops["settlement"][shops])
    case.join("account", settlement, "settlement")
    yield
    weeks = max(1, (case.stop - case.start) // 7)
    source, spent = rng.choice(settlement, weeks * len(helpers)), w.payments["amount"][paid].sum()
    target = np.tile(accounts, weeks)
    at = (
        w.calendar.first * DAY
        + (case.start + np.repeat(np.arange(weeks), len(helpers)) * 7 + rng.integers(0, 6, len(target))) * DAY
    )
    at += rng.integers(8 * 3600, 21 * 3600, len(target))
    share = rng.dirichlet(np.full(len(target), 3.0)) * spent * draw.real("refunded")
    back = pay(w, rng, source, target, at, share, phrase(w, rng, "family", len(target)))
    case.left("bank_transactions", back)


def _pay_for_nothing(case: Case, shops: np.ndarray, buyers: np.ndarray, count: int) -> np.ndarray:
    """Orders that are paid for and never sent: there is no parcel to the number."""
    w, rng = case.world, case.rng
    shop = rng.choice(shops, count)
    platform = w.shops["platform"][shop]
    paying = np.isin(platform, [PLATFORMS.index(name) for name in PAYING_PLATFORMS])
    target = np.where(paying, np.array(w.platform_accounts)[platform], w.shops["settlement"][shop])
    price = np.maximum(
        np.round(w.shops["price_vnd"][shop] * np.exp(rng.normal(0, 0.25, count)) / 1000) * 1000, 5000
    )
    number = np.where(paying, w.take_numbers("orders", count, 6), -1)
    texts = np.where(paying, phrase(w, rng, "order", count), phrase(w, rng, "direct", count))
    return pay(
        w,
        rng,
        rng.choice(buyers, count),
        target,
        case.moments(count, "shopping"),
        price,
        texts,
        number=number,
        exact=True,
    )
