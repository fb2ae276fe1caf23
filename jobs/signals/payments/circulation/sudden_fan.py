"""Many accounts that pay one, or are paid by one, within days, and have nothing to do with it otherwise."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.candidate_transfers import transfers
from jobs.signals.payments.pattern_rings import (
    Ring,
    assemble_patterns,
    left_with_them,
    stated_reason,
    strength_of,
)
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal
from models.graph.fans import find_fans
from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern
from models.graph.payments import index_payments

SIGNAL = Signal(
    id="sudden_fan",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
ROLES = {"centre": "collector", "paying": "payer", "paid": "payee"}


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a fan-in or fan-out (overlapping ones together).

    `value` (0..1): n distinct counterparties within the window are worth (n - none) / (n - none + half),
    times the share of the payments between the pairs that are part of it, times the square root of the share
    of the centre's payments on that side that are, lowered as far as the counterparties are mere customers
    (`untied_weight`). A shop is paid all the time, so that is no fan. Members are the centre and those whom
    the conduct ties to it (`tied_branches`).
    """
    payees = accounts.select(F.col("account_id").alias("debtor"), F.col("payees").alias("debtor_payees"))
    payers = accounts.select(F.col("account_id").alias("creditor"), F.col("payers").alias("creditor_payers"))
    candidates = (
        transfers(payments, parameters).join(payees, "debtor", "left").join(payers, "creditor", "left")
    )

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_patterns(
            frame,
            search_fans,
            lambda ring: judge(ring, usual_vnd(frame), parameters),
            ROLES,
            parameters,
            lambda ring: untied_branches(ring, parameters),
        )

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def search_fans(table: pd.DataFrame, limits: PatternLimits) -> Sequence[Pattern]:
    """Fans (`models.graph.fans`) that last at most twice the window, told as centre and branches."""
    payments = index_payments(table, limits.hub_degree)
    found = find_fans(payments, limits).patterns
    short = [fan for fan in found if fan.end - fan.start <= 2 * limits.window_seconds]
    return [_with_centre(fan) for fan in short]


def _with_centre(fan: Pattern) -> Pattern:
    centre, branch, name = (
        ("sink", "source", "paying") if fan.kind == "fan_in" else ("source", "sink", "paid")
    )
    return Pattern(
        fan.kind,
        fan.anchor,
        (("centre", fan.role(centre)), (name, fan.role(branch))),
        fan.payments,
        fan.amount_vnd,
        fan.start,
        fan.end,
        fan.size,
        fan.hubs,
    )


def tied_branches(ring: Ring, parameters: Parameters) -> set[str]:
    """Counterparties that the conduct ties to a centre: they paid (or were paid) time and again within days,
    or have hardly another counterparty on that side. Who did it once in an ordinary life is a customer.
    """
    tied: set[str] = set()
    for branch, others in (("debtor", "debtor_payees"), ("creditor", "creditor_payers")):
        names = ring.accounts("paying" if branch == "debtor" else "paid")
        rows = ring.rows[ring.rows[branch].isin(names)]
        again = rows.groupby(branch)["payment_key"].nunique() >= int(parameters["tied_payments_min"])
        devoted = rows.groupby(branch)[others].max() <= int(parameters["tied_counterparties_max"])
        tied |= {str(name) for name in again.index[again | devoted]}
    return tied


def untied_branches(ring: Ring, parameters: Parameters) -> set[str]:
    """The other counterparties: they stand in the evidence."""
    branches = ring.accounts("paying") | ring.accounts("paid")
    return branches - tied_branches(ring, parameters) - ring.accounts("centre")


def usual_vnd(candidates: pd.DataFrame) -> float:
    """What half of the payments between persons do not exceed."""
    persons = (candidates["debtor_type"] == "individual") & (candidates["creditor_type"] == "individual")
    return float(candidates.loc[persons, "amount_vnd"].median())


def judge(ring: Ring, usual: float, parameters: Parameters) -> tuple[float, dict[str, bool]]:
    """Value of the ring (of its largest fan), and what may explain it.

    event_gifts
        Money came in, from each payer once, in sums up to `gift_vnd_max`: a wedding, a funeral, Tết.
    declared_business
        The centre is a company or household business.
    payroll
        A company or household business pays people.
    stated_reason
        Most remarks state an everyday reason.
    advances
        A centre pays people who hand the smaller part on to another one (`left_with_them`).
    small_total
        All payments of the largest fan are less than `total_vnd_least`.
    usual_sums
        Half of the payments are no larger than half of those that persons make each other everywhere:
        whoever deals with many has such days.
    """
    best = max(ring.patterns, key=lambda fan: (fan.size, fan.amount_vnd, fan.payments))
    side, other = ("creditor", "debtor") if best.kind == "fan_in" else ("debtor", "creditor")
    rows = ring.rows[ring.rows[side] == str(ring.names[best.anchor])]
    size = strength_of(best.size, int(parameters["size_none"]), float(parameters["size_for_half"]))
    concentration = min(1.0, len(rows) / int(rows[f"{side}_payments"].iloc[0]))
    business = bool(rows[f"{side}_type"].isin(BUSINESS_HOLDERS).all())
    gifts = rows[other].is_unique and rows["amount_vnd"].max() <= int(parameters["gift_vnd_max"])
    branches = ring.accounts("paying") | ring.accounts("paid")
    tied = len(tied_branches(ring, parameters) & branches) / len(branches)
    kept = tied + (1.0 - tied) * float(parameters["untied_weight"])
    # Of the largest fan alone: what comes back month after month (wages, a savings club) is not sudden.
    once = Ring((best,), ring.rows.loc[list(best.payments)], ring.names).conduct_share
    return size * kept * once * concentration**0.5, {
        "advances": left_with_them(ring.rows, parameters),
        "event_gifts": best.kind == "fan_in" and bool(gifts),
        "declared_business": business,
        "payroll": best.kind == "fan_out"
        and business
        and bool((rows[f"{other}_type"] == "individual").all()),
        "stated_reason": stated_reason(rows, parameters),
        "small_total": best.amount_vnd < int(parameters["total_vnd_least"]),
        "usual_sums": bool(rows["amount_vnd"].median() <= usual),
    }
