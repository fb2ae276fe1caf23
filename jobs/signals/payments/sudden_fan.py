"""Many accounts that pay one, or are paid by one, within days, and have nothing to do with it otherwise."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from pyspark.sql import DataFrame

from jobs.signals.payments.candidate_transfers import transfers
from jobs.signals.payments.ledger import BUSINESS_HOLDERS
from jobs.signals.payments.pattern_rings import Ring, assemble_patterns, strength_of
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
ROLES = {"centre": "collector", "branch": "mule"}


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a fan-in or fan-out (overlapping ones together).

    `value` (0..1): n distinct counterparties within the window are worth (n - none) / (n - none + half),
    times the square root of (the share of the payments between the pairs that are part of it x the share of
    the centre's payments on that side that are). A shop is paid all the time, so that is no fan.
    """
    candidates = transfers(payments, parameters)

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_patterns(frame, search_fans, lambda ring: judge(ring, parameters), ROLES, parameters)

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def search_fans(table: pd.DataFrame, limits: PatternLimits) -> Sequence[Pattern]:
    """Fans (`models.graph.fans`) that last at most twice the window, told as centre and branches."""
    payments = index_payments(table, limits.hub_degree)
    found = find_fans(payments, limits).patterns
    short = [fan for fan in found if fan.end - fan.start <= 2 * limits.window_seconds]
    return [_with_centre(fan) for fan in short]


def _with_centre(fan: Pattern) -> Pattern:
    centre, branch = ("sink", "source") if fan.kind == "fan_in" else ("source", "sink")
    return Pattern(
        fan.kind,
        fan.anchor,
        (("centre", fan.role(centre)), ("branch", fan.role(branch))),
        fan.payments,
        fan.amount_vnd,
        fan.start,
        fan.end,
        fan.size,
        fan.hubs,
    )


def judge(ring: Ring, parameters: Parameters) -> tuple[float, dict[str, bool]]:
    """Value of the ring (of its largest fan), and what may explain it.

    event_gifts
        Money came in, from each payer once, in sums up to `gift_vnd_max`: a wedding, a funeral, Tết.
    declared_business
        The centre is a company or household business.
    payroll
        A company or household business pays people.
    """
    best = max(ring.patterns, key=lambda fan: (fan.size, fan.amount_vnd, fan.payments))
    side, other = ("creditor", "debtor") if best.kind == "fan_in" else ("debtor", "creditor")
    rows = ring.rows[ring.rows[side] == str(ring.names[best.anchor])]
    size = strength_of(best.size, int(parameters["size_none"]), float(parameters["size_for_half"]))
    concentration = min(1.0, len(rows) / int(rows[f"{side}_payments"].iloc[0]))
    business = bool(rows[f"{side}_type"].isin(BUSINESS_HOLDERS).all())
    gifts = rows[other].is_unique and rows["amount_vnd"].max() <= int(parameters["gift_vnd_max"])
    return size * (ring.conduct_share * concentration) ** 0.5, {
        "event_gifts": best.kind == "fan_in" and bool(gifts),
        "declared_business": business,
        "payroll": best.kind == "fan_out"
        and business
        and bool((rows[f"{other}_type"] == "individual").all()),
    }
