"""Money between accounts day by day."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.runtime.job import Job, JobContext

MONEY_DAYS_DDL = """
    debtor_account_id string, creditor_account_id string, day date, payments bigint, amount_vnd bigint
"""


def transform(*, payments: DataFrame, context: JobContext) -> DataFrame:  # noqa: ARG001 - every job has a context
    """Transfers between two known accounts; cash has one side only and is not here."""
    return (
        payments.where("debtor_account_id IS NOT NULL AND creditor_account_id IS NOT NULL")
        .groupBy("debtor_account_id", "creditor_account_id", "day")
        .agg(
            F.count(F.lit(1)).cast("bigint").alias("payments"),
            F.coalesce(F.sum("amount_vnd"), F.lit(0)).cast("bigint").alias("amount_vnd"),
        )
    )


JOB = Job(
    name="sum_money_days",
    purpose="Who paid whom how much on which day",
    grain="one row a debtor account, creditor account and day",
    reads={"payments": "flows.payments"},
    writes={"flows.money_days": MONEY_DAYS_DDL},
    transform=transform,
)
