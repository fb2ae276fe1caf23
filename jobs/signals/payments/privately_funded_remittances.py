"""Companies that a few private people fill with money, which then goes abroad."""

from datetime import date

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.lexicons import load_lexicon
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
    id="privately_funded_remittances",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAY = 86_400


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a ring: companies that remit abroad and the people who fund them. Subject: who remits most.

    `value` (0..1): 1 - product over the companies of (1 - company_weight x strength). Strength: the share of
    what a company remits that its funders had paid in since the remittance before, within `hold_days`; shrunk
    for few remittances, n / (n + half).
    """
    candidates = funded_companies(payments, parameters)

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_funded(frame, parameters)

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def funded_companies(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Remittances of companies, and the credits from their funders: people who pay in a fair share of what is
    remitted, more than once or at once as much as a good part of a usual remittance. `purchase`: the remark
    names goods.
    """
    rows = ledger(payments).where(F.col("other").isNotNull() & ~F.col("salary"))
    company = is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
    remitted = (
        rows.where(company & _remittance())
        .groupBy("account_id")
        .agg(F.sum("amount_vnd").alias("remitted_vnd"), F.avg("amount_vnd").alias("usual_vnd"))
    )
    private = ~F.col("out") & ~F.col("other_context") & is_true(F.col("other_type") == "individual")
    large = F.col("largest_vnd") >= F.col("usual_vnd") * float(parameters["single_credit_share"])
    funders = (
        of_accounts(rows.where(private), remitted)
        .groupBy("account_id", "other")
        .agg(
            F.count(F.lit(1)).alias("times"),
            F.max("amount_vnd").alias("largest_vnd"),
            F.sum("amount_vnd").alias("funded_vnd"),
        )
        .join(remitted, on="account_id", how="inner")
        .where(
            ((F.col("times") >= int(parameters["credits_min"])) | large)
            & (F.col("funded_vnd") >= F.col("remitted_vnd") * float(parameters["funder_share_min"]))
        )
        .select("account_id", "other", F.lit(True).alias("funder"))
    )
    words = "|".join(load_lexicon("innocent_remarks")["order"])
    purchase = is_true(F.col("remittance_norm").rlike(rf"\b({words})\b"))
    return (
        of_accounts(rows, funders)
        .join(funders, on=["account_id", "other"], how="left")
        .where((private & is_true(F.col("funder"))) | _remittance())
        .select(
            "account_id",
            "other",
            "out",
            "at_seconds",
            "amount_vnd",
            purchase.alias("purchase"),
            "payment_key",
            "report_keys",
        )
    )


def _remittance() -> Column:
    return F.col("out") & (F.col("other_country") != "VN")


def assemble_funded(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Rings of funded companies, one row each (`FOUND_COLUMNS`); funders and foreign payees tie them."""
    if frame.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    rows = frame.sort_values(["account_id", "at_seconds", "payment_key"], ignore_index=True)
    companies = _strengths(rows, parameters)
    companies = companies[companies["share"] >= float(parameters["funded_share_min"])]
    rows = rows[rows["account_id"].isin(companies.index)]
    if rows.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    found = []
    for ring in rings_of(rows["account_id"], rows["other"]):
        part = rows[rows["account_id"].isin(ring)]
        strengths = companies.loc[sorted(set(part["account_id"])), "strength"]
        funding = part[~part["out"]]
        remitters = part[part["out"]].groupby("other")["account_id"].nunique()
        remitted = part[part["out"]].groupby("account_id")["amount_vnd"].sum()
        funders = set(funding["other"])
        members = [("account", name, "operator") for name in strengths.index]
        members += [("account", name, "depositor") for name in funders - set(strengths.index)]
        members += [("account", name, "beneficiary") for name in remitters.index[remitters > 1]]
        stated = funding.loc[funding["purchase"], "amount_vnd"].sum()
        found.append(
            found_row(
                subject=min(remitted.index, key=lambda name: (-remitted[name], name)),
                value=float(1 - (1 - float(parameters["company_weight"]) * strengths).prod()),
                value_vnd=int(remitted.sum()),
                members=members,
                rows=part,
                explanations={
                    "owner_loans": len(strengths) == 1 and len(funders) == 1,
                    "customers_pay": bool(stated * 2 > funding["amount_vnd"].sum()),
                },
                evidence_limit=int(parameters["evidence_limit"]),
            )
        )
    return pd.DataFrame(found, columns=FOUND_COLUMNS)


def _strengths(rows: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """By company: `share` of the remitted money that was funded before it left, and its `strength`."""
    account, at = rows["account_id"], rows["at_seconds"]
    before = at.where(rows["out"]).groupby(account).ffill().groupby(account).shift()
    opens = rows["out"] & ~(at - before <= int(parameters["burst_days"]) * _DAY)
    burst = opens.groupby(account).cumsum().where(rows["out"]).groupby(account).bfill()
    placed = rows.assign(burst=burst)[burst.notna()]
    of_burst = [placed["account_id"], placed["burst"]]
    left = placed["at_seconds"].where(placed["out"]).groupby(of_burst).transform("min")
    fresh = ~placed["out"] & (left - placed["at_seconds"] <= int(parameters["hold_days"]) * _DAY)
    by_burst = (
        placed.assign(
            remitted=placed["amount_vnd"].where(placed["out"], 0), fed=placed["amount_vnd"].where(fresh, 0)
        )
        .groupby(["account_id", "burst"])
        .agg(remitted=("remitted", "sum"), fed=("fed", "sum"))
    )
    by_burst["funded"] = by_burst[["remitted", "fed"]].min(axis=1)
    by_burst["counts"] = by_burst["funded"] * 2 >= by_burst["remitted"]
    by_company = by_burst.groupby("account_id").agg(
        remitted=("remitted", "sum"), funded=("funded", "sum"), times=("counts", "sum")
    )
    share = by_company["funded"] / by_company["remitted"]
    times, half = by_company["times"], float(parameters["remittances_for_half"])
    return pd.DataFrame({"share": share, "strength": (share * times / (times + half)).round(6)})
