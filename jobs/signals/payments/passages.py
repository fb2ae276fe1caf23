"""Which forwards of an account empty what had just come in: burst by burst, for many accounts at once."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from jobs.signals.schema import Parameters

_HOUR = 3600
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
    main payee) and `employer`. Forwards close together are one burst. A credit belongs to the first burst
    that ends after it, when it came at most the holding time before; pay from an employer feeds nothing, as
    a mule has a life beside it. A burst is matched when it takes on no less than `passed_share_min` and no
    more than `passed_share_max` of what fed it. `strength` = share of the forwards (by value) that stand in
    matched bursts x n / (n + half), n the matched bursts. An account that one payer feeds must repeat it more
    often: that is how a person passes on an allowance. `edge` marks forwards to a payee who got several.
    """
    fed = _matched(_with_bursts(rows, parameters), parameters)
    account = fed.groupby("account_id")
    fed["matches"] = account["burst"].transform("nunique")
    fed["matched_vnd"] = account["forwarded_vnd"].transform("sum")
    # Who hands in cash is not told: each time it may be another.
    feeder = fed["other"].fillna(fed["other_name"]).fillna(fed["payment_key"]).where(~fed["main"])
    fed["feeders"] = feeder.groupby(fed["account_id"]).transform("nunique")
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


def _with_bursts(rows: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Main forwards and the credits that may feed them, with the number of their burst."""
    account, at = rows["account_id"], rows["at_seconds"]
    before = at.where(rows["main"]).groupby(account).ffill().groupby(account).shift()
    opens = rows["main"] & ~(at - before <= int(parameters["burst_gap_hours"]) * _HOUR)
    number = opens.groupby(account).cumsum().where(rows["main"])
    burst = number.groupby(account).bfill()
    kept = (rows["main"] | (~rows["out"] & ~rows["salary"])) & burst.notna()
    placed = rows[kept].assign(burst=burst[kept].astype("int64"))
    start = placed["at_seconds"].where(placed["main"]).groupby([placed["account_id"], placed["burst"]])
    held = start.transform("min") - placed["at_seconds"]
    return placed[placed["main"] | (held <= int(parameters["hold_hours"]) * _HOUR)].copy()


def _matched(placed: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Rows of matched bursts, with `forwarded_vnd` (0 for a credit) and the account's `all_forwarded_vnd`."""
    placed["forwarded_vnd"] = placed["amount_vnd"].where(placed["main"], 0)
    placed["fed_vnd"] = placed["amount_vnd"].where(~placed["main"], 0)
    placed["all_forwarded_vnd"] = placed.groupby("account_id")["forwarded_vnd"].transform("sum")
    burst = placed.groupby(["account_id", "burst"])
    forwarded, fed = burst["forwarded_vnd"].transform("sum"), burst["fed_vnd"].transform("sum")
    low, high = float(parameters["passed_share_min"]), float(parameters["passed_share_max"])
    return placed[(forwarded >= fed * low) & (forwarded <= fed * high)].copy()
