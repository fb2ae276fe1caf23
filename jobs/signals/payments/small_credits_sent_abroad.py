"""Accounts that gather small credits and send them abroad."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.payments.collected_credits import (
    collecting_accounts,
    describe,
    with_exits,
    with_small_credits,
)
from jobs.signals.payments.ledger import days_in_window, is_true, ledger
from jobs.signals.payments.population import measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="small_credits_sent_abroad",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)


def transform(*, payments: DataFrame, accounts: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a collecting account. Exit: a transfer abroad without declaration, tuition or medical purpose.

    A foreign beneficiary is a member when few accounts in the country pay it: factories, forwarders and
    platforms abroad have many payers and are context.
    """
    rows = with_small_credits(ledger(payments), parameters)
    abroad = F.col("out") & (F.col("other_country") != "VN")
    purposes = str(parameters["documented_purposes"]).split()
    documented = F.col("declaration_no").isNotNull() | is_true(F.col("purpose_code").isin(*purposes))
    sent = (
        rows.withColumn("abroad", abroad)
        .join(
            rows.where(abroad & F.col("other").isNotNull())
            .groupBy("other")
            .agg(F.size(F.collect_set("account_id")).alias("senders")),
            on="other",
            how="left",
        )
        .withColumn(
            "beneficiary",
            F.when(
                F.col("abroad")
                & ~F.col("other_context")
                & (F.col("senders") <= int(parameters["beneficiary_senders_max"])),
                F.col("other"),
            ),
        )
        .withColumn("documented", F.col("abroad") & documented)
    )
    emptied = with_exits(sent, F.col("abroad") & ~F.col("documented"), parameters)
    strong = collecting_accounts(emptied, parameters)
    papers = emptied.groupBy(F.col("account_id").alias("subject_id")).agg(
        (
            F.sum(F.when(F.col("documented"), F.col("amount_vnd")).otherwise(0)) * 2
            >= F.sum(F.when(F.col("abroad"), F.col("amount_vnd")))
        ).alias("documented")
    )
    found = (
        describe(strong, emptied, accounts, days_in_window(payments, as_of), parameters)
        .join(papers, on="subject_id", how="left")
        .withColumn(
            "explanations",
            F.array_sort(
                F.concat("explanations", F.array(explanation("trade_documents", F.col("documented"))))
            ),
        )
        .drop("documented")
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)
