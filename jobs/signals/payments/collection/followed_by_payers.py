"""Private accounts of different holders that the same people pay one after the other.

A business that rotates its receiving accounts: who used to pay one pays the next from some day on, and the
first no more. Strangers' payers do not move together. Customers of a shop follow from one of its staff to the
next as well, but those hand in to the business. Members of a savings club (hụi) pay each winner in
turn as well, but there the receivers are themselves payers.
Source: State Bank of Vietnam and the police force A05, warnings on rented accounts; FATF, Professional Money
Laundering 2018 (accounts used in turn).
"""

from datetime import date

import pandas as pd
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true, remark_tells
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import by_account, ledger, of_accounts
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="followed_by_payers",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_OF_TRADE = ("cod_settlement", "platform_payout", "swift", "card")
_GROUPS_DDL = "subject_id string, account_id string, moved bigint"


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a group of accounts, the first by name its subject.

    value = log2 of the moves: the payers that moved, of all pairs of its accounts. `support`: payments of
    those who moved to the group's accounts, whenever they were made; `value_vnd`: their sum.
    """
    rows = ledger(payments)
    relations = kept(_relations(_to_persons(rows), parameters))
    candidates = kept(_candidates(relations, parameters))
    pairs = kept(_apart(candidates, rows, accounts))

    def groups(frame: pd.DataFrame) -> pd.DataFrame:
        return groups_of(frame, parameters)

    grouped = kept(pairs.groupBy().applyInPandas(groups, schema=_GROUPS_DDL))
    handing = _handed_in(rows, grouped, parameters)
    shown = _shown(_to_persons(rows), pairs, grouped, parameters)
    found = _described(grouped, shown.join(handing, "subject_id", "left"), parameters)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _to_persons(rows: DataFrame) -> DataFrame:
    """What is paid to private accounts (`other`) here, but for wages and what is settled by trade."""
    person = F.coalesce("other_type", F.lit("individual")) == "individual"
    return rows.where(
        F.col("out")
        & F.col("other").isNotNull()
        & person
        & ~F.col("other_context")
        & (F.col("other_country") == "VN")
        & ~F.col("salary")
        & ~is_true(F.col("channel").isin(*_OF_TRADE))
    )


def _relations(paid: DataFrame, parameters: Parameters) -> DataFrame:
    """Who pays whom, one row each: payer, payee, first, last (seconds since 1970), payers (of the payee).

    Only payees with few payers, and payers of several such payees but not of many: a trader who buys from
    farmers pays many.
    """
    to_payee, of_payer = Window.partitionBy("payee"), Window.partitionBy("payer")
    return (
        paid.groupBy(F.col("account_id").alias("payer"), F.col("other").alias("payee"))
        .agg(F.min("at_seconds").alias("first"), F.max("at_seconds").alias("last"))
        .withColumn("payers", F.count(F.lit(1)).over(to_payee))
        .where(F.col("payers").between(int(parameters["payers_least"]), int(parameters["payers_most"])))
        .withColumn("payees", F.count(F.lit(1)).over(of_payer))
        .where(F.col("payees").between(2, int(parameters["payees_most"])))
        .select("payer", "payee", "first", "last", "payers")
    )


def _candidates(relations: DataFrame, parameters: Parameters) -> DataFrame:
    """Pairs whose payers moved: earlier, later, moved (count), common and movers (lists of payers)."""
    before = relations.select("payer", F.col("payee").alias("earlier"), "last", F.col("payers").alias("had"))
    after = relations.select("payer", F.col("payee").alias("later"), "first", F.col("payers").alias("has"))
    moves = F.col("last") < F.col("first")
    return (
        before.join(after, "payer")
        .where(F.col("earlier") != F.col("later"))
        .groupBy("earlier", "later")
        .agg(
            F.count_if(moves).alias("moved"),
            F.collect_list("payer").alias("common"),
            F.collect_list(F.when(moves, F.col("payer"))).alias("movers"),
            F.least(F.first("had"), F.first("has")).alias("payers"),
        )
        .where(F.col("moved") >= int(parameters["moved_least"]))
        .where(F.col("moved") >= F.size("common") * float(parameters["moved_share"]))
        .where(F.col("moved") >= F.col("payers") * float(parameters["payers_share"]))
        .drop("payers")
    )


def _apart(candidates: DataFrame, rows: DataFrame, accounts: DataFrame) -> DataFrame:
    """Pairs of different holders who pay neither each other nor any of their common payers."""
    names = candidates.select(F.explode(F.array("earlier", "later")).alias("account_id")).distinct()
    pays = of_accounts(rows.where("out"), F.broadcast(names)).groupBy("account_id")
    known = (
        accounts.join(F.broadcast(names), "account_id", "left_semi")
        .select("account_id", "holder_key", "holder_name_norm")
        .join(pays.agg(F.collect_set("other").alias("pays")), "account_id", "full")
    )
    both = candidates
    for side in ("earlier", "later"):
        of_side = known.select(
            F.col("account_id").alias(side),
            F.col("holder_key").alias(f"{side}_holder"),
            F.col("holder_name_norm").alias(f"{side}_name"),
            F.col("pays").alias(f"{side}_pays"),
        )
        both = both.join(of_side, side, "left")
    theirs = F.concat("common", F.array("earlier", "later"))
    pays_back = [is_true(F.arrays_overlap(f"{side}_pays", theirs)) for side in ("earlier", "later")]
    # Where holders have no id: payers do not follow from one bearer of a name to a stranger of the same name.
    one_holder = is_true(F.col("earlier_holder") == F.col("later_holder")) | is_true(
        F.col("earlier_name") == F.col("later_name")
    )
    return both.where(~one_holder & ~pays_back[0] & ~pays_back[1]).select(
        "earlier", "later", "moved", "movers"
    )


def groups_of(pairs: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Accounts that pairs tie together, one row each: subject_id, account_id, moved (in the whole group).

    `group_least` accounts, or two with `pair_moved_least` payers who moved: fewer may be chance.
    """
    found = []
    for group in rings_of(pairs["earlier"], pairs["later"]):
        moved = int(pairs.loc[pairs["earlier"].isin(group), "moved"].sum())
        if len(group) >= int(parameters["group_least"]) or moved >= int(parameters["pair_moved_least"]):
            found += [(min(group), name, moved) for name in sorted(group)]
    return pd.DataFrame(found, columns=["subject_id", "account_id", "moved"])


def _shown(paid: DataFrame, pairs: DataFrame, grouped: DataFrame, parameters: Parameters) -> DataFrame:
    """subject_id, support, value_vnd, evidence, club, stated: what those who moved paid to the group."""
    movers = (
        pairs.join(F.broadcast(grouped), F.col("earlier") == F.col("account_id"))
        .select("subject_id", F.explode("movers").alias("account_id"))
        .distinct()
    )
    payees = grouped.select("subject_id", F.col("account_id").alias("other"))
    club = remark_tells("savings_club")
    return (
        paid.join(F.broadcast(payees), "other")
        .join(F.broadcast(movers), ["subject_id", "account_id"], "left_semi")
        .groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("support"),
            F.sum("amount_vnd").alias("value_vnd"),
            evidence_of(F.lit(True), parameters).alias("evidence"),
            F.count_if(club).alias("club"),
            F.count_if(F.col("reason_stated") & ~club).alias("stated"),
        )
    )


def _handed_in(rows: DataFrame, grouped: DataFrame, parameters: Parameters) -> DataFrame:
    """subject_id, handing: how many accounts of the group hand most of what they pay to the one business."""
    own = F.broadcast(grouped.select("subject_id", "account_id"))
    paid = rows.where(F.col("out") & ~F.col("salary")).join(own, "account_id")
    business = is_true(F.first("other_type").isin(*BUSINESS_HOLDERS))
    return (
        paid.groupBy("subject_id", "account_id", "other")
        .agg(F.sum("amount_vnd").alias("handed_vnd"), business.alias("to_business"))
        .withColumn("all_vnd", F.sum("handed_vnd").over(by_account()))
        .where("to_business")
        .where(F.col("handed_vnd") >= F.col("all_vnd") * float(parameters["handed_share"]))
        .groupBy("subject_id", "other")
        .agg(F.count(F.lit(1)).alias("handing"))
        .groupBy("subject_id")
        .agg(F.max("handing").alias("handing"))
    )


def _described(grouped: DataFrame, shown: DataFrame, parameters: Parameters) -> DataFrame:
    most = F.col("support") * float(parameters["stated_share"])
    by_staff = F.col("handing") * 2 > F.size("members")
    return (
        grouped.groupBy("subject_id")
        .agg(
            F.round(F.log2(F.first("moved")), 6).alias("value"),
            F.sort_array(F.collect_list(member("account", F.col("account_id"), "collector"))).alias(
                "members"
            ),
        )
        .where(F.col("value") >= float(parameters["report_from"]))
        .join(shown, "subject_id")
        .select(
            "subject_id",
            "value",
            "support",
            "value_vnd",
            "members",
            "evidence",
            F.array(
                explanation("stated_club", F.col("club") >= most),
                explanation("rent_or_teaching", F.col("stated") >= most),
                explanation("declared_business", is_true(by_staff)),
            ).alias("explanations"),
        )
    )
