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
    belongs to a stack of 3 x 4 x 3 accounts.
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
    for stack in np.split(order[-(count // 2400) * 24 :], count // 2400):
        members = random.choice(accounts, size=10, replace=False)
        middle = np.tile(members[3:7], 3)
        ends[:, stack] = [
            np.append(np.repeat(members[:3], 4), middle),
            np.append(middle, np.repeat(members[7:], 4)),
        ]
        at[stack] = np.append(np.arange(12) * 600, 3 * 3600 + np.arange(12) * 600) + random.integers(
            0, 80 * DAY
        )
        amount[stack] = 10_000_000
    return {
        "debtor": ends[0].astype(np.int64),
        "creditor": ends[1].astype(np.int64),
        "at": at,
        "amount": amount,
        "payment": np.arange(count, dtype=np.int64),
    }


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Run `work`, print how long it took and how much it found."""
    began = time.perf_counter()
    result = work()
    took = time.perf_counter() - began
    found = getattr(result, "patterns", None)
    cut = f", {len(result.truncated)} accounts cut short" if found is not None and result.truncated else ""
    print(f"  {name:<24}{took:8.2f} s" + (f"  {len(found):>8} found{cut}" if found is not None else ""))  # noqa: T201
    return result


def measure(count: int) -> None:
    """Time each part once over `count` payments."""
    frame = payments_with_hubs(count, seed=7)
    print(f"{count} payments, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # noqa: T201
    began = time.perf_counter()
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
    print(f"  {'all patterns':<24}{time.perf_counter() - began:8.2f} s")  # noqa: T201
    timed("pass-on by account", lambda: pass_on_by_account(payments, pairing))
    timed("components", lambda: connected_components(payments.debtor, payments.creditor))
    timed(
        "communities",
        lambda: leiden_communities(
            payments.debtor,
            payments.creditor,
            np.ones(len(payments)),
            resolution=1.0,
            iterations=3,
            seed=7,
        ),
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  peak memory of the process so far {peak} MB")  # noqa: T201


if __name__ == "__main__":
    for size in [int(argument) for argument in sys.argv[1:]] or [100_000]:
        measure(size)
