"""From judged forwards to rings: who hangs together, who collects, and which innocent reasons hold."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from jobs.signals.payments.ledger import BUSINESS_HOLDERS
from jobs.signals.payments.population import FOUND_COLUMNS, found_row
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import Parameters

_DAYS_A_MONTH = 30
_DAY = 86_400


def assemble_rings(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """One row a ring (`FOUND_COLUMNS`).

    `frame` has the passages of `strong_passages` with `home` (address of the account), `address_norm`,
    `holder_type`, `declared_monthly_turnover_vnd` of the payee, and `window_days`.
    """
    edges = frame[frame["edge"]]
    found = []
    for accounts in rings_of(edges["account_id"], edges["other"]):
        found.append(_ring(frame[frame["account_id"].isin(accounts)], parameters))
    return pd.DataFrame(found, columns=FOUND_COLUMNS)


def _ring(rows: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    edges = rows[rows["edge"]]
    mules = set(edges["account_id"])
    received = edges.groupby("other")["amount_vnd"].sum()
    order = sorted(received.index, key=lambda account: (account in mules, -received[account], account))
    subject = order[0]
    collectors = {subject, *(account for account in order if account not in mules)}
    strengths = edges.groupby("account_id")["strength"].first().sort_index()
    doubt = 1.0
    for strength in strengths:
        doubt *= 1.0 - float(parameters["mule_weight"]) * strength
    members = [("account", account, "collector") for account in collectors]
    members += [("account", account, "mule") for account in mules - collectors]
    taken = edges[edges["other"].isin(collectors)]
    return found_row(
        subject=subject,
        value=1.0 - doubt,
        value_vnd=int(taken["amount_vnd"].sum()),
        members=members,
        rows=rows,
        explanations=_explanations(rows, edges, mules - collectors, collectors, parameters),
        evidence_limit=int(parameters["evidence_limit"]),
    )


def _explanations(
    rows: pd.DataFrame, edges: pd.DataFrame, mules: set[str], collectors: set[str], parameters: Parameters
) -> dict[str, bool]:
    """Which hold.

    family
        All who forward live with a collector, and they are at most `family_max`.
    employees
        A collector pays wages to most of those who forward to it (takings handed in).
    declared_business
        The collectors are businesses whose declared turnover covers what they received.
    savings_club
        Most accounts forward few different amounts, however much came in, and at a slow rhythm.
    settlement_agent
        One account, fed by carriers, platforms or other hubs, pays several: it settles for shops.
    """
    to_collectors = edges[edges["other"].isin(collectors)]
    homes = set(to_collectors["address_norm"].dropna())
    at_home = set(edges.loc[edges["home"].isin(homes), "account_id"])
    paid = set(edges.loc[edges["employer"], "account_id"])
    feeds = rows[~rows["main"]]
    settled = feeds.loc[feeds["other_context"], "amount_vnd"].sum() * 2 > feeds["amount_vnd"].sum()
    return {
        "declared_business": all(_declared(part) for _, part in to_collectors.groupby("other")),
        "employees": _most(paid & mules, mules),
        "family": mules <= at_home and len(mules) <= int(parameters["family_max"]),
        "savings_club": _most(_in_instalments(edges, parameters) & mules, mules),
        "settlement_agent": bool(settled)
        and len(mules) == 1
        and len(collectors) >= int(parameters["settled_shops_min"]),
    }


def _in_instalments(edges: pd.DataFrame, parameters: Parameters) -> set[str]:
    """Accounts whose forwards repeat an amount and leave days between them."""
    sent = edges.groupby("account_id").agg(
        forwards=("amount_vnd", "size"),
        amounts=("amount_vnd", "nunique"),
        first=("at_seconds", "min"),
        last=("at_seconds", "max"),
    )
    equal = sent["amounts"] * int(parameters["forwards_an_equal_amount"]) <= sent["forwards"]
    slow = sent["last"] - sent["first"] >= sent["forwards"] * float(parameters["instalment_days"]) * _DAY
    return set(sent.index[equal & slow])


def _declared(received: pd.DataFrame) -> bool:
    first = received.iloc[0]
    monthly = received["amount_vnd"].sum() * _DAYS_A_MONTH / first["window_days"]
    declared = first["declared_monthly_turnover_vnd"]
    return bool(first["holder_type"] in BUSINESS_HOLDERS and pd.notna(declared) and declared >= monthly)


def _most(some: Iterable[str], all_of: set[str]) -> bool:
    return 2 * len(set(some)) > len(all_of)
