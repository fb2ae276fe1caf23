"""Private accounts that several others pay a fixed rate month after month, and that hand most of it on.

Each payer has its own sum and keeps to it, as with rent or school fees; but no remark gives a reason, nobody
is paid back, as in a savings club, and the receiver keeps little: one or two private people get it. So
protection money is collected, and what firms pay an official through go-betweens and relatives.
Source: Penal Code 100/2015/QH13, Art. 170 and 354; FATF, Laundering the Proceeds of Corruption, 2011
(relatives and associates receive for officials).
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="rates_handed_on",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_PRIVATE = ("individual", "household_business")
_FOUND = ("value", "support", "value_vnd", "members", "explanations")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """value = how many pay a rate, times their share of all who pay the account; members are who collects and
    for whom (`beneficiaries_most`), and who pays is its victim or customer."""
    rows = ledger(payments).where(is_true(F.col("holder_type").isin(*_PRIVATE)))
    collectors = _collectors(_pairs(rows, parameters), parameters)
    chosen = F.when(F.col("out"), F.array_contains("beneficiaries", F.col("other"))).otherwise(
        F.array_contains("raters", F.col("other"))
    )
    shown = (
        rows.join(F.broadcast(collectors), "account_id")
        .groupBy("account_id")
        .agg(evidence_of(is_true(chosen), parameters).alias("evidence"))
    )
    found = collectors.join(shown, "account_id").select(
        F.col("account_id").alias("subject_id"), *_FOUND, "evidence"
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _pairs(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account and a counterparty: what came in and went out, and whether it pays a rate.

    A rate is paid `times_least` times, in `months_least` months, `same_share` of them its usual sum, or twice
    that (before Tết).
    """
    comes_in = ~F.col("out") & ~F.col("salary") & ~F.col("other_context")
    sums = F.collect_list(F.when(comes_in, F.col("amount_vnd")))
    tolerance = float(parameters["sum_tolerance"])

    def about(usual: Column) -> Column:
        return F.size(F.filter("sums", lambda one: F.abs(one - usual) <= usual * tolerance))

    pairs = rows.groupBy("account_id", "other").agg(
        sums.alias("sums"),
        F.mode(F.when(comes_in, F.col("amount_vnd")), True).alias("usual_vnd"),
        F.size(F.collect_set(F.when(comes_in, F.trunc("day", "month")))).alias("months"),
        F.count_if(comes_in & F.col("reason_stated")).alias("stated"),
        F.coalesce(F.sum(F.when(~F.col("out"), F.col("amount_vnd"))), F.lit(0)).alias("in_vnd"),
        F.coalesce(F.sum(F.when(F.col("out"), F.col("amount_vnd"))), F.lit(0)).alias("out_vnd"),
        F.max(is_true(F.col("other_type").isin(*_PRIVATE)) & ~F.col("other_context")).alias("private"),
    )
    same = about(F.col("usual_vnd")) + about(2 * F.col("usual_vnd"))
    return pairs.withColumn("times", F.size("sums")).withColumn(
        "rate",
        F.col("other").isNotNull()
        & (F.col("times") >= int(parameters["times_least"]))
        & (F.col("months") >= int(parameters["months_least"]))
        & is_true(same >= F.col("times") * float(parameters["same_share"])),
    )


def _collectors(pairs: DataFrame, parameters: Parameters) -> DataFrame:
    """Accounts that enough pay a rate and that hand it on, with their `raters` and `beneficiaries`."""
    rate, pays = F.col("rate"), F.col("other").isNotNull() & (F.col("times") > 0)
    got = F.when(F.col("private") & ~rate & (F.col("out_vnd") > 0), F.struct("out_vnd", "other"))
    counted = pairs.groupBy("account_id").agg(
        F.sort_array(F.collect_list(F.when(rate, F.col("other")))).alias("raters"),
        F.count_if(pays).alias("payers"),
        F.count_if(rate & (F.col("out_vnd") > 0)).alias("paid_back"),
        F.sum(F.when(rate, F.col("times")).otherwise(0)).alias("support"),
        F.sum(F.when(rate, F.col("stated")).otherwise(0)).alias("stated"),
        F.sum(F.when(rate, F.col("in_vnd")).otherwise(0)).alias("value_vnd"),
        F.sum("in_vnd").alias("income_vnd"),
        F.slice(F.sort_array(F.collect_list(got), asc=False), 1, int(parameters["beneficiaries_most"])).alias(
            "handed"
        ),
    )
    raters = F.size("raters")
    handed_vnd = F.aggregate("handed.out_vnd", F.lit(0).cast("bigint"), lambda total, one: total + one)
    member = "struct<kind: string, id: string, role: string>"

    def named(name: Column, role: str) -> Column:
        return F.struct(F.lit("account").alias("kind"), name.alias("id"), F.lit(role).alias("role")).cast(
            member
        )

    beneficiaries = F.transform("beneficiaries", lambda name: named(name, "beneficiary"))
    return (
        counted.where(raters >= int(parameters["payers_least"]))
        .where(raters >= F.col("payers") * float(parameters["payers_share"]))
        .where(F.col("paid_back") <= raters * float(parameters["paid_back_most"]))
        .where(handed_vnd >= F.col("income_vnd") * float(parameters["handed_least"]))
        .where(handed_vnd <= F.col("income_vnd") * float(parameters["handed_most"]))
        .withColumn("beneficiaries", F.col("handed.other"))
        .withColumn("value", F.round(raters * raters / F.col("payers"), 6))
        .withColumn("members", F.concat(F.array(named(F.col("account_id"), "collector")), beneficiaries))
        .withColumn(
            "explanations",
            F.array(
                explanation(
                    "stated_reason", F.col("stated") >= F.col("support") * float(parameters["stated_share"])
                )
            ),
        )
    )
