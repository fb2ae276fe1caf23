"""Tips of citizens and decisions of agencies: few, often about nothing, never a label."""

from __future__ import annotations

import numpy as np

from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.state import PLATFORMS, World

_ALLEGATIONS = ("smuggled", "counterfeit", "prohibited", "ip_infringing", "trade_fraud", "tax", "other")
_TEXTS = (
    "Nghi bán hàng giả",
    "Hàng không rõ nguồn gốc",
    "Mua hàng bị lỗi, không hoàn tiền",
    "Không xuất hóa đơn",
    "Giao sai hàng",
    "Bán hàng xách tay không tem",
)


def seller_value(world: World, shop: int) -> str:
    """A seller as contracts write it: ``platform:seller_id``."""
    return f"{PLATFORMS[world.shops['platform'][shop]]}:{world.shops['seller_id'][shop]}"


def account_value(world: World, account: int) -> str:
    """An account as contracts write it: ``bank:account_no``."""
    return f"{world.accounts['bank'][account]}:{world.accounts['number'][account]}"


def tip(world: World, rng: np.random.Generator, shop: int, at: int, allegation: str = "") -> Rows:
    """A report about a shop, by its name, its number on the platform, or its telephone. Every tip is made
    here.
    """
    s, contacts = world.shops, world.contacts
    kind = str(rng.choice(["seller", "phone", "shop_name"], p=[0.5, 0.3, 0.2]))
    value = {
        "seller": seller_value(world, shop),
        "phone": str(contacts["phone"][s["contact"][shop]]),
        "shop_name": str(s["name"][shop]),
    }[kind]
    return world.tips.add(
        count=1,
        at=at,
        channel=str(rng.choice(["phone", "web", "email", "letter"])),
        kind=kind,
        value=value,
        allegation=allegation or str(rng.choice(_ALLEGATIONS)),
        province=str(world.addresses["province"][contacts["address"][s["contact"][shop]]]),
        text=_TEXTS[int(rng.integers(len(_TEXTS)))],
    )


def decide(
    world: World,
    rng: np.random.Generator,
    kind: str,
    value: str,
    day: int,
    confirmed: bool,
    violation: str = "",
) -> Rows:
    """A decision of an agency about a subject. Every decision is made here."""
    named = violation or str(rng.choice(["counterfeit", "smuggled", "trade_fraud", "tax", "ip_infringing"]))
    return world.actions.add(
        count=1,
        day=day,
        agency=str(rng.choice(read("reports")["agencies"])),
        kind=kind,
        value=value,
        violation=named if confirmed else "none",
        outcome="confirmed" if confirmed else "cleared",
        penalty_vnd=int(rng.integers(5, 90)) * 1_000_000 if confirmed else -1,
    )


def ordinary_reports(world: World) -> None:
    """Tips and decisions about anyone."""
    rng = world.rng("reports")
    words = read("reports")
    for shop in rng.integers(
        0, len(world.shops), max(2, rng.poisson(len(world.shops) * words["tips_per_thousand_shops"] / 1000))
    ):
        tip(world, rng, int(shop), int(world.calendar.times(rng, 1, "life")[0]))
    for shop in rng.integers(
        0,
        len(world.shops),
        max(2, rng.poisson(len(world.shops) * words["actions_per_thousand_shops"] / 1000)),
    ):
        subject = rng.random()
        kind, value = (
            ("seller", seller_value(world, int(shop)))
            if subject < 0.6
            else ("account", account_value(world, int(world.shops["settlement"][shop])))
        )
        decide(
            world,
            rng,
            kind,
            value,
            world.calendar.first + int(rng.integers(0, world.calendar.days)),
            bool(rng.random() < words["confirmed_share"]),
        )
