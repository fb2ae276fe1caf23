"""Private accounts that cash goes into, or out of, time and again in sums that people do not handle.

People bank a pay packet, gifts, now and then the price of a motorbike; they draw what they spend. Whoever
brings large cash into an account again and again places it for somebody, in pieces or not, whether or not a
report was due; whoever draws it so fetches it for somebody. What is large is told by the people of the same
window, and of those who handle cash often by each other: markets bank what they take. Accounts with the same
main counterparty, to which the cash goes on or whose money is drawn, are one ring. Source: FATF, Professional
Money Laundering (2018), cash couriers and mules; AML Law 14/2022/QH15, Art. 27-28.
"""

from datetime import date
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, names_goods, remark_tells
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import ledger, of_accounts
from jobs.signals.payments.pattern_rings import together
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.payments.private_remarks import says_nothing
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="unusual_cash",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)

_INNOCENT = ("property_sold", "stated_reason", "own_pay", "one_credit", "one_purchase", "goods_paid")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a ring of people's accounts, or an account that stands alone.

    A piece of cash is large from `large_from` times what is usual: the median, over people, of the median of
    their own pieces, deposits and withdrawals apart; people with `frequent_pieces` or more are peers of each
    other, where there are `persons_least` of them. An account counts from `pieces_least` large pieces of
    one direction, in a ring from `ring_pieces_least`. `value` (0..1) of it = n / (n + pieces_for_half) x
    m / (m + large_from), n the large pieces, m their median in usual ones; those of a ring add up
    (`together`). Where fewer than `persons_least` people move cash, nothing is usual.
    """
    rows = ledger(payments)
    deposits = (F.col("channel") == "cash_deposit") & ~F.col("out")
    withdrawals = (F.col("channel") == "cash_withdrawal") & F.col("out")
    cash = kept(rows.where((F.col("holder_type") == "individual") & (deposits | withdrawals)))
    pieces = kept(_large_pieces(cash, parameters))
    found = (
        pieces.join(_counterparts(rows, pieces, parameters), ["account_id", "out"], "left")
        .groupBy()
        .applyInPandas(lambda frame: find_rings(frame, parameters), schema=FOUND_DDL)
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _large_pieces(cash: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a large piece of an account with enough of them for a ring, in usual ones (`times_usual`)."""
    by_person = kept(
        cash.groupBy("account_id", "out").agg(
            F.percentile("amount_vnd", 0.5).alias("median_vnd"),
            (F.count(F.lit(1)) >= int(parameters["frequent_pieces"])).alias("frequent"),
        )
    )
    median, persons = F.percentile("median_vnd", 0.5), F.count(F.lit(1))
    enough = F.col("persons") >= int(parameters["persons_least"])
    of_all = by_person.groupBy("out").agg(median.alias("all_vnd"), persons.alias("persons")).where(enough)
    of_alike = (
        by_person.groupBy("out", "frequent")
        .agg(median.alias("alike_vnd"), persons.alias("persons"))
        .where(enough)
        .drop("persons")
    )
    usual = (
        by_person.select("account_id", "out", "frequent")
        .join(F.broadcast(of_all.drop("persons")), "out")
        .join(F.broadcast(of_alike), ["out", "frequent"], "left")
        .select("account_id", "out", F.greatest("all_vnd", "alike_vnd").alias("usual_vnd"))
    )
    large = F.col("amount_vnd") >= F.col("usual_vnd") * float(parameters["large_from"])
    pieces = cash.join(usual, ["account_id", "out"]).where(large)
    often = (
        pieces.groupBy("account_id", "out")
        .agg(F.count(F.lit(1)).alias("pieces"))
        .where(F.col("pieces") >= int(parameters["ring_pieces_least"]))
    )
    return pieces.join(F.broadcast(often), ["account_id", "out"]).select(
        "account_id",
        "out",
        "payment_key",
        "report_keys",
        "amount_vnd",
        (F.col("amount_vnd") / F.col("usual_vnd")).alias("times_usual"),
        remark_tells("property_sold").alias("sold"),
        "reason_stated",
    )


def _counterparts(rows: DataFrame, pieces: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account and direction: whom it pays (deposits), or who pays it (withdrawals).

    main: who has at least `main_share` of that money, and of the large cash, and is no context; main_country,
    main_type and main_times (payments). stated, wages: shares of that money. goods: where firms have most of
    it, the share that names goods of their payments that say something.
    """
    silent = says_nothing(F.col("remittance_norm"))
    # What goes on is the other side of what was paid in.
    moved = (
        of_accounts(rows, pieces)
        .where(~F.col("cash"))
        .select("*", (~F.col("out")).alias("side"))
        .groupBy("account_id", F.col("side").alias("out"), "other")
        .agg(
            F.sum("amount_vnd").alias("moved_vnd"),
            F.count(F.lit(1)).alias("times"),
            F.first("other_context").alias("context"),
            F.first("other_country").alias("country"),
            F.first("other_type").alias("type"),
            F.sum(F.when(F.col("reason_stated"), F.col("amount_vnd")).otherwise(0)).alias("stated_vnd"),
            F.sum(F.when(F.col("salary"), F.col("amount_vnd")).otherwise(0)).alias("wages_vnd"),
            F.count_if(~silent).alias("spoken"),
            F.count_if(names_goods() & ~silent).alias("goods"),
        )
    )
    main = F.max(F.struct("moved_vnd", "other", "context", "country", "type", "times"))
    firm = is_true(F.col("type") == "company")
    whole = moved.groupBy("account_id", "out").agg(
        main.alias("main"),
        F.sum("moved_vnd").alias("moved_vnd"),
        F.sum("stated_vnd").alias("stated_vnd"),
        F.sum("wages_vnd").alias("wages_vnd"),
        F.sum(F.when(firm, F.col("moved_vnd"))).alias("firms_vnd"),
        F.try_divide(F.sum(F.when(firm, F.col("goods"))), F.sum(F.when(firm, F.col("spoken")))).alias(
            "goods"
        ),
    )
    share = float(parameters["main_share"])
    to_firms = F.col("firms_vnd") >= F.greatest(
        F.col("moved_vnd") * share, F.col("cash_vnd") * float(parameters["goods_share"])
    )
    tells = F.col("main.moved_vnd") >= F.greatest("moved_vnd", "cash_vnd") * share
    large = pieces.groupBy("account_id", "out").agg(F.sum("amount_vnd").alias("cash_vnd"))
    return whole.join(large, ["account_id", "out"]).select(
        "account_id",
        "out",
        F.when(tells & ~F.col("main.context"), F.col("main.other")).alias("main"),
        F.col("main.country").alias("main_country"),
        F.coalesce("main.type", F.lit("")).alias("main_type"),
        F.col("main.times").alias("main_times"),
        F.when(to_firms, F.col("goods")).alias("goods"),
        (F.col("stated_vnd") / F.col("moved_vnd")).alias("stated"),
        (F.col("wages_vnd") / F.col("moved_vnd")).alias("wages"),
    )


def find_rings(pieces: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Put accounts together that have a main counterparty in common; one row a ring (`FOUND_COLUMNS`).

    What hangs together beyond `ring_accounts_max` is trade; its accounts stand alone. Who stands alone needs
    `pieces_least` pieces.
    """
    if pieces.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    ordered = pieces.sort_values(["account_id", "out", "payment_key"], ignore_index=True)
    ties = ordered.drop_duplicates(["account_id", "out"])
    rings = rings_of(ties["account_id"], ties["main"].fillna(ties["account_id"]))
    ring_of = {name: number for number, ring in enumerate(rings) for name in ring}
    number = ordered["account_id"].map(ring_of)
    crowded = ordered["account_id"].groupby(number).transform("nunique") > int(
        parameters["ring_accounts_max"]
    )
    home = number.astype(str).where(~crowded, ordered["account_id"])
    found = [
        _described(ring, parameters)
        for _, ring in ordered.groupby(home, sort=True)
        if ring["account_id"].nunique() > 1 or _often(ring, parameters)
    ]
    reported = [row for row in found if row["value"] >= float(parameters["report_from"])]
    return pd.DataFrame(reported, columns=FOUND_COLUMNS)


def _often(account: pd.DataFrame, parameters: Parameters) -> bool:
    """Whether an account that stands alone has large pieces of one direction often enough."""
    return bool(account.groupby("out")["payment_key"].nunique().max() >= int(parameters["pieces_least"]))


def _described(ring: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    sides = _sides(ring, parameters)
    strongest = sides.sort_values(["value", "account_id"], ascending=[False, True], kind="stable")
    return found_row(
        subject=str(strongest["account_id"].iloc[0]),
        value=together(list(sides["value"])),
        value_vnd=int(ring.drop_duplicates("payment_key")["amount_vnd"].sum()),
        members=_members(sides),
        rows=ring,
        explanations={name: bool(sides[name].mean() > 0.5) for name in _INNOCENT},
        evidence_limit=int(parameters["evidence_limit"]),
    )


def _sides(ring: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """One row an account and direction: its `value`, its main counterparty, and what may explain it.

    property_sold
        Some deposits say that they are the price of a home, land or a vehicle.
    stated_reason
        Most of the cash, or of the money behind or after it, states an everyday reason.
    own_pay
        Most of what is drawn is the holder's own pay.
    one_credit
        What is drawn came from one person, once or twice: who sold something, or was lent money.
    one_purchase
        What was paid in went to one company at once: a home, a vehicle, a loan paid back.
    goods_paid
        What is paid in goes to companies, for goods, as far as anything is said: a dealer's takings.
    """
    sides = ring.groupby(["account_id", "out"], sort=True).agg(
        pieces=("payment_key", "nunique"),
        times_usual=("times_usual", "median"),
        sold=("sold", "mean"),
        said=("reason_stated", "mean"),
        main=("main", "first"),
        main_country=("main_country", "first"),
        main_type=("main_type", "first"),
        main_times=("main_times", "first"),
        goods=("goods", "first"),
        stated=("stated", "first"),
        wages=("wages", "first"),
    )
    sides = sides.reset_index()
    most = float(parameters["stated_share"])
    often = sides["pieces"] / (sides["pieces"] + float(parameters["pieces_for_half"]))
    sums = sides["times_usual"] / (sides["times_usual"] + float(parameters["large_from"]))
    sides["value"] = (often * sums).round(6)
    known, company = sides["main"].notna(), sides["main_type"] == "company"
    few = sides["main_times"] <= int(parameters["credits_most"])
    sides["property_sold"] = ~sides["out"] & (sides["sold"] >= float(parameters["sold_share"]))
    sides["stated_reason"] = (sides["said"] >= most) | (sides["stated"] >= most)
    sides["own_pay"] = sides["out"] & (sides["wages"] >= most)
    sides["one_credit"] = sides["out"] & known & ~company & few
    sides["one_purchase"] = ~sides["out"] & known & company & (sides["main_times"] == 1)
    sides["goods_paid"] = ~sides["out"] & (sides["goods"] >= float(parameters["goods_said_share"]))
    return sides


def _members(sides: pd.DataFrame) -> set[tuple[str, str, str]]:
    """The accounts, and whom they have in common. A person to whom one alone sends the cash is a member too.

    Who pays what is drawn may have been deceived, a company that is paid may sell: alone they are not named,
    nor is anybody abroad, where no account is known.
    """
    own, paying_in = set(sides["account_id"]), set(sides["account_id"][~sides["out"]])
    members = {("account", str(name), "depositor" if name in paying_in else "mule") for name in own}
    at_home = sides[sides["main"].notna() & (sides["main_country"] == "VN") & ~sides["main"].isin(own)]
    for (main, out), users in at_home.groupby(["main", "out"]):
        private = not out and users["main_type"].iloc[0] != "company"
        if private or len(users) > 1:
            members.add(("account", str(main), "payer" if out else "beneficiary"))
    return members
