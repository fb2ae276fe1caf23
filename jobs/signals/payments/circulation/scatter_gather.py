"""One account sends money through many others to one more."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from pyspark.sql import DataFrame

from jobs.signals.payments.candidate_transfers import transfers
from jobs.signals.payments.circulation.buyers_of_papers import buyers_of_papers
from jobs.signals.payments.pattern_rings import (
    Ring,
    assemble_patterns,
    many_sources,
    of_one_sum,
    strength_of,
)
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal
from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern
from models.graph.payments import index_payments, with_bundles
from models.graph.scatter_gather import find_scatter_gathers
from models.graph.steps import find_steps

SIGNAL = Signal(
    id="scatter_gather",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
ROLES = {"sink": "beneficiary", "source": "operator", "intermediary": "mule"}


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a source, its intermediaries and the sink (overlapping ones together).

    `value` (0..1): n holders of intermediaries are worth (n - none) / (n - none + half), times the square
    root of the share of the payments between the pairs that are part of it. Where pay is scattered one of
    them counts for nothing: two of a firm's staff may well pay one landlord or friend. No members are
    `many_sources` and who buys invoices (`buyers_of_papers`).
    """
    # Wages count: staff who hand most of their pay on to one account are on the payroll for that.
    candidates = transfers(payments, parameters, "creditor_holder_key", "wages", pay=True)

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_patterns(
            frame,
            search_scatter_gathers,
            lambda ring: judge(ring, parameters),
            ROLES,
            parameters,
            lambda ring: many_sources(ring, int(parameters["sources_max"])) | buyers_of_papers(ring, frame),
        )

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def search_scatter_gathers(table: pd.DataFrame, limits: PatternLimits) -> Sequence[Pattern]:
    """Scatter-gathers with amounts conserved branch by branch (`models.graph.scatter_gather`)."""
    payments = with_bundles(index_payments(table, limits.hub_degree), limits.bundle_gap_seconds)
    return find_scatter_gathers(payments, find_steps(payments, limits), limits).patterns


def judge(ring: Ring, parameters: Parameters) -> tuple[float, dict[str, bool]]:
    """Value of the ring, and what may explain it.

    regular_trade
        Its pairs pay each other more often outside it than within.
    spent_at_company
        It is paid on hardly more often than it came (`spent_times_max`), and to companies: borrowers,
        students, farmers, hauliers and subcontractors buy with what they were lent, granted or advanced where
        such things are sold, and dealers settle with their distributor. Who carries money for others pays in
        parts.
    kept_much
        Of its intermediaries the median keeps more than a commission (`commission_max`): subcontractors earn,
        partners spend, and only then pay the same supplier or reinvest.
    kept_unevenly
        Of three intermediaries and more each keeps another share (standard deviation `uneven_from`): agents
        have costs of their own, and who carries money for others has been promised a rate.
    savings_club
        `of_one_sum`.
    """
    between = ring.rows[ring.rows["creditor"].isin(ring.accounts("intermediary"))]
    # Two accounts of one person are one hand, which has its own ways from bank to bank.
    holders = between["creditor_holder_key"].fillna(between["creditor"]).nunique()
    if 2 * between["wages"].sum() >= len(between):
        holders -= 1
    size = strength_of(holders, int(parameters["size_none"]), float(parameters["size_for_half"]))
    spent = ring.rows[ring.rows["creditor"].isin(ring.accounts("sink"))]
    kept = _kept_shares(between, spent)
    at_once = len(spent) <= len(between) * float(parameters["spent_times_max"])
    return size * ring.conduct_share**0.5, {
        "regular_trade": ring.conduct_share < 0.5,
        "spent_at_company": bool((spent["creditor_type"] == "company").all() and at_once),
        "kept_much": bool(kept.median() > float(parameters["commission_max"])),
        "kept_unevenly": bool(kept.count() > 2 and kept.std() >= float(parameters["uneven_from"])),
        "savings_club": of_one_sum(ring.rows, parameters),
    }


def _kept_shares(scattered: pd.DataFrame, gathered: pd.DataFrame) -> "pd.Series[float]":
    """What each intermediary does not pay on, as a share of what it is paid."""
    received = scattered.groupby("creditor")["amount_vnd"].sum()
    paid_on = gathered.groupby("debtor")["amount_vnd"].sum()
    return 1 - paid_on / received
