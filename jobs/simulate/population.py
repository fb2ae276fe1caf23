"""People, firms, foreign partners and their accounts."""

from __future__ import annotations

from datetime import date

import numpy as np

from jobs.simulate import identity, places
from jobs.simulate.calendar import day_number
from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.state import (
    BANKS,
    CARRIER,
    CARRIERS,
    FIRM,
    FOREIGN,
    INTERMEDIARY,
    PERSON,
    PLATFORM,
    PLATFORMS,
    World,
)

ROLES = {
    "importer": 1,
    "exporter": 2,
    "processor": 4,
    "wholesaler": 8,
    "employer": 16,
    "broker": 32,
    "school": 64,
    "utility": 128,
}
_EARLIEST_ACCOUNT = day_number(date(2012, 1, 1))
_FOREIGN_BANKS = {
    "CN": ("ICBKCNBJ", "BKCHCNBJ", "PCBCCNBJ"),
    "KR": ("HNBNKRSE", "SHBKKRSE"),
    "JP": ("BOTKJPJT", "SMBCJPJT"),
    "TH": ("BKKBTHBK",),
    "TW": ("ICBCTWTP",),
    "US": ("CITIUS33", "CHASUS33"),
    "DE": ("DEUTDEFF",),
    "IN": ("SBININBB",),
    "HK": ("HSBCHKHH", "BKCHHKHH"),
    "SG": ("DBSSSGSG",),
    "AU": ("CTBAAU2S",),
    "KH": ("ABAAKHPP",),
}
_PARTNER_WORDS = (
    "Guangxi Hengda",
    "Yiwu Jinyuan",
    "Shenzhen Hailan",
    "Guangzhou Baiyun",
    "Dongguan Xinhe",
    "Ningbo Donghai",
    "Seoul Hanbit",
    "Busan Daesung",
    "Osaka Kansai",
    "Tokyo Sakura",
    "Siam Union",
    "Taipei Formosa",
    "Pacific Bridge",
    "Golden Harbor",
    "Rhein Handels",
    "Mumbai Star",
    "Evergreen",
    "Bright Ocean",
    "Silk Road",
    "Lucky Dragon",
)


def new_contacts(
    world: World, rng: np.random.Generator, names: list[str], provinces: list[str], in_tower: float = 0.0
) -> Rows:
    """A contact (name, fresh phone, fresh address) for each name."""
    phone = identity.phones(rng, world.take_numbers("phones", len(names)))
    return world.contacts.add(
        name=names, phone=phone, address=places.new_addresses(world, rng, provinces, in_tower)
    )


def settle_people(world: World, count: int) -> Rows:
    """Households of people with occupations and incomes."""
    rng = world.rng("people")
    words = read("population")
    sizes = np.maximum(1, rng.poisson(words["household_mean"], count))
    household = np.repeat(np.arange(count), sizes)[:count]
    homes = household[-1] + 1
    home_province = places.draw_provinces(rng, homes)
    home_address = places.new_addresses(world, rng, home_province, words["tower_share"])
    female = rng.random(count) < 0.5
    born = rng.integers(1950, 2008, count)
    names = identity.person_names(rng, female)
    phone = np.array(identity.phones(rng, world.take_numbers("phones", count)), dtype=object)
    first_of_home = np.searchsorted(household, np.arange(homes))
    shares = rng.random(count) < words["shared_family_phone_share"]
    phone[shares] = phone[first_of_home[household[shares]]]
    contact = world.contacts.add(name=names, phone=phone, address=home_address[household])
    birthplace = [
        home_province[h] if r < 0.7 else None for h, r in zip(household, rng.random(count), strict=True)
    ]
    elsewhere = places.draw_provinces(rng, count)
    id_numbers = identity.personal_numbers(
        world.take_numbers("persons", count, 4),
        [b or e for b, e in zip(birthplace, elsewhere, strict=True)],
        female,
        born,
    )
    passport = rng.random(count) < words["passport_share"]
    series = world.take_numbers("passports", count, 4)
    id_value = [
        f"{'BCEGK'[int(n) % 5]}{int(n) % 10_000_000:07d}" if p else i
        for i, p, n in zip(id_numbers, passport, series, strict=True)
    ]
    occupations = words_of_work(rng, count)
    income = np.round(np.exp(rng.normal(np.log(words["income_vnd"]), words["income_sigma"], count)), -5)
    return world.parties.add(
        kind=PERSON,
        name=names,
        id_type=np.where(passport, "passport", "cccd").astype(object),
        id_value=id_value,
        contact=contact,
        born=born,
        household=household,
        occupation=occupations,
        income_vnd=income,
    )


def words_of_work(rng: np.random.Generator, count: int) -> list[str]:
    """An occupation for each person."""
    options = read("names")["occupations"]
    return [options[i] for i in rng.integers(0, len(options), count)]


def found_firms(world: World, count: int, people: Rows) -> Rows:
    """Companies with directors from among the people, and the trades they are in."""
    rng = world.rng("firms")
    words = read("population")
    names = identity.company_names(rng, count)
    provinces = places.draw_provinces(rng, count)
    contact = new_contacts(world, rng, names, provinces, words["tower_share"])
    roles = np.zeros(count, dtype=np.int64)
    for name, bit in ROLES.items():
        roles |= np.where(rng.random(count) < words["roles"][name], bit, 0)
        if not (roles & bit).any():
            roles[int(rng.integers(count))] |= bit
    return world.parties.add(
        kind=FIRM,
        name=names,
        id_type="tax",
        id_value=identity.tax_codes(world.take_numbers("firms", count)),
        contact=contact,
        roles=roles,
        director=rng.choice(people, count),
        registered=world.calendar.first - rng.integers(60, 4000, count),
    )


def open_accounts(
    world: World, rng: np.random.Generator, holders: Rows, opened: np.ndarray | None = None
) -> Rows:
    """One new account for each holder, at a bank drawn by market share; every account in the world is
    opened here.
    """
    count = len(holders)
    words = read("population")
    banks = BANKS[: world.size.banks]
    share = 1.0 / (np.arange(len(banks)) + 3)
    bank = rng.choice(len(banks), size=count, p=share / share.sum())
    digits = world.take_numbers("accounts", count)
    prefix = ("10", "2", "101", "0", "19", "", "3", "0", "06", "00")
    number = [f"{prefix[b]}{n:010d}" for b, n in zip(bank, digits, strict=True)]
    if opened is None:
        long_ago = rng.integers(_EARLIEST_ACCOUNT, world.calendar.first - 10, count)
        lately = world.calendar.first - rng.integers(0, 120, count)
        opened = np.where(rng.random(count) < words["opened_lately_share"], lately, long_ago)
    status = np.where(
        rng.random(count) < words["closed_share"],
        "closed",
        np.where(rng.random(count) < words["dormant_share"], "dormant", "active"),
    )
    holders = np.asarray(holders)
    province = world.addresses["province"][
        world.contacts["address"][np.maximum(world.parties["contact"][holders], 0)]
    ].astype(int)
    others = np.array([int(code) for code in places.draw_provinces(rng, count)])
    branch = np.where(rng.random(count) < 0.88, province, others)
    income = world.parties["income_vnd"][holders]
    declares = rng.random(count) < words["declared_turnover_share"]
    turnover = np.where(declares & (income > 0), np.round(income * rng.uniform(1, 2.5, count), -6), -1)
    return world.accounts.add(
        bank=[banks[b] for b in bank],
        number=number,
        holder=holders,
        opened=opened,
        status=status.astype(object),
        device=world.new_devices(count),
        branch=branch,
        turnover_vnd=turnover,
    )


def bank_everyone(world: World, people: Rows, firms: Rows) -> None:
    """First and second accounts for people and firms; a phone or computer at home is often shared by a
    family's accounts.
    """
    rng = world.rng("accounts")
    words = read("population")
    holders = np.concatenate(
        [
            people,
            firms,
            people[rng.random(len(people)) < words["second_account_share"]],
            firms[rng.random(len(firms)) < words["firm_second_account_share"]],
        ]
    )
    accounts = open_accounts(world, rng, holders)
    newcomers = people[rng.random(len(people)) < words["opened_in_window_share"]]
    opened = world.calendar.first + rng.integers(1, world.calendar.days - 1, len(newcomers))
    accounts = np.concatenate([accounts, open_accounts(world, rng, newcomers, opened)])
    holders = np.concatenate([holders, newcomers])
    device = world.accounts["device"]
    first_of = {}
    for account, holder in zip(accounts, holders, strict=True):
        device[account] = device[first_of.setdefault(int(holder), int(account))]
    household = world.parties["household"][people]
    shared = rng.random(len(people)) < words["shared_family_device_share"]
    head = {int(h): int(p) for p, h in zip(people[::-1], household[::-1], strict=True)}
    for person in people[shared]:
        device[first_of[int(person)]] = device[first_of[head[int(world.parties["household"][person])]]]
    world.accounts["status"][[first_of[int(p)] for p in people]] = "active"


def institutions(world: World) -> None:
    """Carriers, platforms and payment intermediaries, each with the account that everyone's money passes
    through.
    """
    rng = world.rng("institutions")
    named = [(CARRIER, f"Công ty CP Chuyển phát {code.upper()}") for code in CARRIERS[: world.size.carriers]]
    named += [
        (PLATFORM, f"Công ty TNHH Sàn {code.capitalize()} Việt Nam")
        for code in PLATFORMS[: world.size.platforms]
    ]
    named += [
        (INTERMEDIARY, "Công ty CP Dịch vụ Di động Trực tuyến"),
        (INTERMEDIARY, "Công ty CP Giải pháp Thanh toán Việt"),
    ]
    names = [name for _, name in named]
    contact = new_contacts(world, rng, names, ["01" if i % 2 else "79" for i in range(len(named))])
    parties = world.parties.add(
        kind=np.array([kind for kind, _ in named]),
        name=names,
        id_type="tax",
        id_value=identity.tax_codes(world.take_numbers("firms", len(named))),
        contact=contact,
    )
    accounts = open_accounts(
        world, rng, parties, rng.integers(_EARLIEST_ACCOUNT, _EARLIEST_ACCOUNT + 2000, len(parties))
    )
    world.accounts["status"][accounts] = "active"
    world.accounts["turnover_vnd"][accounts] = -1
    c, p = world.size.carriers, world.size.platforms
    world.carrier_accounts = [int(a) for a in accounts[:c]]
    world.platform_accounts = [int(a) for a in accounts[c : c + p]]
    world.intermediary_accounts = [int(a) for a in accounts[c + p :]]


def foreign_partners(
    world: World, rng: np.random.Generator, count: int, countries: list[str] | None = None
) -> Rows:
    """Accounts of foreign firms at foreign banks (never in a Vietnamese register). Returns account
    positions.
    """
    origins = read("goods")["origins"]
    weight = np.array(list(origins.values()), dtype=float)
    drawn = [list(origins)[i] for i in rng.choice(len(origins), size=count, p=weight / weight.sum())]
    country = drawn if countries is None else countries
    word, tail = rng.integers(0, len(_PARTNER_WORDS), count), rng.integers(0, 4, count)
    names = [
        f"{_PARTNER_WORDS[w]} {('Trading Co Ltd', 'Import Export Ltd', 'Industrial Co', 'Intl Logistics')[t]}"
        for w, t in zip(word, tail, strict=True)
    ]
    parties = world.parties.add(kind=FOREIGN, name=names, country=country)
    banks = [
        _FOREIGN_BANKS[c][int(r * len(_FOREIGN_BANKS[c]))]
        for c, r in zip(country, rng.random(count), strict=True)
    ]
    number = [
        f"{n:010d}{int(s)}"
        for n, s in zip(world.take_numbers("foreign", count), rng.integers(10, 999, count), strict=True)
    ]
    return world.accounts.add(bank=banks, number=number, holder=parties, country=country, registered=False)
