"""Low-value imports that are one consignment in truth (domain.md: C, trap 2)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.cases import Case, scheme
from jobs.simulate.express import express_consignments, sell_from_abroad
from jobs.simulate.identity import person_names
from jobs.simulate.ledger import Rows


def straw_consignees(case: Case) -> Rows:
    """Contacts to whom parcels are addressed: real, invented or missing names with a few telephones and
    addresses among them.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    count, phones, addresses = draw.whole("names"), draw.whole("phones"), draw.whole("addresses")
    invented, nameless = draw.real("invented"), draw.real("nameless")
    hosts = case.people(max(phones, addresses))
    contact = w.parties["contact"][hosts]
    for host in hosts:
        case.join("party", int(host), "consignee")
    case.join("phone", contact[:phones], "consignee")
    borrowed = w.contacts["name"][w.parties["contact"][case.passers_by(count)]]
    made_up = person_names(rng, rng.random(count) < 0.5)
    names = [
        m if r < invented else str(b) for m, b, r in zip(made_up, borrowed, rng.random(count), strict=True)
    ]
    names = ["" if r < nameless else name for name, r in zip(names, rng.random(count), strict=True)]
    phone = w.contacts["phone"][contact[rng.integers(0, phones, count)]]
    address = w.contacts["address"][contact[rng.integers(0, addresses, count)]]
    return w.contacts.add(name=names, phone=phone, address=address)


@scheme("split_house_bills")
def split_house_bills(case: Case) -> Iterator[None]:
    """One consignment under one master bill is split into many small house bills to stay under duty."""
    w, rng, draw = case.world, case.rng, case.ranges
    declarant = case.firms(1, "broker")
    names = straw_consignees(case)
    case.join("party", int(declarant[0]), "declarant")
    other = w.contacts["address"][w.parties["contact"][case.passers_by(len(names))]]
    elsewhere = rng.random(len(names)) < draw.real("own_address_share")
    w.contacts["address"][names] = np.where(elsewhere, other, w.contacts["address"][names])
    product = rng.integers(0, 6)
    for begin in case.moments(draw.whole("shipments"), "office"):
        count = draw.whole("bills")
        master = np.full(count, w.take_numbers("master bills", 1)[0])
        spread = int(draw.real("spread_hours") * 3600) + 600
        at = np.minimum(begin + rng.integers(0, spread, count), w.calendar.end - 7200)
        similar = rng.random(count) < draw.real("same_goods")
        goods = np.where(similar, product, rng.integers(0, 6, count))
        lines, parcels = express_consignments(
            w,
            rng,
            rng.choice(names, count),
            at,
            declarant=np.full(count, declarant[0]),
            master=master,
            goods=goods,
        )
        case.left("customs_declarations", lines)
        case.left("shipments", parcels)
        case.worth(w.declarations["value_vnd"][lines].sum())
    yield


@scheme("consignee_farm")
def consignee_farm(case: Case) -> Iterator[None]:
    """Week after week parcels from abroad for dozens of names that all end at the same few telephones or
    doors.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    names = straw_consignees(case)
    own = rng.random(len(names)) < draw.real("own_phone_share")
    w.contacts["phone"][names] = np.where(
        own,
        w.contacts["phone"][w.parties["contact"][case.passers_by(len(names))]],
        w.contacts["phone"][names],
    )
    count = draw.whole("parcels")
    at = np.minimum(case.moments(count, "office"), w.calendar.end - 7200)
    lines, parcels = express_consignments(w, rng, rng.choice(names, count), at)
    case.left("customs_declarations", lines)
    case.left("shipments", parcels)
    case.worth(w.declarations["value_vnd"][lines].sum())
    yield


@scheme("underdeclared_parcels")
def underdeclared_parcels(case: Case) -> Iterator[None]:
    """Shops send from abroad and declare a fraction of what the buyer pays for the very same parcel."""
    w, rng, draw = case.world, case.rng, case.ranges
    shops = case.shops(draw.whole("shops"))
    case.join("shop", shops, "storefront")
    count = draw.whole("orders_per_shop") * len(shops)
    honest = rng.random(count) < draw.real("honest_share")
    share = np.clip(draw.real("declared_share") * np.exp(rng.normal(0, 0.2, count)), 0.05, 0.9)
    share = np.where(honest, rng.uniform(0.75, 1.0, count), share)
    at = case.moments(count, "office")
    lines, parcels, paid = sell_from_abroad(w, rng, rng.choice(shops, count), at, case.population, share)
    case.left("customs_declarations", lines[~honest])
    case.left("shipments", parcels[~honest])
    case.left("bank_transactions", paid)
    case.worth(float((w.declarations["value_vnd"][lines] / share)[~honest].sum()))
    yield
