"""A feed as text, row by row, before it is cut into files: contract columns, sender, and the day it is
delivered.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate.calendar import DAY
from jobs.simulate.parameters import read
from jobs.simulate.places import code_after_merger
from jobs.simulate.state import World
from jobs.simulate.texts import Variants, address_variants, name_variants, phone_variants

SINCE_MERGER = 3  # the way of writing addresses without district, in today's provinces


@dataclass
class Sheet:
    """Rows of one feed. ``origin`` is the position in the ledger that a row came from; ``day`` the window
    day of delivery.
    """

    feed: str
    keys: tuple[str, ...]
    columns: dict[str, pa.Array]
    sender: np.ndarray
    senders: list[str]
    day: np.ndarray
    origin: np.ndarray

    def __len__(self) -> int:
        return len(self.day)

    def record_keys(self) -> pa.Array:
        """Key columns joined with ``:``, as evidence names them."""
        parts = [self.columns[name] for name in self.keys]
        return pc.binary_join_element_wise(*parts, ":") if len(parts) > 1 else parts[0]


class Writing:
    """The variants of everything in a world, made once, and the habits of senders."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng("writing")
        merged = world.calendar.as_of >= date.fromisoformat(read("provinces")["merged_on"])
        self.modern_share = float(read("writing")["modern_province_share"]) if merged else 0.0
        contacts, parties = world.contacts, world.parties
        self.contact_names: Variants = name_variants(list(contacts["name"]))
        self.contact_phones: Variants = phone_variants(list(contacts["phone"]))
        self.addresses: Variants = address_variants(world)
        self.party_names: Variants = name_variants(list(parties["name"]))
        self.phrases: Variants = name_variants(world.phrases.texts)
        token = world.rng("device tokens").integers(0, 2**63, max(world.devices, 1), dtype=np.uint64)
        self.devices = pa.array([f"d{int(n):016x}" for n in token])
        self.account_numbers = pa.array(world.accounts["number"], pa.string())
        self.account_banks = pa.array(world.accounts["bank"], pa.string())

    def name(self, contact: np.ndarray) -> pa.Array:
        """Names of contacts as rows write them."""
        return self.contact_names.pick(self._gaps(contact), self.ways(len(contact), "contact_names"))

    def party(self, party: np.ndarray) -> pa.Array:
        """Names of parties as banks and offices write them."""
        return self.party_names.pick(party, self.ways(len(party), "party_names"))

    def phone(self, contact: np.ndarray) -> pa.Array:
        """Telephones of contacts."""
        return self.contact_phones.pick(self._gaps(contact), self.ways(len(contact), "phones"))

    def address(self, contact: np.ndarray) -> pa.Array:
        """Addresses of contacts."""
        known = self._gaps(contact)
        place = np.where(known < 0, -1, self.world.contacts["address"][np.maximum(known, 0)])
        return self.addresses.pick(place, self.of_the_day(self.ways(len(contact), "addresses")))

    def of_the_day(self, way: np.ndarray) -> np.ndarray:
        """Ways to write addresses; before the merger nobody writes as since."""
        return np.where((way == SINCE_MERGER) & (self.modern_share == 0), 0, way)

    def phrase(self, code: np.ndarray) -> pa.Array:
        """Texts by number; an empty text is null."""
        text = self.phrases.pick(code, self.ways(len(code), "phrases"))
        return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)

    def _gaps(self, contact: np.ndarray) -> np.ndarray:
        """The contacts, some of them left out."""
        return np.where(self.rng.random(len(contact)) < read("writing")["gap_share"], -1, contact)

    def ways(self, count: int, what: str) -> np.ndarray:
        """Which variant each row uses, by the shares of ``configs/simulate/writing.yml``."""
        return steady_ways(self.rng.random(count), what)

    def province(self, contact: np.ndarray) -> pa.Array:
        """Province codes of contacts; some systems know today's provinces, others those before the merger."""
        old = self.world.addresses["province"][self.world.contacts["address"][np.maximum(contact, 0)]].astype(
            str
        )
        codes, where = np.unique(old, return_inverse=True)
        new = np.array([code_after_merger(str(c)) for c in codes], dtype=object)[where]
        chosen = np.where(self.rng.random(len(old)) < self.modern_share, new, old.astype(object))
        return pa.array(chosen, pa.string(), mask=contact < 0)


def steady_ways(chance: np.ndarray, what: str) -> np.ndarray:
    """The variant for each chance between 0 and 1."""
    return np.searchsorted(np.cumsum(read("writing")[what])[:-1], chance, side="right")


@cache
def habit(sender: str, what: str, options: int) -> int:
    """Which of several habits a sender has: always the same one, whatever the seed."""
    return zlib.crc32(f"{sender}/{what}".encode()) % options


def time_style(senders: list[str], sender: np.ndarray) -> np.ndarray:
    """How each row's sender writes times: 0 local, 1 with offset, 2 UTC."""
    by_sender = np.array([(0, 0, 1, 2)[habit(name, "times", 4)] for name in senders])
    return by_sender[sender]


def delivery_day(world: World, day: np.ndarray) -> np.ndarray:
    """The window day on which a sender delivers what it knows at the end of ``day``."""
    every = world.size.delivery_every_days
    last = world.calendar.days - 1
    return last - (last - np.clip(day, 0, last)) // every * every


def window_day(world: World, seconds: np.ndarray) -> np.ndarray:
    """Window day of moments."""
    return seconds // DAY - world.calendar.first
