"""Shops: who sells what, on which platform, from where, and how much."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np

from jobs.simulate import places
from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.population import ROLES, new_contacts
from jobs.simulate.state import FIRM, PERSON, World

_PREFIX = ("Shop", "Tiệm", "Kho", "Nhà", "Store", "Boutique", "Shop", "Thế giới")
_SUFFIX = (
    "chính hãng",
    "giá rẻ",
    "sỉ lẻ",
    "Official",
    "cao cấp",
    "Hà Nội",
    "Sài Gòn",
    "247",
    "Store",
    "nhập khẩu",
    "",
)


def plain(text: str) -> str:
    """Text without tone marks, lower case."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in folded if not unicodedata.combining(c)).lower()


def shop_names(world: World, rng: np.random.Generator, owners: Rows, categories: list[str]) -> list[str]:
    """Names as shops have them: a given name or a ware, dressed up."""
    retail = read("goods")["retail"]
    given = [str(name).split()[-1] for name in world.parties["name"][owners]]
    a, b, c, d = (
        rng.integers(0, len(_PREFIX), len(owners)),
        rng.integers(0, len(_SUFFIX), len(owners)),
        rng.random(len(owners)),
        rng.random(len(owners)),
    )
    number = rng.integers(1, 99, len(owners))
    out = []
    for i, category in enumerate(categories):
        titles = retail[category]["title"]
        ware = titles[int(d[i] * len(titles))]
        middle = f"{given[i]} {ware}" if c[i] < 0.4 else ware if c[i] < 0.65 else f"{given[i]} {number[i]}"
        out.append(f"{_PREFIX[a[i]]} {middle} {_SUFFIX[b[i]]}".strip())
    return out


def open_shops(world: World, rng: np.random.Generator, owners: Rows, settlement: Rows, **fixed: Any) -> Rows:
    """A shop for each owner, paid out to the account given. Every shop in the world is opened here.

    ``fixed`` overrides what is drawn: ``platform``, ``category``, ``contact``, ``device``,
    ``registered_on``, ``volume``...
    """
    words, retail = read("population"), read("goods")["retail"]
    count = len(owners)
    weights = np.array(words["platform_weights"][: world.size.platforms], dtype=float)
    platform = fixed.pop("platform", rng.choice(len(weights), size=count, p=weights / weights.sum()))
    share = np.array([row["share"] for row in retail.values()], dtype=float)
    category = fixed.pop("category", None)
    if category is None:
        category = [list(retail)[i] for i in rng.choice(len(retail), size=count, p=share / share.sum())]
    contact = fixed.pop("contact", None)
    if contact is None:
        contact = _pickup_contacts(world, rng, owners)
    opened = rng.random(count) < words["opens_in_window_share"]
    opens = np.where(opened, rng.integers(1, world.calendar.days - 10, count), 0)
    registered = np.where(
        opened, world.calendar.first + opens - 1, world.calendar.first - rng.integers(20, 2500, count)
    )
    name = shop_names(world, rng, owners, category)
    digits = world.take_numbers("sellers", count)
    seller_id = [f"{n:010d}" for n in digits]
    mail = rng.random(count)
    given = [plain(str(n)).replace(" ", "") for n in world.parties["name"][owners]]
    email = [
        f"{g}{int(d) % 1000}@{('gmail.com', 'yahoo.com', 'outlook.com')[int(m * 3)]}" if m < 0.8 else ""
        for g, d, m in zip(given, digits, mail, strict=True)
    ]
    median = np.array([retail[c]["price_vnd"] for c in category], dtype=float)
    spread = np.array([retail[c]["sigma"] for c in category]) * 0.7
    branded = rng.random(count) < np.array([retail[c]["branded"] for c in category])
    brand = [
        str(rng.choice(retail[c]["brands"])) if b else "" for c, b in zip(category, branded, strict=True)
    ]
    firm = world.parties["kind"][owners] == FIRM
    registered_tax = firm | (rng.random(count) < words["tax_code_share"])
    tax_code = np.where(
        registered_tax & (firm | (world.parties["id_type"][owners] == "cccd")),
        world.parties["id_value"][owners],
        "",
    )
    wholesalers = np.flatnonzero(world.parties["roles"] & ROLES["wholesaler"])
    same_device = rng.random(count) < words["seller_device_share"]
    drawn = {
        "platform": platform,
        "seller_id": seller_id,
        "name": name,
        "owner": owners,
        "contact": contact,
        "email": email,
        "settlement": settlement,
        "category": category,
        "device": np.where(same_device, world.accounts["device"][settlement], world.new_devices(count)),
        "registered_on": registered,
        "opens": opens,
        "volume": rng.lognormal(0, words["volume_sigma"], count),
        "price_vnd": median * np.exp(rng.normal(0, spread)),
        "cod_share": np.clip(np.array(words["cod_share"])[platform] + rng.normal(0, 0.12, count), 0.02, 0.98),
        "carrier": rng.integers(0, world.size.carriers, count),
        "tax_code": tax_code,
        "brand": brand,
        "supplier": rng.choice(wholesalers, count),
        "purchase_share": np.clip(rng.normal(0.65, 0.12, count), 0.2, 0.9),
    }
    drawn.update(fixed)
    return world.shops.add(count=count, **drawn)


def _pickup_contacts(world: World, rng: np.random.Generator, owners: Rows) -> Rows:
    """Where parcels are fetched: from home, a rented room, or a fulfilment warehouse that many share."""
    words = read("population")
    parties = world.parties
    own = parties["contact"][owners]
    province = [str(p) for p in places.province_of(world, own)]
    fresh = new_contacts(world, rng, [str(n) for n in parties["name"][owners]], province)
    style = rng.random(len(owners))
    contacts = world.contacts
    address = np.where(style < 0.6, contacts["address"][own], contacts["address"][fresh])
    warehouses = max(2, len(owners) // 120)
    depot = places.new_addresses(world, rng, ["01" if i % 2 else "79" for i in range(warehouses)])
    in_depot = rng.random(len(owners)) < words["warehouse_share"]
    address = np.where(in_depot, depot[rng.integers(0, warehouses, len(owners))], address)
    phone = np.where(style < 0.8, contacts["phone"][own], contacts["phone"][fresh])
    return contacts.add(name=contacts["name"][own], phone=phone, address=address)


def ordinary_shops(world: World, count: int, people: Rows, firms: Rows) -> Rows:
    """The shops of the ordinary population, and their settlement accounts."""
    rng = world.rng("shops")
    words = read("population")
    by_firm = int(count * words["company_owner_share"])
    again = int(count * words["second_shop_share"])
    adults = people[world.parties["born"][people] <= 2006]
    owners = np.concatenate(
        [rng.choice(firms, by_firm), rng.choice(adults, count - by_firm - again, replace=False)]
    )
    owners = np.concatenate([owners, rng.choice(owners, again)])
    holder = world.accounts["holder"]
    order = np.argsort(holder, kind="stable")
    start, stop = (
        np.searchsorted(holder[order], owners, "left"),
        np.searchsorted(holder[order], owners, "right"),
    )
    settlement = order[start + (rng.random(count) * (stop - start)).astype(int)]
    # Some sellers are paid to a relative's account, which is no crime.
    relatives = np.searchsorted(world.parties["household"][people], world.parties["household"][owners])
    relative_account = order[
        np.searchsorted(holder[order], people[np.minimum(relatives, len(people) - 1)], "left")
    ]
    own = (rng.random(count) < words["own_account_share"]) | (world.parties["kind"][owners] != PERSON)
    return open_shops(world, rng, owners, np.where(own, settlement, relative_account))
