"""Companies that a few private people, or cash, fill with money, which then goes abroad."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true, remark_tells
from jobs.signals.joins.closing import kept
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
    for few remittances, n / (n + half). A company that lives for its remittances (`pools`) keeps a surplus
    for the next ones and is given back what it laid out, at any time; and cash counts as paid in.
    """
    candidates = funded_companies(payments, parameters)

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_funded(frame, parameters)

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def funded_companies(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Remittances of companies, and what funds them: credits from their funders, people who pay in a fair
    share of what is remitted, more than once or at once as much as a good part of a usual remittance; and
    cash, where the company `pools`. `purchase`: the remark names goods or takings; `payers`: all who remit
    to `other`.
    """
    rows = ledger(payments).where((F.col("other").isNotNull() | _cash_in()) & ~F.col("salary"))
    remitted = kept(_remitters(rows, parameters))
    private = ~F.col("out") & ~F.col("other_context") & is_true(F.col("other_type") == "individual")
    large = F.col("largest_vnd") >= F.col("usual_vnd") * float(parameters["single_credit_share"])
    fair = F.col("remitted_vnd") * float(parameters["funder_share_min"])
    funders = (
        of_accounts(rows.where(private), remitted)
        .groupBy("account_id", "other")
        .agg(
            F.count(F.lit(1)).alias("times"),
            F.max("amount_vnd").alias("largest_vnd"),
            F.sum("amount_vnd").alias("funded_vnd"),
        )
        .join(remitted, on="account_id", how="inner")
        .where(((F.col("times") >= int(parameters["credits_min"])) | large) & (F.col("funded_vnd") >= fair))
        .select("account_id", "other", F.lit(True).alias("funder"))
    )
    fed_by_cash = remitted.where(F.col("pools") & (F.col("cash_vnd") >= fair))
    fed = funders.select("account_id").union(fed_by_cash.select("account_id")).distinct()
    users = rows.where(_remittance()).groupBy("other").agg(F.count_distinct("account_id").alias("payers"))
    purchase = remark_tells("order", "takings")
    return (
        rows.join(remitted.join(fed, on="account_id").select("account_id", "pools"), on="account_id")
        .join(funders, on=["account_id", "other"], how="left")
        .join(users, on="other", how="left")
        .where((private & is_true(F.col("funder"))) | _remittance() | (_cash_in() & F.col("pools")))
        .select(
            "account_id",
            "other",
            "out",
            "at_seconds",
            "amount_vnd",
            "pools",
            purchase.alias("purchase"),
            "payers",
            "payment_key",
            "report_keys",
        )
    )


def _remitters(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Companies that remit: `remitted_vnd`, `usual_vnd`, `cash_vnd` and whether the company `pools`.

    It does where it remits at least so often and so much of all that it receives: others trade at home, too,
    and what people and cash bring them is for that.
    """
    company = is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
    abroad = F.when(_remittance(), F.col("amount_vnd"))
    received = F.col("received_vnd") * float(parameters["remitted_share"])
    often = F.col("remittances") >= int(parameters["remittances_least"])
    return (
        rows.where(company)
        .groupBy("account_id")
        .agg(
            F.sum(abroad).alias("remitted_vnd"),
            F.avg(abroad).alias("usual_vnd"),
            F.count(abroad).alias("remittances"),
            F.sum(F.when(~F.col("out"), F.col("amount_vnd")).otherwise(0)).alias("received_vnd"),
            F.sum(F.when(_cash_in(), F.col("amount_vnd")).otherwise(0)).alias("cash_vnd"),
        )
        .where(F.col("remittances") > 0)
        .withColumn("pools", often & (F.col("remitted_vnd") >= received))
        .select("account_id", "remitted_vnd", "usual_vnd", "cash_vnd", "pools")
    )


def _cash_in() -> Column:
    return F.col("cash") & ~F.col("out") & F.col("other").isNull()


def _remittance() -> Column:
    return F.col("out") & F.col("other").isNotNull() & (F.col("other_country") != "VN")


def assemble_funded(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Rings of funded companies, one row each (`FOUND_COLUMNS`); funders and foreign payees tie them.

    `other` is null for cash, which ties nobody. A foreign payee ties where such companies are `payee_share`
    of those who remit to it: factories and forwarders are everybody's. Where that ties more than
    `ring_members_max`, it ties nobody: each company is a ring of its own.
    """
    if frame.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    rows = frame.sort_values(["account_id", "at_seconds", "payment_key"], ignore_index=True)
    companies = _strengths(rows, parameters)
    companies = companies[companies["share"] >= float(parameters["funded_share_min"])]
    rows = rows[rows["account_id"].isin(companies.index)]
    if rows.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    found = []
    remittances = rows[rows["out"]]
    found_payers = remittances.groupby("other")["account_id"].transform("nunique")
    to_few = remittances[found_payers >= remittances["payers"] * float(parameters["payee_share"])]
    tying = pd.concat([rows[~rows["out"] & rows["other"].notna()], to_few])
    # Whom nothing ties is a ring of one.
    itself = rows["account_id"]
    rings = rings_of(pd.concat([tying["account_id"], itself]), pd.concat([tying["other"], itself]))
    for ring in _workable(rings, companies.index, int(parameters["ring_members_max"])):
        part = rows[rows["account_id"].isin(ring)]
        strengths = companies.loc[sorted(set(part["account_id"])), "strength"]
        funding = part[~part["out"]]
        remitters = to_few[to_few["account_id"].isin(ring)].groupby("other")["account_id"].nunique()
        remitted = part[part["out"]].groupby("account_id")["amount_vnd"].sum()
        funders = set(funding["other"].dropna())
        # Nobody knows whose cash it is.
        of_one = len(funders) == 1 and bool(funding["other"].notna().all())
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
                    "owner_loans": len(strengths) == 1 and of_one,
                    "customers_pay": bool(stated * 2 > funding["amount_vnd"].sum()),
                    "modest_sums": bool(remitted.sum() <= int(parameters["modest_vnd"])),
                },
                evidence_limit=int(parameters["evidence_limit"]),
            )
        )
    return pd.DataFrame(found, columns=FOUND_COLUMNS)


def _workable(
    rings: Iterable[Collection[str]], companies: "pd.Index[str]", most: int
) -> Iterator[Collection[str]]:
    """The rings, but for those of more than `most` accounts: of these each company by itself."""
    for ring in rings:
        if len(ring) <= most:
            yield ring
        else:
            yield from ({company} for company in sorted(companies.intersection(pd.Index(list(ring)))))


def _strengths(rows: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """By company: `share` of the remitted money that was funded, and its `strength`."""
    account, at = rows["account_id"], rows["at_seconds"]
    before = at.where(rows["out"]).groupby(account).ffill().groupby(account).shift()
    opens = rows["out"] & ~(at - before <= int(parameters["burst_days"]) * _DAY)
    burst = opens.groupby(account).cumsum().where(rows["out"]).groupby(account).bfill()
    # What comes in after the last one can only give back what was laid out.
    last = burst.groupby(account).ffill().where(rows["pools"])
    burst = burst.fillna(last)
    placed = rows.assign(burst=burst)[burst.notna()]
    by_burst = (
        placed[placed["out"]]
        .groupby(["account_id", "burst"])
        .agg(remitted=("amount_vnd", "sum"), left=("at_seconds", "min"), pools=("pools", "first"))
    )
    credits = placed[~placed["out"]]
    lots = pd.Series(
        list(zip(credits["at_seconds"], credits["amount_vnd"], strict=True)), credits.index, dtype=object
    )
    fed = lots.groupby([credits["account_id"], credits["burst"]]).agg(list).to_dict()
    by_burst["funded"] = _funded(by_burst, fed, int(parameters["hold_days"]) * _DAY)
    by_burst["counts"] = by_burst["funded"] * 2 >= by_burst["remitted"]
    by_company = by_burst.groupby("account_id").agg(
        remitted=("remitted", "sum"), funded=("funded", "sum"), times=("counts", "sum")
    )
    share = by_company["funded"] / by_company["remitted"]
    times, half = by_company["times"], float(parameters["remittances_for_half"])
    return pd.DataFrame({"share": share, "strength": (share * times / (times + half)).round(6)})


def _funded(by_burst: pd.DataFrame, fed: Mapping[object, list[tuple[int, int]]], hold: int) -> list[int]:
    """How much of each burst was paid in before, at most `hold` seconds ago; what came first leaves first.

    `fed`: what was paid in before each burst and after the one before (when, how much), in order of time.
    A company that pools keeps what a burst leaves for the next ones, and is given back what it laid out: of
    its money only the sums tell.
    """
    funded: list[int] = []
    for _, bursts in by_burst.groupby(level="account_id"):
        lots = [fed.get(key, []) for key in bursts.index]
        whole = deque(chain.from_iterable(lots))
        for burst, fresh in zip(bursts.itertuples(), lots, strict=True):
            pool, since = (whole, 0) if burst.pools else (deque(fresh), burst.left - hold)
            funded.append(_draw(pool, burst.remitted, since))
    return funded


def _draw(pool: deque[tuple[int, int]], wanted: int, since: int) -> int:
    """Takes what is wanted out of the pool, as far as it goes; what was paid in before `since` is gone."""
    drawn = 0
    while pool and drawn < wanted:
        at, amount = pool.popleft()
        if at < since:
            continue
        taken = min(amount, wanted - drawn)
        drawn += taken
        if taken < amount:
            pool.appendleft((at, amount - taken))
    return drawn
