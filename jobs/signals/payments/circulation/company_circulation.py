"""Companies that send each other the same money round and round."""

from datetime import date

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.candidate_transfers import transfers
from jobs.signals.payments.circulation.cyclic_flow import judge_cycles, search_cycles
from jobs.signals.payments.pattern_rings import assemble_patterns
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="company_circulation",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a group of businesses: like `cyclic_flow`, slower, and a payment and its return are a circle.

    Branches and companies of one tax code are one holder: their transfers are no candidates.
    """
    businesses = F.col("debtor_type").isin(*BUSINESS_HOLDERS) & F.col("creditor_type").isin(*BUSINESS_HOLDERS)
    candidates = transfers(payments, parameters).where(businesses)

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_patterns(
            frame,
            search_cycles,
            lambda ring: judge_cycles(ring, parameters),
            {"intermediary": "trader"},
            parameters,
        )

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)
