"""Cash that several people pay in and send on, each time, to one account.

Who pays cash in for somebody else splits what the bank would ask about: each depositor stays below the day's
level, and one account gets it all. Source: AML Law 14/2022/QH15, Art. 27-28; FATF on funnel accounts.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.payments.collection.funnels import funnel_shown, passed_on
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import measured_accounts, rank_in_population
from jobs.signals.payments.reporting_levels import level_on
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="cash_brought_together",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
LAW = "cash_reporting_level"


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """One row an account that gets the cash, with those who pay it in.

    A payment is out of cash when at least `cash_share` of it was paid in within `hold_hours` before. Who pays
    in counts when such payments are most of what it paid the account and of the cash that it paid in; staff
    whom the account pays wages do not. `value` (0..1): d / (d + half) x n / (n + half), d the depositors
    beyond one, n their payments. An account that gets most of its money (all but `receipts_share`) from
    others is no funnel of these: among many customers some have just paid cash in. What is below the level
    of one day in all needs no splitting (`below_level`).
    """
    pairs = _pairs(payments, parameters)
    receivers = pairs.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("depositors"),
        F.sum("passages").alias("support"),
        F.sum("passed_vnd").alias("value_vnd"),
        F.sort_array(F.collect_list("account_id")).alias("depositor_ids"),
        F.sum("ordered").alias("ordered"),
        F.sum("collected").alias("collected"),
        F.sum("stated").alias("stated"),
        F.count_if("business").alias("businesses"),
        F.first("to_business").alias("to_business"),
        F.flatten(F.collect_list("keys")).alias("keys"),
    )
    more = F.col("depositors") - 1
    size = more / (more + float(parameters["depositors_for_half"]))
    often = F.col("support") / (F.col("support") + float(parameters["passages_for_half"]))
    stated = float(parameters["stated_share"])
    brought = F.col("value_vnd") >= F.col("received_vnd") * float(parameters["receipts_share"])
    found = (
        receivers.join(_receipts(payments), "subject_id")
        .withColumn("value", F.round(size * often, 6))
        .where(brought & (F.col("value") >= float(parameters["report_from"])))
        .select(
            "subject_id",
            "value",
            "support",
            "value_vnd",
            *funnel_shown("depositor_ids", parameters),
            F.array(
                explanation(
                    "bought_for_cash",
                    F.col("to_business")
                    & (F.col("ordered") >= F.col("support") * float(parameters["ordered_share"])),
                ),
                explanation(
                    "collected_for_business",
                    F.col("to_business")
                    & (F.col("collected") >= F.col("support") * float(parameters["ordered_share"])),
                ),
                explanation("below_level", F.col("value_vnd") < level_on(LAW, F.lit(as_of))),
                explanation("stated_reason", F.col("stated") >= F.col("support") * stated),
                explanation("takings", F.col("businesses") >= F.col("depositors") * stated),
            ).alias("explanations"),
        )
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _receipts(payments: DataFrame) -> DataFrame:
    """subject_id (an account), received_vnd: all that other accounts pay it."""
    paid_in = ledger(payments).where(~F.col("out") & F.col("other").isNotNull())
    return paid_in.groupBy(F.col("account_id").alias("subject_id")).agg(
        F.sum("amount_vnd").alias("received_vnd")
    )


def _pairs(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a depositor and the account that gets its cash (`funnels.passed_on`)."""
    least, share = float(parameters["cash_share"]), float(parameters["passed_share"])
    out_of_cash = F.col("recent_vnd") >= F.col("amount_vnd") * least
    pairs = passed_on(payments, ~F.col("out") & F.col("cash"), out_of_cash, parameters)
    return pairs.where(
        (F.col("passed_vnd") >= F.col("paid_vnd") * share)
        & (F.col("passed_vnd") >= F.col("all_in_vnd") * share)
        # One deposit may precede several payments.
        & (F.col("all_in_vnd") >= F.col("passed_vnd") * least)
    )
