"""Private accounts that never pay each other, and deal to and fro with the same many people.

Agents of one betting book take stakes from players and pay the winnings out, and a player whom one of them
pays out may have staked with the other; receivers and payers of one fraud, or the layers of one laundering
scheme, look alike. Members of a savings club (hụi) and circles of friends also know the same people, but they
pay each other as well.
Source: Newman, Networks (2nd edition, 2018), configuration model; FATF, Professional Money Laundering (2018).
"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import by_account, ledger
from jobs.signals.payments.pattern_rings import equal_rounds, left_with_them, stated_reason
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import Parameters, Signal
from models.graph.common_counterparties import expected_common, surprise_of_common

SIGNAL = Signal(
    id="common_counterparties",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_RINGS_DDL = "subject_id string, account_id string, other string, value double"
_RINGS_COLUMNS = ["subject_id", "account_id", "other", "value"]


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a ring of accounts, pair by pair with common counterparties; the one with most is its subject.

    `value`: -log10 of the chance of so many common counterparties, of the pair for which it is highest, at
    most `value_most`. `support`: payments between the ring and the counterparties that make its pairs;
    `value_vnd`: their sum.
    """
    dealt = _with_persons(ledger(payments), parameters)
    dealings = kept(_dealings(dealt, parameters))
    pairs = kept(_pairs(dealings, parameters))
    strangers = _strangers(pairs, payments, accounts)

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return rings_in(frame, parameters)

    def description(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame([_describe(frame, parameters)], columns=FOUND_COLUMNS)

    ringed = kept(strangers.groupBy().applyInPandas(rings, schema=_RINGS_DDL))
    shown = dealt.join(F.broadcast(ringed), ["account_id", "other"])
    found = shown.groupBy("subject_id").applyInPandas(description, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _with_persons(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Ledger rows between an account, but no company's, and a private person; no wages, no small sums."""
    return rows.where(
        ~is_true(F.col("holder_type") == "company")
        & F.col("other").isNotNull()
        & ~F.col("other_context")
        & ~is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))
        & ~F.col("salary")
        & (F.col("amount_vnd") >= int(parameters["amount_vnd_min"]))
    ).select(
        "account_id",
        "holder_type",
        "other",
        "out",
        "at_seconds",
        "amount_vnd",
        "reason_stated",
        "payment_key",
        "report_keys",
    )


def _dealings(dealt: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account and a counterparty: pays, is_paid, neighbours (accounts of the counterparty), deals.

    Only accounts with counterparties enough, and counterparties with few such accounts: `deals` counts
    these counterparties of the account.
    """
    everyone = Window.partitionBy("other")
    return (
        dealt.groupBy("account_id", "other")
        .agg((F.count_if("out") > 0).alias("pays"), (F.count_if(~F.col("out")) > 0).alias("is_paid"))
        .withColumn("deals", F.count(F.lit(1)).over(by_account()))
        .where(F.col("deals") >= int(parameters["common_least"]))
        .withColumn("neighbours", F.count(F.lit(1)).over(everyone))
        .where(F.col("neighbours") <= int(parameters["neighbours_most"]))
        .withColumn("deals", F.count(F.lit(1)).over(by_account()))
    )


def _pairs(dealings: DataFrame, parameters: Parameters) -> DataFrame:
    """Pairs with common counterparties enough, enough of them crossed.

    left, right, left_deals, right_deals, common (count), others (the list of them), dealings and repeats (of
    all, for the chance). Crossed: paid by one of the two and paying the other.
    """
    sides = [
        dealings.where(F.col("neighbours") > 1).select(
            "other",
            F.col("account_id").alias(side),
            *[F.col(name).alias(f"{side}_{name}") for name in ("pays", "is_paid", "deals")],
        )
        for side in ("left", "right")
    ]
    crossed = (F.col("left_pays") & F.col("right_is_paid")) | (F.col("left_is_paid") & F.col("right_pays"))
    smaller = F.least("left_deals", "right_deals")
    # A counterparty stands once for each of its k accounts, so that k - 1 sums up to k(k - 1).
    world = dealings.agg(F.count(F.lit(1)).alias("dealings"), F.sum(F.col("neighbours") - 1).alias("repeats"))
    return (
        sides[0]
        .join(sides[1], "other")
        .where(F.col("left") < F.col("right"))
        .groupBy("left", "right")
        .agg(
            F.first("left_deals").alias("left_deals"),
            F.first("right_deals").alias("right_deals"),
            F.count(F.lit(1)).alias("common"),
            F.count_if(crossed).alias("crossed"),
            F.collect_list("other").alias("others"),
        )
        .where(F.col("common") >= int(parameters["common_least"]))
        .where(F.col("common") >= smaller * float(parameters["common_share"]))
        .where(F.col("crossed") >= int(parameters["crossed_least"]))
        .drop("crossed")
        .crossJoin(F.broadcast(world))
    )


def _strangers(pairs: DataFrame, payments: DataFrame, accounts: DataFrame) -> DataFrame:
    """Pairs of different holders who pay each other nothing in the window, not even small sums or wages."""
    names = ["left", "right"]
    direct = payments.select(
        F.least("debtor_account_id", "creditor_account_id").alias("left"),
        F.greatest("debtor_account_id", "creditor_account_id").alias("right"),
    ).join(F.broadcast(pairs.select(*names)), names, "left_semi")
    apart = pairs.join(direct, names, "left_anti")
    for side in names:
        holders = accounts.select(
            F.col("account_id").alias(side), F.col("holder_key").alias(f"{side}_holder")
        )
        apart = apart.join(holders, side, "left")
    return apart.where(~is_true(F.col("left_holder") == F.col("right_holder")))


def rings_in(pairs: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The rings that surprising pairs make, one row an account and a counterparty that makes its pairs."""
    expected = expected_common(pairs["left_deals"], pairs["right_deals"], pairs["dealings"], pairs["repeats"])
    value = np.round(surprise_of_common(pairs["common"], expected, float(parameters["value_most"])), 6)
    known = pairs.assign(value=value)
    known = known[known["value"] >= float(parameters["report_from"])]
    if known.empty:
        return pd.DataFrame(columns=_RINGS_COLUMNS)
    deals = dict(zip(known["left"], known["left_deals"], strict=True)) | dict(
        zip(known["right"], known["right_deals"], strict=True)
    )
    found = []
    for ring in rings_of(known["left"], known["right"]):
        within = known[known["left"].isin(ring)]
        sides = [
            within[[side, "others"]].set_axis(["account_id", "other"], axis=1) for side in ("left", "right")
        ]
        rows = pd.concat(sides).explode("other").drop_duplicates()
        subject = min(ring, key=lambda name: (-deals[name], name))
        found.append(rows.assign(subject_id=subject, value=within["value"].max()))
    return pd.concat(found)[_RINGS_COLUMNS]


def _describe(rows: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    agents = sorted(rows["account_id"].unique())
    return found_row(
        subject=str(rows["subject_id"].iloc[0]),
        value=float(rows["value"].iloc[0]),
        value_vnd=int(rows.drop_duplicates("payment_key")["amount_vnd"].sum()),
        members=[("account", name, "collector") for name in agents],
        rows=rows,
        explanations=explanations_of(rows, parameters),
        evidence_limit=int(parameters["evidence_limit"]),
    )


def explanations_of(rows: pd.DataFrame, parameters: Parameters) -> dict[str, bool]:
    """What may explain that the accounts deal with the same people.

    savings_club
        What each of them takes are the rounds of a club: they head clubs with the same members.
    declared_business
        All of them are household businesses: stalls of one market, with the same customers.
    stated_reason
        Most payments state an everyday reason.
    saved_up
        Most of those whom they pay had saved with them, part by part (`saved_up`).
    advances
        One of them pays people who hand the smaller part on to another (`left_with_them`).
    """
    taken = rows[~rows["out"]].rename(columns={"account_id": "creditor", "other": "debtor"})
    rounds = [equal_rounds(of_one, parameters) for _, of_one in taken.groupby("creditor")]
    one, other = rows["account_id"], rows["other"]
    paid = rows.assign(debtor=one.where(rows["out"], other), creditor=other.where(rows["out"], one))
    return {
        "advances": left_with_them(paid, parameters),
        "savings_club": len(rounds) == rows["account_id"].nunique() and all(rounds),
        "declared_business": bool((rows["holder_type"] == "household_business").all()),
        "stated_reason": stated_reason(rows, parameters),
        "saved_up": saved_up(paid, set(rows["account_id"]), parameters),
    }


def saved_up(paid: pd.DataFrame, accounts: set[str], parameters: Parameters) -> bool:
    """Whether most of those whom the accounts pay had saved with them.

    Who saves pays the same sum several times, is paid once, after all of that, and gets no less back. Who
    borrows is paid first; who stakes is paid in between.
    """
    saved = paid[paid["creditor"].isin(accounts)].rename(columns={"debtor": "saver"})
    back = paid[paid["debtor"].isin(accounts)].rename(columns={"creditor": "saver"})
    usual = saved.groupby("saver")["amount_vnd"].transform("median")
    parts = saved.assign(same=saved["amount_vnd"] == usual).groupby("saver")
    put_in = parts.agg(
        paid_vnd=("amount_vnd", "sum"),
        last=("at_seconds", "max"),
        same=("same", "sum"),
        parts=("same", "size"),
    )
    got = back.groupby("saver").agg(
        got_vnd=("amount_vnd", "sum"), first=("at_seconds", "min"), times=("at_seconds", "size")
    )
    both = got.join(put_in)
    savers = (
        (both["times"] == 1)
        & (both["last"] < both["first"])
        & (both["same"] >= int(parameters["saved_parts_min"]))
        & (both["same"] * 2 > both["parts"])
        & (both["got_vnd"] >= both["paid_vnd"] * float(parameters["saved_back_share"]))
    )
    return bool(savers.sum() * 2 > len(both))
