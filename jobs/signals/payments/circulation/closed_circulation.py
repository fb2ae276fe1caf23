"""Businesses whose money goes round among them, whole or in pieces, straight or in branches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.candidate_transfers import transfers
from jobs.signals.payments.pattern_rings import stated_reason, strength_of
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.schema import Parameters, Signal
from models.graph.circulation import largest_circulation, strong_groups

SIGNAL = Signal(
    id="closed_circulation",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)


@dataclass(frozen=True)
class Group:
    """Holders (numbers) that pay each other in a circle, and their part of the trade.

    inside: row labels of the payments between them. circulated_vnd: what goes round, once for every payment
    that it makes. trade_vnd: all that they paid to and received from businesses, from the first payment
    inside to the last. value: 0..1, chance aside.
    """

    members: tuple[int, ...]
    inside: "pd.Index[int]"
    circulated_vnd: int
    trade_vnd: int
    value: float


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a group of businesses; the subject is the account that most of the group's money reaches.

    `value` (0..1): the root of (share of the members' trade that goes round) x (strength of the days on which
    one paid another, beyond one each), over 1 + groups that chance makes at least as strong. `value_vnd` is
    what goes round, for an average member.
    """
    businesses = F.col("debtor_type").isin(*BUSINESS_HOLDERS) & F.col("creditor_type").isin(*BUSINESS_HOLDERS)
    candidates = transfers(payments, parameters, "day", "debtor_holder_key", "creditor_holder_key")

    def groups(frame: pd.DataFrame) -> pd.DataFrame:
        return describe_groups(frame, parameters)

    found = candidates.where(businesses).groupBy().applyInPandas(groups, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def describe_groups(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Groups that reach `report_from` after chance, one row each (`FOUND_COLUMNS`)."""
    trade = by_holder(frame)
    report_from, shuffles = float(parameters["report_from"]), int(parameters["shuffles"])
    groups = [group for group in closed_groups(trade, parameters) if group.value >= report_from]
    by_chance = chance_values(trade, parameters) if groups else []
    found = []
    for group in groups:
        expected = sum(value >= group.value for value in by_chance) / shuffles
        value = group.value / (1 + expected)
        if value >= report_from:
            found.append(_describe(trade.loc[group.inside], group, value, parameters))
    return pd.DataFrame(found, columns=FOUND_COLUMNS)


def by_holder(frame: pd.DataFrame) -> pd.DataFrame:
    """Candidates in time order with `payer` and `payee`: numbers of the holders, whose accounts are one."""
    ordered = frame.sort_values(["at_seconds", "payment_key"], ignore_index=True)
    payer = ordered["debtor_holder_key"].fillna(ordered["debtor"])
    payee = ordered["creditor_holder_key"].fillna(ordered["creditor"])
    holders = pd.Index(sorted(set(payer) | set(payee)))
    return ordered.assign(payer=holders.get_indexer(payer), payee=holders.get_indexer(payee))


def closed_groups(trade: pd.DataFrame, parameters: Parameters) -> list[Group]:
    """Groups without a common member, the strongest first.

    Two-way trade of a pair is netted first. An edge weighs as much as it matters to both ends: the smaller of
    its shares in what the payer pays and in what the payee receives.
    """
    net = net_of_pairs(trade)
    paid, received = (trade.groupby(side)["amount_vnd"].sum() for side in ("payer", "payee"))
    weight = np.minimum(
        net["amount_vnd"].to_numpy() / paid.loc[net["payer"]].to_numpy(),
        net["amount_vnd"].to_numpy() / received.loc[net["payee"]].to_numpy(),
    )
    steps = int(parameters["share_steps"])
    candidates = strong_groups(
        net["payer"].to_numpy(),
        net["payee"].to_numpy(),
        weight,
        [step / steps for step in range(1, steps + 1)],
        int(parameters["members_min"]),
        int(parameters["members_max"]),
    )
    judged = [judge(trade, net, members, parameters) for members in candidates]
    taken: set[int] = set()
    chosen = []
    for group in sorted(judged, key=lambda group: (-group.value, group.members)):
        if taken.isdisjoint(group.members):
            taken.update(group.members)
            chosen.append(group)
    return chosen


def net_of_pairs(trade: pd.DataFrame) -> pd.DataFrame:
    """payer, payee, amount_vnd: what one paid the other more than it got back, where that is above 0."""
    sums = trade.groupby(["payer", "payee"])["amount_vnd"].sum()
    back = sums.swaplevel().reindex(sums.index, fill_value=0)
    net = sums - back
    return net[net > 0].reset_index()


def judge(trade: pd.DataFrame, net: pd.DataFrame, members: tuple[int, ...], parameters: Parameters) -> Group:
    """The group that these holders are."""
    pays, takes = trade["payer"].isin(members), trade["payee"].isin(members)
    inside = trade[pays & takes]
    edges = net[net["payer"].isin(members) & net["payee"].isin(members)]
    circulated = largest_circulation(
        edges["payer"].to_numpy(), edges["payee"].to_numpy(), edges["amount_vnd"].to_numpy()
    )
    active = trade["at_seconds"].between(inside["at_seconds"].min(), inside["at_seconds"].max())
    sums = [int(trade.loc[side & active, "amount_vnd"].sum()) for side in (pays, takes)]
    paid_days = len(inside[["payer", "payee", "day"]].drop_duplicates())
    # One lap takes a payment of each member; only what comes after says that it goes on and on.
    repeated = strength_of(paid_days, len(members), float(parameters["paid_days_for_half"]))
    value = (2 * circulated / sum(sums) * repeated) ** 0.5
    return Group(members, inside.index, circulated, sum(sums), value)


def chance_values(trade: pd.DataFrame, parameters: Parameters) -> list[float]:
    """Values of the groups that show in random trade: `shuffles` worlds in which the payees are shuffled.

    A pair keeps its payments and amounts, and everyone as many payers and payees, but who pays whom is drawn.
    """
    pairs = trade.groupby(["payer", "payee"])
    number, payees = pairs.ngroup().to_numpy(), pairs["payee"].first().to_numpy()
    values = []
    for seed in range(int(parameters["shuffles"])):
        drawn = np.random.default_rng(seed).permutation(payees)[number]
        shuffled = trade.assign(payee=drawn)
        others = shuffled[shuffled["payer"] != shuffled["payee"]]
        values += [group.value for group in closed_groups(others, parameters)]
    return values


def _describe(rows: pd.DataFrame, group: Group, value: float, parameters: Parameters) -> dict[str, Any]:
    """The group as a finding.

    small_part_of_trade
        Most of what the members pay and receive in that time is with others.
    group_treasury
        Most remarks state transfers within a group, or another everyday reason.
    """
    received = rows.groupby("creditor")["amount_vnd"].sum()
    accounts: Sequence[str] = sorted(set(rows["debtor"]) | set(rows["creditor"]))
    return found_row(
        subject=min(received.index, key=lambda name: (-received[name], name)),
        value=value,
        value_vnd=group.circulated_vnd // len(group.members),
        members=[("account", account, "trader") for account in accounts],
        rows=rows,
        explanations={
            "small_part_of_trade": 4 * int(rows["amount_vnd"].sum()) < group.trade_vnd,
            "group_treasury": stated_reason(rows, parameters),
        },
        evidence_limit=int(parameters["evidence_limit"]),
    )
