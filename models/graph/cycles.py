"""Temporal cycles: money that comes back to where it started."""

import numpy as np

from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern, PatternSearch, in_order
from models.graph.payments import Payments
from models.graph.runs import Flags, Ints
from models.graph.selection import first_paths, without_contained
from models.graph.steps import Steps, extended, start_groups


def find_cycles(payments: Payments, steps: Steps, limits: PatternLimits) -> PatternSearch:
    """Cycles of `cycle_payments_min` to `cycle_payments_max` payments, each once.

    A cycle is a path of steps (see `find_steps`) over distinct accounts, none of them a hub, whose last
    payment goes to the debtor of the first, within `window_seconds`. Time order leaves one payment that can
    be the first, so no cycle is found twice. A rotating savings club (hụi) is a cycle too: that it is
    innocent is for the caller to test.

    Role: `intermediary` for all accounts, in payment order. `amount_vnd` is the smallest amount on the way.
    `truncated` as for chains. Source: Altman et al., AMLworld, 2023; Blanuša et al., Graph Feature
    Preprocessor, 2024.
    """
    found: list[Ints] = []
    capped: list[Ints] = [payments.creditor[steps.cut]]
    for starts in start_groups(steps, limits):
        paths = starts[~payments.hub[payments.debtor[starts]]].reshape(-1, 1)
        for length in range(2, limits.cycle_payments_max + 1):
            parent, added, partly = extended(paths, steps, limits.paths_max)
            fits = _fits(payments, paths, parent, added, limits)
            longer = np.column_stack([paths[parent[fits]], added[fits]])
            closed = payments.creditor[longer[:, -1]] == payments.debtor[longer[:, 0]]
            if length >= limits.cycle_payments_min:
                found.append(longer[closed])
            capped.append(payments.debtor[paths[partly, 0]])
            paths = longer[~closed]
    cycles, over = first_paths(payments, found, limits.patterns_max)
    capped.append(over)
    return PatternSearch(
        in_order(without_contained([_cycle(payments, path) for path in cycles])),
        payments.hub_ids(),
        payments.ids(np.unique(np.concatenate(capped))),
    )


def _fits(payments: Payments, paths: Ints, parent: Ints, added: Ints, limits: PatternLimits) -> Flags:
    """Whether `added` reaches a new account, or the first debtor, within the window."""
    goes_to = payments.creditor[added]
    fits: Flags = payments.until[added] - payments.at[paths[parent, 0]] <= limits.window_seconds
    for step in range(paths.shape[1]):
        fits &= goes_to != payments.creditor[paths[parent, step]]
    return fits


def _cycle(payments: Payments, path: Ints) -> Pattern:
    accounts = payments.ids(payments.debtor[path])
    return Pattern(
        kind="cycle",
        anchor=accounts[0],
        accounts=(("intermediary", accounts),),
        payments=payments.row_ids(path),
        amount_vnd=int(payments.amount[path].min()),
        start=int(payments.at[path[0]]),
        end=int(payments.until[path].max()),
        size=len(path),
        hubs=(),
    )
