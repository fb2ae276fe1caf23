"""Money that one firm is paid from abroad, and another sends abroad again.

Either the sums of what is paid, handed on and sent agree; or, whatever else the firms do, payment after
payment from abroad is handed on nearly whole to one who pays abroad.
So a carousel of exports pays for itself, and so do mirror trades: the sister at home closes the circle that
the papers of neither firm show.
Source: FATF/Egmont, Trade-Based Money Laundering (2020) and its risk indicators (2021), on carousels and on
payments that go through connected firms.
"""

from datetime import date
from math import log
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import is_context
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
    id="abroad_by_a_sister",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAY = 86_400
_SUMS = ("handed_vnd", "from_abroad_vnd", "to_abroad_vnd")
_SHARED = ("credits_vnd", "debits_vnd")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a holder that sends abroad (the sister) what another holder is paid from abroad and hands it.

    `value` (0..1): smallest / largest of three sums (what the first is paid from abroad, what it pays the
    sister, what the sister pays abroad) x the root of (share of the sister's credits x share of the first
    one's debits that the payments between them are). Or, where single payments agree, n / (n + half), n the
    payments from abroad that holders handed the sister. The subject is the account by which most goes abroad;
    `value_vnd` is the smallest of the sums, or what was handed on in payments that agree.
    """
    moved = _moved(payments)
    pairs = _pairs(moved, parameters)

    def sisters(frame: pd.DataFrame) -> pd.DataFrame:
        return describe_sisters(frame, parameters)

    legs = _legs(moved, pairs).unionByName(_agreeing(moved, parameters), allowMissingColumns=True)
    found = legs.groupBy().applyInPandas(sisters, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _moved(payments: DataFrame) -> DataFrame:
    """Payments between different holders: payer and payee (holders, or accounts without one), `leg`.

    leg: 'in' from abroad, 'out' to abroad, 'home' from account to account here; null for cash, wages, and
    what hubs and carriers of money pay or are paid.
    """
    here = {side: F.col(f"{side}_country") == "VN" for side in ("debtor", "creditor")}
    private = (
        F.col("debtor_account_id").isNotNull()
        & F.col("creditor_account_id").isNotNull()
        & ~is_context("debtor")
        & ~is_context("creditor")
        & ~F.col("wages")
    )
    return payments.where((F.col("amount_vnd") > 0) & ~F.col("one_holder")).select(
        F.coalesce("debtor_holder_key", "debtor_account_id").alias("payer"),
        F.coalesce("creditor_holder_key", "creditor_account_id").alias("payee"),
        F.when(~here["debtor"] & here["creditor"], "in")
        .when(here["debtor"] & ~here["creditor"], "out")
        .when(here["debtor"] & here["creditor"] & private, "home")
        .alias("leg"),
        F.col("debtor_account_id").alias("debtor"),
        F.col("creditor_account_id").alias("creditor"),
        "debtor_holder_key",
        "creditor_holder_key",
        F.col("at").cast("bigint").alias("at_seconds"),
        "amount_vnd",
        "payment_key",
        "report_keys",
        "reason_stated",
    )


def _pairs(moved: DataFrame, parameters: Parameters) -> DataFrame:
    """first, sister, and the sums (`_SUMS`, `_SHARED`), where they are alike and matter to both."""
    credited = _sums(moved, "payee", "in").toDF("holder", "credits_vnd", "from_abroad_vnd")
    debited = _sums(moved, "payer", "out").toDF("holder", "debits_vnd", "to_abroad_vnd")
    first, sister = F.col("holder").alias("first"), F.col("holder").alias("sister")
    sums, share = [F.col(name) for name in _SUMS], float(parameters["share_least"])
    return kept(
        moved.where(F.col("leg") == "home")
        .groupBy(F.col("payer").alias("first"), F.col("payee").alias("sister"))
        .agg(F.count(F.lit(1)).alias("transfers"), F.sum("amount_vnd").alias("handed_vnd"))
        .where(F.col("transfers") >= int(parameters["transfers_least"]))
        .join(credited.select(first, "from_abroad_vnd"), "first")
        .join(debited.select(sister, "to_abroad_vnd"), "sister")
        .where(F.least(*sums) >= F.greatest(*sums) * float(parameters["conserved_least"]))
        .join(credited.select(sister, "credits_vnd"), "sister")
        .join(debited.select(first, "debits_vnd"), "first")
        .where(F.col("handed_vnd") >= F.greatest(*_SHARED) * share)
        .select("first", "sister", *_SUMS, *_SHARED)
    )


def _sums(moved: DataFrame, side: str, leg: str) -> DataFrame:
    """Holders on `side`, the sum of all their payments there, and of those of `leg` (0 without any)."""
    of_leg = F.when(F.col("leg") == leg, F.col("amount_vnd")).otherwise(0)
    return moved.groupBy(side).agg(F.sum("amount_vnd"), F.sum(of_leg))


def _legs(moved: DataFrame, pairs: DataFrame) -> DataFrame:
    """The payments of each pair's three legs, with the pair's columns."""
    leg, payer, payee = F.col("leg"), F.col("payer"), F.col("payee")
    first, sister = F.col("first"), F.col("sister")
    paid_in = (leg == "in") & (payee == first)
    handed = (leg == "home") & (payer == first) & (payee == sister)
    sent = (leg == "out") & (payer == sister)
    return moved.join(F.broadcast(pairs), paid_in | handed | sent)


def _agreeing(moved: DataFrame, parameters: Parameters) -> DataFrame:
    """What single payments from abroad were handed on, nearly whole and within days of them, to a sister who
    sends abroad; and what it sends. `sister`, and `agreeing`: how many, where they are enough.

    Before the payment from abroad, too: in a mirror trade the sister is paid as the goods leave.
    """
    leg, amount = F.col("leg"), F.col("amount_vnd")
    kept_most = float(parameters["kept_most"])
    # Amounts in one rung, or in neighbouring ones, may agree; others never do.
    rung = F.floor(F.log(amount) / F.lit(-log(1 - kept_most))).alias("rung")
    senders = moved.where(leg == "out").select(F.col("payer").alias("payee")).distinct()
    received = moved.where(leg == "in").select(
        F.col("payee").alias("payer"),
        rung,
        F.col("payment_key").alias("receipt_key"),
        F.col("at_seconds").alias("received_seconds"),
        F.col("amount_vnd").alias("received_vnd"),
    )
    handed = (
        moved.where(leg == "home")
        .join(senders, "payee", "left_semi")
        .select("payer", "payee", "payment_key", "at_seconds", "amount_vnd", rung)
        .withColumn("rung", F.explode(F.array("rung", F.col("rung") + 1)))
    )
    after = F.col("at_seconds") - F.col("received_seconds")
    agreed = kept(
        received.join(handed, ["payer", "rung"])
        .where(F.col("amount_vnd").between(F.col("received_vnd") * (1 - kept_most), F.col("received_vnd")))
        .where(after.between(-int(parameters["before_days"]) * _DAY, int(parameters["after_days"]) * _DAY))
        .select(F.col("payee").alias("sister"), "receipt_key", "payment_key", "amount_vnd")
    )
    handed_on = agreed.dropDuplicates(["payment_key"]).groupBy("sister").agg(F.sum("amount_vnd").alias("vnd"))
    conserved = F.col("to_abroad_vnd") >= F.col("vnd") * float(parameters["conserved_least"])
    sisters = (
        agreed.groupBy("sister")
        .agg(F.least(F.count_distinct("receipt_key"), F.count_distinct("payment_key")).alias("agreeing"))
        .where(F.col("agreeing") >= int(parameters["transfers_least"]))
        .join(handed_on, "sister")
        .join(_sums(moved, "payer", "out").toDF("sister", "debits_vnd", "to_abroad_vnd"), "sister")
        .where(conserved)
        .select("sister", "agreeing")
    )
    keys = agreed.select("sister", F.explode(F.array("receipt_key", "payment_key")).alias("payment_key"))
    moves = moved.join(F.broadcast(keys.distinct()), "payment_key")
    sent = moved.where(leg == "out").withColumn("sister", F.col("payer"))
    return moves.unionByName(sent).join(F.broadcast(sisters), "sister")


def describe_sisters(legs: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """One row a pair (`FOUND_COLUMNS`), or a sister whom single payments tell; of several with one subject
    the strongest."""
    ordered = legs.sort_values(["first", "sister", "at_seconds", "payment_key"], ignore_index=True)
    found = [_describe(rows, parameters) for _, rows in ordered.groupby(["first", "sister"])]
    single = ordered[ordered["agreeing"].notna()]
    found += [_describe_agreeing(rows, parameters) for _, rows in single.groupby("sister")]
    strongest = pd.DataFrame(found, columns=FOUND_COLUMNS).sort_values(
        "value", ascending=False, kind="stable"
    )
    return strongest.drop_duplicates("subject_id")


def _describe(rows: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    """The pair as a finding.

    group_treasury
        Most of the payments between them state a transfer within a group, or another everyday reason.
    supply_chain
        Both keep `margin_least` of what they are paid: each adds something that is sold at its price.
    regular_trade
        Most of what the first pays the sister does not lie between the first payment from abroad and the last
        one to abroad: their trade needs neither.
    """
    handed, sent = rows[rows["leg"] == "home"], rows[rows["leg"] == "out"]
    begin, end = rows.loc[rows["leg"] == "in", "at_seconds"].min(), sent["at_seconds"].max()
    within = handed.loc[handed["at_seconds"].between(begin, end), "amount_vnd"].sum()
    handed_vnd, from_abroad, to_abroad, credits_, debits = (
        int(rows[name].iloc[0]) for name in (*_SUMS, *_SHARED)
    )
    sums, passed = (handed_vnd, from_abroad, to_abroad), 1 - float(parameters["margin_least"])
    return found_row(
        subject=_mostly_by(sent),
        value=min(sums) / max(sums) * (handed_vnd / credits_ * handed_vnd / debits) ** 0.5,
        value_vnd=min(sums),
        members=_members(rows),
        rows=rows,
        explanations={
            "group_treasury": stated_reason(handed, parameters),
            "supply_chain": handed_vnd < passed * from_abroad and to_abroad < passed * handed_vnd,
            "regular_trade": 2 * int(within) < handed_vnd,
        },
        evidence_limit=int(parameters["evidence_limit"]),
    )


def _describe_agreeing(rows: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    """A sister as a finding, with those who hand it single payments from abroad: no stages of production, as
    nothing is kept, and no trade that needs none of them."""
    handed, agreeing = rows[rows["leg"] == "home"], int(rows["agreeing"].iloc[0])
    return found_row(
        subject=_mostly_by(rows[rows["leg"] == "out"]),
        value=agreeing / (agreeing + float(parameters["transfers_for_half"])),
        value_vnd=int(handed["amount_vnd"].sum()),
        members=_members(rows),
        rows=rows,
        explanations={
            "group_treasury": stated_reason(handed, parameters),
            "supply_chain": False,
            "regular_trade": False,
        },
        evidence_limit=int(parameters["evidence_limit"]),
    )


def _mostly_by(sent: pd.DataFrame) -> str:
    """The account by which most was sent."""
    by_account = sent.groupby("debtor")["amount_vnd"].sum()
    return min(by_account.index, key=lambda name: (-by_account[name], name))


def _members(rows: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Both holders, and their accounts in the three legs; who is abroad is none."""
    at_home = (("creditor", rows["leg"] != "out"), ("debtor", rows["leg"] != "in"))
    accounts = {name for side, here in at_home for name in rows.loc[here, side].dropna()}
    holders = {key for side, here in at_home for key in rows.loc[here, f"{side}_holder_key"].dropna()}
    return {("account", name, "trader") for name in accounts} | {
        ("company" if key.startswith("tax:") else "person", key, "trader") for key in holders
    }
