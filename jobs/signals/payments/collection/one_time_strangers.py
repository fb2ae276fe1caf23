"""Persons' accounts that deal, on one side, with strangers only: once each, in large sums, without a word.

People have relations: who pays them, and whom they pay, comes back. An account that was lent or opened for
one deal has none. Such a fan need not be quick (`sudden_fan`), nor need its amounts be conserved; what marks
it is that hardly anything else is there. Fans that meet are one ring: layers of a stack, sides of a bipartite
graph, a scatter and its gather.
Source: Altman et al., AMLworld (2023), patterns; FATF, Professional Money Laundering (2018).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.runtime.session import as_fitted
from jobs.signals.payments.ledger import by_account, ledger
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
    id="one_time_strangers",
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
    """One row a ring of fans that meet, or a fan that stands alone. Its strongest centre is the subject.

    value (0..1) of a fan = sums x mean of three: silent (share of the side's payments that say nothing), many
    (n / (n + many_for_half)) and handed on (1 where the other side carries about as much). sums =
    s / (s + sums_for_half), s being the median sum in medians of what persons pay each other everywhere.
    Fans of a ring add up (`together`). Members are the centres. Where many payments of the whole window say
    nothing (`usual_silent_least`), a pattern is all there is to go by: there fans that are mostly silent tie
    those whose silent payment is of about the fan's usual size. A fan that ties nobody weighs less
    (`untied_weight`).
    """
    rows = ledger(payments)
    persons = (F.col("holder_type") == "individual") & (F.col("other_type") == "individual")
    usual = rows.where("out").agg(
        F.percentile(F.when(persons, F.col("amount_vnd")), 0.5).alias("usual_vnd"),
        F.avg(says_nothing(F.col("remittance_norm")).cast("double")).alias("usual_silent"),
    )
    sides = _sides(_counterparties(rows), parameters).crossJoin(F.broadcast(usual))
    branches = _branches(_valued(sides, parameters), accounts)
    found = branches.groupBy().applyInPandas(lambda frame: find_rings(frame, parameters), schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _counterparties(rows: DataFrame) -> DataFrame:
    """One row an account, a side (`out`) and a counterparty; cash and context are one without a name."""
    known = F.col("other").isNotNull() & ~F.col("other_context")
    return (
        rows.where(F.col("holder_type").isin("individual", "household_business"))
        .groupBy("account_id", "out", F.when(known, F.col("other")).alias("other"))
        .agg(
            F.first("holder_type").alias("holder_type"),
            F.first("other_type").alias("other_type"),
            F.count(F.lit(1)).alias("times"),
            F.sum("amount_vnd").alias("paid_vnd"),
            F.count_if(says_nothing(F.col("remittance_norm"))).alias("silent"),
            F.count_if(F.col("reason_stated") | F.col("salary")).alias("explained"),
            F.first("payment_key").alias("payment_key"),
            F.first("report_keys").alias("report_keys"),
        )
    )


def _sides(counterparties: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a side of an account that has enough strangers and hardly anyone else, with its `branches`."""
    # What a person buys of a firm is bought once.
    bought = F.col("out") & is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))
    stranger = F.col("other").isNotNull() & (F.col("times") == 1) & (F.col("explained") == 0) & ~bought
    branch = F.struct(
        "other", "paid_vnd", (F.col("silent") > 0).alias("silent"), "payment_key", "report_keys"
    )
    both = by_account()
    return (
        counterparties.groupBy("account_id", "out")
        .agg(
            F.first("holder_type").alias("holder_type"),
            F.count("other").alias("counterparties"),
            F.sum("times").alias("payments"),
            F.sum("paid_vnd").alias("side_vnd"),
            F.sum("silent").alias("silent_payments"),
            F.count_if(stranger).alias("strangers"),
            F.percentile(F.when(stranger, F.col("paid_vnd")), 0.5).alias("median_vnd"),
            F.collect_list(F.when(stranger, branch)).alias("branches"),
        )
        .withColumn("beside", F.sum("counterparties").over(both) - F.col("counterparties"))
        .withColumn("beside_vnd", F.sum("side_vnd").over(both) - F.col("side_vnd"))
        .where(F.col("strangers") >= int(parameters["strangers_least"]))
        .where(F.col("strangers") >= F.col("payments") * float(parameters["strangers_share"]))
    )


def _valued(sides: DataFrame, parameters: Parameters) -> DataFrame:
    """Sides of large sums, with `value`, whether the fan `ties` its branches, and whether the account is
    `one_sided`. Victims, borrowers and customers say what they pay for."""
    times_usual = F.col("median_vnd") / F.col("usual_vnd")
    least, most = (float(parameters[name]) for name in ("handed_on_least", "handed_on_most"))
    silent = F.col("silent_payments") / F.col("payments")
    many = F.col("strangers") / (F.col("strangers") + float(parameters["many_for_half"]))
    handed_on = (F.col("beside_vnd") / F.col("side_vnd")).between(least, most).cast("double")
    sums = times_usual / (times_usual + float(parameters["sums_for_half"]))
    ties = (silent >= float(parameters["tying_silent_least"])) & (
        F.col("usual_silent") >= float(parameters["usual_silent_least"])
    )
    heard = F.when(ties, 1.0).otherwise(float(parameters["untied_weight"]))
    large = times_usual >= float(parameters["sums_least"])
    return sides.where(large & (silent >= float(parameters["silent_least"]))).select(
        "account_id",
        "out",
        "holder_type",
        "strangers",
        "median_vnd",
        "branches",
        (heard * sums * (silent + many + handed_on) / 3).alias("value"),
        ties.alias("ties"),
        (F.col("beside") <= F.col("counterparties") * float(parameters["beside_most"])).alias("one_sided"),
    )


def _branches(sides: DataFrame, accounts: DataFrame) -> DataFrame:
    """One row a payment of such a side, with how many the stranger deals with (`dealings`)."""
    dealings = accounts.select(
        F.col("account_id").alias("other"),
        (F.coalesce("payers", F.lit(0)) + F.coalesce("payees", F.lit(0))).alias("dealings"),
    )
    # Few rows; they look up what they need among all accounts.
    exploded = as_fitted(sides.select("*", F.inline("branches")).drop("branches"))
    return exploded.join(dealings, "other", "left")


def find_rings(branches: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Put fans together that meet, and describe each ring (`FOUND_COLUMNS`).

    Fans meet in a centre that is a branch of the other, or in a branch that deals with few
    (`dealings_most`): many meet in a shop. What hangs together beyond `ring_accounts_max` is trade; its fans
    stand alone.
    """
    if branches.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    ordered = branches.sort_values(["account_id", "out", "other"], ignore_index=True)
    low, high = (ordered["median_vnd"] * float(parameters[name]) for name in ("alike_from", "alike_to"))
    alike = ordered["paid_vnd"].between(low, high)
    ordered["tied"] = ordered["ties"] & ordered["silent"] & alike
    fan = ordered.groupby(["account_id", "out"], sort=False)
    joinable = fan["tied"].transform("sum") >= int(parameters["strangers_least"])
    few = ordered["dealings"] <= int(parameters["dealings_most"])
    centres = set(ordered["account_id"][joinable])
    meets = ordered["tied"] & joinable & (few | ordered["other"].isin(centres))
    found = [
        _described(ring, parameters)
        for ring in _components(ordered, meets, int(parameters["ring_accounts_max"]))
        if _stands(ring, parameters)
    ]
    reported = [row for row in found if row["value"] >= float(parameters["report_from"])]
    return pd.DataFrame(reported, columns=FOUND_COLUMNS)


def _components(
    branches: pd.DataFrame, meets: "pd.Series[bool]", accounts_max: int
) -> Iterator[pd.DataFrame]:
    """The rows of each ring: centres that hang together by the rows that `meets`, one where too many do."""
    rings = rings_of(branches["account_id"], branches["other"].where(meets, branches["account_id"]))
    ring_of = {name: number for number, ring in enumerate(rings) for name in ring}
    for _, rows in branches.groupby(branches["account_id"].map(ring_of)):
        if len({*rows["account_id"], *rows["other"][rows["tied"]]}) <= accounts_max:
            yield rows
        else:
            yield from (fan for _, fan in rows.groupby("account_id"))


def _fans(ring: pd.DataFrame) -> pd.DataFrame:
    """One row a fan of the ring."""
    return ring.drop_duplicates(["account_id", "out"])


def _stands(ring: pd.DataFrame, parameters: Parameters) -> bool:
    """Several fans that meet, or one that is large enough and whose account does little else."""
    fans = _fans(ring)
    alone = (fans["strangers"] >= int(parameters["lone_strangers_least"])) & fans["one_sided"]
    return fans["account_id"].nunique() > 1 or bool(alone.any())


def _described(ring: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    fans = _fans(ring).sort_values(["value", "account_id"], ascending=[False, True], kind="stable")
    centres = {("account", str(name), "collector") for name in fans["account_id"]}
    tied = {("account", str(name), "branch") for name in ring["other"][ring["tied"]]}
    tied = {row for row in tied if row[1] not in set(fans["account_id"])}
    shown = ring[ring["tied"]] if len(fans) > 1 else ring
    return found_row(
        subject=str(fans["account_id"].iloc[0]),
        value=together(list(fans["value"])),
        value_vnd=int(shown.drop_duplicates("payment_key")["paid_vnd"].sum()),
        members=centres | tied,
        rows=shown,
        explanations={"household_business": bool((fans["holder_type"] == "household_business").all())},
        evidence_limit=int(parameters["evidence_limit"]),
    )
