"""Strangers of every sort who deal with one account once each, within days; hardly anything else is there.

Who pays one account, or is paid by it, has something in common with the others: staff, tenants, customers,
guests of a wedding, companies of one group. Persons, household businesses and companies in one burst, none of
whom is seen there before or after, have only the account in common. What becomes of the money does not matter
(`gather_scatter` and `pass_through` look at that), nor whose the account is. Shares, rents and the price of a
harvest are of one order; money that is moved as it comes is a hundred times more here than there.
Source: Altman et al., AMLworld (2023), fan-in and fan-out; FATF, Professional Money Laundering (2018).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.payments.collection.bursts import largest_bursts
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.payments.private_remarks import says_nothing
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member

SIGNAL = Signal(
    id="assorted_strangers",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_SIDE = ("account_id", "out")
_KINDS = ("individual", "household_business", "company")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account with such a burst, on one side or on both. Members: the account and the strangers.

    value = log2 of the strangers. A burst is the most of them within `burst_days`: `burst_share` of all
    strangers of that side, and `side_share` of its payments; of one kind of holder no more than `kind_most`;
    its median sum above `sums_least` medians of what persons pay each other everywhere.
    """
    rows = ledger(payments)
    persons = (F.col("holder_type") == "individual") & (F.col("other_type") == "individual")
    usual = rows.where("out").agg(F.percentile(F.when(persons, F.col("amount_vnd")), 0.5).alias("usual_vnd"))
    least = int(parameters["strangers_least"])
    bursts = largest_bursts(_strangers(rows), _SIDE, float(parameters["burst_days"]), least)
    found = _assorted(bursts, parameters)
    large = F.col("median_vnd") > F.col("usual_vnd") * float(parameters["sums_least"])
    described = _described(found.crossJoin(F.broadcast(usual)).where(large), parameters)
    return rank_in_population(SIGNAL, described, measured_accounts(accounts), parameters)


def _strangers(rows: DataFrame) -> DataFrame:
    """One row a counterparty that has one payment with the account on that side; `side_payments` of all."""
    known = F.col("other").isNotNull() & ~F.col("other_context")
    return (
        rows.groupBy(*_SIDE, F.when(known, F.col("other")).alias("other"))
        .agg(
            F.count(F.lit(1)).alias("times"),
            F.min("at_seconds").alias("at_seconds"),
            F.first("other_type").alias("other_type"),
            F.sum("amount_vnd").alias("amount_vnd"),
            F.count_if(~says_nothing(F.col("remittance_norm"))).alias("told"),
            F.first("report_keys").alias("report_keys"),
        )
        .withColumn("side_payments", F.sum("times").over(Window.partitionBy(*_SIDE)))
        .where(F.col("other").isNotNull() & (F.col("times") == 1))
    )


def _assorted(bursts: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a side whose burst is large enough, is nearly all there is, and has no kind of its own."""
    of_kind = [F.count_if(F.col("other_type") == kind) for kind in _KINDS]
    return (
        bursts.groupBy(*_SIDE)
        .agg(
            F.count(F.lit(1)).alias("burst"),
            F.first("in_all").alias("strangers"),
            F.first("side_payments").alias("side_payments"),
            F.count("other_type").alias("known"),
            F.greatest(*of_kind).alias("of_one_kind"),
            F.percentile("amount_vnd", 0.5).alias("median_vnd"),
            F.sum("amount_vnd").alias("value_vnd"),
            F.stddev_pop(F.log("amount_vnd")).alias("spread"),
            F.sum("told").alias("told"),
            F.collect_set("other").alias("others"),
            evidence_of(F.lit(True), parameters).alias("evidence"),
        )
        .where(
            (F.col("burst") >= int(parameters["strangers_least"]))
            & (F.col("burst") >= F.col("strangers") * float(parameters["burst_share"]))
            & (F.col("burst") >= F.col("side_payments") * float(parameters["side_share"]))
            & (F.col("known") >= F.col("burst") * float(parameters["known_share"]))
            & (F.col("of_one_kind") <= F.col("known") * float(parameters["kind_most"]))
        )
    )


def _described(sides: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account (`FOUND_DDL`).

    told_what_for
        Most of the payments say what they are for: customers, buyers and victims do.
    like_sums, same_sums
        The sums of either side differ by less than `like_spread` or `same_spread` (standard deviation of
        their natural logarithms).
    """
    spread = F.round(F.max("spread"), 6)
    role = F.when(F.col("out"), "payee").otherwise("payer")
    parties = F.transform("others", lambda name: member("account", name, role))
    told = F.sum("told") >= F.sum("burst") * float(parameters["told_share"])
    centre = F.array(member("account", F.first("account_id"), "collector"))
    return sides.groupBy(F.col("account_id").alias("subject_id")).agg(
        F.round(F.log2(F.sum("burst")), 6).alias("value"),
        F.sum("burst").alias("support"),
        F.sum("value_vnd").alias("value_vnd"),
        F.sort_array(F.concat(centre, F.flatten(F.collect_list(parties)))).alias("members"),
        bounded(F.flatten(F.collect_list("evidence")), int(parameters["evidence_limit"])).alias("evidence"),
        F.array(
            explanation("told_what_for", told),
            explanation("like_sums", spread < float(parameters["like_spread"])),
            explanation("same_sums", spread < float(parameters["same_spread"])),
        ).alias("explanations"),
    )
