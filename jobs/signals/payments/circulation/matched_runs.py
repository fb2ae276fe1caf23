"""Runs of credits that a run of forwards to one payee takes on, whatever else the account lives from."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from jobs.signals.schema import Parameters

_HOUR = 3600
_Numbers = npt.NDArray[np.int64]


class _Flow(NamedTuple):
    """Payments: who belong together (an account's credits, a pair's forwards), in order of time."""

    group: _Numbers
    at: _Numbers
    vnd: _Numbers


class _Runs(NamedTuple):
    """Runs of one length: the position of the first payment, the times of the first and last, the sum."""

    start: _Numbers
    first: _Numbers
    last: _Numbers
    vnd: _Numbers


def matched_runs(rows: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Rows of matched runs, with the number of their `run`, of pairs that have them beyond chance.

    `rows` as for `strong_passages`, with `feeder`. A run of consecutive credits (no wages) within `run_hours`
    is matched by a run of consecutive forwards to one payee, no company, all after its first credit and no
    later than `run_hold_hours` after its last, whose sum is `run_share_min` to `run_share_max` of its own:
    the closest in time first, each payment once. A pair of account and payee counts that has `matches_min`
    matched runs, of `run_feeders_min` feeders, over `run_covered_share_min` of what it forwards; with time
    reversed it must have less than `run_chance_share_max` times as many, as round sums every day meet
    anything either way.
    """
    credits, forwards = _candidates(rows, parameters)
    came, went = _flow(credits), _flow(forwards)
    met = _each_once(_meetings(came, went, parameters))
    by_chance = _each_once(_meetings(_reversed(came), _reversed(went), parameters))
    runs = pd.concat([_rows_of(credits, met[:, :2]), _rows_of(forwards, met[:, 2:])])
    runs["group"] = went.group[met[runs["run"], 2]]
    chance = pd.Series(_reversed(went).group[by_chance[:, 2]]).value_counts()
    runs["by_chance"] = runs["group"].map(chance).fillna(0)
    runs["all_vnd"] = runs["group"].map(forwards.groupby("group")["amount_vnd"].sum())
    return _beyond_chance(runs, parameters)


def _candidates(rows: pd.DataFrame, parameters: Parameters) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The credits of accounts that several feed, and the forwards of pairs that repeat them.

    `group` numbers accounts and pairs. `apart`: the time, with the accounts so far from each other that no
    run and no hold reaches from one to the next.
    """
    account, at = pd.factorize(rows["account_id"])[0], rows["at_seconds"]
    reach = (int(parameters["run_hold_hours"]) + int(parameters["run_hours"])) * _HOUR
    rows = rows.assign(group=account, apart=at - at.min() + account * (at.max() - at.min() + 2 * reach))
    forwards = rows[rows["main"] & ~rows["other_company"]]
    forwards = forwards.assign(group=forwards.groupby(["account_id", "other"]).ngroup())
    often = forwards.groupby("group")["main"].transform("size") >= int(parameters["matches_min"])
    credits = rows[~rows["out"] & ~rows["salary"]]
    feeders = credits.groupby("group")["feeder"].transform("nunique")
    return (
        credits[feeders >= int(parameters["run_feeders_min"])],
        forwards[often].sort_values("group", kind="stable"),
    )


def _flow(rows: pd.DataFrame) -> _Flow:
    return _Flow(*(rows[name].to_numpy(np.int64) for name in ("group", "apart", "amount_vnd")))


def _reversed(flow: _Flow) -> _Flow:
    return _Flow(flow.group[::-1], -flow.at[::-1], flow.vnd[::-1])


def _runs(flow: _Flow, length: int) -> _Runs:
    """All runs of `length` consecutive payments of one group."""
    start = np.arange(max(flow.at.size - length + 1, 0))
    start = start[flow.group[start] == flow.group[start + length - 1]]
    before = np.concatenate([[0], flow.vnd.cumsum()])
    return _Runs(start, flow.at[start], flow.at[start + length - 1], before[start + length] - before[start])


def _meetings(came: _Flow, went: _Flow, parameters: Parameters) -> _Numbers:
    """Every run of credits with every run of forwards that would match it, the closest in time first.

    One row a meeting: position of the first credit, number of credits, and the same of the forwards.
    """
    found = [np.empty((0, 5), np.int64)]
    for credits in range(1, int(parameters["run_credits_max"]) + 1):
        for forwards in range(1, int(parameters["run_forwards_max"]) + 1):
            fed, sent = _met(_runs(came, credits), _runs(went, forwards), parameters)
            counts = np.full(fed.start.size, credits), np.full(fed.start.size, forwards)
            found.append(
                np.column_stack([sent.last - fed.first, fed.start, counts[0], sent.start, counts[1]])
            )
    meetings = np.concatenate(found)
    return meetings[np.lexsort(meetings.T[::-1])][:, 1:]


def _met(fed: _Runs, sent: _Runs, parameters: Parameters) -> tuple[_Runs, _Runs]:
    """The runs of credits and of forwards that match, side by side."""
    hold, spread = int(parameters["run_hold_hours"]) * _HOUR, int(parameters["run_hours"]) * _HOUR
    low = np.searchsorted(fed.first, sent.last - hold - spread, side="left")
    high = np.searchsorted(fed.first, sent.first, side="left")
    near = np.maximum(high - low, 0)
    sent = _Runs(*(column.repeat(near) for column in sent))
    within = np.arange(near.sum()) - (near.cumsum() - near).repeat(near)
    fed = _Runs(*(column[low.repeat(near) + within] for column in fed))
    matched = (
        (fed.last - fed.first <= spread)
        & (sent.last - fed.last <= hold)
        & (sent.vnd >= fed.vnd * float(parameters["run_share_min"]))
        & (sent.vnd <= fed.vnd * float(parameters["run_share_max"]))
    )
    return _Runs(*(column[matched] for column in fed)), _Runs(*(column[matched] for column in sent))


def _each_once(meetings: _Numbers) -> _Numbers:
    """The meetings, in their order, none of whose payments an earlier one has used."""
    ends = meetings[:, ::2] + meetings[:, 1::2]
    came, went = (bytearray(size) for size in ends.max(axis=0, initial=0).tolist())
    kept = []
    for number, (credit, credits, forward, forwards) in enumerate(meetings.tolist()):
        in_run, out_run = slice(credit, credit + credits), slice(forward, forward + forwards)
        if any(came[in_run]) or any(went[out_run]):
            continue
        came[in_run], went[out_run] = b"\1" * credits, b"\1" * forwards
        kept.append(number)
    return meetings[kept]


def _rows_of(rows: pd.DataFrame, runs: _Numbers) -> pd.DataFrame:
    """The rows of runs (position of the first, number of rows), with the number of the `run`."""
    start, length = runs.T
    step = np.arange(length.sum()) - (length.cumsum() - length).repeat(length)
    return rows.iloc[start.repeat(length) + step].assign(run=np.arange(start.size).repeat(length))


def _beyond_chance(runs: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """`runs` of the pairs that count, by their number of runs, feeders, share and `by_chance`."""
    pair = runs.groupby("group")
    matches, feeders = pair["run"].transform("nunique"), pair["feeder"].transform("nunique")
    matched_vnd = runs["amount_vnd"].where(runs["main"], 0).groupby(runs["group"]).transform("sum")
    counts = (
        (matches >= int(parameters["matches_min"]))
        & (feeders >= int(parameters["run_feeders_min"]))
        & (matched_vnd >= runs["all_vnd"] * float(parameters["run_covered_share_min"]))
        & (runs["by_chance"] < matches * float(parameters["run_chance_share_max"]))
    )
    return runs[counts]
