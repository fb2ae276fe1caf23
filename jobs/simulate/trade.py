"""Crossing the border: declarations with channels and officers, their payments, and express consignments."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.simulate.calendar import DAY, HOUR
from jobs.simulate.commerce import main_accounts
from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.payments import currencies, phrase, remit
from jobs.simulate.population import ROLES, foreign_partners
from jobs.simulate.state import World


def declare(
    world: World, rng: np.random.Generator, trader: Any, registered: Any, goods: Any, **columns: Any
) -> Rows:
    """Register declaration lines. Every declaration in the world is registered here.

    ``goods`` are positions in the list ``trade`` of ``goods.yml``. What is not given in ``columns`` is
    drawn: ``office``, ``officer``, ``channel``, ``quantity``, ``price_factor`` (times the usual unit
    price), ``partner``, ``origin``...
    """
    words, wares = read("trade"), read("goods")["trade"]
    registered = np.atleast_1d(np.asarray(registered, dtype=np.int64))
    count = len(registered)

    def spread(value: Any, kind: Any = np.int64) -> NDArray[Any]:
        return np.broadcast_to(np.asarray(value, dtype=kind), (count,)).copy()

    trader, goods = spread(trader), spread(goods)
    field = {
        name: np.array([row[name] for row in wares]) for name in ("unit_usd", "sigma", "kg", "duty", "unit")
    }
    unit = field["unit"][goods].astype(object)
    direction = spread(columns.pop("direction", "import"), object)
    factor = spread(columns.pop("price_factor", 1.0), float)
    quantity = columns.pop("quantity", None)
    quantity = spread(quantities(rng, unit) if quantity is None else quantity, float)
    origin = columns.pop("origin", None)
    partner = columns.pop("partner", None)
    partner = spread(usual_partners(world, rng, trader) if partner is None else partner)
    partner_country = world.parties["country"][world.accounts["holder"][np.maximum(partner, 0)]]
    if origin is None:
        origin = np.where(direction == "export", "VN", np.where(partner >= 0, partner_country, "CN"))
    unit_usd = (
        field["unit_usd"][goods]
        * _origin_level(spread(origin, object))
        * np.exp(rng.normal(0, field["sigma"][goods]))
        * factor
    )
    invoice = np.round(np.maximum(unit_usd * quantity, 1.0), 2)
    value = np.round(invoice * read("payments")["rates_vnd"]["USD"])
    imports = direction == "import"
    regime = spread(columns.pop("regime", np.where(imports, "A11", "B11")), object)
    taxed = imports & np.isin(regime, ("A11", "A12", "MID"))
    duty = np.where(taxed, np.round(value * field["duty"][goods]), 0)
    vat = np.where(taxed, np.round((value + duty) * 0.1), 0)
    channel = columns.pop("channel", None)
    channel = spread(_channels(rng, count) if channel is None else channel, object)
    hours = np.array([words["clear_hours"][c] for c in channel])
    wait = hours[:, 0] + rng.random(count) * (hours[:, 1] - hours[:, 0])
    cleared = registered + (wait * HOUR).astype(int)
    office = spread(columns.pop("office", home_office(world, trader)))
    officer = columns.pop("officer", None)
    officer = _officers(world, rng, office) if officer is None else officer
    number = columns.pop("declaration", None)
    if number is None:
        number = world.take_numbers("declarations", count, 5) + np.where(
            imports, 100_000_000_000, 300_000_000_000
        )
    text = columns.pop("phrase", None)
    if text is None:
        text = world.phrases.codes([row["goods"] for row in wares])[goods]
    master = columns.pop("master", None)
    if master is None:
        master = world.take_numbers("master bills", count)
    house = columns.pop("house", None)
    if house is None:
        house = world.take_numbers("house bills", count)
    filled = {
        "trader_contact": trader_contacts(world, trader),
        "inspection": _inspections(rng, channel),
        "brand": _brands(rng, count),
        "currency": _invoiced_in(world, rng, partner),
    }
    filled.update(columns)
    cleared = np.where(cleared <= world.calendar.end, cleared, 0)
    return world.declarations.add(
        count=count,
        declaration=number,
        direction=direction,
        regime=regime,
        registered=registered,
        cleared=cleared,
        office=office,
        channel=channel,
        officer=spread(officer),
        trader=trader,
        partner=partner,
        master=spread(master),
        house=spread(house),
        hs=np.array([int(row["hs"]) for row in wares])[goods],
        phrase=spread(text),
        origin=spread(origin, object),
        quantity=quantity,
        unit=unit,
        kg=np.round(field["kg"][goods] * quantity * np.exp(rng.normal(0, 0.05, count)), 2),
        invoice=invoice,
        value_vnd=value,
        duty_vnd=duty,
        vat_vnd=vat,
        **filled,
    )


def known_partners(world: World) -> Rows:
    """Accounts of the foreign firms that trade with this country."""
    if world.trade_partners is None:
        share = read("population")["partners_per_firm"]
        count = max(5, int(world.size.companies * share))
        world.trade_partners = foreign_partners(world, world.rng("trade partners"), count)
    return world.trade_partners


def usual_partners(world: World, rng: np.random.Generator, trader: Rows) -> Rows:
    """A foreign firm for each trader: one of the few that it deals with."""
    pool = known_partners(world)
    return np.asarray(pool[(trader * 31 + rng.integers(0, 3, len(trader))) % len(pool)])


def _channels(rng: np.random.Generator, count: int) -> NDArray[Any]:
    """Channels as the risk engine deals them."""
    shares = read("trade")["channels"]
    return np.array(list(shares), dtype=object)[rng.choice(len(shares), size=count, p=list(shares.values()))]


def quantities(rng: np.random.Generator, unit: NDArray[Any]) -> NDArray[np.float64]:
    """Quantities as traders buy them, by unit."""
    words = read("trade")
    usual = np.array([words["quantity"][u] for u in unit])
    return np.maximum(1, np.round(usual * rng.lognormal(0, words["quantity_sigma"], len(unit))))


def _inspections(rng: np.random.Generator, channel: NDArray[Any]) -> NDArray[Any]:
    """What inspections found: only red ones open the goods."""
    words = read("trade")
    luck = rng.random(len(channel))
    found = np.where(luck < words["inspection_mismatch_share"], "mismatch", "match")
    found = np.where(luck < words["inspection_violation_share"], "violation", found)
    return np.where(channel == "red", found, "none").astype(object)


def _invoiced_in(world: World, rng: np.random.Generator, partner: Rows) -> NDArray[Any]:
    """The currency of each invoice."""
    return currencies(world, rng, partner)


def _brands(rng: np.random.Generator, count: int) -> NDArray[Any]:
    """Brands, on the declarations that name one."""
    known = [brand for row in read("goods")["retail"].values() for brand in row["brands"]]
    drawn = np.array(known, dtype=object)[rng.integers(0, len(known), count)]
    return np.where(rng.random(count) < read("trade")["brand_share"], drawn, "").astype(object)


def _origin_level(origin: NDArray[Any]) -> NDArray[np.float64]:
    """Price level of a country of origin; China is one."""
    level = {
        "CN": 1.0,
        "TH": 1.15,
        "IN": 0.95,
        "TW": 1.3,
        "KR": 1.5,
        "JP": 1.9,
        "US": 2.0,
        "DE": 2.1,
        "VN": 1.0,
    }
    return np.array([level.get(str(o), 1.2) for o in origin])


def home_office(world: World, trader: Rows) -> Rows:
    """The customs office where each trader usually declares."""
    return (np.asarray(trader) * 7919 + 13) % world.size.offices


def _officers(world: World, rng: np.random.Generator, office: Rows) -> Rows:
    """Whoever is on duty at each office; officers are numbered by office."""
    staff = np.array(officers_of_offices(world))[office]
    return np.asarray(office * 100 + (rng.random(len(office)) * staff).astype(int))


def officers_of_offices(world: World) -> list[int]:
    """How many officers each office has."""
    low, high = read("trade")["officers_per_office"]
    return [int(n) for n in world.rng("officers").integers(low, high + 1, world.size.offices)]


def trader_contacts(world: World, trader: Rows) -> Rows:
    """The contact that each trader writes on declarations: its own, or with its broker's telephone."""
    known = world.trader_contact
    brokers = np.flatnonzero(world.parties["roles"] & ROLES["broker"])
    for party in np.unique(trader):
        if int(party) in known:
            continue
        own = int(world.parties["contact"][party])
        rng = np.random.default_rng([world.seed, 77, int(party)])
        if len(brokers) and rng.random() < read("trade")["broker_phone_share"]:
            broker = int(world.parties["contact"][rng.choice(brokers)])
            own = int(
                world.contacts.add(
                    name=[world.contacts["name"][own]],
                    phone=[world.contacts["phone"][broker]],
                    address=[world.contacts["address"][own]],
                )[0]
            )
        known[int(party)] = own
    return np.array([known[int(party)] for party in trader], dtype=np.int64)


def ordinary_declarations(world: World, count: int) -> None:
    """Imports and exports of firms, and the payments for them."""
    rng = world.rng("trade")
    words = read("trade")
    roles = world.parties["roles"]
    firms = np.flatnonzero(roles & (ROLES["importer"] | ROLES["exporter"]))
    weight = rng.lognormal(0, 1.0, len(firms))
    trader = rng.choice(firms, size=count, p=weight / weight.sum())
    importer, exporter = (roles[trader] & ROLES["importer"]) > 0, (roles[trader] & ROLES["exporter"]) > 0
    outward = (exporter & (rng.random(count) < 0.5)) | ~importer
    processing = (
        (roles[trader] & ROLES["processor"] > 0)
        & exporter
        & importer
        & (rng.random(count) < words["processing_share"])
    )
    wares = read("goods")["trade"]
    share = np.array([row["share"] for row in wares], dtype=float)
    favourites = {int(f): rng.choice(len(wares), size=3, p=share / share.sum()) for f in firms}
    goods = np.array([favourites[int(t)][i] for t, i in zip(trader, rng.integers(0, 3, count), strict=True)])
    at = world.calendar.times(rng, count, "office")
    regime = np.where(
        processing,
        np.where(outward, "E52", "E21"),
        np.where(outward, "B11", np.where(rng.random(count) < 0.25, "A12", "A11")),
    )
    other = rng.random(count) < words["second_consignee_share"]
    consignee = np.where(other, world.parties["contact"][rng.choice(firms, count)], -1)
    rows = declare(
        world,
        rng,
        trader,
        at,
        goods,
        direction=np.where(outward, "export", "import").astype(object),
        regime=regime,
        consignee=consignee,
    )
    _redeclare_honestly(world, rng, rows)
    settle_trade(world, rng, rows[rng.random(count) < words["paid_share"]])


def _redeclare_honestly(world: World, rng: np.random.Generator, rows: Rows) -> None:
    """Now and then a channel changes: a document is completed, or a red inspection is waived after a scan."""
    chosen = rows[rng.random(len(rows)) < read("trade")["redeclared_share"]]
    now = world.declarations["channel"][chosen]
    before = np.where(now == "green", "yellow", np.where(rng.random(len(chosen)) < 0.5, "green", "red"))
    world.declarations["history"][chosen] = [
        f"{b}>{n}" if b != n else "" for b, n in zip(before, now, strict=True)
    ]


def settle_trade(
    world: World, rng: np.random.Generator, rows: Rows, payer: Rows | None = None, factor: float = 1.0
) -> Rows:
    """Pay for declarations, in one or several transfers before or after clearance; returns the payments."""
    words = read("trade")
    d = world.declarations
    if len(rows) == 0:
        return np.empty(0, np.int64)
    parts = np.where(rng.random(len(rows)) < words["instalment_share"], rng.integers(2, 4, len(rows)), 1)
    each = np.repeat(rows, parts)
    share = np.repeat(1 / parts, parts)
    firms = d["trader"][each] if payer is None else np.broadcast_to(payer, len(each))
    if payer is None:
        aside = rng.random(len(each)) < words["other_payer_share"]
        importers = np.flatnonzero(world.parties["roles"] & ROLES["importer"])
        firms = np.where(aside, rng.choice(importers, len(each)), firms)
    day = (
        d["registered"][each] // DAY
        - world.calendar.first
        + rng.integers(words["pay_days"][0], words["pay_days"][1], len(each))
    )
    inside = (day >= 0) & (day < world.calendar.days)
    each, share, firms, day = (
        each[inside],
        share[inside],
        firms[inside],
        world.calendar.workday_on_or_after(day[inside]),
    )
    at = world.calendar.at(rng, np.minimum(day, world.calendar.days - 1), "office")
    home, abroad = main_accounts(world, firms), d["partner"][each]
    amount = d["invoice"][each] * share * factor
    named = d["declaration"][each].copy()
    named[day < d["registered"][each] // DAY - world.calendar.first] = 0
    earlier = rng.random(len(each)) < words["earlier_declaration_share"]
    imports = d["direction"][each] == "import"
    series = world.take_numbers("declarations", int(earlier.sum()))
    named[earlier] = series + np.where(imports[earlier], 100_000_000_000, 300_000_000_000)
    out = []
    for mask, text in ((imports, "abroad"), (~imports, "receipt")):
        if mask.any():
            debtor, creditor = (home, abroad) if text == "abroad" else (abroad, home)
            out.append(
                remit(
                    world,
                    rng,
                    debtor[mask],
                    creditor[mask],
                    at[mask],
                    amount[mask],
                    phrase(world, rng, text, int(mask.sum())),
                    declaration=named[mask],
                    purpose="GDDS",
                )
            )
    return np.concatenate([np.empty(0, dtype=np.int64), *out])
