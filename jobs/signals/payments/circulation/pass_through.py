"""Accounts that pass on what comes in, over and over, to the same collector.

What is measured is the pairing of trap 20: does a forward empty what came in since the one before, within the
holding time? An ordinary shop pays its supplier too, but not each time the sum that just came in. Where other
income hides it, a forward may take on single credits instead, over and over (`matched_runs`).
"""

from collections.abc import Iterator
from datetime import date

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.circulation.forwarding_rings import assemble_rings
from jobs.signals.payments.circulation.passages import PASSAGES_DDL, strong_passages, whole_accounts
from jobs.signals.payments.ledger import by_account, days_in_window, ledger, of_accounts
from jobs.signals.payments.population import FOUND_DDL, measured_accounts, rank_in_population
from jobs.signals.payments.private_remarks import says_nothing, says_pretext
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="pass_through",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)


def transform(*, payments: DataFrame, accounts: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a ring: the accounts that forward, and those that they forward to. Subject: who received most.

    `value` (0..1): 1 - product over those who forward of (1 - mule_weight x strength), where strength
    is the share of forwards that emptied fresh money, shrunk for few repetitions: n / (n + half); the
    strongest of a holder's accounts counts.
    """
    ordered = (
        main_forwards(payments, parameters)
        .repartition("account_id")
        .sortWithinPartitions("account_id", "at_seconds", "payment_key")
    )

    def passing(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for rows in whole_accounts(frames):
            yield strong_passages(rows, parameters)

    passages = ordered.mapInPandas(passing, schema=PASSAGES_DDL)
    register = accounts.select(
        "account_id",
        "address_norm",
        "holder_key",
        "holder_type",
        "declared_monthly_turnover_vnd",
        F.unix_timestamp(F.col("opened_on").cast("timestamp")).alias("opened_seconds"),
    )
    described = (
        passages.join(
            register.select(
                "account_id",
                F.col("address_norm").alias("home"),
                F.coalesce("holder_key", "account_id").alias("holder"),
                is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS)).alias("business"),
            ),
            on="account_id",
            how="left",
        )
        .join(register.drop("holder_key").withColumnRenamed("account_id", "other"), on="other", how="left")
        .crossJoin(days_in_window(payments, as_of))
    )

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return assemble_rings(frame, parameters)

    found = described.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def main_forwards(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """The ledger of accounts with a main payee: `main` marks forwards to payees who take a fair share of what
    leaves the account, more than once. Pay is none. `employer`: the counterparty pays this account wages.
    `purpose`: the remark, where it says more than a transfer, a loan or a gift.

    Accounts that forward too seldom, or far more than others paid them, are left out at once.
    """
    rows = ledger(payments)
    forward = F.col("out") & ~F.col("other_context") & ~F.col("salary")
    forwarded = F.when(forward, F.col("amount_vnd"))
    pairs = (
        rows.where(F.col("other").isNotNull())
        .groupBy("account_id", "other")
        .agg(
            F.count(forwarded).alias("forwards"),
            F.sum(forwarded).alias("forwarded_vnd"),
            F.max(~F.col("out") & F.col("salary")).alias("employer"),
        )
    )
    totals = rows.groupBy("account_id").agg(
        F.sum(F.when(F.col("out"), F.col("amount_vnd"))).alias("left_vnd"),
        F.sum(F.when(~F.col("out") & ~F.col("salary"), F.col("amount_vnd"))).alias("came_in_vnd"),
    )
    passed = float(parameters["matched_share_min"]) / float(parameters["passed_share_max"])
    main = (
        pairs.where(F.col("forwards") >= int(parameters["edge_forwards_min"]))
        .join(totals, on="account_id", how="inner")
        .where(F.col("forwarded_vnd") >= F.col("left_vnd") * float(parameters["main_payee_share"]))
        .withColumn("account_forwards", F.sum("forwards").over(by_account()))
        .withColumn("account_forwarded_vnd", F.sum("forwarded_vnd").over(by_account()))
        .where(
            (F.col("account_forwards") >= int(parameters["matches_min"]))
            & (F.col("came_in_vnd") >= F.col("account_forwarded_vnd") * passed)
        )
        .select("account_id", "other", "employer", F.lit(True).alias("is_main"))
    )
    remark = F.col("remittance_norm")
    idle = says_nothing(remark)
    columns = (
        "account_id",
        "out",
        "other",
        "other_name",
        "other_context",
        is_true(F.col("other_type").isin(*BUSINESS_HOLDERS)).alias("other_business"),
        is_true(F.col("other_type") == "company").alias("other_company"),
        F.when(~idle & ~says_pretext(remark), remark).alias("purpose"),
        "salary",
        "at_seconds",
        "amount_vnd",
        "payment_key",
        "report_keys",
    )
    marked = of_accounts(rows, main).select(*columns).join(main, on=["account_id", "other"], how="left")
    return marked.withColumn("main", is_true(F.col("is_main")) & forward).withColumn(
        "employer", is_true(F.col("employer"))
    )
