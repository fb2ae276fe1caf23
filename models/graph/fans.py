"""Fan-in and fan-out: many distinct counterparties of one account within a short time."""

import numpy as np

from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern, PatternSearch, in_order
from models.graph.payments import Payments
from models.graph.runs import GroupedTimes, Ints, distinct_in_windows, merged_windows


def find_fans(payments: Payments, limits: PatternLimits) -> PatternSearch:
    """Fan-ins and fan-outs around accounts that are no hubs.

    A window of `window_seconds` qualifies when it holds payments with at least `branches_min` distinct
    counterparties that are no hubs. Qualifying windows of one account that share a payment are one fan, which
    so may last longer than a window; `size` is the largest number of distinct counterparties in one window.

    Roles: `source` and `sink` (one side is the centre, the other the branches). `amount_vnd` is the sum.
    Payroll is a fan-out and school fees are a fan-in: innocent reasons are for the caller to test.
    """
    usable = np.flatnonzero(~payments.hub[payments.debtor] & ~payments.hub[payments.creditor])
    found = _fans(payments, usable, payments.creditor, payments.debtor, kind="fan_in", limits=limits)
    found += _fans(payments, usable, payments.debtor, payments.creditor, kind="fan_out", limits=limits)
    return PatternSearch(in_order(found), payments.hub_ids(), ())


def _fans(
    payments: Payments, usable: Ints, centre: Ints, branch: Ints, *, kind: str, limits: PatternLimits
) -> list[Pattern]:
    by_centre = usable[np.argsort(centre[usable], kind="stable")]
    group, at = centre[by_centre], payments.at[by_centre]
    first = np.arange(len(by_centre), dtype=np.int64)
    last = GroupedTimes(group, at).after(group, at + limits.window_seconds) - 1
    branches = distinct_in_windows(first, last, branch[by_centre])
    enough = np.flatnonzero(branches >= limits.branches_min)
    opens, closes, fan_of = merged_windows(first[enough], last[enough])
    peak = np.zeros(len(opens), dtype=np.int64)
    np.maximum.at(peak, fan_of, branches[enough])
    sides = ("sink", "source") if kind == "fan_in" else ("source", "sink")
    found = []
    for begin, finish, size in zip(opens.tolist(), closes.tolist(), peak.tolist(), strict=True):
        rows = by_centre[begin : finish + 1]
        roles = {sides[0]: group[begin : begin + 1], sides[1]: np.unique(branch[rows])}
        found.append(
            Pattern(
                kind=kind,
                anchor=int(payments.nodes[group[begin]]),
                accounts=tuple((role, payments.ids(roles[role])) for role in ("source", "sink")),
                payments=payments.row_ids(rows),
                amount_vnd=int(payments.amount[rows].sum()),
                start=int(payments.at[rows[0]]),
                end=int(payments.at[rows[-1]]),
                size=size,
                hubs=(),
            )
        )
    return found
