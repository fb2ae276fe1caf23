"""Times every money pattern over payments with hubs: python -m tests.benchmarks.bench_graph [PAYMENTS ...].

A script, not a test: what it prints depends on the machine and on what else runs there.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from models.graph.bipartite import find_bipartites
from models.graph.communities import leiden_communities
from models.graph.components import connected_components
from models.graph.cycles import find_cycles
from models.graph.fans import find_fans
from models.graph.gather_scatter import find_gather_scatters
from models.graph.limits import PatternLimits
from models.graph.pairing import pair_payments, pass_on_by_account
from models.graph.pass_through import find_chains
from models.graph.pattern import PatternSearch
from models.graph.payments import index_payments, with_bundles
from models.graph.scatter_gather import find_scatter_gathers
from models.graph.stack import find_stacks
from models.graph.steps import find_steps

DAY = 86_400
LIMITS = PatternLimits(
    hold_seconds_min=1,
    hold_seconds_max=2 * DAY,
    window_seconds=7 * DAY,
    bundle_gap_seconds=6 * 3600,
    retained_max_bp=500,
    added_max_bp=100,
    branches_min=5,
    layer_accounts_min=2,
    layer_accounts_max=20,
    chain_payments_min=3,
    chain_payments_max=8,
    cycle_payments_min=3,
    cycle_payments_max=6,
    hub_degree=200,
    scanned_max=100,
    paths_max=100,
    patterns_max=100,
    sets_max=1_000,
)


def payments_with_hubs(count: int, seed: int) -> dict[str, Any]:
    """`count` payments of 90 days among count / 4 accounts.

    A few accounts have much of the traffic, amounts are skewed and round, two payments in five pass on an
    earlier one (often passed on itself), some of them back to where the money came from, and one in a hundred
    belongs to a stack of 3 x 6 x 3 accounts.
    """
    random = np.random.default_rng(seed)
    accounts = max(10, count // 4)
    weight = np.arange(1, accounts + 1) ** -0.8
    draw = random.permutation(accounts)
    ends = draw[random.choice(accounts, size=(2, count), p=weight / weight.sum())]
    at = random.integers(0, 90 * DAY, size=count)
    amount = np.exp(random.normal(13.8, 1.3, size=count)).astype(np.int64) // 1_000 * 1_000 + 1_000
    order = random.permutation(count)
    brought_by = ends[0].copy()
    for step in range(4, 8):
        passing, brings = order[step * count // 10 : (step + 1) * count // 10], order[: step * count // 10]
        brings = brings[-len(passing) :]
        ends[0, passing] = ends[1, brings]
        brought_by[passing] = brought_by[brings]
        returns = passing[: len(passing) // 20]
        ends[1, returns] = brought_by[returns]
        at[passing] = at[brings] + random.integers(60, DAY, size=len(passing))
        amount[passing] = np.maximum(1, amount[brings] * random.uniform(0.95, 1.0, size=len(passing)))
    stacks = count // 3_600
    for stack in np.split(order[-stacks * 36 :], stacks):
        members = random.choice(accounts, size=12, replace=False)
        middle = np.tile(members[3:9], 3)
        ends[0, stack] = np.append(np.repeat(members[:3], 6), middle)
        ends[1, stack] = np.append(middle, np.repeat(members[9:], 6))
        layers = np.append(np.arange(18) * 600, 4 * 3600 + np.arange(18) * 600)
        at[stack] = layers + random.integers(0, 80 * DAY)
        amount[stack] = 10_000_000
    return {
        "debtor": ends[0].astype(np.int64),
        "creditor": ends[1].astype(np.int64),
        "at": at,
        "amount": amount,
        "payment": np.arange(count, dtype=np.int64),
    }


def dense_payments(count: int, seed: int) -> dict[str, Any]:
    """The worst case: `count` payments of one amount among 150 accounts, none of them a hub."""
    random = np.random.default_rng(seed)
    debtor = random.integers(0, 150, size=count)
    return {
        "debtor": debtor,
        "creditor": (debtor + random.integers(1, 150, size=count)) % 150,
        "at": random.integers(0, 90 * DAY, size=count),
        "amount": np.full(count, 1_000_000),
        "payment": np.arange(count, dtype=np.int64),
    }


class Clock:
    """Seconds since it was made: by the wall, and of processor time (what a quiet machine would need)."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def __str__(self) -> str:
        wall, processor = time.perf_counter() - self._wall, time.process_time() - self._processor
        return f"{wall:8.2f} s {processor:8.2f} s"


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Run `work`, print how long it took and how much it found."""
    clock = Clock()
    result = work()
    line = f"  {name:<20}{clock}"
    if isinstance(result, PatternSearch):
        line += f"  {len(result.patterns):>8} found, {len(result.truncated)} accounts cut short"
    print(line)  # noqa: T201
    return result


def measure(name: str, frame: dict[str, Any]) -> None:
    """Time each part once over `frame`."""
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"{name}: {len(frame['at'])} payments, {load}; wall, processor")  # noqa: T201
    clock = Clock()
    payments = timed("index", lambda: index_payments(frame, LIMITS.hub_degree))
    print(f"  ({len(payments.nodes)} accounts, {int(payments.hub.sum())} hubs)")  # noqa: T201
    bundled = timed("bundles", lambda: with_bundles(payments, LIMITS.bundle_gap_seconds))
    steps = timed("steps", lambda: find_steps(bundled, LIMITS))
    pairing = timed("pairing", lambda: pair_payments(payments, LIMITS))
    timed("chains", lambda: find_chains(bundled, steps, LIMITS))
    timed("cycles", lambda: find_cycles(bundled, steps, LIMITS))
    timed("scatter-gathers", lambda: find_scatter_gathers(bundled, steps, LIMITS))
    timed("gather-scatters", lambda: find_gather_scatters(payments, pairing, LIMITS))
    timed("stacks", lambda: find_stacks(payments, pairing, LIMITS))
    timed("fans", lambda: find_fans(payments, LIMITS))
    timed("bipartite sets", lambda: find_bipartites(payments, LIMITS))
    print(f"  {'all patterns':<20}{clock}")  # noqa: T201
    ends, ones = (payments.debtor, payments.creditor), np.ones(len(payments))
    timed("pass-on by account", lambda: pass_on_by_account(payments, pairing))
    timed("components", lambda: connected_components(*ends))
    timed("communities", lambda: leiden_communities(*ends, ones, resolution=1.0, iterations=3, seed=7))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  peak memory of the process so far {peak} MB")  # noqa: T201


if __name__ == "__main__":
    for size in [int(argument) for argument in sys.argv[1:]] or [100_000]:
        measure("with hubs", payments_with_hubs(size, seed=7))
    measure("dense", dense_payments(20_000, seed=7))
