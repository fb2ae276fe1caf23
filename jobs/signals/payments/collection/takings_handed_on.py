"""People whose shop takings far exceed what they declared, and who hand a good part of them to one person.

Carriers and platforms settle what buyers paid. A trader of that size is registered and pays suppliers that
are; a student or a pensioner who passes the takings to a private person stands in for whoever sells, or buys
goods of which there is no invoice. A small seller who declared little pays shops, bills and several people.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import days_in_window, ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="takings_handed_on",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAYS_A_MONTH = 30


def transform(*, payments: DataFrame, accounts: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row a private account with a declared turnover, takings beyond it, and one private payee of them.

    `value`: decimal logarithm of the monthly takings over the declared monthly turnover. `support`: the
    settlements and the payments to the payee; `value_vnd`: the takings.
    """
    taken = ~F.col("out") & F.col("channel").isin(*str(parameters["settling_channels"]).split())
    private = F.col("out") & F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary")
    rows = (
        ledger(payments)
        .where(F.col("holder_type") == "individual")
        .withColumn("taken", taken)
        .withColumn("handed", private & ~is_true(F.col("other_type").isin(*BUSINESS_HOLDERS)))
        .where(F.col("taken") | F.col("handed"))
        .withColumnRenamed("account_id", "subject_id")
    )
    beyond = _beyond_means(rows, payments, accounts, parameters, as_of)
    main = _main_payees(rows.join(F.broadcast(beyond), "subject_id"), parameters)
    shown = rows.join(F.broadcast(main), "subject_id").where(
        F.col("taken") | (F.col("other") == F.col("payee"))
    )
    stated = F.count_if(F.col("handed") & F.col("reason_stated")) * 2 > F.count_if("handed")
    found = shown.groupBy("subject_id").agg(
        F.max("value").alias("value"),
        F.count(F.lit(1)).alias("support"),
        F.max("taken_vnd").alias("value_vnd"),
        F.array(
            member("account", F.col("subject_id"), "collector"),
            member("account", F.max("payee"), "beneficiary"),
        ).alias("members"),
        evidence_of(F.lit(True), parameters).alias("evidence"),
        F.array(explanation("stated_reason", stated)).alias("explanations"),
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _beyond_means(
    rows: DataFrame, payments: DataFrame, accounts: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Accounts that are settled often, for far more than was declared: `subject_id`, `taken_vnd`, `value`."""
    declared = accounts.where(F.col("declared_monthly_turnover_vnd") > 0).select(
        F.col("account_id").alias("subject_id"), "declared_monthly_turnover_vnd"
    )
    monthly = F.col("taken_vnd") * _DAYS_A_MONTH / F.col("window_days")
    ratio = monthly / F.col("declared_monthly_turnover_vnd")
    return (
        rows.where("taken")
        .groupBy("subject_id")
        .agg(F.sum("amount_vnd").alias("taken_vnd"), F.count(F.lit(1)).alias("settlements"))
        .where(F.col("settlements") >= int(parameters["settlements_least"]))
        .join(declared, "subject_id")
        .crossJoin(days_in_window(payments, as_of))
        .withColumn("value", F.round(F.log10(F.greatest(ratio, F.lit(1.0))), 6))
        .where(F.col("value") >= float(parameters["report_from"]))
        .select("subject_id", "taken_vnd", "value")
    )


def _main_payees(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """The private payee who gets most, where it is a good part of the takings, in several payments."""
    first = Window.partitionBy("subject_id").orderBy(F.desc("paid_vnd"), "payee")
    return (
        rows.where("handed")
        .groupBy("subject_id", "taken_vnd", "value", F.col("other").alias("payee"))
        .agg(F.sum("amount_vnd").alias("paid_vnd"), F.count(F.lit(1)).alias("times"))
        .withColumn("place", F.row_number().over(first))
        .where(F.col("place") == 1)
        .where(F.col("times") >= int(parameters["payments_least"]))
        .where(F.col("paid_vnd") >= F.col("taken_vnd") * float(parameters["share_least"]))
        .select("subject_id", "taken_vnd", "value", "payee")
    )
