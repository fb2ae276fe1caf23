"""Accounts that take, or pay, large sums time and again just under a round ceiling, and hardly any others.

Whoever cuts money to stay under a level that is reported or looked at pays sums that are unlike, and yet end
where the level begins. What trade and life ask for lies below and beyond any ceiling, and equal sums are
rents, instalments or stakes.
Source: Law on Anti-Money Laundering 14/2022/QH15, Art. 28 and 34; Oztas et al., SAML-D (2023), structuring.
"""

from datetime import date
from functools import reduce
from typing import Any

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.pattern_rings import stated_reason
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="sums_under_a_ceiling",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_SIDE = ("account_id", "out")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account, by the side and the ceiling with most sums just under it.

    `value` (0..1): n / (n + payments_for_half), n the transfers just under the ceiling, times their share of
    all transfers of that order of magnitude on that side. `support`: these transfers; `value_vnd`: their sum.
    """
    transfers = _transfers(ledger(payments))
    capped = _capped_sides(transfers, parameters)
    under = transfers.join(F.broadcast(capped), [*_SIDE]).where(
        F.col("amount_vnd").between(F.col("from_vnd"), F.col("ceiling_vnd"))
    )

    def description(frame: pd.DataFrame) -> pd.DataFrame:
        found = [_described(side, parameters) for _, side in frame.groupby("out", sort=True)]
        strongest = sorted(found, key=lambda row: row["value"])[-1:]
        reported = [row for row in strongest if row["value"] >= float(parameters["report_from"])]
        return pd.DataFrame(reported, columns=FOUND_COLUMNS)

    found = under.groupBy("account_id").applyInPandas(description, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _transfers(rows: DataFrame) -> DataFrame:
    """Transfers to and from parties, but for wages and what companies pay each other.

    Who holds an account outside the register is not known to be a company.
    """
    companies = is_true(F.col("holder_type") == "company") & is_true(F.col("other_type") == "company")
    return rows.where(
        F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("cash") & ~F.col("salary") & ~companies
    ).select(
        *_SIDE,
        "other",
        (is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))).alias("business"),
        (is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))).alias("other_business"),
        "at_seconds",
        "day",
        "amount_vnd",
        "reason_stated",
        "payment_key",
        "report_keys",
    )


def _capped_sides(transfers: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a side of an account whose sums end at a ceiling: `ceiling_vnd`, `from_vnd` and `share`.

    Of several ceilings that with most sums just under it counts, of equals the lower.
    """
    ceilings = [int(ceiling) for ceiling in str(parameters["ceilings_vnd"]).split()]
    amount = F.col("amount_vnd")
    lowest = {ceiling: int(ceiling * float(parameters["under_share"])) for ceiling in ceilings}

    def measures(ceiling: int) -> Column:
        under = amount.between(lowest[ceiling], ceiling)
        near = amount.between(
            int(ceiling * float(parameters["near_from"])), int(ceiling * float(parameters["near_to"]))
        )
        sums = F.when(under, amount)
        return F.struct(
            F.count_if(under).alias("under"),
            F.lit(-ceiling).alias("lower_first"),
            F.lit(lowest[ceiling]).alias("from_vnd"),
            F.count_if(near).alias("near"),
            (F.stddev(sums) / F.avg(sums)).alias("spread"),
        )

    sides = transfers.groupBy(*_SIDE).agg(
        F.count(F.lit(1)).alias("all"), F.greatest(*map(measures, ceilings)).alias("best")
    )
    conditions = (
        F.col("best.under") >= int(parameters["payments_least"]),
        F.col("best.under") >= F.col("all") * float(parameters["life_share"]),
        F.col("best.under") >= F.col("best.near") * float(parameters["payments_share"]),
        F.col("best.spread") >= float(parameters["spread_least"]),
    )
    return sides.where(reduce(Column.__and__, conditions)).select(
        *_SIDE,
        (-F.col("best.lower_first")).alias("ceiling_vnd"),
        F.col("best.from_vnd").alias("from_vnd"),
        (F.col("best.under") / F.col("best.near")).alias("share"),
    )


def _described(side: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    """Transfers of one side of an account as one finding.

    trade
        All parties are companies or household businesses.
    one_purchase
        One payee is paid, on one day.
    stated_reason
        Most of the payments state an everyday reason.
    """
    count, out = len(side), bool(side["out"].iloc[0])
    times = side["other"].value_counts()
    others = times.index[times >= int(parameters["member_payments_least"])]
    subject = str(side["account_id"].iloc[0])
    strength = count / (count + float(parameters["payments_for_half"]))
    return found_row(
        subject=subject,
        value=round(float(strength * side["share"].iloc[0]), 6),
        value_vnd=int(side["amount_vnd"].sum()),
        members=[
            ("account", subject, "mule" if out else "collector"),
            *(("account", str(other), "beneficiary" if out else "mule") for other in others),
        ],
        rows=side,
        explanations={
            "trade": bool(side["business"].all() and side["other_business"].all()),
            "one_purchase": len(times) == 1 and side["day"].nunique() == 1,
            "stated_reason": stated_reason(side, parameters),
        },
        evidence_limit=int(parameters["evidence_limit"]),
    )
