"""What the signals about money that several accounts bring to one share."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true, names_goods, remark_tells
from jobs.signals.payments.ledger import by_account, by_pair, ledger
from jobs.signals.payments.population import FEED
from jobs.signals.schema import Parameters, bounded, member, record

COLLECTED = ("takings", "cod", "rent", "lottery", "utilities", "instalment", "insurance")


def passed_on(payments: DataFrame, inflow: Column, passage: Column, parameters: Parameters) -> DataFrame:
    """One row an account with such an inflow and another that it pays.

    `inflow`: which ledger rows bring the money in; `passage`: which payments pass it on, by amount_vnd,
    recent_vnd and largest_vnd (sum and largest inflow of `hold_hours` before; null without one). Columns:
    account_id, subject_id (who is paid), passages, passed_vnd, paid_vnd (in all), all_in_vnd (all inflows of
    the account), ordered (passages for goods), collected (passages that name what businesses have collected
    for them: takings, cash on delivery, rent, lottery tickets, bills), stated (passages with an everyday
    reason), business, to_business, and keys (reports of the passages and of the inflows before them). Wages,
    hubs and those whom the other pays wages are left out.
    """
    every = ledger(payments)
    hold = int(parameters["hold_hours"]) * 3600
    before = by_account().orderBy("at_seconds").rangeBetween(-hold, 0)
    amount = F.when(inflow, F.col("amount_vnd"))
    receiving = every.where(inflow).select("account_id").distinct()
    payments_on = (
        every.join(F.broadcast(receiving), "account_id", "left_semi")
        .withColumn("recent_vnd", F.sum(amount).over(before))
        .withColumn("largest_vnd", F.max(amount).over(before))
        .withColumn("inflows", F.collect_list(F.when(inflow, F.col("report_keys"))).over(before))
        .withColumn("all_in_vnd", F.sum(amount).over(by_account()))
        .withColumn("employer", F.max(~F.col("out") & F.col("salary")).over(by_pair()))
        .where(F.col("out") & F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary"))
        .where(~is_true(F.col("employer")))
        .withColumn("passage", is_true(passage))
        .withColumn("ordered", names_goods())
        .withColumn("collected", remark_tells(*COLLECTED))
    )
    passes = F.col("passage")
    return payments_on.groupBy("account_id", F.col("other").alias("subject_id")).agg(
        F.count_if(passes).alias("passages"),
        F.coalesce(F.sum(F.when(passes, F.col("amount_vnd"))), F.lit(0)).alias("passed_vnd"),
        F.sum("amount_vnd").alias("paid_vnd"),
        F.max("all_in_vnd").alias("all_in_vnd"),
        F.count_if(passes & F.col("ordered")).alias("ordered"),
        F.count_if(passes & F.col("collected")).alias("collected"),
        F.count_if(passes & F.col("reason_stated")).alias("stated"),
        is_true(F.first("holder_type").isin(*BUSINESS_HOLDERS)).alias("business"),
        is_true(F.first("other_type").isin(*BUSINESS_HOLDERS)).alias("to_business"),
        F.flatten(F.collect_list(F.when(passes, F.concat("report_keys", F.flatten("inflows"))))).alias(
            "keys"
        ),
    )


def funnel_shown(bringers: str, parameters: Parameters) -> list[Column]:
    """`members` and `evidence` of a row that has subject_id (who gets it all), the account ids in the array
    column `bringers`, and `keys` (reports of the payments, perhaps several times)."""
    members = F.concat(
        F.array(member("account", F.col("subject_id"), "beneficiary")),
        F.transform(bringers, lambda name: member("account", name, "mule")),
    )
    records = F.transform(F.array_distinct("keys"), lambda key: record(FEED, key))
    return [members.alias("members"), bounded(records, int(parameters["evidence_limit"])).alias("evidence")]
