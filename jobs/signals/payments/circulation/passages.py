"""Which forwards of an account empty what had just come in: burst by burst, for many accounts at once."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from jobs.signals.payments.circulation.matched_runs import matched_runs
from jobs.signals.schema import Parameters

_HOUR = 3600
_DAY_HOURS = 24
PASSAGES_DDL = """
    account_id string, other string, main boolean, edge boolean, amount_vnd bigint, at_seconds bigint,
    other_context boolean, other_business boolean, purpose string, employer boolean, strength double,
    payment_key string, report_keys array<string>
"""
PASSAGE_COLUMNS = [part.split()[0] for part in PASSAGES_DDL.split(",")]


def whole_accounts(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The rows of `frames`, which are sorted by account, cut so that no account is in two of them."""
    held: list[pd.DataFrame] = []
    for frame in frames:
        if frame.empty:
            continue
        held.append(frame)
        last = frame["account_id"].iloc[-1]
        if frame["account_id"].iloc[0] == last and len(held) > 1:
            continue
        joined = pd.concat(held, ignore_index=True)
        open_ = joined["account_id"] == last
        if not open_.all():
            yield joined[~open_].reset_index(drop=True)
        held = [joined[open_]]
    if held:
        yield pd.concat(held, ignore_index=True)


def strong_passages(rows: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Matched forwards and their feeds (`PASSAGES_DDL`) of the accounts that empty fresh money often enough.

    `rows` is the ledger of whole accounts, sorted by account, time and payment, with `main` (a forward to a
    main payee), `other_company` and `employer`. Forwards close together are one burst. A credit belongs to
    the first burst that ends after it, when it came at most the holding time before; pay from an employer
    feeds nothing, as a mule has a life beside it. A burst is matched when it takes on no less than
    `passed_share_min` and no more than `passed_share_max` of what fed it, by the ordinary holding time or by
    the longer one of `_patient` accounts. Where an ordinary life spoils the sums, `matched_runs` count.
    `strength` = share of the forwards (by value) that are matched in any way x n / (n + half), n the matched
    bursts and the runs beside them. An account that one payer feeds must repeat it more often: that is how a
    person passes on an allowance. `edge` marks forwards to a payee who got several.
    """
    # Who hands in cash is not told: each time it may be another.
    feeder = rows["other"].fillna(rows["other_name"]).fillna(rows["payment_key"]).where(~rows["out"])
    rows = rows.assign(feeder=feeder, forwarded_vnd=rows["amount_vnd"].where(rows["main"], 0))
    rows["all_forwarded_vnd"] = rows.groupby("account_id")["forwarded_vnd"].transform("sum")
    fed = _matched_once(
        _matched_bursts(rows, parameters, hold_hours=int(parameters["hold_hours"])),
        _patient(rows, parameters),
        matched_runs(rows, parameters).rename(columns={"run": "match"}),
    )
    account = fed.groupby("account_id")
    fed["matches"] = account["match"].transform("nunique")
    fed["matched_vnd"] = account["forwarded_vnd"].transform("sum")
    fed["feeders"] = account["feeder"].transform("nunique")
    share = (fed["matched_vnd"] / fed["all_forwarded_vnd"]).round(6)
    half = float(parameters["repeats_for_half"])
    fed["strength"] = (share * fed["matches"] / (fed["matches"] + half)).round(6)
    needed = np.where(
        fed["feeders"] > 1, int(parameters["matches_min"]), int(parameters["matches_min_one_payer"])
    )
    strong = fed[(fed["matches"] >= needed) & (share >= float(parameters["matched_share_min"]))].copy()
    to_payee = strong["main"].groupby([strong["account_id"], strong["other"]]).transform("sum")
    strong["edge"] = strong["main"] & (to_payee >= int(parameters["edge_forwards_min"]))
    return strong[PASSAGE_COLUMNS]


def _matched_once(*ways: pd.DataFrame) -> pd.DataFrame:
    """Every matched row once, in the order of the ledger, with the first match that has it.

    A match whose forwards all stand in earlier ones adds nothing.
    """
    matched = pd.concat(ways, keys=range(len(ways)), names=["way", "row"]).reset_index("way")
    once = matched[~matched.index.duplicated()].sort_index()
    once["match"] = once.groupby(["way", "account_id", "match"]).ngroup()
    return once[once["main"].groupby(once["match"]).transform("any")].copy()


def _matched_bursts(rows: pd.DataFrame, parameters: Parameters, *, hold_hours: int) -> pd.DataFrame:
    """Rows of matched bursts, with the number of the burst in its account as `match`."""
    placed = _with_bursts(rows, parameters, hold_hours)
    placed["fed_vnd"] = placed["amount_vnd"].where(~placed["main"], 0)
    burst = placed.groupby(["account_id", "match"])
    forwarded, fed = burst["forwarded_vnd"].transform("sum"), burst["fed_vnd"].transform("sum")
    low, high = float(parameters["passed_share_min"]), float(parameters["passed_share_max"])
    return placed[(forwarded >= fed * low) & (forwarded <= fed * high)]


def _with_bursts(rows: pd.DataFrame, parameters: Parameters, hold_hours: int) -> pd.DataFrame:
    """Main forwards and the credits that may feed them, with the number of their burst as `match`."""
    account, at = rows["account_id"], rows["at_seconds"]
    before = at.where(rows["main"]).groupby(account).ffill().groupby(account).shift()
    opens = rows["main"] & ~(at - before <= int(parameters["burst_gap_hours"]) * _HOUR)
    number = opens.groupby(account).cumsum().where(rows["main"])
    burst = number.groupby(account).bfill()
    kept = (rows["main"] | (~rows["out"] & ~rows["salary"])) & burst.notna()
    placed = rows[kept].assign(match=burst[kept].astype("int64"))
    start = placed["at_seconds"].where(placed["main"]).groupby([placed["account_id"], placed["match"]])
    held = start.transform("min") - placed["at_seconds"]
    return placed[placed["main"] | (held <= hold_hours * _HOUR)].copy()


def _patient(rows: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Bursts that match by the hold of those who forward once a week, `matches_min` at least.

    Only of accounts that at least `patient_feeders_min` private payers fed, no more than
    `patient_payments_max` times each, and where one main payee takes `patient_payee_share_min` of all that
    leaves. A household's payers come back, and its money goes many ways.
    """
    private = rows["feeder"].notna() & ~rows["other_business"] & ~rows["other_context"]
    times = rows[private].groupby(["account_id", "feeder"]).size()
    seldom = times[times <= int(parameters["patient_payments_max"])].groupby("account_id").size()
    by_strangers = seldom[seldom >= int(parameters["patient_feeders_min"])].index
    to_payee = rows.groupby(["account_id", "other"])["forwarded_vnd"].sum().groupby("account_id").max()
    left = rows["amount_vnd"].where(rows["out"], 0).groupby(rows["account_id"]).sum()
    to_one = left.index[to_payee.reindex(left.index) >= left * float(parameters["patient_payee_share_min"])]
    patient = rows[rows["account_id"].isin(by_strangers.intersection(to_one))]
    hold_hours = int(parameters["patient_hold_days"]) * _DAY_HOURS
    matched = _matched_bursts(patient, parameters, hold_hours=hold_hours)
    often = matched.groupby("account_id")["match"].transform("nunique") >= int(parameters["matches_min"])
    return matched[often]
