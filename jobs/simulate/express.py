"""Low-value imports by express carriers: one declaration line and one parcel for each consignment."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.simulate.calendar import DAY, HOUR
from jobs.simulate.commerce import buyers, pay_ahead, send
from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.population import ROLES, foreign_partners
from jobs.simulate.state import PAYING_PLATFORMS, PLATFORMS, World
from jobs.simulate.trade import declare


def express_consignments(
    world: World, rng: np.random.Generator, consignees: Rows, at: NDArray[np.int64], **columns: Any
) -> tuple[Rows, Rows]:
    """Low-value imports for people: the declaration line and the parcel that goes with it. ``consignees``
    are contacts.
    """
    words = read("trade")
    count = len(consignees)
    firms = columns.pop("declarant", None)
    if firms is None:
        brokers = np.flatnonzero(world.parties["roles"] & ROLES["broker"])
        size = 1.0 / (1 + np.arange(len(brokers)))
        firms = rng.choice(brokers, size=count, p=size / size.sum())
    wares = read("goods")["trade"]
    small = np.array([i for i, row in enumerate(wares) if row["kg"] < 1 and row["unit"] in ("PCE", "PR")])
    goods = columns.pop("goods", small[rng.integers(0, len(small), count)])
    goods = np.broadcast_to(goods, (count,))
    value = np.exp(rng.uniform(*np.log(words["express_value_usd"]), count))
    usual = np.array([row["unit_usd"] for row in wares])[goods]
    if "quantity" not in columns:
        columns["quantity"] = np.maximum(1, np.round(value / usual / 2))
    abroad = columns.pop("partner", None)
    if abroad is None:
        abroad = _express_senders(world)[rng.integers(0, 12, count)]
    master = columns.pop("master", None)
    if master is None:
        master = _master_bills(world, np.asarray(firms), at)
    house = world.take_numbers("house bills", count)
    lines = declare(
        world,
        rng,
        firms,
        at,
        goods,
        regime="MIC",
        consignee=consignees,
        partner=abroad,
        master=master,
        house=house,
        **columns,
    )
    d = world.declarations
    sender = world.parties["contact"][d["trader"][lines]]
    parcels = send(
        world,
        rng,
        np.maximum(d["cleared"][lines], at),
        sender,
        consignees,
        d["phrase"][lines],
        hs=d["hs"][lines] // 10_000,
        quantity=d["quantity"][lines],
        kg=np.maximum(d["kg"][lines], 0.05),
        declared_vnd=d["value_vnd"][lines],
        origin=d["origin"][lines],
        master=d["master"][lines],
        house=house,
        declaration=d["declaration"][lines],
        carrier=rng.integers(0, world.size.carriers, count),
    )
    return lines, parcels


def _master_bills(world: World, firms: Rows, at: NDArray[np.int64]) -> Rows:
    """The consolidated consignment of each broker every other day."""
    key, where = np.unique(firms * 100_000 + at // (2 * DAY), return_inverse=True)
    for one in key:
        if int(one) not in world.master_bills:
            world.master_bills[int(one)] = int(world.take_numbers("master bills", 1)[0])
    return np.array([world.master_bills[int(one)] for one in key], dtype=np.int64)[where]


def sell_from_abroad(
    world: World,
    rng: np.random.Generator,
    shops: Rows,
    at: NDArray[np.int64],
    people: Rows,
    declared_share: Any,
) -> tuple[Rows, Rows, Rows]:
    """Orders that a shop has sent to buyers from abroad: declaration lines, parcels and payments.

    ``declared_share`` is what the declaration says, as a share of what the buyer pays.
    """
    count = len(shops)
    at = np.minimum(at, world.calendar.end - 2 * HOUR)
    buyer = buyers(world, rng, people, shops)
    lines, parcels = express_consignments(world, rng, world.parties["contact"][buyer], at)
    s, p = world.shops, world.parcels
    platform = s["platform"][shops]
    paying = np.isin(platform, [PLATFORMS.index(name) for name in PAYING_PLATFORMS])
    price = np.round(world.declarations["value_vnd"][lines] / declared_share / 1000) * 1000
    cod = rng.random(count) < read("trade")["express_cod_share"]
    p["shop"][parcels], p["platform"][parcels] = shops, np.where(paying, platform, -1)
    p["order"][parcels] = np.where(paying, world.take_numbers("orders", count, 6), 0)
    p["cod_vnd"][parcels] = np.where(cod, price, 0)
    account = np.where(paying, np.array(world.platform_accounts)[platform], s["settlement"][shops])
    p["cod_account"][parcels] = np.where(cod, account, -1)
    ahead = ~cod
    paid = pay_ahead(world, rng, parcels[ahead], buyer[ahead], price[ahead], p["order"][parcels[ahead]])
    return lines, parcels, paid


def _express_senders(world: World) -> Rows:
    """Foreign marketplaces and forwarders that send parcels to Vietnam: a few, known to everyone."""
    if world.express_senders is None:
        world.express_senders = foreign_partners(world, world.rng("express senders"), 12)
    return world.express_senders


def ordinary_express(world: World, people: Rows, count: int) -> None:
    """Private orders from abroad, and those of shops that sell from abroad."""
    rng = world.rng("express")
    words = read("trade")
    sold = int(count * words["express_sold_share"])
    traders = rng.integers(0, len(world.shops), max(3, len(world.shops) // 40))
    declared = rng.uniform(*words["express_declared_share"], sold)
    at = world.calendar.times(rng, sold, "office")
    sell_from_abroad(world, rng, rng.choice(traders, sold), at, people, declared)
    count -= sold
    someone = rng.choice(people, count)
    express_consignments(
        world, rng, world.parties["contact"][someone], world.calendar.times(rng, count, "office")
    )
