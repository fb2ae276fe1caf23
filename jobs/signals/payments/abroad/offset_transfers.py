"""Accounts with one book: a stranger pays one of them, another pays nearly that sum on, less a commission.

So works informal value transfer (underground remittance, hawala): no money follows the order, and the dealers
settle among themselves now and then. Chance matches sums as well, but as often with one that is larger by
that commission: these mirrored matches are the control.
Source: FATF, The Role of Hawala and Other Similar Service Providers in Money Laundering and Terrorist
Financing (2013); Ordinance on Foreign Exchange 28/2005/PL-UBTVQH11, amended by 06/2013/UBTVQH13.
"""

from datetime import date
from typing import Any

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import by_account, ledger
from jobs.signals.payments.pattern_rings import stated_reason
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
    id="offset_transfers",
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
    """One row a ring of dealers, tied by matches of a credit of one with a debit of another.

    `value` (0..1): (matched - mirrored payments) / all payments of the dealers. The subject is the smallest
    account; `support` and `value_vnd` are the matches within the ring and what was paid in for them.
    """
    rows = _rows(payments, parameters)
    # For the dealers, and for what ties them.
    matches = kept(_matches(rows, parameters))
    links = _links(rows, matches, _dealers(matches, parameters))

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return describe_rings(frame, parameters)

    found = links.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _rows(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Ledger rows with a private counterparty, of accounts that can be dealers; `rows` counts the account's.

    Two strangers on each side take two credits and two debits; where there are very many, sums match anyway.
    """
    strangers = int(parameters["strangers_least"])
    return (
        ledger(payments)
        .where(F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary"))
        .where(F.col("amount_vnd") >= int(parameters["amount_vnd_least"]))
        .withColumn("rows", F.count(F.lit(1)).over(by_account()))
        .withColumn("debits", F.count_if("out").over(by_account()))
        .where(F.col("rows") <= int(parameters["rows_most"]))
        .where((F.col("debits") >= strangers) & (F.col("rows") - F.col("debits") >= strangers))
    )


def _matches(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a match: credit, debit (ledger rows) and mirrored (the debit is the larger one).

    The debit is of the same account, or of one that has dealt with it directly, `hold_hours` after the credit
    at most. Each debit takes the latest of its credits, each credit the first of the debits that took it.
    """
    hold = int(parameters["hold_hours"]) * 3600
    bucket = F.floor(F.col("at_seconds") / hold)
    # Compared in this order: by time, then by key.
    entry = F.struct(
        "at_seconds",
        "payment_key",
        "account_id",
        "other",
        "amount_vnd",
        "reason_stated",
        "report_keys",
        "rows",
        is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS)).alias("business"),
    )
    incoming = rows.where(~F.col("out")).select("account_id", bucket.alias("bucket"), entry.alias("credit"))
    outgoing = rows.where("out").select(
        F.col("account_id").alias("partner"),
        F.explode(F.array(bucket - 1, bucket)).alias("bucket"),
        entry.alias("debit"),
    )
    credit, debit = F.col("credit.amount_vnd"), F.col("debit.amount_vnd")
    larger = F.greatest(credit, debit)
    low, high = float(parameters["fee_least"]), float(parameters["fee_most"])
    matching = (
        F.abs(credit - debit).between(larger * low, larger * high)
        & (F.col("debit.at_seconds") - F.col("credit.at_seconds")).between(0, hold)
        & (F.col("credit.other") != F.col("debit.other"))
        & (F.col("credit.other") != F.col("debit.account_id"))
        & (F.col("debit.other") != F.col("credit.account_id"))
    )
    by_partner = incoming.join(_partners(rows), "account_id").alias("i")
    same = (F.col("i.partner") == F.col("o.partner")) & (F.col("i.bucket") == F.col("o.bucket"))
    return (
        by_partner.join(outgoing.alias("o"), same & matching)
        .select("credit", "debit", (debit > credit).alias("mirrored"))
        .groupBy("debit", "mirrored")
        .agg(F.max("credit").alias("credit"))
        .groupBy("credit", "mirrored")
        .agg(F.min("debit").alias("debit"))
    )


def _partners(rows: DataFrame) -> DataFrame:
    """account_id, partner: every account with itself, and with those that it paid or was paid by."""
    ids = rows.select("account_id").distinct()
    dealt = rows.select("account_id", F.col("other").alias("partner")).distinct()
    known = dealt.join(ids.select(F.col("account_id").alias("partner")), "partner", "left_semi")
    return known.select("account_id", "partner").unionByName(
        ids.select("account_id", F.col("account_id").alias("partner"))
    )


def _dealers(matches: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account that counts: account_id, business, rows, matched and mirrored (its payments)."""
    sides = F.array(*[_side(side) for side in ("credit", "debit")])
    counterparties = F.when(~F.col("mirrored"), F.col("other"))

    def strangers(side: str) -> Column:
        return F.size(F.collect_set(F.when(F.col("side") == side, counterparties))).alias(side)

    least = int(parameters["strangers_least"])
    return (
        matches.select("mirrored", F.explode(sides).alias("one"))
        .select("mirrored", "one.*")
        .groupBy("account_id")
        .agg(
            F.first("business").alias("business"),
            F.first("rows").alias("rows"),
            F.count_if(~F.col("mirrored")).alias("matched"),
            F.count_if("mirrored").alias("by_chance"),
            strangers("credit"),
            strangers("debit"),
        )
        .where((F.col("credit") >= least) & (F.col("debit") >= least))
        .where(F.col("by_chance") <= F.col("matched") * float(parameters["mirrored_most"]))
        .where(F.col("matched") >= F.col("rows") * float(parameters["matched_share_least"]))
        .select("account_id", "business", "rows", "matched", F.col("by_chance").alias("mirrored"))
    )


def _side(side: str) -> Column:
    fields = [F.col(f"{side}.{name}") for name in ("account_id", "other", "business", "rows")]
    return F.struct(F.lit(side).alias("side"), *fields)


def _links(rows: DataFrame, matches: DataFrame, dealers: DataFrame) -> DataFrame:
    """One row a match within one dealer or between two, and a payment that one made to or got from another.

    The dealer's columns, other (dealer), payment_key, amount_vnd and reason_stated (of the credit; not for
    payments between dealers), match, report_keys.
    """
    matched = matches.where(~F.col("mirrored")).select(
        "credit.account_id",
        F.col("debit.account_id").alias("other"),
        "credit.payment_key",
        "credit.amount_vnd",
        "credit.reason_stated",
        F.lit(True).alias("match"),
        F.concat("credit.report_keys", "debit.report_keys").alias("report_keys"),
    )
    settled = rows.select("account_id", "other", F.lit(False).alias("match"), "report_keys")
    others = dealers.select(F.col("account_id").alias("other"))
    return (
        matched.unionByName(settled, allowMissingColumns=True)
        .join(F.broadcast(dealers), "account_id")
        .join(F.broadcast(others), "other", "left_semi")
    )


def describe_rings(links: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Dealers that matches with each other tie together, one row a ring (`FOUND_COLUMNS`)."""
    crossed = links[links["match"].astype(bool) & (links["account_id"] != links["other"])]
    if crossed.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    found = [
        _describe(links[links["account_id"].isin(ring) & links["other"].isin(ring)], parameters)
        for ring in rings_of(crossed["account_id"], crossed["other"])
    ]
    return pd.DataFrame(found, columns=FOUND_COLUMNS)


def _describe(links: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    """The ring as a finding.

    group_treasury
        All dealers are companies or household businesses.
    stated_reason
        Most of the matched credits state an everyday reason.
    """
    # Dealers of a ring have dealt with each other directly, so that each of them has a link of its own.
    dealers = links.drop_duplicates("account_id")
    matches = links[links["match"]]
    excess = dealers["matched"].sum() - dealers["mirrored"].sum()
    row = found_row(
        subject=dealers["account_id"].min(),
        value=float(excess / dealers["rows"].sum()),
        value_vnd=int(matches["amount_vnd"].sum()),
        members=[("account", name, "dealer") for name in dealers["account_id"]],
        rows=links,
        explanations={
            "group_treasury": bool(dealers["business"].all()),
            "stated_reason": stated_reason(matches, parameters),
        },
        evidence_limit=int(parameters["evidence_limit"]),
    )
    return row | {"support": len(matches)}
