"""The public face of the simulator: a world of a given size and seed, written as landing files and truth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from configs.errors import UsageError
from jobs.simulate import (
    commerce,
    express,
    household,
    listings,
    population,
    reports,
    settlement,
    shops,
    trade,
)
from jobs.simulate.calendar import Calendar
from jobs.simulate.cases import draw_cases
from jobs.simulate.deliveries import deliver
from jobs.simulate.parameters import FOLDER, read, size_named
from jobs.simulate.state import World
from jobs.simulate.truth import write_truth

AS_OF = date(2026, 3, 31)
Progress = Callable[[str, float], None]


def live(
    seed: int, size: str, catalogue: str = "a", as_of: date = AS_OF, progress: Progress | None = None
) -> World:
    """A world in memory: everyone has lived until ``as_of``, nothing is written. Raises UsageError for
    unknown sizes or catalogues.
    """
    tell = progress or _silent
    amounts = size_named(size)
    if not (FOLDER / ("schemes.yml" if catalogue == "a" else f"schemes_{catalogue}.yml")).is_file():
        raise UsageError(f"unknown catalogue '{catalogue}': configs/simulate has no schemes for it")
    world = World(seed, size, amounts, catalogue, Calendar(as_of, amounts.days))
    tell("people and firms", 0.0)
    people = population.settle_people(world, amounts.persons)
    firms = population.found_firms(world, amounts.companies, people)
    population.bank_everyone(world, people, firms)
    world.ordinary_accounts = len(world.accounts)
    population.institutions(world)
    household.employ(world, people)
    shops.ordinary_shops(world, amounts.shops, people, firms)
    tell("orders and parcels", 0.1)
    begun = draw_cases(world, people)
    low_value = int(amounts.declaration_lines * trade_share("express_share"))
    declared = len(world.declarations)
    express.ordinary_express(world, people, low_value)
    trade.ordinary_declarations(world, _left_over(amounts.declaration_lines, low_value + declared))
    commerce.ordinary_trade(world, people, _left_over(amounts.parcels, len(world.parcels)))
    tell("settlements", 0.25)
    settlement.remit_cod(world)
    settlement.pay_out(world)
    settlement.restock(world)
    listings.advertise(world)
    for case, plan in begun:
        for _ in plan:
            raise RuntimeError(f"plan '{case.kind}' yields more than once")
    tell("ordinary life", 0.3)
    household.wages(world, people)
    household.bills(world, people)
    household.everyday(world, people, _left_over(amounts.payments, len(world.payments)))
    reports.ordinary_reports(world)
    for case, _ in begun:
        case.close()
    return world


def _silent(_what: str, _share: float) -> None:
    """Nobody wants to hear how far we are."""


def _left_over(target: int, taken: int) -> int:
    """How many records ordinary life adds to reach a target; never less than a part of it."""
    return max(target - taken, int(target * trade_share("ordinary_share")))


def trade_share(name: str) -> float:
    """A share from ``configs/simulate/trade.yml``."""
    return float(read("trade")[name])


def simulate(
    out: Path,
    seed: int,
    size: str,
    catalogue: str = "a",
    as_of: date = AS_OF,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write a world under ``out/landing`` and its truth under ``out/truth``; returns counts.

    The same arguments give the same bytes. Raises UsageError when ``out`` already holds something or an
    argument is unknown.
    """
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not an empty folder: choose another --out or empty it")
    world = live(seed, size, catalogue, as_of, progress)
    delivered = deliver(world, out / "landing", progress)
    counts = write_truth(world, delivered, out / "truth")
    if progress:
        progress("done", 1.0)
    return counts
