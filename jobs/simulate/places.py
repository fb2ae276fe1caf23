"""Provinces of both eras and postal addresses."""

from __future__ import annotations

import numpy as np

from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.state import World


def province_codes() -> list[str]:
    """Codes before the merger of 2025, in order."""
    return sorted(read("provinces")["provinces"])


def code_after_merger(code: str) -> str:
    """The code of today's province for a code before the merger."""
    return str(read("provinces")["provinces"][code]["now"])


def border_provinces(country: str = "CN") -> list[str]:
    """Provinces (old codes) with a land border to the country."""
    return [
        code for code, row in sorted(read("provinces")["provinces"].items()) if row.get("border") == country
    ]


def draw_provinces(rng: np.random.Generator, count: int) -> list[str]:
    """Old province codes, by population."""
    codes = province_codes()
    weight = np.array([read("provinces")["provinces"][code]["weight"] for code in codes])
    return [codes[i] for i in rng.choice(len(codes), size=count, p=weight / weight.sum())]


def new_addresses(
    world: World, rng: np.random.Generator, provinces: list[str], in_tower: float = 0.0
) -> Rows:
    """One new address in each province given; a share of them in a tower that many share."""
    words = read("names")
    districts = read("provinces")["districts"]
    count = len(provinces)
    street = rng.integers(0, len(words["streets"]), count)
    ward = rng.integers(0, len(words["wards"]), count)
    pick = rng.random(count)
    number = np.exp(rng.uniform(0, np.log(900), count)).astype(int)
    alley = rng.integers(1, 90, count)
    form = rng.random(count)
    tower = rng.random(count) < in_tower
    which = rng.integers(0, len(words["towers"]), count)
    houses, streets, wards, towns = [], [], [], []
    for i, province in enumerate(provinces):
        options = districts.get(province, districts["other"])
        if tower[i]:
            # One tower of that name in each of the first few districts: its position is a function of its
            # name.
            name = words["towers"][which[i]]
            place = int(which[i]) * 7 % len(words["streets"])
            houses.append(f"Tòa nhà {name}, {10 + int(which[i]) * 11}")
            streets.append(words["streets"][place])
            wards.append(words["wards"][place % len(words["wards"])])
            towns.append(options[place % len(options)])
            continue
        houses.append(
            f"{alley[i]}/{number[i]}"
            if form[i] < 0.25
            else f"Ngõ {alley[i]}, {number[i]}"
            if form[i] < 0.4
            else f"Số {number[i]}"
        )
        streets.append(words["streets"][street[i]])
        wards.append(words["wards"][ward[i]])
        towns.append(options[int(pick[i] * len(options))])
    return world.addresses.add(
        house=houses, street=streets, ward=wards, district=towns, province=list(provinces)
    )


def province_of(world: World, contacts: Rows) -> np.ndarray:
    """Old province code of each contact."""
    return world.addresses["province"][world.contacts["address"][contacts]]
