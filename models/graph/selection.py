"""Which of the paths that a search found are told."""

from collections.abc import Sequence

import numpy as np

from models.graph.pattern import Pattern
from models.graph.payments import Payments
from models.graph.runs import Ints, rank_within_runs


def first_paths(payments: Payments, found: Sequence[Ints], patterns_max: int) -> tuple[list[Ints], Ints]:
    """At most `patterns_max` paths for each account they start from: the longest, then the earliest.

    `found` holds arrays of payment positions, shape (paths, length), each of one length. The account of a
    path is its first one, or the second when the first is a hub. Returns the paths kept and the accounts
    (node positions) that have more.
    """
    blocks = [paths for paths in found if len(paths)]
    if not blocks:
        return [], np.zeros(0, dtype=np.int64)
    longest = max(paths.shape[1] for paths in blocks)
    # Shorter paths are filled up with -1, so that all can be ranked together.
    table = np.concatenate(
        [np.pad(paths, ((0, 0), (0, longest - paths.shape[1])), constant_values=-1) for paths in blocks]
    )
    lengths = (table >= 0).sum(axis=1)
    debtor = payments.debtor[table[:, 0]]
    account = np.where(payments.hub[debtor], payments.creditor[table[:, 0]], debtor)
    order = np.lexsort((*table.T[::-1], -lengths, account))
    kept = rank_within_runs(account[order]) < patterns_max
    paths = [path[:length] for path, length in zip(table[order[kept]], lengths[order[kept]], strict=True)]
    return paths, np.unique(account[order[~kept]])


def without_contained(patterns: list[Pattern]) -> list[Pattern]:
    """Drop patterns whose payments all belong to another one; of two with the same payments the smaller
    stays.

    "Smaller" by size, then amount, then accounts: one answer whatever the order of discovery. Only a pattern
    with a bundle can hold all payments of another: single payments over distinct accounts leave no room for a
    second maximal path.
    """
    holders: dict[int, list[frozenset[int]]] = {}
    kept: list[Pattern] = []
    for pattern in sorted(patterns, key=lambda p: (-len(p.payments), p.size, p.amount_vnd, p.accounts)):
        rows = frozenset(pattern.payments)
        nearest = min((holders.get(row, []) for row in rows), key=len)
        if any(rows <= holder for holder in nearest):
            continue
        kept.append(pattern)
        if len(rows) > pattern.size:
            for row in rows:
                holders.setdefault(row, []).append(rows)
    return kept
