"""Accounts that each take in a bundle of small credits, and pay the whole of it on to the same account.

Within a day or two several people who otherwise do not pay an account do so, and nearly all of that goes on
in one payment. Once, that is a present bought together. Where several accounts do so and the same one gets it
all, they collect for it: mules of the first layer, each used a day or two, stakes of a betting ring. Those
who gather the orders of friends and colleagues for one shop say so when they pay it. What relatives and staff
take in for a registered business is its takings.
Source: FATF, Professional Money Laundering (2018), networks of money mules; Europol, Money muling (EMMA).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true, remark_tells
from jobs.signals.payments.ledger import by_pair, ledger
from jobs.signals.payments.population import measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation, member, record

SIGNAL = Signal(
    id="bundles_for_one",
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
    """One row an account that gets bundles of several others; value = log2(1 + those others).

    A bundle is what an account was paid in the `hold_hours` before a payment, by `payers_least` who pay it
    seldom; the payment carries from `carried_least` to `carried_most` of it.
    """
    credits_before = _bundles(_private(ledger(payments), parameters), parameters)
    sums = credits_before.groupBy(F.col("other").alias("subject_id")).agg(
        F.count_distinct("account_id").alias("feeders"),
        F.sort_array(F.collect_set("account_id")).alias("mules"),
        F.sum("amount_vnd").alias("value_vnd"),
        (F.sum(F.size("bundle")) + F.count(F.lit(1))).alias("support"),
        (F.sum("stated") / F.sum(F.size("bundle"))).alias("stated"),
        (F.sum("gathered") / F.sum(F.size("bundle"))).alias("gathered"),
        F.avg(F.col("for_orders").cast("int")).alias("for_orders"),
        F.max("other_type").alias("receiver_type"),
        F.flatten(F.collect_list("report_keys")).alias("forward_keys"),
        F.flatten(F.flatten(F.collect_list("bundle"))).alias("bundle_keys"),
    )
    group_order = (F.col("for_orders") >= float(parameters["group_share"])) | (
        F.col("gathered") >= float(parameters["stated_share"])
    )
    keys = F.array_sort(F.array_distinct(F.concat("forward_keys", "bundle_keys")))
    found = sums.where(F.col("feeders") >= int(parameters["feeders_least"])).select(
        "subject_id",
        F.round(F.log2(1 + F.col("feeders")), 6).alias("value"),
        "support",
        "value_vnd",
        F.concat(
            F.array(member("account", F.col("subject_id"), "collector")),
            F.transform("mules", lambda mule: member("account", mule, "mule")),
        ).alias("members"),
        F.transform(
            F.slice(keys, 1, int(parameters["evidence_limit"])),
            lambda key: record("bank_transactions", key),
        ).alias("evidence"),
        F.array(
            explanation("stated_reason", F.col("stated") >= float(parameters["stated_share"])),
            explanation("group_order", group_order),
            explanation("declared_business", F.col("receiver_type") == "household_business"),
        ).alias("explanations"),
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _private(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments between accounts that are no companies', of accounts that few enough pay; `seldom`: one of few
    between the two."""
    known = F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary")
    no_company = ~is_true(F.col("holder_type") == "company") & ~is_true(F.col("other_type") == "company")
    of_account = Window.partitionBy("account_id")
    return (
        rows.where(known & no_company)
        .withColumn("credits", F.count_if(~F.col("out")).over(of_account))
        .where(F.col("credits").between(int(parameters["payers_least"]), int(parameters["credits_most"])))
        .withColumn("seldom", F.count(F.lit(1)).over(by_pair()) <= int(parameters["payments_of_pair_most"]))
    )


def _bundles(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments that carry on a bundle: account_id, other, amount_vnd, report_keys, `bundle` (report_keys of
    each credit), `stated` and `gathered` (how many credits state an everyday reason, or that orders are
    gathered) and `for_orders` (it says so itself)."""
    before = (
        Window.partitionBy("account_id")
        .orderBy("at_seconds")
        .rangeBetween(-int(parameters["hold_hours"]) * 3600, -1)
    )
    credit = ~F.col("out")
    paid_in = F.sum(F.when(credit, F.col("amount_vnd"))).over(before)
    payers = F.size(F.collect_set(F.when(credit & F.col("seldom"), F.col("other"))).over(before))
    carried = F.col("amount_vnd") / F.col("paid_in")
    return (
        rows.withColumn("paid_in", paid_in)
        .withColumn("payers", payers)
        .withColumn("bundle", F.collect_list(F.when(credit, F.col("report_keys"))).over(before))
        .withColumn("stated", F.count_if(credit & F.col("reason_stated")).over(before))
        .withColumn("for_orders", is_true(remark_tells("gathered_orders")))
        .withColumn("gathered", F.count_if(credit & F.col("for_orders")).over(before))
        .where(
            F.col("out")
            & (F.col("payers") >= int(parameters["payers_least"]))
            & carried.between(float(parameters["carried_least"]), float(parameters["carried_most"]))
        )
        .select(
            *("account_id", "other", "other_type", "amount_vnd", "report_keys"),
            *("bundle", "stated", "gathered", "for_orders"),
        )
    )
