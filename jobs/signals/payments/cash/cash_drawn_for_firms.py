"""People who draw in cash what several firms pay them: the cash that goes back to who bought an invoice.

A firm that sells invoices, or whose managers take money out of it, has the cash fetched by people who have
nothing to do with its trade. Who works for one firm draws the money of one; a runner that of several.
Source: AML Law 14/2022/QH15, Art. 27-28; FATF/Egmont, Trade-Based Money Laundering Risk Indicators (2021).
"""

from collections import deque
from datetime import date

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import ledger, of_accounts
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="cash_drawn_for_firms",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_HOUR = 3600


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a ring: people who draw the money of several firms, tied by these. Subject: who draws most.

    A credit is drawn as far as withdrawals take it within `hold_hours`, what came first first, and emptied
    from `emptied_share` on. Who empties `emptied_min` credits of `firms_min` firms, and draws `drawn_share`
    of all that firms pay, counts. `value` (0..1): 1 - product over them of (1 - runner_weight x strength),
    strength the share drawn times n / (n + half), n the credits emptied. Wages and small sums are left out.
    """
    candidates = drawn_credits(payments, parameters)

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_runners(frame, parameters)

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def drawn_credits(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Credits from firms, and withdrawals, of the people whom so many firms pay and who draw so much."""
    person = ~is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
    rows = ledger(payments).where(person)
    from_firm = (
        ~F.col("out")
        & is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))
        & F.col("other").isNotNull()
        & ~F.col("other_context")
        & ~F.col("salary")
        & (F.col("amount_vnd") >= int(parameters["credit_vnd_min"]))
    )
    withdrawal = F.col("out") & F.col("cash")
    credited = F.sum(F.when(from_firm, F.col("amount_vnd")))
    withdrawn = F.sum(F.when(withdrawal, F.col("amount_vnd")))
    people = (
        rows.where(from_firm | withdrawal)
        .groupBy("account_id")
        .agg(
            F.count_distinct(F.when(from_firm, F.col("other"))).alias("firms"),
            credited.alias("credited_vnd"),
            withdrawn.alias("withdrawn_vnd"),
        )
        .where(
            (F.col("firms") >= int(parameters["firms_min"]))
            & (F.col("withdrawn_vnd") >= F.col("credited_vnd") * float(parameters["drawn_share"]))
        )
    )
    return (
        of_accounts(rows, people)
        .where(from_firm | withdrawal)
        .select(
            "account_id",
            "other",
            "out",
            "at_seconds",
            "amount_vnd",
            is_true(F.col("remittance_norm").rlike(str(parameters["wage_words"]))).alias("says_wages"),
            "payment_key",
            "report_keys",
        )
    )


def assemble_runners(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Rings of people who draw for the same firms, one row each (`FOUND_COLUMNS`)."""
    if frame.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    rows = frame.sort_values(["account_id", "at_seconds", "payment_key"], ignore_index=True)
    rows["drawn_vnd"], rows["used"] = _drawn(rows, int(parameters["hold_hours"]) * _HOUR)
    credits = rows[~rows["out"]].copy()
    credits["emptied"] = credits["drawn_vnd"] >= credits["amount_vnd"] * float(parameters["emptied_share"])
    emptied = credits[credits["emptied"]]
    runners = pd.DataFrame(
        {
            "share": credits.groupby("account_id")["drawn_vnd"].sum()
            / credits.groupby("account_id")["amount_vnd"].sum(),
            "times": emptied.groupby("account_id").size(),
            "firms": emptied.groupby("account_id")["other"].nunique(),
        }
    ).fillna(0)
    runners = runners[
        (runners["share"].round(6) >= float(parameters["drawn_share"]))
        & (runners["times"] >= int(parameters["emptied_min"]))
        & (runners["firms"] >= int(parameters["firms_min"]))
    ]
    half = float(parameters["emptied_for_half"])
    strength = (runners["share"] * runners["times"] / (runners["times"] + half)).round(6)
    emptied = emptied[emptied["account_id"].isin(runners.index)]
    if emptied.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    found = []
    for ring in rings_of(emptied["account_id"], emptied["other"]):
        part = emptied[emptied["account_id"].isin(ring)]
        people = sorted(set(part["account_id"]))
        drawn = part.groupby("account_id")["drawn_vnd"].sum()
        # A firm that came once may be anybody's customer; who comes again sends for its cash.
        times = part.groupby("other").size()
        firms = [
            ("account", firm, "operator" if count >= int(parameters["firm_times_min"]) else "payer")
            for firm, count in times.items()
        ]
        shown = rows["account_id"].isin(people) & rows["used"] & rows["out"]
        found.append(
            found_row(
                subject=min(people, key=lambda name: (-drawn[name], name)),
                value=float(1 - (1 - float(parameters["runner_weight"]) * strength.loc[people]).prod()),
                value_vnd=int(part["drawn_vnd"].sum()),
                members=[("account", name, "mule") for name in people] + firms,
                rows=pd.concat([part, rows[shown]]),
                explanations={
                    "crew": bool(part["says_wages"].mean() >= float(parameters["wages_stated_share"]))
                },
                evidence_limit=int(parameters["evidence_limit"]),
            )
        )
    return pd.DataFrame(found, columns=FOUND_COLUMNS)


def _drawn(rows: pd.DataFrame, hold: int) -> tuple[list[int], list[bool]]:
    """How much of each credit is withdrawn, first come first, and which withdrawals take of a credit."""
    drawn, used = [0] * len(rows), [False] * len(rows)
    account, waiting = "", deque[list[int]]()  # place, time and rest of each credit not yet drawn
    columns = rows[["account_id", "out", "at_seconds", "amount_vnd"]]
    for place, (owner, out, at, amount) in enumerate(columns.itertuples(index=False, name=None)):
        if owner != account:
            account, waiting = owner, deque()
        while waiting and at - waiting[0][1] > hold:
            waiting.popleft()
        if not out:
            waiting.append([place, at, amount])
            continue
        left = amount
        while waiting and left:
            taken = min(left, waiting[0][2])
            drawn[waiting[0][0]] += taken
            waiting[0][2] -= taken
            left -= taken
            if not waiting[0][2]:
                waiting.popleft()
        used[place] = left < amount
    return drawn, used
