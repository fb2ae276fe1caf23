"""Accounts that pass on what comes in, over and over, to the same collector.

What is measured is the pairing of trap 20: does a forward empty what came in since the one before, within the
holding time? An ordinary shop pays its supplier too, but not each time the sum that just came in.
"""

from datetime import date

import pandas as pd
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.payments.forwarding_rings import assemble_rings
from jobs.signals.payments.ledger import by_account, by_burst, by_pair, days_in_window, ledger
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="pass_through",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_HOUR = 3600


def transform(*, payments: DataFrame, accounts: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a ring: the accounts that forward, and those that they forward to. Subject: who received most.

    `value` (0..1): 1 - product over the forwarding accounts of (1 - mule_weight x strength), where strength
    is the share of its forwards that emptied fresh money, shrunk for few repetitions: n / (n + half).
    """
    bursts = fed_bursts(main_forwards(payments, parameters), parameters)
    passages = strong_passages(matched_bursts(bursts, parameters), parameters)
    register = accounts.select("account_id", "address_norm", "holder_type", "declared_monthly_turnover_vnd")
    described = (
        passages.join(
            register.select("account_id", F.col("address_norm").alias("home")), on="account_id", how="left"
        )
        .join(register.withColumnRenamed("account_id", "other"), on="other", how="left")
        .crossJoin(days_in_window(payments, as_of))
    )

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_rings(frame, parameters)

    found = described.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def main_forwards(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """The ledger of accounts with a main payee: `main` marks forwards to payees who take a fair share of what
    leaves the account, more than once. Pay is none. `employer`: the counterparty pays this account wages.
    """
    forward = F.col("out") & F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary")
    forwarded = F.when(forward, F.col("amount_vnd"))
    left = F.sum(F.when(F.col("out"), F.col("amount_vnd"))).over(by_account())
    return (
        ledger(payments)
        .withColumn(
            "main",
            forward
            & (F.count(forwarded).over(by_pair()) >= int(parameters["edge_forwards_min"]))
            & (F.sum(forwarded).over(by_pair()) >= left * float(parameters["main_payee_share"])),
        )
        .withColumn("employer", F.max(~F.col("out") & F.col("salary")).over(by_pair()))
        .withColumn("has_main", F.max("main").over(by_account()))
        .where("has_main")
    )


def fed_bursts(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Main forwards and the credits that may feed them, by burst (forwards close together are one going-out).

    A credit belongs to the first burst that ends after it, when it came at most the holding time before.
    Pay from an employer feeds nothing: a mule has a life beside it.
    """
    by_time = by_account().orderBy("at_seconds", "payment_key")
    so_far = by_time.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    earlier = by_time.rowsBetween(Window.unboundedPreceding, -1)
    onwards = by_time.rowsBetween(Window.currentRow, Window.unboundedFollowing)
    previous = F.max(F.when(F.col("main"), F.col("at_seconds"))).over(earlier)
    gap = F.col("at_seconds") - previous
    opens = F.col("main") & (previous.isNull() | (gap > int(parameters["burst_gap_hours"]) * _HOUR))
    held = F.min(F.when(F.col("main"), F.col("at_seconds"))).over(by_burst()) - F.col("at_seconds")
    return (
        rows.withColumn("opens", opens.cast("bigint"))
        .withColumn("number", F.when(F.col("main"), F.sum("opens").over(so_far)))
        .withColumn("burst", F.first("number", ignorenulls=True).over(onwards))
        .where((F.col("main") | (~F.col("out") & ~F.col("salary"))) & F.col("burst").isNotNull())
        .withColumn("held_seconds", held)
        .where(F.col("main") | (F.col("held_seconds") <= int(parameters["hold_hours"]) * _HOUR))
    )


def matched_bursts(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Rows of the bursts that took on what had come in: no less than `passed_share_min` of it, no more than
    `passed_share_max`. Adds `all_forwarded_vnd` of the account, matched or not.
    """
    forwarded = F.when(F.col("main"), F.col("amount_vnd"))
    fed = F.sum(F.when(~F.col("main"), F.col("amount_vnd"))).over(by_burst())
    return (
        rows.withColumn("all_forwarded_vnd", F.sum(forwarded).over(by_account()))
        .withColumn("forwarded_vnd", F.sum(forwarded).over(by_burst()))
        .withColumn("fed_vnd", fed)
        .where(
            (F.col("forwarded_vnd") >= F.col("fed_vnd") * float(parameters["passed_share_min"]))
            & (F.col("forwarded_vnd") <= F.col("fed_vnd") * float(parameters["passed_share_max"]))
        )
    )


def strong_passages(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Rows of accounts that empty fresh money often enough, with their `strength`; `edge` marks forwards to a
    payee who got several.

    An account that one payer feeds must repeat it more often: that is how a person passes on an allowance.
    """
    feeder = F.when(~F.col("main"), F.coalesce("other", "other_name", F.lit("cash")))
    matched = F.sum(F.when(F.col("main"), F.col("amount_vnd"))).over(by_account())
    share = F.round(F.col("matched_vnd") / F.col("all_forwarded_vnd"), 6)
    half = float(parameters["repeats_for_half"])
    needed = F.when(F.col("feeders") > 1, int(parameters["matches_min"])).otherwise(
        int(parameters["matches_min_one_payer"])
    )
    forwards = F.count(F.when(F.col("main"), True)).over(by_pair())
    return (
        rows.withColumn("matches", F.size(F.collect_set("burst").over(by_account())))
        .withColumn("matched_vnd", matched)
        .withColumn("feeders", F.size(F.collect_set(feeder).over(by_account())))
        .withColumn("strength", F.round(share * F.col("matches") / (F.col("matches") + half), 6))
        .where((F.col("matches") >= needed) & (share >= float(parameters["matched_share_min"])))
        .withColumn("edge", F.col("main") & (forwards >= int(parameters["edge_forwards_min"])))
        .select(
            "account_id",
            "other",
            "main",
            "edge",
            "amount_vnd",
            "at_seconds",
            "other_context",
            "employer",
            "strength",
            "payment_key",
            "report_keys",
        )
    )
