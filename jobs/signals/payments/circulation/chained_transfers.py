"""Money that goes on from account to account, nearly whole, sooner than chance explains."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from pyspark.sql import DataFrame

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.candidate_transfers import says_kept_private, transfers
from jobs.signals.payments.circulation.buyers_of_papers import buyers_of_papers
from jobs.signals.payments.pattern_rings import (
    Ring,
    assemble_patterns,
    kept_among_people,
    modest_sums,
    of_one_sum,
    stated_reason,
    together,
)
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal
from models.graph.chance import StepChance
from models.graph.limits import PatternLimits
from models.graph.pass_through import find_chains
from models.graph.pattern import Pattern
from models.graph.payments import index_payments
from models.graph.steps import find_steps

SIGNAL = Signal(
    id="chained_transfers",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
ROLES = {"intermediary": "mule", "sink": "beneficiary", "source": "operator"}


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a ring of chains that overlap.

    `value` (0..1): a chain of which chance makes 10^-x is worth x / (x + half); chains without a common
    payment add up; times the square root of the share of the payments between the pairs that are part of it.
    No members are `passers_by`, `payers_of_one` and `buyers_of_papers`.
    """
    candidates = transfers(
        payments.withColumn("says_kept_private", says_kept_private()), parameters, "says_kept_private"
    )

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        chance = StepChance(
            frame["creditor"], frame["at_seconds"], frame["amount_vnd"], int(parameters["gap_seconds_min"])
        )
        return assemble_patterns(
            frame,
            search_chains,
            lambda ring: judge_chains(ring, chance, parameters),
            ROLES,
            parameters,
            lambda ring: (
                passers_by(ring, int(parameters["repeats_min"]))
                | payers_of_one(ring, int(parameters["payers_least"]))
                | buyers_of_papers(ring, frame)
            ),
        )

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def search_chains(table: pd.DataFrame, limits: PatternLimits) -> Sequence[Pattern]:
    """Chains with conserved amounts (`models.graph.pass_through`)."""
    payments = index_payments(table, limits.hub_degree)
    return find_chains(payments, find_steps(payments, limits), limits).patterns


def passers_by(ring: Ring, repeats_min: int) -> set[str]:
    """Ends that one payment ties to a way which money went `repeats_min` times: who was made to pay in once,
    or a shop where it was spent."""
    inside = ring.accounts("intermediary")
    taken = pd.concat([ring.rows["debtor"], ring.rows["creditor"]]).value_counts()
    trodden = ring.rows[ring.rows["debtor"].isin(inside) & ring.rows["creditor"].isin(inside)]
    most = trodden.groupby(["debtor", "creditor"]).size().max() if len(trodden) else 0
    if most < repeats_min:
        return set()
    return {str(name) for name in taken.index[taken == 1] if name not in inside}


def payers_of_one(ring: Ring, payers_least: int) -> set[str]:
    """Sources who pay one account of the ring each, from `payers_least` of them on: victims and customers pay
    whom they were told to, as often as they are told; who stands behind pays several."""
    paid = ring.accounts("intermediary") | set(ring.rows["creditor"])
    pays = ring.rows[~ring.rows["debtor"].isin(paid)].groupby("debtor")["creditor"].nunique()
    payers = {str(name) for name in pays.index[pays == 1]}
    return payers if len(payers) >= payers_least else set()


def judge_chains(ring: Ring, chance: StepChance, parameters: Parameters) -> tuple[float, dict[str, bool]]:
    """Value of the ring, and what may explain it.

    regular_trade
        Its pairs pay each other more often outside the chains than within.
    supply_chain
        All on the way are companies or household businesses, which buy and sell on.
    stated_reason
        Most remarks state an everyday reason: a savings club hands its pot on nearly whole.
    savings_club
        `of_one_sum`.
    modest_sums
        Nobody gets more of it than a household earns in a month.
    kept_among_people
        Remarks speak of lending, upkeep or school, and no company takes part: relatives pass it on.
    home_sales
        Private people, who pay each other once, the price of a home at least, and who sleep on it: who sells
        one home buys the next. (What is carried for others goes on at once, or in parts.)
    """
    weighed = []
    for pattern in ring.patterns:
        path = ring.rows.loc[list(pattern.payments)].sort_values("at_seconds", kind="stable")
        weighed.append(
            (-chance.log10_of_path(path["debtor"], path["at_seconds"], path["amount_vnd"]), pattern)
        )
    taken: set[int] = set()
    strengths = []
    for evidence, pattern in sorted(weighed, key=lambda item: (-item[0], item[1].payments)):
        if evidence > 0 and taken.isdisjoint(pattern.payments):
            taken.update(pattern.payments)
            strengths.append(evidence / (evidence + float(parameters["evidence_for_half"])))
    business = ring.rows["debtor_type"].isin(BUSINESS_HOLDERS) & ring.rows["creditor_type"].isin(
        BUSINESS_HOLDERS
    )
    return together(strengths) * ring.conduct_share**0.5, {
        "regular_trade": ring.conduct_share < 0.5,
        "supply_chain": bool(business.all()),
        "stated_reason": stated_reason(ring.rows, parameters),
        "savings_club": of_one_sum(ring.rows, parameters),
        "modest_sums": modest_sums(ring.rows, parameters),
        "home_sales": home_sales(ring.rows, parameters),
        "kept_among_people": kept_among_people(ring.rows, parameters),
    }


def home_sales(rows: pd.DataFrame, parameters: Parameters) -> bool:
    """Whether private people buy homes of each other, one after the other, rather than hand money on."""
    private = ~(rows["debtor_type"].isin(BUSINESS_HOLDERS) | rows["creditor_type"].isin(BUSINESS_HOLDERS))
    lasted = rows["at_seconds"].max() - rows["at_seconds"].min()
    return bool(
        private.all()
        and rows["amount_vnd"].min() >= int(parameters["home_vnd_min"])
        and not rows.duplicated(["debtor", "creditor"]).any()
        and lasted >= int(parameters["home_seconds_min"]) * (len(rows) - 1)
    )
