"""What an account sends is drawn in cash by those who receive it, within days.

Of wages and gifts a part is drawn, sooner or later, and they are a part of what the payer pays. Here it is
most of all that the payer sends, whoever the payees are: one round is enough. A single payee counts where the
payer's money came in as cash as well, time and again: it passes through two accounts to become cash again.
Who pays on one day of the week, week after week, pays for work. Where several such payers have their money of
one account, that account has shared it out in two steps, and stands with them.
Source: FATF, Professional Money Laundering, 2018 (cash-out by money mules); Law on Anti-Money Laundering
14/2022/QH15 Art. 27 and 28.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import by_account, ledger
from jobs.signals.payments.population import FEED, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member, record

SIGNAL = Signal(
    id="drawn_by_payees",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_DAY = 86_400


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a payer, with those whom it pays in the rounds of which its payees draw cash, and with the
    account that had paid the money to it and to other such payers before, and those payers.

    `value` (0..1): what the payees draw at once, as a share of all that the payer sends to anybody, times
    (k - 1/2) / k for k payees. `support`: the payments that are drawn; `value_vnd`: what is drawn.
    """
    rows = ledger(payments)
    drawn = kept(_drawn(rows, parameters))
    payers = kept(_payers(rows, drawn, parameters))
    found = _round(rows, drawn, payers, parameters)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _sent() -> Column:
    return F.col("out") & F.col("other").isNotNull() & ~F.col("other_context")


def _drawn(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments of which the payee draws a good part soon, and hardly more: subject_id (who paid), payee,
    paid_at, day, amount_vnd, drawn_vnd, says_wages and keys."""
    soon = by_account().orderBy("at_seconds").rangeBetween(0, int(parameters["hold_days"]) * _DAY)
    withdrawal = F.col("out") & F.col("cash")
    withdrawn = F.sum(F.when(withdrawal, F.col("amount_vnd"))).over(soon)
    keys = F.flatten(F.collect_list(F.when(withdrawal, F.col("report_keys"))).over(soon))
    amount = F.col("amount_vnd")
    return (
        rows.withColumn("drawn_vnd", withdrawn)
        .withColumn("withdrawals", keys)
        .where(~F.col("out") & F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary"))
        .where(amount >= int(parameters["payment_vnd_least"]))
        .where(F.col("drawn_vnd") >= amount * float(parameters["drawn_least"]))
        .where(F.col("drawn_vnd") <= amount * float(parameters["drawn_most"]))
        .select(
            F.col("other").alias("subject_id"),
            F.col("account_id").alias("payee"),
            F.col("at_seconds").alias("paid_at"),
            "amount_vnd",
            F.least("drawn_vnd", "amount_vnd").alias("drawn_vnd"),
            is_true(F.col("remittance_norm").rlike(str(parameters["wage_words"]))).alias("says_wages"),
            "day",
            F.concat("report_keys", "withdrawals").alias("keys"),
        )
    )


def _payers(rows: DataFrame, drawn: DataFrame, parameters: Parameters) -> DataFrame:
    """Payers of whose money enough is drawn: subject_id, value, support, value_vnd, says_wages, weekly,
    rounds (when they paid), usual_vnd."""
    banked = ~F.col("out") & F.col("cash")
    sums = rows.groupBy(F.col("account_id").alias("subject_id")).agg(
        F.sum(F.when(_sent(), F.col("amount_vnd"))).alias("sent_vnd"),
        F.sum(F.when(banked, F.col("amount_vnd"))).alias("banked_vnd"),
        F.count_if(banked).alias("bankings"),
    )
    payees, times = F.col("payees"), int(parameters["passages_least"])
    from_cash = (
        (F.col("support") >= times)
        & (F.col("bankings") >= times)
        & (F.col("banked_vnd") >= F.col("paid_vnd") * float(parameters["banked_share"]))
    )
    value = F.col("value_vnd") / F.col("sent_vnd") * (payees - 0.5) / payees
    on_weekday = F.count(F.lit(1)).over(Window.partitionBy("subject_id", F.dayofweek("day")))
    weekly = F.col("days") >= int(parameters["weekly_days_least"])
    weekly &= F.col("one_weekday") >= F.col("support") * float(parameters["weekly_share"])
    return (
        drawn.withColumn("on_weekday", on_weekday)
        .groupBy("subject_id")
        .agg(
            F.count_distinct("payee").alias("payees"),
            F.count_distinct("day").alias("days"),
            F.max("on_weekday").alias("one_weekday"),
            F.count(F.lit(1)).alias("support"),
            F.sum("drawn_vnd").alias("value_vnd"),
            F.sum("amount_vnd").alias("paid_vnd"),
            F.count_if("says_wages").alias("says_wages"),
            F.collect_set("paid_at").alias("rounds"),
            F.percentile("amount_vnd", 0.5).alias("usual_vnd"),
        )
        .join(sums, "subject_id")
        .where((payees >= int(parameters["payees_least"])) | from_cash)
        .withColumn("value", F.round(value, 6))
        .where(F.col("value") >= float(parameters["report_from"]))
        .withColumn("weekly", weekly)
        .select(
            "subject_id",
            "value",
            "support",
            "value_vnd",
            "paid_vnd",
            "says_wages",
            "weekly",
            "rounds",
            "usual_vnd",
        )
    )


def _sources(rows: DataFrame, payers: DataFrame, parameters: Parameters) -> DataFrame:
    """Who had paid several payers, just before, what they paid on: subject_id, sharers (that account and its
    payers) and source_keys."""
    hold = int(parameters["hold_days"]) * _DAY
    funded = F.exists("rounds", lambda paid: (paid - F.col("at_seconds")).between(0, hold))
    got = (
        rows.where(~F.col("out") & F.col("other").isNotNull() & ~F.col("other_context"))
        .join(payers.withColumnRenamed("subject_id", "account_id"), "account_id")
        .where(funded)
        .groupBy(F.col("account_id").alias("subject_id"), F.col("other").alias("source"), "paid_vnd")
        .agg(
            F.sum("amount_vnd").alias("got_vnd"),
            F.flatten(F.collect_list("report_keys")).alias("source_keys"),
        )
        .where(F.col("got_vnd") >= F.col("paid_vnd") * float(parameters["source_share"]))
    )
    of_source = Window.partitionBy("source")
    return (
        got.withColumn("payers", F.collect_set("subject_id").over(of_source))
        .where(F.size("payers") >= int(parameters["source_payers_least"]))
        .groupBy("subject_id")
        .agg(
            F.array_union(F.collect_set("source"), F.flatten(F.collect_set("payers"))).alias("sharers"),
            F.flatten(F.collect_list("source_keys")).alias("source_keys"),
        )
    )


def _round(rows: DataFrame, drawn: DataFrame, payers: DataFrame, parameters: Parameters) -> DataFrame:
    """The rows of the signal: with payees who draw stand those who are paid much the same at the same time,
    and what the payer had paid in as cash before."""
    near, alike = int(parameters["round_days"]) * _DAY, float(parameters["alike_factor"])
    hold = int(parameters["hold_days"]) * _DAY
    at, amount = F.col("at_seconds"), F.col("amount_vnd")
    payee = _sent() & (amount >= int(parameters["payment_vnd_least"]))
    payee &= amount.between(F.col("usual_vnd") / alike, F.col("usual_vnd") * alike)
    payee &= F.exists("rounds", lambda paid: F.abs(at - paid) <= near)
    before = ~F.col("out") & F.col("cash") & F.exists("rounds", lambda paid: (paid - at).between(0, hold))
    beside = (
        rows.join(payers.withColumnRenamed("subject_id", "account_id"), "account_id")
        .where(payee | before)
        .select(F.col("account_id").alias("subject_id"), "other", "report_keys")
    )
    parts = drawn.join(payers, "subject_id", "left_semi").select(
        "subject_id", F.col("payee").alias("other"), F.col("keys").alias("report_keys")
    )
    paid = F.sort_array(F.collect_set("other"))
    keys = F.array_distinct(F.flatten(F.collect_list("report_keys")))
    wages = F.col("says_wages") >= F.col("support") * float(parameters["wages_stated_share"])
    none = F.array().cast("array<string>")
    from_sources = F.coalesce("source_keys", none)
    return (
        parts.unionByName(beside)
        .groupBy("subject_id")
        .agg(paid.alias("paid"), keys.alias("keys"))
        .join(payers, "subject_id")
        .join(_sources(rows, payers, parameters), "subject_id", "left")
        .withColumn(
            "sharers", F.sort_array(F.array_union(F.coalesce("sharers", none), F.array("subject_id")))
        )
        .withColumn("keys", F.array_distinct(F.concat("keys", from_sources)))
        .select(
            "subject_id",
            "value",
            "support",
            "value_vnd",
            F.concat(
                F.transform("sharers", lambda name: member("account", name, "operator")),
                F.transform(F.array_except("paid", "sharers"), lambda name: member("account", name, "mule")),
            ).alias("members"),
            bounded(
                F.transform("keys", lambda key: record(FEED, key)), int(parameters["evidence_limit"])
            ).alias("evidence"),
            F.array(explanation("crew", wages), explanation("weekly_pay", F.col("weekly"))).alias(
                "explanations"
            ),
        )
    )
