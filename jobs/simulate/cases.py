"""Cases: a planted scheme or an innocent lookalike, who takes part, and which records it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module

import numpy as np

from jobs.simulate.calendar import DAY, HOUR
from jobs.simulate.commerce import main_accounts
from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import DIFFICULTIES, Ranges, read
from jobs.simulate.places import draw_provinces
from jobs.simulate.population import ROLES, foreign_partners, open_accounts
from jobs.simulate.settlement import credits_of
from jobs.simulate.state import FIRM, PERSON, World
from jobs.simulate.trade import known_partners

#: A plan acts, yields once, and acts again after carriers and platforms have settled.
Plan = Callable[["Case"], Iterator[None]]
SCHEMES: dict[str, Plan] = {}
LOOKALIKES: dict[str, Plan] = {}


def scheme(kind: str) -> Callable[[Plan], Plan]:
    """Register a plan as a kind of scheme."""

    def register(plan: Plan) -> Plan:
        SCHEMES[kind] = plan
        return plan

    return register


def lookalike(kind: str) -> Callable[[Plan], Plan]:
    """Register a plan as a kind of innocent lookalike."""

    def register(plan: Plan) -> Plan:
        LOOKALIKES[kind] = plan
        return plan

    return register


@dataclass
class Case:
    """One scheme or lookalike. ``people`` are those from whom members and bystanders are drawn."""

    world: World
    number: int
    kind: str
    innocent: bool
    difficulty: str
    rng: np.random.Generator
    ranges: Ranges
    population: Rows
    members: dict[tuple[str, int], str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    records: list[tuple[str, Rows]] = field(default_factory=list)
    value_vnd: int = 0
    start: int = 0
    stop: int = 0
    _absorbed: list[tuple[Rows, Rows, int]] = field(default_factory=list)

    def active(self, low: str = "active_days") -> None:
        """Fix the window days between which the case is at work."""
        length = min(self.ranges.whole(low), self.world.calendar.days - 6)
        # It must lie within the last ninety days, which a run looks at, but not always to the end.
        earliest = max(2, self.world.calendar.days - 88)
        latest = max(earliest, self.world.calendar.days - length - 3)
        self.start = int(self.rng.integers(earliest, latest + 1))
        self.stop = min(self.start + length, self.world.calendar.days - 2)

    def people(self, count: int) -> Rows:
        """People who are in no other case, and now are in this one."""
        parties = self.world.parties
        pool = self.population[
            ~parties["taken"][self.population] & (parties["born"][self.population] <= 2006)
        ]
        chosen = self.rng.choice(pool, size=count, replace=False)
        parties["taken"][chosen] = True
        return np.asarray(chosen)

    def firms(self, count: int, role: str = "") -> Rows:
        """Firms of a trade that are in no other case."""
        parties = self.world.parties
        pool = np.flatnonzero((parties["kind"] == FIRM) & ~parties["taken"])
        if role:
            fitting = pool[(parties["roles"][pool] & ROLES[role]) > 0]
            pool = fitting if len(fitting) >= count else pool
        chosen = self.rng.choice(pool, size=count, replace=False)
        parties["taken"][chosen] = True
        parties["roles"][chosen] |= ROLES[role] if role else 0
        return np.asarray(chosen)

    def shops(
        self,
        count: int,
        category: list[str] | None = None,
        platforms: tuple[int, ...] = (),
        persons: bool = True,
    ) -> Rows:
        """Open shops of ordinary size whose owners are in no other case."""
        shops, parties = self.world.shops, self.world.parties
        free = ~shops["taken"] & ~parties["taken"][shops["owner"]] & (shops["opens"] == 0)
        if persons:
            free &= parties["kind"][shops["owner"]] == PERSON
        for narrow in (
            np.isin(shops["platform"], platforms) if platforms else None,
            np.isin(shops["category"], category) if category else None,
        ):
            if narrow is not None and len(np.unique(shops["owner"][free & narrow])) >= count:
                free = free & narrow
        pool = np.flatnonzero(free)
        pool = pool[np.sort(np.unique(shops["owner"][pool], return_index=True)[1])]
        chosen = self.rng.choice(pool, size=count, replace=False)
        owners = shops["owner"][chosen]
        parties["taken"][owners] = True
        shops["taken"][np.isin(shops["owner"], owners)] = True
        return np.asarray(chosen)

    def accounts(self, holders: Rows, fresh_share: float = 0.0) -> Rows:
        """An account of each holder: the main one, or for a share of them one opened shortly before."""
        accounts = main_accounts(self.world, holders).copy()
        fresh = self.rng.random(len(holders)) < fresh_share
        if fresh.any():
            opened = self.world.calendar.first + self.start - self.rng.integers(3, 100, int(fresh.sum()))
            device = self.world.accounts["device"][accounts[fresh]]
            accounts[fresh] = open_accounts(self.world, self.rng, holders[fresh], opened)
            self.world.accounts["device"][accounts[fresh]] = device
            self.world.accounts["status"][accounts[fresh]] = "active"
        return accounts

    def open_away(self, accounts: Rows, share: float) -> None:
        """Recently opened accounts turn out to have been opened at one place, far from where people live."""
        opened = self.world.accounts["opened"]
        recent = accounts[opened[accounts] > self.world.calendar.first + self.start - 110]
        away = recent[self.rng.random(len(recent)) < share]
        self.world.accounts["branch"][away] = int(draw_provinces(self.rng, 1)[0])

    def partners(self, count: int, countries: list[str] | None = None) -> Rows:
        """Accounts of foreign firms: some that others deal with too, some that only this case knows."""
        fresh = foreign_partners(self.world, self.rng, count, countries)
        pool = known_partners(self.world)
        place = self.world.accounts["country"]
        for i in np.flatnonzero(self.rng.random(count) < read("population")["known_partner_share"]):
            fitting = pool if countries is None else pool[place[pool] == countries[i]]
            fresh[i] = self.rng.choice(fitting) if len(fitting) else fresh[i]
        return fresh

    def passers_by(self, count: int) -> Rows:
        """Anyone, as often as it happens: customers and victims."""
        return np.asarray(self.rng.choice(self.population, size=count))

    def moments(self, count: int, kind: str = "life") -> np.ndarray:
        """Moments within the active days."""
        return self.world.calendar.times(self.rng, count, kind, self.start, self.stop)

    def later(self, at: np.ndarray, low_hours: float, high_hours: float) -> np.ndarray:
        """Moments some hours after each of those given, awake people's hours preferred."""
        out = at + (self.rng.uniform(low_hours, max(low_hours, high_hours), len(at)) * HOUR).astype(int)
        hour = (out % DAY) // HOUR
        asleep = (hour < 5) & (high_hours > 6)
        return np.where(asleep, out + self.rng.integers(5 * HOUR, 9 * HOUR, len(at)), out)

    def join(self, kind: str, who: Rows | int, role: str) -> None:
        """Members, by position; an account brings its holder with it, a shop its owner."""
        for position in np.atleast_1d(who):
            self.members.setdefault((kind, int(position)), role)
            if kind == "account":
                self.members.setdefault(("party", int(self.world.accounts["holder"][position])), role)
            if kind == "shop":
                self.members.setdefault(("party", int(self.world.shops["owner"][position])), role)

    def left(self, feed: str, rows: Rows) -> Rows:
        """Note records that the case left behind; returns them."""
        if len(rows):
            self.records.append((feed, np.asarray(rows, dtype=np.int64)))
        return rows

    def worth(self, amount: float) -> None:
        """Add to the value concerned, in đồng."""
        self.value_vnd += round(float(amount))

    def absorb(self, shops: Rows, accounts: Rows) -> None:
        """All parcels of these shops, and what carriers and platforms pay to these accounts, from the start
        belong to the case.
        """
        self._absorbed.append(
            (np.asarray(shops), np.asarray(accounts), self.world.calendar.start + self.start * DAY)
        )

    def close(self) -> None:
        """Collect what was absorbed, once everything has happened."""
        for shops, accounts, since in self._absorbed:
            parcels = np.flatnonzero(
                np.isin(self.world.parcels["shop"], shops) & (self.world.parcels["created"] >= since)
            )
            self.left("shipments", parcels)
            money = credits_of(self.world, accounts)
            self.left("bank_transactions", money[self.world.payments["at"][money] >= since])
            self.left("listings", np.flatnonzero(np.isin(self.world.listings["shop"], shops)))
            if not self.value_vnd:
                self.worth(self.world.parcels["declared_vnd"][parcels].sum())


def catalogue(name: str) -> tuple[dict[str, dict[str, object]], dict[str, dict[str, object]]]:
    """Ranges of schemes and of lookalikes of a catalogue. Raises UsageError for an unknown one."""
    for module in ("schemes", "lookalikes"):
        import_module(f"jobs.simulate.{module}")
    suffix = "" if name == "a" else f"_{name}"
    return dict(read(f"schemes{suffix}")), dict(read(f"lookalikes{suffix}"))


def draw_cases(world: World, people: Rows) -> list[tuple[Case, Iterator[None]]]:
    """The cases of the world in a mixed order, each begun up to its settlement."""
    rng = world.rng("cases")
    schemes, lookalikes = catalogue(world.catalogue)
    chosen = [(kind, False) for kind in _kinds(rng, schemes, world.size.schemes)]
    chosen += [(kind, True) for kind in _kinds(rng, lookalikes, world.size.lookalikes)]
    order = rng.permutation(len(chosen))
    shares = read("difficulties")["shares"]
    begun = []
    for number, i in enumerate(order):
        kind, innocent = chosen[i]
        difficulty = str(rng.choice(DIFFICULTIES, p=[shares[d] for d in DIFFICULTIES]))
        own = np.random.default_rng([world.seed, 1000 + number])
        bounds = (lookalikes if innocent else schemes)[kind]
        case = Case(
            world, number, kind, innocent, difficulty, own, Ranges(kind, bounds, difficulty, own), people
        )
        case.active()
        plan = (LOOKALIKES if innocent else SCHEMES)[kind](case)
        next(plan, None)
        begun.append((case, plan))
        world.cases.append(case)
    return begun


def _kinds(rng: np.random.Generator, ranges: dict[str, dict[str, object]], count: int) -> list[str]:
    """``count`` kinds: each in turn in a random order, so that all appear when there is room."""
    out: list[str] = []
    while len(out) < count:
        out += [str(kind) for kind in rng.permutation(sorted(ranges))]
    return out[:count]
