"""Private accounts that send money to many different accounts abroad.

A resident may send money abroad for studies, care, travel or family: to one or two payees, in one country.
Who pays many accounts pays for others, past the banks' licence and past customs.
Source: Ordinance on foreign exchange 28/2005 (amended 06/2013), Decree 70/2014/NĐ-CP Art. 7; AML Law 14/2022.
"""

from datetime import date
from typing import Any

import pandas as pd
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
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
    id="remits_to_many_abroad",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAY = 86_400
_MONTH = 30


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a ring: private accounts that remit to many, tied by who funds them. Subject: who sends most.

    `value` (0..1): 1 - product over them of (1 - account_weight x strength); n distinct payees abroad are
    worth (n - none) / (n - none + half). Companies trade abroad, and are left out, as are remittances with a
    paper (declaration, tuition, care) and payees whom many pay (schools, platforms, shops); and nobody stands
    out where paying many is everyday (`_is_everyday`). What is remitted must be `remitted_share` of all that
    comes in: more than a life's side.
    """
    candidates = remitters(payments, accounts, parameters)

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_remitters(frame, parameters)

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def remitters(payments: DataFrame, accounts: DataFrame, parameters: Parameters) -> DataFrame:
    """What comes in and what goes abroad at accounts that remit to so many, with `remittance`."""
    rows = ledger(payments).where(is_true(F.col("holder_type").isin("individual", "household_business")))
    purposes = str(parameters["documented_purposes"]).split()
    abroad = F.col("out") & F.col("other").isNotNull() & (F.col("other_country") != "VN")
    papers = F.col("declaration_no").isNotNull() | is_true(F.col("purpose_code").isin(*purposes))
    users = rows.where(abroad).groupBy("other").agg(F.count_distinct("account_id").alias("senders"))
    rare = F.col("senders") <= int(parameters["payee_senders_max"])
    sent = rows.where(abroad & ~papers & ~F.col("other_context")).join(users, on="other").where(rare)
    many = (
        sent.groupBy("account_id")
        .agg(
            F.count_distinct("other").alias("payees"),
            F.count(F.lit(1)).alias("times"),
            F.sum("amount_vnd").alias("remitted_vnd"),
        )
        .where(F.col("times") > int(parameters["payees_none"]))
        .withColumn("many", F.col("payees") > int(parameters["payees_none"]))
        .withColumn("everyday", _is_everyday(parameters))
        .where(F.col("many") & ~F.col("everyday"))
        .select("account_id", "remitted_vnd")
    )
    came_in = (
        of_accounts(rows, many)
        .where(~F.col("out"))
        .groupBy("account_id")
        .agg(F.sum("amount_vnd").alias("received_vnd"))
    )
    share = float(parameters["remitted_share"])
    kept = (
        many.join(came_in, on="account_id")
        .where(F.col("remitted_vnd") >= F.col("received_vnd") * share)
        .join(accounts.select("account_id", "declared_monthly_turnover_vnd"), on="account_id", how="left")
    )
    mine = (
        of_accounts(rows, kept).join(F.broadcast(kept), on="account_id").join(users, on="other", how="left")
    )
    counted = abroad & ~papers & ~F.col("other_context") & is_true(rare)
    return (
        mine.withColumn("remittance", counted)
        .where(F.col("remittance") | ~F.col("out"))
        .select(
            "account_id",
            "other",
            "remittance",
            "at_seconds",
            "amount_vnd",
            (F.col("salary") | F.col("other_context") | (F.col("other_country") != "VN")).alias("own"),
            (F.col("holder_type") == "household_business").alias("business"),
            F.coalesce("declared_monthly_turnover_vnd", F.lit(0)).cast("bigint").alias("declared_vnd"),
            remark_tells("school", "hospital", "family_support").alias("says_support"),
            "payment_key",
            "report_keys",
        )
    )


def _is_everyday(parameters: Parameters) -> Column:
    """Whether `everyday_share` of all who remit as often pay many: then it is how people remit here. Of fewer
    than `everyday_least` nothing can be said."""
    everybody = Window.partitionBy(F.lit(1))
    share = F.avg(F.col("many").cast("int")).over(everybody)
    told = F.count(F.lit(1)).over(everybody) >= int(parameters["everyday_least"])
    return told & (share >= float(parameters["everyday_share"]))


def assemble_remitters(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Rings of remitters, one row each (`FOUND_COLUMNS`)."""
    if frame.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    rows = frame.sort_values(["account_id", "at_seconds", "payment_key"], ignore_index=True)
    funding = _funding(rows, parameters)
    itself = rows["account_id"]
    found = []
    for ring in rings_of(pd.concat([itself, funding["account_id"]]), pd.concat([itself, funding["other"]])):
        part = rows[rows["account_id"].isin(ring)]
        found.append(_describe(part, funding[funding["account_id"].isin(ring)], parameters))
    return pd.DataFrame(found, columns=FOUND_COLUMNS)


def _funding(rows: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Credits of those who fund a remitter: within `hold_days` before a remittance, so often or so much."""
    at = rows["at_seconds"].where(rows["remittance"])
    following = at.groupby(rows["account_id"]).bfill()
    soon = following - rows["at_seconds"] <= int(parameters["hold_days"]) * _DAY
    credits = rows[~rows["remittance"] & ~rows["own"] & rows["other"].notna() & soon]
    remitted = rows[rows["remittance"]].groupby("account_id")["amount_vnd"].sum()
    pair = credits.groupby(["account_id", "other"])["amount_vnd"]
    often = pair.transform("size") >= int(parameters["credits_min"])
    much = pair.transform("sum") >= credits["account_id"].map(remitted) * float(
        parameters["funder_share_min"]
    )
    return credits[often & much]


def _describe(part: pd.DataFrame, funding: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    sent = part[part["remittance"]]
    remitted = sent.groupby("account_id")["amount_vnd"].sum()
    more = sent.groupby("account_id")["other"].nunique() - int(parameters["payees_none"])
    strength = (more / (more + float(parameters["payees_for_half"]))).round(6)
    members = [("account", name, "operator") for name in remitted.index]
    members += [("account", name, "depositor") for name in set(funding["other"]) - set(remitted.index)]
    declared = part.groupby("account_id")["declared_vnd"].first().sum()
    months = max(1.0, (sent["at_seconds"].max() - sent["at_seconds"].min()) / (_DAY * _MONTH))
    return found_row(
        subject=min(remitted.index, key=lambda name: (-remitted[name], name)),
        value=float(1 - (1 - float(parameters["account_weight"]) * strength).prod()),
        value_vnd=int(remitted.sum()),
        members=members,
        rows=pd.concat([sent, funding]),
        explanations={
            "support": bool(sent["says_support"].mean() >= float(parameters["stated_share_min"])),
            "declared_business": bool(part["business"].all()) and declared * months >= remitted.sum(),
        },
        evidence_limit=int(parameters["evidence_limit"]),
    )
