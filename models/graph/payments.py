"""Payments as sorted arrays, with the accounts that are hubs: the input of every pattern search."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.graph.runs import Flags, Ints, concatenated_ranges

COLUMNS = ("debtor", "creditor", "at", "amount", "payment")
LARGEST_AMOUNT = 10**14
"""Beyond it shares in basis points do not fit 64 bits; no payment in dong comes near it."""
LARGEST_SUM = 2**62


@dataclass(frozen=True, slots=True)
class Payments:
    """n payments in the order of (at, until, payment); every array is int64 of shape (n,) unless said
    otherwise.

    debtor, creditor
        Positions in `nodes`, which holds the caller's ids in ascending order.
    at, until
        First and last second: equal, except for a bundle of several payments between the same two accounts.
    amount
        Whole dong, above zero.
    row_from, rows
        The row ids of payment i are `rows[row_from[i]:row_from[i + 1]]` (several for a bundle).
    hub
        bool of shape (nodes,): accounts that are context.
    """

    nodes: Ints
    debtor: Ints
    creditor: Ints
    at: Ints
    until: Ints
    amount: Ints
    row_from: Ints
    rows: Ints
    hub: Flags

    def __len__(self) -> int:
        return len(self.at)

    def row_ids(self, positions: Ints) -> tuple[int, ...]:
        """Row ids of the payments at `positions`, in time order, each once."""
        position = np.unique(positions)
        counts = self.row_from[position + 1] - self.row_from[position]
        found = self.rows[concatenated_ranges(self.row_from[position], counts)]
        if len(found) == len(position):
            return tuple(found.tolist())
        _, first = np.unique(found, return_index=True)
        return tuple(found[np.sort(first)].tolist())

    def ids(self, nodes: Ints) -> tuple[int, ...]:
        """The caller's ids of node positions, in the order given."""
        return tuple(self.nodes[nodes].tolist())

    def hub_ids(self, positions: Ints | None = None) -> tuple[int, ...]:
        """Ids of the hubs, of all payments or of those at `positions`, ascending."""
        if positions is None:
            return self.ids(np.flatnonzero(self.hub))
        touched = np.unique(np.concatenate([self.debtor[positions], self.creditor[positions]]))
        return self.ids(touched[self.hub[touched]])


def index_payments(
    frame: pd.DataFrame | Mapping[str, Any], hub_degree: int, context: Collection[int] = ()
) -> Payments:
    """Sort payments and mark hubs.

    `frame` has the columns debtor, creditor (node ids), at (seconds), amount (dong) and payment (row id), all
    integers. Payments of an account to itself carry nothing and are left out. A hub is an account with more
    than `hub_degree` distinct counterparties, or one that the caller names in `context`. The same transfer
    reported by both banks must have been made one by the caller.

    Raises ValueError for a missing column, an amount that is not above zero, a row id that occurs twice, or
    amounts whose sum does not fit.
    """
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise ValueError(f"payments lack the column {missing[0]!r}")
    debtor, creditor, at, amount, payment = (np.asarray(frame[name]).astype(np.int64) for name in COLUMNS)
    if (amount <= 0).any():
        raise ValueError(f"amount must be above zero: {int((amount <= 0).sum())} payments are not")
    if (amount > LARGEST_AMOUNT).any() or float(amount.sum(dtype=np.float64)) > LARGEST_SUM:
        raise ValueError("amounts do not fit 64 bits: are they in whole dong?")
    if len(np.unique(payment)) != len(payment):
        raise ValueError("a row id occurs twice in the column 'payment'")
    order = np.lexsort((payment, at))
    order = order[debtor[order] != creditor[order]]
    debtor, creditor, at, amount, payment = (x[order] for x in (debtor, creditor, at, amount, payment))
    nodes, ends = np.unique(np.concatenate([debtor, creditor]), return_inverse=True)
    ends = ends.astype(np.int64)
    debtor, creditor = ends[: len(at)], ends[len(at) :]
    hub = _degrees(debtor, creditor, len(nodes)) > hub_degree
    hub |= np.isin(nodes, np.fromiter(context, dtype=np.int64))
    row_from = np.arange(len(at) + 1, dtype=np.int64)
    return Payments(nodes, debtor, creditor, at, at, amount, row_from, payment, hub)


def _degrees(debtor: Ints, creditor: Ints, nodes: int) -> Ints:
    """Distinct counterparties of each node, whichever way the money went."""
    if nodes == 0:
        return np.zeros(0, dtype=np.int64)
    low, high = np.minimum(debtor, creditor), np.maximum(debtor, creditor)
    pairs = np.unique(low * nodes + high)
    ends = np.concatenate([pairs // nodes, pairs % nodes])
    return np.bincount(ends, minlength=nodes).astype(np.int64)


def with_bundles(payments: Payments, gap_seconds: int) -> Payments:
    """The payments, and beside them one bundle for each run of payments between the same debtor and creditor
    in which no gap is longer than `gap_seconds`: a transfer that was cut in pieces is then one of its full
    amount.

    A bundle spans from the first to the last of its payments. With a gap of 0 nothing is added.
    """
    if gap_seconds == 0 or len(payments) == 0:
        return payments
    order = np.lexsort((np.arange(len(payments)), payments.creditor, payments.debtor))
    debtor, creditor, at = payments.debtor[order], payments.creditor[order], payments.at[order]
    opens = np.ones(len(order), dtype=bool)
    same_pair = (debtor[1:] == debtor[:-1]) & (creditor[1:] == creditor[:-1])
    opens[1:] = ~same_pair | (np.diff(at) > gap_seconds)
    first = np.flatnonzero(opens)
    counts = np.diff(np.append(first, len(order)))
    first, counts = first[counts > 1], counts[counts > 1]
    if len(first) == 0:
        return payments
    last = first + counts - 1
    sums = np.concatenate([[0], np.cumsum(payments.amount[order])])
    lengths = np.concatenate([np.ones(len(payments), dtype=np.int64), counts])
    member_rows = payments.rows[order[concatenated_ranges(first, counts)]]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    rows = np.concatenate([payments.rows, member_rows])
    columns = {
        "debtor": np.concatenate([payments.debtor, debtor[first]]),
        "creditor": np.concatenate([payments.creditor, creditor[first]]),
        "at": np.concatenate([payments.at, at[first]]),
        "until": np.concatenate([payments.until, at[last]]),
        "amount": np.concatenate([payments.amount, sums[last + 1] - sums[first]]),
    }
    # Bundles come after the single payments here, and lexsort is stable: at a tie a bundle stands last.
    sorted_by_time = np.lexsort((rows[starts[:-1]], columns["until"], columns["at"]))
    taken = lengths[sorted_by_time]
    return Payments(
        nodes=payments.nodes,
        hub=payments.hub,
        row_from=np.concatenate([[0], np.cumsum(taken)]),
        rows=rows[concatenated_ranges(starts[:-1][sorted_by_time], taken)],
        **{name: column[sorted_by_time] for name, column in columns.items()},
    )
