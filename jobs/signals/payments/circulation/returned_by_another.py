"""Accounts that give people back, within a day and less a fee, what these have just paid to another account.

Cash against a card, with the desk kept apart from the till: the till takes the sham payment, the desk pays it
out, and neither of them sends money back to who paid it. A refund is whole, and comes from who was paid.
Source: FATF, Professional Money Laundering 2018 (accounts that return funds for a fee); Circular
18/2024/TT-NHNN on bank cards (no card payment without goods or services).
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.payments.ledger import by_account, ledger
from jobs.signals.payments.population import FEED, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member, record

SIGNAL = Signal(
    id="returned_by_another",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_TAKINGS = ("cod_settlement", "platform_payout")


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account that returns (the desk); value = log2 of its returns, `value_vnd` what was paid for
    them.

    They go to `customers_least` people, who paid few accounts (the tills): `tills_most`, or `tills_each` for
    each customer. The fee is nearly the same each time: shares differ by `share_range` at most.
    """
    desks = _desks(_returns(_rows(payments, parameters), parameters), parameters)
    tills = F.transform(F.sort_array("tills"), lambda name: member("account", name, "collector"))
    found = (
        desks.where(F.col("customers") >= int(parameters["customers_least"]))
        .where(F.col("till_count") <= _tills_most(parameters))
        .where(F.round(F.col("most") - F.col("least"), 6) <= float(parameters["share_range"]))
        .select(
            "subject_id",
            F.round(F.log2("support"), 6).alias("value"),
            "support",
            "value_vnd",
            F.concat(F.array(member("account", F.col("subject_id"), "dealer")), tills).alias("members"),
            bounded(
                F.transform(F.array_distinct("keys"), lambda key: record(FEED, key)),
                int(parameters["evidence_limit"]),
            ).alias("evidence"),
            F.array(explanation("group_treasury", F.col("companies"))).alias("explanations"),
        )
        .where(F.col("value") >= float(parameters["report_from"]))
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _tills_most(parameters: Parameters) -> Column:
    few = F.lit(int(parameters["tills_most"]))
    return F.greatest(few, F.col("customers") * float(parameters["tills_each"]))


def _rows(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Ledger rows of those who both pay such sums and are paid them, `payments_most` times each at most.

    More is a business, no card holder: so no list of `_returns` grows long. Who was paid may be a hub (a shop
    with many customers), who returns may not.
    """
    amount, least = F.col("amount_vnd"), int(parameters["amount_vnd_least"])
    paying = F.col("out") & (amount >= least)
    paid = ~F.col("out") & ~F.col("other_context") & (amount >= least * float(parameters["returned_least"]))
    most = int(parameters["payments_most"])
    return (
        ledger(payments)
        .where(F.col("other").isNotNull() & ~F.col("salary") & ~is_true(F.col("channel").isin(*_TAKINGS)))
        .where(paying | paid)
        .withColumn("rows", F.count(F.lit(1)).over(by_account()))
        .withColumn("debits", F.count_if("out").over(by_account()))
        .where(F.col("debits").between(1, most) & (F.col("rows") - F.col("debits")).between(1, most))
    )


def _returns(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a return: subject_id, subject_type, customer, share, report_keys, paid (at_seconds,
    payment_key, till, till_type, till_context, amount_vnd, report_keys).

    `paid` is the latest payment of that customer, `hold_hours` before at most, to another than who returns,
    of which the return is `returned_least` to `returned_most`.
    """
    hold = int(parameters["hold_hours"]) * 3600
    before = by_account().orderBy("at_seconds").rangeBetween(-hold, -1)
    payment = F.struct(
        "at_seconds",
        "payment_key",
        F.col("other").alias("till"),
        F.col("other_type").alias("till_type"),
        F.col("other_context").alias("till_context"),
        "amount_vnd",
        "report_keys",
    )
    low, high = float(parameters["returned_least"]), float(parameters["returned_most"])
    amount = F.col("amount_vnd")

    def matches(one: Column) -> Column:
        within = amount.between(one["amount_vnd"] * low, one["amount_vnd"] * high)
        return within & (one["till"] != F.col("other"))

    return (
        rows.withColumn("payments", F.collect_list(F.when(F.col("out"), payment)).over(before))
        .where(~F.col("out"))
        .withColumn("paid", F.array_max(F.filter("payments", matches)))
        .where(F.col("paid").isNotNull())
        .select(
            F.col("other").alias("subject_id"),
            F.col("other_type").alias("subject_type"),
            F.col("account_id").alias("customer"),
            (F.col("amount_vnd") / F.col("paid.amount_vnd")).alias("share"),
            "report_keys",
            "paid",
        )
    )


def _desks(returns: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account that returns: customers, support, value_vnd, till_count, keys, companies (it and its
    main till), least and most (the shares that it returns), and tills (those of several returns; who carries
    money by trade is none).

    A payment that is returned twice is two returns, and its sum counts once.
    """
    several = (F.col("returns") >= int(parameters["till_returns_least"])) & ~F.col("till_context")
    main_type = F.max_by("till_type", F.struct("returns", "till"))
    return (
        returns.groupBy("subject_id", F.col("paid.till").alias("till"))
        .agg(
            F.first("subject_type").alias("subject_type"),
            F.first("paid.till_type").alias("till_type"),
            F.bool_or("paid.till_context").alias("till_context"),
            F.count(F.lit(1)).alias("returns"),
            F.min("share").alias("least"),
            F.max("share").alias("most"),
            F.collect_set("customer").alias("customers"),
            F.collect_set(F.struct("paid.payment_key", "paid.amount_vnd")).alias("paid"),
            F.flatten(F.collect_list(F.concat("report_keys", "paid.report_keys"))).alias("keys"),
        )
        .withColumn("paid_vnd", F.aggregate("paid.amount_vnd", F.lit(0).cast("bigint"), lambda a, b: a + b))
        .groupBy("subject_id")
        .agg(
            F.size(F.array_distinct(F.flatten(F.collect_list("customers")))).alias("customers"),
            F.sum("returns").alias("support"),
            F.min("least").alias("least"),
            F.max("most").alias("most"),
            F.sum("paid_vnd").alias("value_vnd"),
            F.count(F.lit(1)).alias("till_count"),
            F.collect_list(F.when(several, F.col("till"))).alias("tills"),
            F.flatten(F.collect_list("keys")).alias("keys"),
            (is_true(F.first("subject_type") == "company") & is_true(main_type == "company")).alias(
                "companies"
            ),
        )
    )
