"""Money that follows parcels late and in batches: COD remittances of carriers, payouts of platforms,
purchases of shops.
"""

from __future__ import annotations

import numpy as np

from jobs.simulate.calendar import DAY
from jobs.simulate.commerce import main_accounts
from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.payments import pay, phrase
from jobs.simulate.state import CHANNEL, STATUS, World


def remit_cod(world: World) -> None:
    """Carriers pay each COD account in batches, net of their fees and of the cost of returns."""
    rng = world.rng("cod")
    words = read("commerce")
    p = world.parcels
    done = p["delivered"] > 0
    back = p["returned"] > 0
    rows = np.flatnonzero((p["cod_account"] >= 0) & (done | back))
    when = np.where(done, p["delivered"], p["returned"])[rows]
    carrier, account = p["carrier"][rows], p["cod_account"][rows]
    every = rng.integers(words["cod_days"][0], words["cod_days"][1] + 1, world.size.carriers)
    wait = rng.integers(words["cod_wait_days"][0], words["cod_wait_days"][1] + 1, world.size.carriers)
    day = when // DAY - world.calendar.first + wait[carrier]
    day = -(-day // every[carrier]) * every[carrier]
    net = np.where(
        done[rows],
        p["cod_vnd"][rows] * (1 - words["cod_fee_share"]) - p["fee_vnd"][rows],
        -p["fee_vnd"][rows] * 1.5,
    )
    _batches(
        world, rng, np.array(world.carrier_accounts)[carrier], account, day, net, "cod", "cod_settlement"
    )


def pay_out(world: World) -> None:
    """Platforms pay sellers weekly for what arrived, whether buyers paid ahead or at the door."""
    rng = world.rng("payouts")
    words = read("commerce")
    p = world.parcels
    hub = np.isin(p["cod_account"], world.platform_accounts)
    rows = np.flatnonzero((p["platform"] >= 0) & (p["delivered"] > 0) & ((p["cod_vnd"] == 0) | hub))
    shop = p["shop"][rows]
    share = rng.uniform(*words["platform_fee"], len(world.platform_accounts))
    wait = rng.integers(words["payout_wait_days"][0], words["payout_wait_days"][1] + 1, len(rows))
    day = p["delivered"][rows] // DAY - world.calendar.first + wait
    offset = world.shops["carrier"][shop] % words["payout_days"]
    day = -(-(day - offset) // words["payout_days"]) * words["payout_days"] + offset
    worth = np.where(p["cod_vnd"][rows] > 0, p["cod_vnd"][rows], p["declared_vnd"][rows])
    net = worth * (1 - share[p["platform"][rows]])
    account = settlement_on(world, shop, day)
    _batches(
        world,
        rng,
        np.array(world.platform_accounts)[p["platform"][rows]],
        account,
        day,
        net,
        "payout",
        "platform_payout",
    )


def settlement_on(world: World, shop: Rows, day: np.ndarray) -> Rows:
    """The settlement account of each shop on each window day, given the changes that owners registered."""
    account = world.shops["settlement"][shop].copy()
    changes = world.seller_changes
    for at in np.argsort(changes["day"], kind="stable"):
        account = np.where(
            (shop == changes["shop"][at]) & (day >= changes["day"][at]), changes["settlement"][at], account
        )
    return account


def _batches(
    world: World,
    rng: np.random.Generator,
    source: Rows,
    target: Rows,
    day: np.ndarray,
    net: np.ndarray,
    wording: str,
    channel: str,
) -> None:
    key = (source * 10_000_000 + target) * 1000 + day
    group, where = np.unique(key, return_inverse=True)
    total = np.bincount(where, weights=net, minlength=len(group))
    first = np.zeros(len(group), dtype=np.int64)
    first[where] = np.arange(len(where))
    keep = (total > 10_000) & (day[first] < world.calendar.days)
    if not keep.any():
        return
    first, total = first[keep], total[keep]
    at = world.calendar.at(rng, day[first], "office")
    pay(
        world,
        rng,
        source[first],
        target[first],
        at,
        total,
        phrase(world, rng, wording, len(first)),
        channel=channel,
        number=world.take_numbers("batches", len(first), 4),
        exact=True,
    )


def restock(world: World) -> None:
    """Shops buy what they sell: payments to their wholesaler every week or two, except those that pay in
    cash.
    """
    rng = world.rng("restock")
    words = read("commerce")
    p, s = world.parcels, world.shops
    rows = np.flatnonzero((p["shop"] >= 0) & (p["status"] != STATUS["cancelled"]) & (p["origin"] == ""))
    shop = p["shop"][rows]
    period = rng.integers(words["supplier_payment_days"][0], words["supplier_payment_days"][1] + 1, len(s))
    in_cash = (rng.random(len(s)) < words["supplier_cash_share"]) | (s["purchase_share"] <= 0.01)
    bucket = (p["created"][rows] // DAY - world.calendar.first) // period[shop]
    key = shop * 1000 + bucket
    group, where = np.unique(key, return_inverse=True)
    cost = np.bincount(
        where, weights=p["declared_vnd"][rows] * s["purchase_share"][shop], minlength=len(group)
    )
    shops, day = group // 1000, (group % 1000) * period[group // 1000]
    keep = ~in_cash[shops] & (cost > 200_000)
    shops, day, cost = shops[keep], day[keep], cost[keep]
    source = s["settlement"][shops]
    supplier = main_accounts(world, s["supplier"][shops])
    at = world.calendar.at(
        rng, np.minimum(world.calendar.workday_on_or_after(day), world.calendar.days - 1), "office"
    )
    late = source != supplier
    pay(
        world,
        rng,
        source[late],
        supplier[late],
        at[late],
        cost[late] * rng.uniform(0.85, 1.15, int(late.sum())),
        phrase(world, rng, "supplier", int(late.sum())),
    )


def credits_of(
    world: World, accounts: Rows, channels: tuple[str, ...] = ("cod_settlement", "platform_payout")
) -> Rows:
    """Payments that came to the accounts by the given channels."""
    p = world.payments
    return np.flatnonzero(
        np.isin(p["creditor"], accounts) & np.isin(p["channel"], [CHANNEL[c] for c in channels])
    )
