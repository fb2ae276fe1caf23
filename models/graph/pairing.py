"""Which incoming payment feeds which outgoing one, at every account: first in, first out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.graph.limits import WHOLE_BP, PatternLimits
from models.graph.payments import Payments
from models.graph.runs import GroupedTimes, Ints


@dataclass(frozen=True, slots=True)
class Pairing:
    """m matches of an incoming with an outgoing payment of one account; arrays are int64 of shape (m,).

    account
        Node position that received and paid on.
    incoming, outgoing
        Positions of the two payments. Matches are sorted by account, then in the order of the outgoing
        payments.
    amount
        The part of the incoming amount that this outgoing payment took on.
    passed
        Shape (payments,): how much of each payment its receiver paid on.
    whole
        bool of shape (payments,): the payment was paid on, but for at most the share that may be retained.
    """

    account: Ints
    incoming: Ints
    outgoing: Ints
    amount: Ints
    passed: Ints
    whole: np.ndarray[tuple[int], np.dtype[np.bool_]]


def pair_payments(payments: Payments, limits: PatternLimits) -> Pairing:
    """Match what leaves each account with what came in between `hold_seconds_max` and `hold_seconds_min`
    before.

    An outgoing payment uses the oldest money still held. Money older than the longest hold is the account's
    own. When what is left of an incoming payment is at most `retained_max_bp` of it, that rest is a fee and
    feeds nothing; when what an outgoing payment still lacks is at most `added_max_bp` of the part that was
    fed, the account added it. Hubs are paired like everyone else: they cost one pass. Bundles are not taken
    (a transfer in pieces is paired piece by piece).

    One pass over the outgoing payments. Only those with money to draw on are walked; the ranges that they
    draw on are found for all accounts at once. What is left of each fee decides what the next payment draws
    on, so that the walk itself is a plain loop.
    """
    count = len(payments)
    incoming = np.lexsort((np.arange(count), payments.creditor))
    outgoing = np.lexsort((np.arange(count), payments.debtor))
    times = GroupedTimes(payments.creditor[incoming], payments.at[incoming])
    account, at = payments.debtor[outgoing], payments.at[outgoing]
    oldest = times.before(account, at - limits.hold_seconds_max)
    newest = times.after(account, at - limits.hold_seconds_min)
    if limits.hold_seconds_min == 0:
        newest = np.minimum(newest, _earlier_rows(payments, incoming, outgoing))
    fed = newest > oldest
    outgoing, oldest, newest = outgoing[fed], oldest[fed], newest[fed]
    ins, outs, amounts = _walk(payments.amount[incoming], payments.amount[outgoing], oldest, newest, limits)
    matched_in, matched_out = incoming[ins], outgoing[outs]
    passed = np.zeros(count, dtype=np.int64)
    np.add.at(passed, matched_in, amounts)
    whole = passed * WHOLE_BP >= payments.amount * (WHOLE_BP - limits.retained_max_bp)
    return Pairing(payments.debtor[matched_out], matched_in, matched_out, amounts, passed, whole)


def _earlier_rows(payments: Payments, incoming: Ints, outgoing: Ints) -> Ints:
    """For each outgoing payment, one past the last incoming one of that account that stands before it."""
    rank = np.arange(len(payments), dtype=np.int64)
    return GroupedTimes(payments.creditor[incoming], rank[incoming]).after(
        payments.debtor[outgoing], outgoing
    )


def _walk(
    in_amounts: Ints, out_amounts: Ints, oldest: Ints, newest: Ints, limits: PatternLimits
) -> tuple[Ints, Ints, Ints]:
    """Draw each outgoing amount from the incoming ones in [oldest, newest), both in time order by account."""
    lots = in_amounts.tolist()
    fees = (in_amounts * limits.retained_max_bp // WHOLE_BP).tolist()
    ins: list[int] = []
    outs: list[int] = []
    taken: list[int] = []
    lot, left = -1, 0
    draws = zip(out_amounts.tolist(), oldest.tolist(), newest.tolist(), strict=True)
    for out, (amount, low, high) in enumerate(draws):
        if lot < low:
            lot, left = low, 0
        lack = amount
        while lack > 0 and lot < high:
            left = left or lots[lot]
            take = min(left, lack)
            ins.append(lot)
            outs.append(out)
            taken.append(take)
            left -= take
            lack -= take
            if left <= fees[lot]:
                lot, left = lot + 1, 0
            if lack * WHOLE_BP <= limits.added_max_bp * (amount - lack):
                break
    return np.array(ins, dtype=np.int64), np.array(outs, dtype=np.int64), np.array(taken, dtype=np.int64)


def pass_on_by_account(payments: Payments, pairing: Pairing) -> pd.DataFrame:
    """One row an account that received or paid anything, in the order of its id.

    Columns: account (id), inflow_vnd, outflow_vnd, passed_vnd (the part of the inflow that was paid on),
    passed_share (of the inflow; NaN without inflow), held_seconds_median (weighted by amount; NaN when
    nothing was paid on), matches, hub (bool).
    """
    accounts = len(payments.nodes)
    inflow = _sums(payments.creditor, payments.amount, accounts)
    passed = _sums(pairing.account, pairing.amount, accounts)
    with np.errstate(invalid="ignore"):
        share = np.where(inflow > 0, passed / inflow, np.nan)
    return pd.DataFrame(
        {
            "account": payments.nodes,
            "inflow_vnd": inflow,
            "outflow_vnd": _sums(payments.debtor, payments.amount, accounts),
            "passed_vnd": passed,
            "passed_share": share,
            "held_seconds_median": _median_hold(payments, pairing),
            "matches": np.bincount(pairing.account, minlength=accounts),
            "hub": payments.hub,
        }
    )


def matches(payments: Payments, pairing: Pairing) -> pd.DataFrame:
    """One row a match: account (id), incoming and outgoing (row ids), amount_vnd, held_seconds.

    Takes payments without bundles, as `pair_payments` does.
    """
    return pd.DataFrame(
        {
            "account": payments.nodes[pairing.account],
            "incoming": payments.rows[pairing.incoming],
            "outgoing": payments.rows[pairing.outgoing],
            "amount_vnd": pairing.amount,
            "held_seconds": payments.at[pairing.outgoing] - payments.at[pairing.incoming],
        }
    )


def _sums(groups: Ints, amounts: Ints, size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, groups, amounts)
    return total


def _median_hold(payments: Payments, pairing: Pairing) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """For each account the shortest hold that at least half of the amount paid on did not exceed."""
    held = payments.at[pairing.outgoing] - payments.at[pairing.incoming]
    order = np.lexsort((held, pairing.account))
    account, amount = pairing.account[order], pairing.amount[order]
    running = np.cumsum(amount)
    totals = _sums(account, amount, len(payments.nodes))
    before = np.concatenate([[0], np.cumsum(totals)])[account]
    half = 2 * (running - before) >= totals[account]
    reached, first = np.unique(account[half], return_index=True)
    median = np.full(len(payments.nodes), np.nan)
    median[reached] = held[order][half][first]
    return median
