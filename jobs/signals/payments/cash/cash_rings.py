"""From days of cash at single accounts to who stays under the reporting level, alone or together."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.population import FOUND_COLUMNS, found_row
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import Parameters

_DAYS_A_MONTH = 30


def assemble_cash(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """One row an account or group (`FOUND_COLUMNS`); `frame` has the days of `large_cash_days`, with
    `operator_id`, `declared_monthly_turnover_vnd` and `window_days`.

    Accounts are a group when one operator, one depositor or one payee stands behind them and, on
    `group_days_min` days or more, they reached the level together while each stayed under it.
    """
    if frame.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    frame = frame.assign(
        under=_under(frame, parameters), together=False, beneficiary=pd.Series(dtype="object")
    )
    ties: list[tuple[str, str]] = []
    for kind, rows in _groups(frame, parameters):
        frame.loc[rows.index, "together"] = True
        names = sorted(rows["account_id"].unique())
        ties += [(names[0], name) for name in names]
        if kind == "payee":
            frame.loc[rows.index, "beneficiary"] = rows["payee"]
    ties += [(name, name) for name in frame["account_id"].unique()]
    debtors, creditors = (pd.Series(side) for side in zip(*ties, strict=True))
    ring_of = {name: number for number, ring in enumerate(rings_of(debtors, creditors)) for name in ring}
    found = [_finding(part, parameters) for _, part in frame.groupby(frame["account_id"].map(ring_of))]
    return pd.DataFrame([row for row in found if row["value"] > 0], columns=FOUND_COLUMNS)


def _under(frame: pd.DataFrame, parameters: Parameters) -> "pd.Series[bool]":
    """Days just under the level, or over it in pieces that are each under it."""
    near = frame["cash_vnd"] >= frame["level_vnd"] * float(parameters["near_share"])
    below = frame["cash_vnd"] < frame["level_vnd"]
    in_pieces = (frame["pieces"] > 1) & (frame["largest_vnd"] < frame["level_vnd"])
    return (near & below) | (~below & in_pieces)


def _groups(frame: pd.DataFrame, parameters: Parameters) -> Iterator[tuple[str, pd.DataFrame]]:
    low = frame[frame["cash_vnd"] < frame["level_vnd"]]
    for kind in ("operator_id", "depositor", "payee"):
        for _, rows in low.dropna(subset=[kind]).groupby([kind, "out"]):
            day = rows.groupby("day").agg(
                total=("cash_vnd", "sum"), accounts=("account_id", "nunique"), level=("level_vnd", "max")
            )
            days = day.index[(day["accounts"] > 1) & (day["total"] >= day["level"])]
            if len(days) >= int(parameters["group_days_min"]):
                yield kind, rows[rows["day"].isin(days)]


def _finding(rows: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    chosen = rows[rows["under"] | rows["together"]]
    accounts = sorted(chosen["account_id"].unique())
    days, marked = rows["day"].nunique(), chosen["day"].nunique()
    value = marked / days * marked / (marked + float(parameters["days_for_half"]))
    if not accounts:
        return {"value": 0.0}
    sums = chosen.groupby("account_id")["cash_vnd"].sum()
    subject = min(accounts, key=lambda name: (-sums[name], name))
    members = [("account", name, "depositor") for name in accounts]
    members += [
        ("account", name, "beneficiary") for name in set(chosen["beneficiary"].dropna()) - set(accounts)
    ]
    monthly = rows["cash_vnd"].sum() * _DAYS_A_MONTH / rows["window_days"].iloc[0]
    declared = rows.groupby("account_id")["declared_monthly_turnover_vnd"].first().sum()
    business = rows["holder_type"].isin(BUSINESS_HOLDERS).all()
    row = found_row(
        subject=subject,
        value=value,
        value_vnd=int(chosen["cash_vnd"].sum()),
        members=members,
        rows=chosen,
        explanations={
            "business_takings": bool(business and declared >= monthly),
            "cash_business": bool(business),
            # Who sells a home or land for cash banks the price in parts, as it is paid.
            "property_sold": len(accounts) == 1
            and bool(chosen["sold"].sum() >= chosen["pieces"].sum() * float(parameters["sold_share_min"])),
        },
        evidence_limit=int(parameters["evidence_limit"]),
    )
    return row | {"support": int(chosen["pieces"].sum())}
