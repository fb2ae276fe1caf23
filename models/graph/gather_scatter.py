"""Gather-scatter: many pay one account, which soon pays the same money on to many."""

import numpy as np

from models.graph.limits import PatternLimits
from models.graph.pairing import Pairing
from models.graph.pattern import Pattern, PatternSearch, in_order
from models.graph.payments import Payments
from models.graph.runs import GroupedTimes, Ints, distinct_in_windows, merged_windows


def passed_matches(payments: Payments, pairing: Pairing) -> Ints:
    """Positions in `pairing` of the matches of payments that were paid on whole, at accounts that are no
    hubs.

    Sorted by account, incoming payment, outgoing payment. Matches whose debtor or creditor is a hub stay in:
    the money went on, only that the hub is no branch.
    """
    kept = np.flatnonzero(pairing.whole[pairing.incoming] & ~payments.hub[pairing.account])
    return kept[np.lexsort((pairing.outgoing[kept], pairing.incoming[kept], pairing.account[kept]))]


def find_gather_scatters(payments: Payments, pairing: Pairing, limits: PatternLimits) -> PatternSearch:
    """Accounts that gather from and scatter to at least `branches_min` distinct accounts that are no hubs.

    Only payments that the account paid on (see `pair_payments`: within the hold, but for a fee) count. A
    window of `window_seconds` of such incoming payments, with the outgoing ones that they feed, qualifies
    when both sides have enough distinct counterparties; windows that share a payment are one pattern. So time
    order and amounts hold payment by payment, gathering and scattering may overlap, and the account's
    ordinary money stays out.

    Roles: `source`, `intermediary` (the centre), `sink`; an account may be both source and sink (a savings
    club). `amount_vnd` is what was paid on. `size` is the smaller side at its peak, each side taken for
    itself.
    """
    match = passed_matches(payments, pairing)
    debtor = payments.debtor[pairing.incoming[match]]
    creditor = payments.creditor[pairing.outgoing[match]]
    account, at = pairing.account[match], payments.at[pairing.incoming[match]]
    first = np.arange(len(match), dtype=np.int64)
    last = GroupedTimes(account, at).after(account, at + limits.window_seconds) - 1
    gathered = _branches(first, last, debtor, payments)
    scattered = _branches(first, last, creditor, payments)
    enough = np.flatnonzero((gathered >= limits.branches_min) & (scattered >= limits.branches_min))
    opens, closes, pattern_of = merged_windows(first[enough], last[enough])
    peaks = [np.zeros(len(opens), dtype=np.int64) for _ in range(2)]
    np.maximum.at(peaks[0], pattern_of, gathered[enough])
    np.maximum.at(peaks[1], pattern_of, scattered[enough])
    sizes = np.minimum(*peaks)
    found = []
    for begin, finish, size in zip(opens.tolist(), closes.tolist(), sizes.tolist(), strict=True):
        part = match[begin : finish + 1]
        rows = np.unique(np.concatenate([pairing.incoming[part], pairing.outgoing[part]]))
        sources, sinks = np.unique(debtor[begin : finish + 1]), np.unique(creditor[begin : finish + 1])
        roles = (
            ("source", sources[~payments.hub[sources]]),
            ("intermediary", account[begin : begin + 1]),
            ("sink", sinks[~payments.hub[sinks]]),
        )
        found.append(
            Pattern(
                kind="gather_scatter",
                anchor=int(payments.nodes[account[begin]]),
                accounts=tuple((role, payments.ids(nodes)) for role, nodes in roles),
                payments=payments.row_ids(rows),
                amount_vnd=int(pairing.amount[part].sum()),
                start=int(payments.at[rows[0]]),
                end=int(payments.at[rows[-1]]),
                size=size,
                hubs=payments.hub_ids(rows),
            )
        )
    return PatternSearch(in_order(found), payments.hub_ids(), ())


def _branches(first: Ints, last: Ints, nodes: Ints, payments: Payments) -> Ints:
    """Distinct nodes that are no hubs in each window: all hubs count as one value, which is taken off."""
    hub = payments.hub[nodes]
    alike = np.where(hub, -1, nodes)
    hubs_before = np.concatenate([[0], np.cumsum(hub)])
    some_hub = hubs_before[last + 1] > hubs_before[first]
    return distinct_in_windows(first, last, alike) - some_hub
