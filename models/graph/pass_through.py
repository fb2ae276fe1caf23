"""Chains: money that goes on from account to account, nearly whole, without rest (AML Law 2022 Art. 27)."""

import numpy as np

from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern, PatternSearch, in_order
from models.graph.payments import Payments
from models.graph.runs import Flags, Ints
from models.graph.selection import first_paths, without_contained
from models.graph.steps import Steps, extended, start_groups


def find_chains(payments: Payments, steps: Steps, limits: PatternLimits) -> PatternSearch:
    """Maximal chains of `chain_payments_min` to `chain_payments_max` payments.

    A chain is a path of steps (see `find_steps`) over distinct accounts that ends within `window_seconds` of
    its start. Maximal: no payment before or behind makes a longer chain within the limits; and no other chain
    holds all its payments (a bundle holds those of its pieces). A hub may stand at either end, as context:
    the chain's first or last payment comes from or goes to it.

    Roles: `source` (first account), `intermediary`, `sink` (last account), without hubs. `amount_vnd` is the
    smallest amount on the way. The accounts of `truncated` are first accounts whose search met `paths_max`,
    and accounts where `scanned_max` cut the view.
    """
    found: list[Ints] = []
    capped: list[Ints] = [payments.creditor[steps.cut]]
    for starts in start_groups(steps, limits):
        paths = starts.reshape(-1, 1)
        for length in range(2, limits.chain_payments_max + 1):
            parent, added, partly = extended(paths, steps, limits.paths_max)
            fits = _fits(payments, paths, parent, added, limits)
            parent, added = parent[fits], added[fits]
            # A path that was not continued in every way may go on: it is not known to end here.
            ended = ~partly
            ended[parent] = False
            found.append(_maximal(payments, steps, paths[ended], limits))
            capped.append(payments.debtor[paths[partly, 0]])
            paths = np.column_stack([paths[parent], added])
            if length == limits.chain_payments_max:
                found.append(_maximal(payments, steps, paths, limits))
    chains, over = first_paths(payments, found, limits.patterns_max)
    capped.append(over)
    return PatternSearch(
        in_order(without_contained([_chain(payments, path) for path in chains])),
        payments.hub_ids(),
        payments.ids(np.unique(np.concatenate(capped))),
    )


def _fits(payments: Payments, paths: Ints, parent: Ints, added: Ints, limits: PatternLimits) -> Flags:
    """Whether `added` reaches a new account within the window, for each longer path."""
    goes_to = payments.creditor[added]
    fits: Flags = payments.until[added] - payments.at[paths[parent, 0]] <= limits.window_seconds
    fits &= goes_to != payments.debtor[paths[parent, 0]]
    for step in range(paths.shape[1]):
        fits &= goes_to != payments.creditor[paths[parent, step]]
    return fits


def _maximal(payments: Payments, steps: Steps, paths: Ints, limits: PatternLimits) -> Ints:
    """The paths that nothing can precede; the caller knows that nothing can follow them."""
    length = paths.shape[1]
    if length < limits.chain_payments_min:
        return paths[:0]
    return (
        paths if length == limits.chain_payments_max else paths[~_goes_back(payments, steps, paths, limits)]
    )


def _goes_back(payments: Payments, steps: Steps, paths: Ints, limits: PatternLimits) -> Flags:
    """Whether some payment may come before the first one, within the window and from a new account."""
    found = np.zeros(len(paths), dtype=bool)
    open_paths = np.arange(len(paths), dtype=np.int64)
    # From the latest candidate back: the first that is too early ends the search of its path.
    cursor = steps.leader_start[paths[:, 0] + 1] - 1
    while len(open_paths):
        any_left = cursor >= steps.leader_start[paths[open_paths, 0]]
        open_paths, cursor = open_paths[any_left], cursor[any_left]
        before = steps.leader[cursor]
        in_time = payments.until[paths[open_paths, -1]] - payments.at[before] <= limits.window_seconds
        new = (payments.debtor[before][:, None] != payments.creditor[paths[open_paths]]).all(axis=1)
        found[open_paths[in_time & new]] = True
        open_paths, cursor = open_paths[in_time & ~new], cursor[in_time & ~new] - 1
    return found


def _chain(payments: Payments, path: Ints) -> Pattern:
    accounts = np.append(payments.debtor[path], payments.creditor[path[-1]])
    inner = ~payments.hub[accounts]
    roles = (("source", accounts[:1]), ("intermediary", accounts[1:-1]), ("sink", accounts[-1:]))
    return Pattern(
        kind="chain",
        anchor=int(payments.nodes[accounts[inner][0]]),
        accounts=tuple((role, payments.ids(nodes)) for role, nodes in roles if not payments.hub[nodes].any()),
        payments=payments.row_ids(path),
        amount_vnd=int(payments.amount[path].min()),
        start=int(payments.at[path[0]]),
        end=int(payments.until[path].max()),
        size=len(path),
        hubs=payments.hub_ids(path),
    )
