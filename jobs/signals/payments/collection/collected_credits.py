"""Accounts that collect small credits from many payers, and how soon the money leaves by one kind of exit."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import by_account
from jobs.signals.payments.population import evidence_of, no_members
from jobs.signals.schema import Parameters, explanation, member

_DAY = 86_400
_DAYS_A_MONTH = 30


def with_small_credits(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """The ledger with `small` (a small credit from an unrelated payer, no pay, no hub) and its `payer`."""
    small = (
        ~F.col("out")
        & ~F.col("salary")
        & ~F.col("cash")
        & ~F.col("other_context")
        & (F.col("amount_vnd") <= int(parameters["small_credit_vnd"]))
    )
    payer = F.when(small, F.coalesce("other", F.concat(F.lit("name:"), "other_name")))
    return rows.withColumn("small", small).withColumn("payer", payer)


def with_exits(rows: DataFrame, exit_: Column, parameters: Parameters) -> DataFrame:
    """Adds `exit` and `exit_vnd`: what the exit took of the small credits of the holding time before it."""
    earlier = by_account().orderBy("at_seconds")
    recent = earlier.rangeBetween(-int(parameters["hold_hours"]) * 3600, Window.currentRow)
    collected = F.sum(F.when(F.col("small"), F.col("amount_vnd")).otherwise(0)).over(recent)
    return (
        rows.withColumn("exit", is_true(exit_))
        .withColumn("recent_vnd", collected)
        .withColumn("exit_vnd", F.when(F.col("exit"), F.least("amount_vnd", "recent_vnd")).otherwise(0))
    )


def scale(count: Column, parameters: Parameters) -> Column:
    """0 below `payers_from`, 1 from `payers_full`, even steps of ratio between them."""
    low, high = float(parameters["payers_from"]), float(parameters["payers_full"])
    step = F.log(count / F.lit(low)) / F.log(F.lit(high) / F.lit(low))
    return F.when(count < low, 0.0).otherwise(F.least(F.lit(1.0), step))


def collecting_accounts(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account that collects from enough payers and lets enough leave: subject_id, value, sums.

    `value` = sqrt(share of the collected money that left by the exit x scale of the payers).
    """
    small = F.when(F.col("small"), F.col("amount_vnd"))
    totals = rows.groupBy("account_id").agg(
        F.max("holder_type").alias("holder_type"),
        F.size(F.collect_set("payer")).alias("payers"),
        F.sum(small).alias("collected_vnd"),
        F.count(small).alias("credits"),
        F.sum("exit_vnd").alias("exit_vnd"),
        F.max(F.when(F.col("exit"), F.col("beneficiary"))).alias("beneficiary"),
        F.max(F.when(F.col("small"), F.col("at_seconds"))).alias("last"),
        F.min(F.when(F.col("small"), F.col("at_seconds"))).alias("first"),
    )
    left = F.least(F.lit(1.0), F.col("exit_vnd") / F.col("collected_vnd"))
    return (
        totals.where((F.col("payers") >= int(parameters["payers_from"])) & (F.col("exit_vnd") > 0))
        .withColumn("value", F.round(F.sqrt(left * scale(F.col("payers"), parameters)), 6))
        .where(F.col("value") >= float(parameters["report_from"]))
        .withColumnRenamed("account_id", "subject_id")
    )


def describe(
    strong: DataFrame, rows: DataFrame, accounts: DataFrame, days: DataFrame, parameters: Parameters
) -> DataFrame:
    """Members (the collecting account, and who benefits), evidence and explanations of `collecting_accounts`.

    `rows` need hold no accounts but those of `strong`.

    steady_payers
        Half of the payers or more came back after `steady_days` (rent, school fees).
    fixed_fee
        Most credits have one amount.
    stated_reason
        Most credits state an everyday reason.
    event_gifts
        All came within `event_days`, each payer once.
    declared_business
        A business whose declared turnover covers what was collected.
    """
    chosen = F.col("small") | (F.col("exit_vnd") > 0)
    of_payer = Window.partitionBy("account_id", "payer")
    apart = F.max("at_seconds").over(of_payer) - F.min("at_seconds").over(of_payer)
    steady = F.col("small") & (apart >= int(parameters["steady_days"]) * _DAY)
    alike = F.count(F.lit(1)).over(Window.partitionBy("account_id", "small", "amount_vnd"))
    evidence = (
        rows.withColumn("steady", F.when(steady, F.col("payer")))
        .withColumn("alike", F.when(F.col("small"), alike))
        .groupBy(F.col("account_id").alias("subject_id"))
        .agg(
            F.count(F.when(chosen, True)).alias("support"),
            evidence_of(chosen, parameters).alias("evidence"),
            F.size(F.collect_set("steady")).alias("steady_payers"),
            F.max("alike").alias("alike"),
            F.count_if(F.col("small") & F.col("reason_stated")).alias("stated"),
        )
    )
    stated = F.col("stated") >= F.col("credits") * float(parameters["stated_share_min"])
    register = accounts.select(F.col("account_id").alias("subject_id"), "declared_monthly_turnover_vnd")
    monthly = F.col("collected_vnd") * _DAYS_A_MONTH / F.col("window_days")
    business = F.col("holder_type").isin(*BUSINESS_HOLDERS)
    once = F.col("payers") == F.col("credits")
    short = F.col("last") - F.col("first") <= int(parameters["event_days"]) * _DAY
    beneficiary = F.when(
        F.col("beneficiary").isNotNull(),
        F.array(member("account", F.col("beneficiary"), "beneficiary")),
    ).otherwise(no_members())
    return (
        strong.join(evidence, on="subject_id", how="inner")
        .join(register, on="subject_id", how="left")
        .crossJoin(days)
        .select(
            "subject_id",
            "value",
            "support",
            F.col("collected_vnd").alias("value_vnd"),
            F.concat(F.array(member("account", F.col("subject_id"), "collector")), beneficiary).alias(
                "members"
            ),
            "evidence",
            F.array(
                explanation(
                    "declared_business", business & (F.col("declared_monthly_turnover_vnd") >= monthly)
                ),
                explanation("event_gifts", short & once),
                explanation("fixed_fee", F.col("alike") * 5 >= F.col("credits") * 3),
                explanation("stated_reason", stated),
                explanation("steady_payers", F.col("steady_payers") * 2 >= F.col("payers")),
            ).alias("explanations"),
        )
    )
