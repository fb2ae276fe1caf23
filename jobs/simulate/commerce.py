"""Selling: parcels with their status history, and how buyers pay for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from jobs.simulate.calendar import DAY, HOUR, Seconds
from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.payments import pay, phrase
from jobs.simulate.state import PAYING_PLATFORMS, PLATFORMS, STATUS, World

_SERVICES = ("tiêu chuẩn", "nhanh", "tiết kiệm")


def buyers(world: World, rng: np.random.Generator, people: Rows, shops: Rows) -> Rows:
    """Who buys each parcel: active people more often, and some come back to the same shop."""
    words = read("commerce")
    activity = world.rng("buyer activity").lognormal(0, words["buyer_activity_sigma"], len(people))
    chosen = rng.choice(people, size=len(shops), p=activity / activity.sum())
    again = np.flatnonzero(rng.random(len(shops)) < words["repeat_buyer_share"])
    order = np.argsort(shops, kind="stable")
    where = np.searchsorted(shops[order], shops[again])
    chosen[again] = chosen[order[where]]
    return chosen


def send(
    world: World,
    rng: np.random.Generator,
    created: Seconds,
    sender: Any,
    recipient: Any,
    phrase_code: Any,
    **columns: Any,
) -> Rows:
    """Hand parcels to a carrier; pickup, delivery, return and status follow. Every parcel in the world is
    sent here.

    ``columns`` are those of the ledger. ``delivered_share`` replaces the usual share of parcels that arrive.
    """
    words = read("commerce")
    count = len(created)
    arrived = columns.pop("delivered_share", words["delivered"])
    transit_days = columns.pop("transit_days", words["delivery_days"])
    luck = rng.random(count)
    bounds = np.cumsum([words["cancelled"], words["lost"], words["refused"], words["returned"]])
    scale = (1 - arrived) / (1 - words["delivered"])
    status = np.full(count, STATUS["delivered"])
    for limit, name in zip(
        bounds[::-1] * min(scale, 4.0), ("returned", "refused", "lost", "cancelled"), strict=True
    ):
        status[luck < limit] = STATUS[name]
    picked = created + (rng.uniform(*words["pickup_hours"], count) * HOUR).astype(int)
    arrives = picked + (rng.uniform(*transit_days, count) * DAY).astype(int)
    hour = (arrives % DAY) // HOUR
    arrives += np.where(hour < 7, 7 * HOUR, np.where(hour > 20, 10 * HOUR, 0))
    back = arrives + (rng.uniform(*words["return_days"], count) * DAY).astype(int)
    end = world.calendar.end
    has_pick = (status != STATUS["cancelled"]) & (picked <= end)
    delivered = np.where((status == STATUS["delivered"]) & (arrives <= end), arrives, 0)
    returns = np.isin(status, (STATUS["returned"], STATUS["refused"]))
    returned = np.where(returns & (back <= end), back, 0)
    status = np.where((status == STATUS["delivered"]) & (delivered == 0), STATUS["in_transit"], status)
    status = np.where(returns & (returned == 0), STATUS["in_transit"], status)
    status = np.where((picked > end) & (status != STATUS["cancelled"]), STATUS["created"], status)
    carrier = np.broadcast_to(np.asarray(columns.pop("carrier", 0)), (count,))
    weight = np.asarray(columns.get("kg", 0.3), dtype=float)
    fee = np.round((rng.uniform(*words["fee_vnd"], count) + weight * words["fee_per_kg_vnd"]) / 500) * 500
    service = np.array(_SERVICES, dtype=object)[rng.integers(0, 3, count)]
    filled = {"waybill": world.take_numbers("waybills", count, 6), "service": service, "fee_vnd": fee}
    filled.update(columns)
    return world.parcels.add(
        count=count,
        created=created,
        picked=np.where(has_pick, picked, 0),
        delivered=delivered,
        returned=returned,
        status=status,
        carrier=carrier,
        sender=np.broadcast_to(np.asarray(sender), (count,)).copy(),
        recipient=np.broadcast_to(np.asarray(recipient), (count,)).copy(),
        phrase=np.broadcast_to(np.asarray(phrase_code), (count,)).copy(),
        **filled,
    )


def sell(
    world: World, rng: np.random.Generator, shops: Rows, created: Seconds, people: Rows, **fixed: Any
) -> tuple[Rows, Rows]:
    """Orders of people from shops: the parcels and, where buyers paid ahead, the payments. Returns both.

    ``fixed`` overrides per-parcel values: ``recipient`` (parties), ``brand``, ``cod`` (booleans),
    ``unit_vnd``, ``cod_account``, ``kg``...
    """
    words, retail = read("commerce"), read("goods")["retail"]
    inside = (created >= world.calendar.start) & (created <= world.calendar.end)
    shops, created = shops[inside], created[inside]
    fixed = {
        k: (v[inside] if isinstance(v, np.ndarray) and len(v) == len(inside) else v) for k, v in fixed.items()
    }
    count = len(shops)
    if count == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    s = world.shops
    buyer = fixed.pop("recipient", None)
    if buyer is None:
        buyer = buyers(world, rng, people, shops)
    category = s["category"][shops]
    names = list(retail)
    distinct, where = np.unique(shops, return_inverse=True)
    index = np.array([names.index(c) for c in s["category"][distinct]], dtype=np.int64)[where]
    quantity = np.where(rng.random(count) < words["quantity_more_share"], rng.integers(2, 5, count), 1)
    unit = fixed.pop("unit_vnd", None)
    if unit is None:
        unit = s["price_vnd"][shops] * np.exp(rng.normal(0, words["price_spread"], count))
    price = np.maximum(np.round(unit * quantity / 1000) * 1000, 5000)
    kg = fixed.pop("kg", None)
    if kg is None:
        usual = np.array([row["kg"] for row in retail.values()])[index]
        kg = np.round(usual * quantity * np.exp(rng.normal(0, 0.3, count)), 3)
    platform = s["platform"][shops]
    paying = np.isin(platform, [PLATFORMS.index(p) for p in PAYING_PLATFORMS])
    cod = fixed.pop("cod", None)
    if cod is None:
        cod = rng.random(count) < s["cod_share"][shops]
    declared = np.round(price * np.exp(rng.normal(0, words["declared_noise"], count)) / 1000) * 1000
    title = rng.random(count)
    named = rng.random(count) < words["brand_named_share"]
    brand = fixed.pop("brand", None)
    brand = np.where(named, s["brand"][shops], "") if brand is None else brand
    goods = fixed.pop("phrase", None)
    if goods is None:
        titles = [retail[c]["title"] for c in category]
        goods = world.phrases.codes([t[int(x * len(t))] for t, x in zip(titles, title, strict=True)])
    hs = np.where(
        rng.random(count) < words["hs_known_share"],
        np.array([row["hs"] for row in retail.values()])[index],
        0,
    )
    account = fixed.pop("cod_account", None)
    if account is None:
        account = np.where(paying, np.array(world.platform_accounts)[platform], s["settlement"][shops])
    order = world.take_numbers("orders", count, 6)
    contact = world.parties["contact"][buyer]
    columns = {
        "platform": np.where(paying, platform, -1),
        "shop": shops,
        "order": np.where(paying, order, 0),
        "hs": hs,
        "brand": brand,
        "quantity": quantity,
        "kg": kg,
        "declared_vnd": declared,
        "cod_vnd": np.where(cod, price, 0),
        "cod_account": np.where(cod, account, -1),
        "carrier": np.where(
            rng.random(count) < 0.85, s["carrier"][shops], rng.integers(0, world.size.carriers, count)
        ),
    }
    pays = fixed.pop("buyers_pay", True)
    columns.update(fixed)
    parcels = send(world, rng, created, s["contact"][shops], contact, goods, **columns)
    ahead = ~np.asarray(cod) & pays
    return parcels, pay_ahead(world, rng, parcels[ahead], buyer[ahead], price[ahead], order[ahead])


def main_accounts(world: World, parties: Rows) -> Rows:
    """The first account of each party (-1 when there is none)."""
    order, holders = world.accounts_by_holder()
    at = np.searchsorted(holders, parties)
    found = order[np.minimum(at, len(order) - 1)]
    return np.where(world.accounts["holder"][found] == parties, found, -1)


def accounts_in_use(world: World, rng: np.random.Generator, parties: Rows, at: Seconds) -> Rows:
    """One of the accounts that each party uses in ordinary life at that moment: mostly the first."""
    order, holders = world.accounts_by_holder()
    low, high = np.searchsorted(holders, parties, "left"), np.searchsorted(holders, parties, "right")
    pick = (rng.random(len(parties)) ** 2 * (high - low)).astype(int)
    chosen = order[np.minimum(low + pick, len(order) - 1)]
    a = world.accounts
    usable = (a["opened"][chosen] <= at // DAY) & (a["status"][chosen] == "active")
    usable &= chosen < world.ordinary_accounts
    return np.where(usable, chosen, main_accounts(world, parties))


def pay_ahead(
    world: World, rng: np.random.Generator, parcels: Rows, buyer: Rows, price: np.ndarray, order: np.ndarray
) -> Rows:
    """Prepaid orders: to the platform where it takes money, else straight to the shop."""
    words = read("commerce")
    shop = world.parcels["shop"][parcels]
    platform = world.shops["platform"][shop]
    paying = world.parcels["platform"][parcels] >= 0
    at = world.parcels["created"][parcels] + rng.integers(-600, 900, len(parcels))
    source = accounts_in_use(world, rng, buyer, at)
    wallet = rng.random(len(parcels)) < words["wallet_share"]
    rows = [np.empty(0, np.int64)]
    for channel, mask in (("wallet", paying & wallet), ("", paying & ~wallet)):
        if mask.any():
            rows.append(
                pay(
                    world,
                    rng,
                    source[mask],
                    np.array(world.platform_accounts)[platform[mask]],
                    at[mask],
                    price[mask],
                    phrase(world, rng, "order", int(mask.sum())),
                    channel=channel,
                    number=order[mask],
                    exact=True,
                )
            )
    direct = ~paying
    if direct.any():
        rows.append(
            pay(
                world,
                rng,
                source[direct],
                world.shops["settlement"][shop[direct]],
                at[direct],
                price[direct],
                phrase(world, rng, "direct", int(direct.sum())),
                exact=True,
            )
        )
    return np.concatenate(rows)


def ordinary_trade(world: World, people: Rows, count: int) -> None:
    """About ``count`` parcels from all shops, in proportion to their volume and open days."""
    rng = world.rng("commerce")
    volume = world.shops["volume"] * np.clip(
        (world.calendar.days - world.shops["opens"]) / world.calendar.days, 0.05, 1
    )
    volume = np.where(world.shops["status"] == "active", volume, 0)
    shops = rng.choice(len(volume), size=count, p=volume / volume.sum()).astype(np.int64)
    created = world.calendar.times(rng, count, "shopping")
    opens = world.shops["opens"][shops]
    early = (created // DAY - world.calendar.first) < opens
    for day in np.unique(opens[early]):
        rows = early & (opens == day)
        created[rows] = world.calendar.times(rng, int(rows.sum()), "shopping", since=int(day))
    sell(world, rng, shops, created, people)
