"""Shops that are not what they seem: one operator behind straw owners (domain.md: joins, D)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.cases import Case, scheme
from jobs.simulate.commerce import main_accounts, sell
from jobs.simulate.ledger import Rows
from jobs.simulate.listings import nearly, offer, pictures
from jobs.simulate.reports import account_value, decide, seller_value, tip
from jobs.simulate.schemes.proceeds import hand_over
from jobs.simulate.shops import open_shops


def share_identifiers(case: Case, shops: Rows, share: float) -> None:
    """Let shops use one another's telephone, pickup point, device or settlement account, each with
    probability ``share``.
    """
    w, rng = case.world, case.rng
    contact, device, settlement = w.shops["contact"], w.shops["device"], w.shops["settlement"]
    for shop in shops[1:]:
        host = int(shops[int(rng.integers(0, len(shops)))]) if rng.random() < 0.5 else int(shops[0])
        mine, theirs = int(contact[shop]), int(contact[host])
        contacts = w.contacts
        phone, address = rng.random() < share, rng.random() < share
        if phone or address:
            contact[shop] = contacts.add(
                name=[contacts["name"][mine]],
                phone=[contacts["phone"][theirs if phone else mine]],
                address=[contacts["address"][theirs if address else mine]],
            )[0]
        if rng.random() < share:
            device[shop] = device[host]
        if rng.random() < share * 0.6:
            settlement[shop] = settlement[host]


@scheme("counterfeit_multi_shop")
def counterfeit_multi_shop(case: Case) -> Iterator[None]:
    """One operator sells fakes of a few brands through shops of straw owners that share only some
    identifiers.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(
        draw.whole("shops"), category=["thoi_trang", "giay_dep", "tui_vi", "dong_ho", "my_pham"]
    )
    operator = case.people(1)
    account = main_accounts(w, operator)
    share_identifiers(case, shops, draw.real("shared_share"))
    brand = str(rng.choice(["Nike", "Adidas", "Gucci", "Chanel", "Hermes", "Dior", "Rolex", "Casio"]))
    case.join("shop", shops, "storefront")
    case.join("account", account, "operator")
    count = draw.whole("parcels_per_shop") * len(shops)
    factor = draw.real("price_factor")
    chosen = rng.choice(shops, count)
    sell(
        w,
        rng,
        chosen,
        case.moments(count, "shopping"),
        case.population,
        brand=np.where(rng.random(count) < draw.real("brand_share"), brand, ""),
        unit_vnd=w.shops["price_vnd"][chosen] * factor * np.exp(rng.normal(0, 0.3, count)),
    )
    w.shops["purchase_share"][shops] *= draw.real("purchase_factor")
    images = pictures(rng, draw.whole("images"))
    shown = np.repeat(shops, 3)
    same = rng.random(len(shown)) < draw.real("same_images")
    image = np.where(same, nearly(rng, rng.choice(images, len(shown)), 2), pictures(rng, len(shown)))
    offer(
        w,
        rng,
        shown,
        image=image,
        brand=np.where(rng.random(len(shown)) < draw.real("brand_share"), brand, ""),
        price_vnd=np.round(w.shops["price_vnd"][shown] * factor / 1000) * 1000,
    )
    if rng.random() < draw.real("tipped"):
        case.left("tips", tip(w, rng, int(rng.choice(shops)), int(case.moments(1)[0]), "counterfeit"))
    case.absorb(shops, w.shops["settlement"][shops])
    yield
    hand_over(
        case,
        np.unique(w.shops["settlement"][shops]),
        int(account[0]),
        draw.real("handed_over"),
        draw.real("delay_hours"),
    )


@scheme("sanctioned_reborn")
def sanctioned_reborn(case: Case) -> Iterator[None]:
    """An operator whose shop was punished sells on under new names, with some of the old telephones,
    accounts and pictures.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    old = case.shops(1, category=["thoi_trang", "giay_dep", "tui_vi", "dong_ho", "my_pham", "suc_khoe"])
    day = w.calendar.first + max(1, case.start - draw.whole("since_days"))
    kind = str(rng.choice(["seller", "account", "phone"], p=[0.6, 0.2, 0.2]))
    contact = w.contacts["phone"][w.shops["contact"][old[0]]]
    value = {
        "seller": seller_value(w, int(old[0])),
        "account": account_value(w, int(w.shops["settlement"][old[0]])),
        "phone": str(contact),
    }[kind]
    case.left("enforcement_actions", decide(w, rng, kind, value, day, True, "counterfeit"))
    w.shops["status"][old] = "suspended"
    before = draw.whole("orders_per_shop")
    until = max(1, day - w.calendar.first)
    sell(
        w, rng, np.full(before, old[0]), w.calendar.times(rng, before, "shopping", 0, until), case.population
    )
    owners = case.people(draw.whole("shops"))
    settlement = case.accounts(owners, draw.real("fresh_share"))
    reborn = open_shops(
        w,
        rng,
        owners,
        settlement,
        category=[str(w.shops["category"][old[0]])] * len(owners),
        registered_on=np.full(len(owners), max(day, w.calendar.first + case.start - 5))
        + rng.integers(0, 8, len(owners)),
        opens=np.full(len(owners), case.start),
    )
    w.shops["taken"][reborn] = True
    both = np.concatenate([old, reborn])
    share_identifiers(case, both, draw.real("shared_share"))
    if (w.shops["device"][reborn] != w.shops["device"][old[0]]).all():
        w.shops["device"][reborn[0]] = w.shops["device"][old[0]]
    count = draw.whole("orders_per_shop") * len(reborn)
    chosen = rng.choice(reborn, count)
    sell(w, rng, chosen, case.moments(count, "shopping"), case.population)
    images = pictures(rng, draw.whole("images"))
    for shops in (old, reborn):
        shown = np.repeat(shops, 3)
        same = rng.random(len(shown)) < draw.real("same_images")
        image = np.where(same, nearly(rng, rng.choice(images, len(shown)), 2), pictures(rng, len(shown)))
        offer(w, rng, shown, image=image)
    if rng.random() < draw.real("tipped"):
        case.left("tips", tip(w, rng, int(rng.choice(reborn)), int(case.moments(1)[0]), "counterfeit"))
    case.join("shop", old, "sanctioned")
    case.join("shop", reborn, "storefront")
    case.absorb(reborn, w.shops["settlement"][reborn])
    yield
    target = int(w.shops["settlement"][old[0]])
    hand_over(
        case,
        np.unique(w.shops["settlement"][reborn]),
        target,
        draw.real("handed_over"),
        draw.real("delay_hours"),
    )
