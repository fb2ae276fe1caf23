"""Shops that are not what they seem: one operator behind straw owners (domain.md: joins, D)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.cases import Case, scheme
from jobs.simulate.commerce import main_accounts, sell
from jobs.simulate.ledger import Rows
from jobs.simulate.schemes.proceeds import hand_over


def share_identifiers(case: Case, shops: Rows, share: float) -> None:
    """Let shops use one another's telephone, pickup point, device or settlement account, each with probability ``share``."""
    w, rng = case.world, case.rng
    contact, device, settlement = w.shops["contact"], w.shops["device"], w.shops["settlement"]
    for shop in shops[1:]:
        host = int(shops[int(rng.integers(0, len(shops)))]) if rng.random() < 0.5 else int(shops[0])
        mine, theirs = int(contact[shop]), int(contact[host])
        contacts = w.contacts
        phone, address = rng.random() < share, rng.random() < share
        if phone or address:
            contact[shop] = contacts.add(name=[contacts["name"][mine]], phone=[contacts["phone"][theirs if phone else mine]],
                                         address=[contacts["address"][theirs if address else mine]])[0]
        if rng.random() < share:
            device[shop] = device[host]
        if rng.random() < share * 0.6:
            settlement[shop] = settlement[host]


@scheme("counterfeit_multi_shop")
def counterfeit_multi_shop(case: Case) -> Iterator[None]:
    """One operator sells fakes of a few brands through shops of straw owners that share only some identifiers."""
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"), category=["thoi_trang", "giay_dep", "tui_vi", "dong_ho", "my_pham"])
    operator = case.people(1)
    account = main_accounts(w, operator)
    share_identifiers(case, shops, draw.real("shared_share"))
    brand = str(rng.choice(["Nike", "Adidas", "Gucci", "Chanel", "Hermes", "Dior", "Rolex", "Casio"]))
    case.join("shop", shops, "storefront")
    case.join("account", account, "operator")
    count = draw.whole("parcels_per_shop") * len(shops)
    factor = draw.real("price_factor")
    chosen = rng.choice(shops, count)
    sell(w, rng, chosen, case.moments(count, "shopping"), case.population, brand=np.where(rng.random(count) < draw.real("brand_share"), brand, ""),
         unit_vnd=w.shops["price_vnd"][chosen] * factor * np.exp(rng.normal(0, 0.3, count)))
    w.shops["purchase_share"][shops] *= draw.real("purchase_factor")
    case.absorb(shops, w.shops["settlement"][shops])
    yield
    hand_over(case, np.unique(w.shops["settlement"][shops]), int(account[0]), draw.real("handed_over"), draw.real("delay_hours"))
